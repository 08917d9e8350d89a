"""What the outbox knows between two steps: how Harvest does, and how a row stands that others may have changed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from store.database import Transaction
from store.time_entries.records import OPEN_STATES, TimeEntry, Transition
from sync.errors import Refused
from sync.rules.time_entries import transitions

SLOW = timedelta(seconds=30)
"""So long Harvest is taken to hang after it has kept somebody waiting."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class HarvestPace:
    """Until when Harvest's limit leaves no room, and until when it is taken to hang."""

    until: datetime = _LONG_AGO
    slow_until: datetime = _LONG_AGO


async def told_later(tx: Transaction, key: str, now: datetime) -> TimeEntry:
    return found_entry(await tx.time_entries.apply(key, transitions.told(now)) or await tx.time_entries.get(key))


def found_entry(entry: TimeEntry | None) -> TimeEntry:
    if entry is None:
        raise Refused("I can't find that entry any more. `/log list` shows what is.")
    return entry


async def changed(
    tx: Transaction, entry: TimeEntry, became: Callable[[TimeEntry], Transition]
) -> tuple[TimeEntry, TimeEntry]:
    """The entry before and after; the same if Harvest did something else than is wanted by now."""
    while True:
        before = found_entry(await tx.time_entries.get(entry.key))
        is_out_of_date = entry.harvest_id is not None and before.revision != entry.revision
        if is_out_of_date or before.state not in OPEN_STATES:
            return before, before
        transition = replace(became(before), revision=before.revision)
        if (after := await tx.time_entries.apply(entry.key, transition)) is not None:
            return before, after
