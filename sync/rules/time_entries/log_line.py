"""One line of `/log`, read: what it means, or a doubt about it."""

from dataclasses import dataclass
from datetime import date

from store.units import Hours
from sync.rules.text.dates import DateUnclear
from sync.rules.text.durations import Duration, check
from sync.rules.text.strays import Kind, Stray, find_strays
from sync.rules.text.words import split_words
from sync.rules.text.work import Codes, Work, parse_work
from sync.rules.time_entries.log_doubts import Doubt, Doubts
from sync.rules.time_entries.log_head import Head, day_at, leftover, read_heads


@dataclass(frozen=True, slots=True)
class Line:
    """A line that means one thing. `left` are the words of the note that could have meant more."""

    duration: Duration
    day: date | None
    work: Work
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the reading of a line needs beside its words: all codes, the person's today, which hours are allowed."""

    codes: Codes
    today: date
    step: Hours
    minimum: Hours

    def read(self, plain: str) -> Line | Doubt | None:
        """None: no duration stands first or beside a date. Raises HoursRefused and DateRefused."""
        words = split_words(plain)
        doubts = Doubts(self.codes, self.today, plain, words)
        heads = read_heads(words, self.codes, self.today)
        if len(heads) != 1:
            return doubts.which_head(heads) if heads else None
        head, end = heads[0], heads[0].length
        if doubt := self._beside(head, doubts):
            return doubt
        self.check(head.duration)
        if head.day and (same := day_at(words[end:], self.codes, self.today)):
            end += same[1]
        return self._line(head, parse_work(plain[words[end - 1].end :], self.codes), doubts)

    def check(self, duration: Duration) -> Hours:
        return check(duration.hundredths, self.step, self.minimum)

    def _beside(self, head: Head, doubts: Doubts) -> Doubt | None:
        """A day that may not be logged is refused first, or a line that is offered might be of another day."""
        if head.day and head.day.refusal:
            if isinstance(head.day.refusal, DateUnclear):
                return doubts.which_day(head, head.day.refusal)
            raise head.day.refusal
        if doubt := doubts.unit_or_code(head):
            return doubt
        rest = doubts.words[head.length :]
        if length := leftover(head, rest, self.codes):
            return doubts.too_much(head, length)
        second = day_at(rest, self.codes, self.today) if head.day else None
        if head.day and second and second[0].day != head.day.day:
            return doubts.two_days(head, second[0].day, second[1])
        return None

    def _line(self, head: Head, work: Work, doubts: Doubts) -> Line | Doubt:
        day = head.day.day if head.day else None
        said = {work.target, f"#{work.task}", (day or self.today).isoformat()}
        strays = [stray for stray in find_strays(work, self.codes, self.today) if stray.value not in said]
        asked = [stray for stray in strays if stray.is_likely and _has_place(stray, work, day)]
        if asked:
            return doubts.strays(head, work, asked)
        return Line(head.duration, day, work, tuple(stray.shown for stray in strays))


def _has_place(stray: Stray, work: Work, day: date | None) -> bool:
    """Whether nothing else has taken the place that it was likely meant for."""
    match stray.kind:
        case Kind.PROJECT:
            return work.target is None
        case Kind.TASK:
            return work.task is None
        case Kind.DAY:
            return day is None
    return True
