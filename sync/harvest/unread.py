"""What Harvest does not show although it answers: it waits and is named, and nothing else waits with it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import structlog

from store.database import Transaction
from store.engine.cursors import Cursor
from sync.errors import OutsideError, Unavailable
from sync.news import enqueue
from sync.news.harvest import PartUnread

log = structlog.get_logger()

RATES = "rates"


@dataclass(frozen=True, slots=True)
class Unread:
    """`part`: a list's name in Harvest, or `rates` of the person `who`. `why` is Harvest's own words."""

    part: str
    who: str
    why: str


async def note_unread(
    tx: Transaction, part: str, error: OutsideError, now: datetime, user_id: int | None = None
) -> None:
    """The coordinator is told once: at once of what Harvest refuses, of what merely failed when it fails again."""
    name = _name(part, user_id)
    kept = await tx.cursors.get(name)
    before = json.loads(kept) if kept else {"since": now.isoformat(), "is_told": False}
    is_due = not before["is_told"] and (kept is not None or not isinstance(error, Unavailable))
    who = (await tx.directory.user_names([user_id])).get(user_id, "") if user_id else ""
    found = Unread(part, who, error.message)
    if is_due:
        await enqueue(tx, f"{name}:{before['since']}", PartUnread(part, who, error.message), now)
    noted = {**before, **asdict(found), "is_told": before["is_told"] or is_due}
    await tx.cursors.move(name, json.dumps(noted))
    log.warning("part of harvest cannot be read", part=part, user=user_id, why=str(error))


async def note_read(tx: Transaction, part: str, user_id: int | None = None) -> None:
    await tx.cursors.drop(_name(part, user_id))


async def unread(tx: Transaction) -> Sequence[Unread]:
    """Everything that waits."""
    kept = await tx.cursors.begun_with(Cursor.UNREAD.of(""))
    return [Unread(said["part"], said["who"], said["why"]) for said in map(json.loads, kept.values())]


async def unread_people(tx: Transaction) -> set[int]:
    """Whose rates wait."""
    kept = await tx.cursors.begun_with(Cursor.UNREAD.of(RATES, ""))
    return {int(name.rpartition(":")[2]) for name in kept}


def _name(part: str, user_id: int | None) -> str:
    return Cursor.UNREAD.of(part) if user_id is None else Cursor.UNREAD.of(part, user_id)
