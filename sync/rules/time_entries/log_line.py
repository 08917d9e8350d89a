"""One line of `/log`, read: what it means, or the readings that it could have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from store.units import Hours
from sync.rules.text.amounts import is_unit, parse_amount
from sync.rules.text.dates import DateUnclear
from sync.rules.text.hours import Duration, check
from sync.rules.text.strays import Kind, Stray, find_strays, without
from sync.rules.text.times_of_day import parse_range
from sync.rules.text.words import Word, fold, longest, split_words
from sync.rules.text.work import Codes, Work, find_target, parse_work
from sync.rules.time_entries.log_head import Day, Head, day_at, joined, leftover, names_unit, read_heads


@dataclass(frozen=True, slots=True)
class Line:
    """A line that means one thing. `left` are the words of the note that could have meant more."""

    duration: Duration
    day: date | None
    work: Work
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the things that a line could mean, in the parts of a line; `label` says which."""

    label: str
    hours: str
    day: str
    target: str | None
    task: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is unclear, as a sentence, and what it could mean."""

    why: str
    readings: Sequence[Reading]


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
        heads = read_heads(words, self.codes, self.today)
        if len(heads) != 1:
            return self._which(plain, words, heads) if heads else None
        head = heads[0]
        return self._beside(plain, words, head) or self._whole(plain, words, head)

    def _beside(self, plain: str, words: Sequence[Word], head: Head) -> Doubt | None:
        """What stands next to the hours and could belong to them; or days that are not clear."""
        rest = words[head.length :]
        if doubt := self._unit_or_code(head, plain, rest):
            return doubt
        if length := leftover(head, rest, self.codes):
            return self._too_much(plain, head, rest, length)
        if head.day and head.day.refusal:
            half = joined(head, words[head.length - 1 :], 1)
            return self._which_day(head, _after(plain, words, head.length), head.day.refusal, half)
        second = self._second_day(head, rest)
        if head.day and second and second[0].day != head.day.day:
            return self._two_days(head, _after(plain, rest, second[1]), rest[: second[1]], second[0].day)
        return None

    def _second_day(self, head: Head, rest: Sequence[Word]) -> tuple[Day, int] | None:
        return day_at(rest, self.codes, self.today) if head.day else None

    def _whole(self, plain: str, words: Sequence[Word], head: Head) -> Line | Doubt:
        self.check(head.duration)
        same = self._second_day(head, words[head.length :])
        rest = _after(plain, words, head.length + (same[1] if same else 0))
        return self._line(head, parse_work(rest, self.codes))

    def check(self, duration: Duration) -> Hours:
        return check(duration.hundredths, self.step, self.minimum)

    def _line(self, head: Head, work: Work) -> Line | Doubt:
        day = head.day.day if head.day else None
        strays = find_strays(work, self.codes, self.today)
        asked = [stray for stray in strays if self._fills(stray, work, day)]
        if asked:
            return self._meant(head, work, day, asked)
        told = [stray.shown for stray in strays if not self._says_the_same(stray, work, day)]
        return Line(head.duration, day, work, tuple(told))

    def _fills(self, stray: Stray, work: Work, day: date | None) -> bool:
        """Whether it was likely meant for a place that nothing else has taken."""
        is_empty = {
            Kind.PROJECT: work.target is None,
            Kind.TASK: work.task is None,
            Kind.DAY: day is None,
            Kind.DURATION: True,
        }[stray.kind]
        return stray.is_likely and is_empty and not self._says_the_same(stray, work, day)

    def _says_the_same(self, stray: Stray, work: Work, day: date | None) -> bool:
        said = (work.target, f"#{work.task}", (day or self.today).isoformat())
        return stray.value in said

    def _meant(self, head: Head, work: Work, day: date | None, asked: Sequence[Stray]) -> Doubt:
        """Something stands in the note that has a place before it."""
        first = {stray.kind: stray for stray in reversed(asked)}
        named = " and ".join(f"“{stray.shown}”" for stray in first.values())
        said = " and ".join(f"“{stray.shown}” is the {stray.kind}" for stray in first.values())
        typed = day.isoformat() if day else ""
        task = first.get(Kind.TASK)
        moved = Reading(
            label=said,
            hours=head.typed,
            day=first[Kind.DAY].value if Kind.DAY in first else typed,
            target=first[Kind.PROJECT].value if Kind.PROJECT in first else work.target,
            task=task.value.removeprefix("#") if task else work.task,
            note=without(work.note.text, list(first.values())),
        )
        kept = Reading("all of it is the note", head.typed, typed, work.target, work.task, work.note.text)
        if Kind.DURATION not in first:
            return Doubt(f"Is {named} part of the note?", (moved, kept))
        spare = first[Kind.DURATION].shown
        more = spare if _is_range(spare) else f"{head.typed} {spare}"
        summed = [Reading(f"{more} in all", more, moved.day, moved.target, moved.task, moved.note)]
        return Doubt(f"Is “{spare}” part of the note, or of the hours?", (*summed, kept))

    def _unit_or_code(self, head: Head, plain: str, rest: Sequence[Word]) -> Doubt | None:
        """`2 hr ACME`, where HR is a code too: the code wins (ruling 22), unless another target follows it."""
        known = self.codes.find(rest[:1])
        if known is None or len(rest) < 2 or not (head.is_bare and is_unit(fold(rest[0].text))):
            return None
        after = _after(plain, rest, 1)
        minutes = longest(rest[1:], parse_amount)
        if not minutes and not find_target(rest[1:], self.codes):
            return None
        length = 1 + (minutes[1] if minutes else 0)
        hours = f"{head.typed}h {plain[rest[1].start : rest[length - 1].end]}" if minutes else f"{head.typed}h"
        day = head.day.day.isoformat() if head.day and head.day.day else ""
        code = Reading(f"“{known.code}” is the project", head.typed, day, known.code, None, after.strip())
        unit = self._reading(f"{hours} in all", hours, day, _after(plain, rest, length))
        return Doubt(f"Is “{rest[0].text}” the unit or the project?", (unit, code))

    def _which(self, plain: str, words: Sequence[Word], heads: Sequence[Head]) -> Doubt:
        """Day and duration could change places."""
        readings = [
            self._reading(f"{head.typed} on {head.day.day.isoformat()}", head.typed, head.day.day.isoformat(), rest)
            for head in heads
            if head.day and head.day.day
            for rest in [_after(plain, words, head.length)]
        ]
        return Doubt("That could be two things.", readings)

    def _too_much(self, plain: str, head: Head, rest: Sequence[Word], length: int) -> Doubt:
        """A number or a word of duration stands beside the hours, and is no part of them."""
        after = parse_work(_after(plain, rest, length), self.codes)
        spare = plain[rest[0].start : rest[length - 1].end]
        day = head.day.day.isoformat() if head.day and head.day.day else ""
        together = spare if _is_range(spare) else joined(head, rest, length)
        parts = (after.target, after.task)
        readings = [Reading(f"{together} in all", together, day, *parts, after.note.text)] if together else []
        if not names_unit(spare):
            note = f"{spare} {after.note.text}".strip()
            readings.append(Reading(f"“{spare}” belongs to the note", head.typed, day, *parts, note))
        elif not head.is_bare:
            readings.append(Reading(f"{head.typed} in all", head.typed, day, *parts, after.note.text))
        return Doubt(f"Is “{spare}” part of the hours?", readings)

    def _which_day(self, head: Head, rest: str, refusal: Exception, half: str | None) -> Doubt:
        if not isinstance(refusal, DateUnclear):
            raise refusal
        days = [day.isoformat() for day in refusal.readings]
        readings = [self._reading(f"on {day}", head.typed, day, rest) for day in days]
        summed = [self._reading(f"{half} today", half, "", rest)] if half else []
        return Doubt("Is that a day, or hours?" if half else "Which day is it?", [*summed, *readings])

    def _two_days(self, head: Head, rest: str, typed: Sequence[Word], second: date | None) -> Doubt:
        first = head.day.day.isoformat() if head.day and head.day.day else ""
        spare = " ".join(word.text for word in typed)
        work = parse_work(rest, self.codes)
        kept = Reading(
            f"“{spare}” belongs to the note", head.typed, first, work.target, work.task, f"{spare} {work.note.text}"
        )
        other = [self._reading(f"on {second.isoformat()}", head.typed, second.isoformat(), rest)] if second else []
        return Doubt("Two days are named.", (kept, *other))

    def _reading(self, label: str, hours: str, day: str, rest: str) -> Reading:
        work = parse_work(rest, self.codes)
        return Reading(label, hours, day, work.target, work.task, work.note.text)


def _is_range(typed: str) -> bool:
    return parse_range(fold(typed)) is not None


def _after(plain: str, words: Sequence[Word], count: int) -> str:
    return plain[words[count - 1].end :]
