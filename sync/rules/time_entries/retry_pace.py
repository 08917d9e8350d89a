"""When to look, when to ask again: the times that turn an uncertain write into exactly one entry.

| what came of a create                   | what it says               | what follows                            |
|-----------------------------------------|----------------------------|-----------------------------------------|
| no connection                           | surely not done            | sent again after 1, 2, 4, … 60 s        |
| 429                                     | surely not done            | sent again when Harvest said            |
| an answer of no use: 500, a broken body | done or not, but over with | a look after 1 s; "none" holds from 2 s |
| no answer: time-out, lost connection    | may be under way still     | looks from 1 s on; "none" from 45 s     |

Stop, change and delete say the same however often they are said, so they are simply said again, at the first pace.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the outbox is. Tests shorten it; nothing else changes it.

    `look`: first look after a write of unknown outcome. `settle`: from when on "not found" may be believed if there
    was no answer; Harvest may still be performing a request whose connection is long gone. `settle_answered`: the same
    if Harvest answered, so that it works on it no longer; what is left is that its filter may show a new entry late,
    which is documented nowhere. `retry` doubles with each attempt up to `most`. `lease`: how long one process may be at
    a row; longer than any request may take. `patience`: how long whoever asked is kept waiting, in real time.
    """

    look: timedelta = timedelta(seconds=1)
    settle: timedelta = timedelta(seconds=45)
    settle_answered: timedelta = timedelta(seconds=2)
    retry: timedelta = timedelta(seconds=1)
    most: timedelta = timedelta(minutes=1)
    lease: timedelta = timedelta(seconds=90)
    patience: timedelta = timedelta(seconds=2)

    def pause(self, attempts: int) -> timedelta:
        """Before attempt `attempts + 1`."""
        return min(self.most, self.retry * (1 << min(attempts, 16)))

    def settles(self, sent_at: datetime, now: datetime, *, was_answered: bool) -> datetime:
        """From when on it may be believed that a create of unknown outcome was not done."""
        return now + self.settle_answered if was_answered else sent_at + self.settle

    def next_look(self, sent_at: datetime, now: datetime, settles_at: datetime) -> timedelta:
        """The pause before the next look: as long as it has taken so far, but no longer than the outcome is unsure."""
        return max(min(max(now - sent_at, self.look), settles_at - now), timedelta(0))


class NextStep(Enum):
    CREATE = auto()
    LOOK_LATER = auto()


def after_a_look(settles_at: datetime | None, now: datetime) -> NextStep:
    """What to do once a look in Harvest found nothing: create only when nothing can still be on its way."""
    return NextStep.CREATE if settles_at is None or now >= settles_at else NextStep.LOOK_LATER
