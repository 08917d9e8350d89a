"""Where to look for entries that Harvest no longer has: windows of spent dates, halved while their counts differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

LISTED = 2000
"""Entries that one request lists; a window of no more is read whole rather than halved again."""
_FEW, _SOME = 10, 50
"""Entries of which people are believed to have deleted them, whatever their share."""


@dataclass(frozen=True, slots=True)
class Span:
    """Spent dates from one to another, both included; None: without an end on that side."""

    first: date | None = None
    last: date | None = None


ALL_TIME = Span()


@dataclass(frozen=True, slots=True)
class Question:
    """So many vanished at once that somebody was asked about them: `count` entries of days from `first` to `last`.

    `until`: they said yes, which holds so long and for the `left` of them that were not taken out yet.
    """

    asked_on: date
    count: int
    first: date
    last: date
    until: datetime | None = None
    left: int = 0

    @property
    def stamp(self) -> str:
        """What the answer carries to say which question it is about."""
        return stamp(self.count, self.first.isoformat(), self.last.isoformat())

    def allows(self, now: datetime) -> int:
        """How many entries of its days may go, if they are gone from Harvest."""
        return self.left if self.until is not None and now < self.until else 0


def stamp(count: int, first: str | None, last: str | None) -> str:
    return f"{count}:{first}:{last}"


def windows(days: Sequence[tuple[date, int]], most: int = LISTED) -> list[Span]:
    """All of time in spans of at most `most` entries each (one day may have more), the ends open.

    `days`: spent dates with the number of their entries, oldest first.
    """
    spans: list[Span] = []
    first: date | None = None
    held = 0
    for day, count in days:
        if held and held + count > most:
            before = day - timedelta(days=1)
            spans.append(Span(first, before))
            first, held = day, 0
        held += count
    return [*spans, Span(first, None)]


def halves(span: Span, days: Sequence[tuple[date, int]]) -> tuple[Span, Span] | None:
    """The span cut where half of our entries lie on each side; None if it is a single day of ours or has none."""
    inside = [(day, count) for day, count in days if _holds(span, day)]
    if len(inside) < 2:
        return None
    half, held = sum(count for _, count in inside) / 2, 0
    cut = inside[0][0]
    for day, count in inside[:-1]:
        cut = day
        held += count
        if held >= half:
            break
    return Span(span.first, cut), Span(cut + timedelta(days=1), span.last)


def held(span: Span, days: Sequence[tuple[date, int]]) -> int:
    """How many of our entries lie in the span."""
    return sum(count for day, count in days if _holds(span, day))


def is_mass(missing: int, looked_at: int, held: int) -> bool:
    """Whether so many vanished that a lost permission or a deleted project is likelier than people's deletions.

    Ruling 18. `held`: entries of the whole account, the missing ones among them.
    """
    are_many = missing > _SOME and missing * 100 > held
    return are_many or (missing > _FEW and missing * 2 > looked_at)


def share_of_day(spans: Sequence[Span], per_day: int) -> int:
    """How many spans one sweep reads, so that all are read within a day."""
    return -(-len(spans) // max(per_day, 1))


def _holds(span: Span, day: date) -> bool:
    return (span.first is None or day >= span.first) and (span.last is None or day <= span.last)
