"""What is told of Harvest: sign-ins, imports, and entries that vanished."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class SignInLost:
    """Harvest no longer takes a person's sign-in."""

    IF_LOST: ClassVar[str] = "that Harvest no longer takes their sign-in"

    slack_id: str


@dataclass(frozen=True, slots=True)
class ImportStalled:
    """Harvest does not answer, or does not take the account's token; `reason` is its own words."""

    reason: str


@dataclass(frozen=True, slots=True)
class ImportResumed:
    """Harvest answers again."""


@dataclass(frozen=True, slots=True)
class EntriesVanished:
    """So many entries were no longer shown that somebody has to say whether they were deleted. Dates are ISO."""

    count: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class SignInUnreadable:
    """A person's kept sign-in can no longer be read, because SECRET_KEYS was changed; for the coordinator."""

    slack_id: str


@dataclass(frozen=True, slots=True)
class PartUnread:
    """Harvest answers and does not show one list, or one person's rates. `part`, `who`, `why`: as in `Unread`."""

    part: str
    who: str
    why: str


HarvestNews = SignInLost | SignInUnreadable | ImportStalled | ImportResumed | EntriesVanished | PartUnread
