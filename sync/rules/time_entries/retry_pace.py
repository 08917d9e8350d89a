"""When to look, when to ask again: the times that turn an uncertain write into exactly one entry."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the outbox is. Tests shorten it; nothing else changes it.

    `look`: first look after a write of unknown outcome. `settle`: from when on "not found" may be believed; Harvest may
    still be performing a request whose connection is long gone, and whether its filter shows a new entry at once is
    documented nowhere. `retry` doubles with each attempt up to `most`. `lease`: how long one process may be at a row;
    longer than any request may take.
    """

    look: timedelta = timedelta(seconds=5)
    settle: timedelta = timedelta(seconds=45)
    retry: timedelta = timedelta(seconds=10)
    most: timedelta = timedelta(minutes=10)
    lease: timedelta = timedelta(seconds=90)

    def pause(self, attempts: int) -> timedelta:
        """Before attempt `attempts + 1`."""
        return min(self.most, self.retry * (1 << min(attempts, 16)))


class NextStep(Enum):
    CREATE = auto()
    LOOK_LATER = auto()


def after_a_look(sent_at: datetime | None, now: datetime, pace: Pace) -> NextStep:
    """What to do once a look in Harvest found nothing: create only when nothing can still be on its way."""
    if sent_at is None or now >= sent_at + pace.settle:
        return NextStep.CREATE
    return NextStep.LOOK_LATER
