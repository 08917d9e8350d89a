"""What people must be told, as frozen values: rows of `notices`, worded and posted by handlers/announcements.py."""

from dataclasses import asdict, dataclass
from datetime import datetime

from store.database import Transaction


@dataclass(frozen=True, slots=True)
class EntryArrived:
    """An entry the person was told is kept has now been moved on by Harvest: logged, stopped, changed or undone."""

    entry_key: str


@dataclass(frozen=True, slots=True)
class EntryHeld:
    """Harvest refused an entry; it waits for the person."""

    entry_key: str


@dataclass(frozen=True, slots=True)
class PersonUnmatched:
    """Somebody wants to log time and has no Harvest user with their address."""

    slack_id: str
    email: str | None


@dataclass(frozen=True, slots=True)
class SignInLost:
    """Harvest no longer takes a person's sign-in."""

    slack_id: str


@dataclass(frozen=True, slots=True)
class ImportStalled:
    """Harvest does not answer, or does not take the account's token; `reason` is its own words."""

    reason: str


@dataclass(frozen=True, slots=True)
class ImportResumed:
    """Harvest answers again."""


News = EntryArrived | EntryHeld | PersonUnmatched | SignInLost | ImportStalled | ImportResumed

KINDS: dict[str, type[News]] = {
    kind.__name__: kind for kind in (EntryArrived, EntryHeld, PersonUnmatched, SignInLost, ImportStalled, ImportResumed)
}


async def keep(tx: Transaction, key: str, news: News, now: datetime) -> None:
    """Keep news to be told, once for each `key`."""
    await tx.notices.add(key, type(news).__name__, asdict(news), now)
