"""How a hold that was found now differs from the one of the same key that is kept."""

from dataclasses import dataclass, replace
from datetime import datetime

from store.asana.records.state import Hold, HoldState
from sync.rules.asana.hold_policy import POLICIES, DiscardBooks


@dataclass(frozen=True, slots=True)
class NewHold:
    hold: Hold


@dataclass(frozen=True, slots=True)
class SameHold:
    hold: Hold


@dataclass(frozen=True, slots=True)
class ChangedHold:
    """It was open before, and waits for other hours or another reason now."""

    before: Hold
    hold: Hold


@dataclass(frozen=True, slots=True)
class ReopenedHold:
    """It was released or discarded before."""

    hold: Hold


@dataclass(frozen=True, slots=True)
class StillDiscarded:
    """Somebody decided that it shall be so, and it is."""


HoldChange = NewHold | SameHold | ChangedHold | ReopenedHold | StillDiscarded


def hold_change(before: Hold | None, found: Hold, now: datetime) -> HoldChange:
    """The hold in the answer is the one to be kept: with its next revision and when it was opened."""
    if before is None:
        return NewHold(replace(found, opened_at=now))
    following = replace(found, revision=before.revision + 1)
    match before.state:
        case HoldState.OPEN if replace(before, revision=0, opened_at=None, decided_by=None) == found:
            return SameHold(before)
        case HoldState.OPEN:
            return ChangedHold(before, replace(following, opened_at=before.opened_at))
        case HoldState.DISCARDED if _is_as_decided(before, found):
            return StillDiscarded()
        case HoldState.DISCARDED | HoldState.RELEASED:
            return ReopenedHold(replace(following, opened_at=now))


def _is_as_decided(before: Hold, found: Hold) -> bool:
    """Where discarding booked nothing, only this keeps it from being asked about again."""
    is_unbooked = POLICIES[before.kind].books_on_discard is DiscardBooks.NOTHING
    return is_unbooked and (before.hours, before.words) == (found.hours, found.words)
