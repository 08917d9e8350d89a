"""Why a line of `/log` could mean more than one thing, and which things: each a reading in the parts of a line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sync.rules.text.dates import DateRefused, DateUnclear, parse_date
from sync.rules.text.duration_words import is_unit, parse_amount
from sync.rules.text.strays import Kind, Stray, without
from sync.rules.text.times_of_day import parse_range
from sync.rules.text.words import Word, fold, longest
from sync.rules.text.work import Codes, Work, parse_work
from sync.rules.time_entries.log_head import Head, joined, names_unit

_DOTLESS = re.compile(r"\d{1,2}\.\d{1,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the things that a line could mean; `label` says which."""

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
class Doubts:
    """The doubts about one line; `words` are those of `plain`."""

    codes: Codes
    today: date
    plain: str
    words: Sequence[Word]

    def which_head(self, heads: Sequence[Head]) -> Doubt:
        """Day and duration could change places."""
        readings = [
            self._from(f"{head.typed} on {head.iso_day}", head.typed, head.iso_day, head.length)
            for head in heads
            if head.iso_day
        ]
        return Doubt("That could be two things.", readings)

    def which_day(self, head: Head, unclear: DateUnclear) -> Doubt:
        """The day could be read with day and month in either order, or as a part of an hour."""
        days = [day.isoformat() for day in unclear.readings]
        on_day = [self._from(f"on {day}", head.typed, day, head.length) for day in days]
        half = joined(head, self.words[head.length - 1 :], 1)
        if half is None:
            return Doubt("Which day is it?", on_day)
        return Doubt("Is that a day, or hours?", [self._from(f"{half} today", half, "", head.length), *on_day])

    def two_days(self, head: Head, second: date | None, length: int) -> Doubt:
        """Days stand on both sides of the duration. `second` None: that one may not be logged."""
        end = head.length + length
        kept = self._as_note(head, end)
        other = [self._from(f"on {second.isoformat()}", head.typed, second.isoformat(), end)] if second else []
        return Doubt("Two days are named.", [kept, *other])

    def unit_or_code(self, head: Head) -> Doubt | None:
        """`2 hr ACME`, where HR is a code too: the code wins (ruling 22), unless a target or minutes follow it."""
        rest = self.words[head.length :]
        known = self.codes.find(rest[:1])
        if known is None or len(rest) < 2 or not (head.is_bare and is_unit(fold(rest[0].text))):
            return None
        minutes = longest(rest[1:], parse_amount)
        if not minutes and parse_work(self._after(head.length + 1), self.codes).target is None:
            return None
        length = 1 + (minutes[1] if minutes else 0)
        hours = " ".join([f"{head.typed}h", *(word.text for word in rest[1:length])])
        unit = self._from(f"{hours} in all", hours, head.iso_day, head.length + length)
        note = self._after(head.length + 1).strip()
        code = Reading(f"“{known.code}” is the project", head.typed, head.iso_day, known.code, None, note)
        return Doubt(f"Is “{rest[0].text}” the unit or the project?", [unit, code])

    def too_much(self, head: Head, length: int) -> Doubt:
        """A number or a word of duration stands beside the hours, and is no part of them."""
        end = head.length + length
        spare = self._between(head.length, end)
        together = spare if _is_range(spare) else joined(head, self.words[head.length :], length)
        readings = [self._from(f"{together} in all", together, head.iso_day, end)] if together else []
        readings += self._dotted(head, spare, end)
        if not names_unit(spare):
            readings.append(self._as_note(head, end))
        elif not head.is_bare:
            readings.append(self._from(f"{head.typed} in all", head.typed, head.iso_day, end))
        return Doubt(f"Is “{spare}” part of the hours?", readings)

    def strays(self, head: Head, work: Work, asked: Sequence[Stray]) -> Doubt:
        """Something stands in the note that has a place before it."""
        first = {stray.kind: stray for stray in reversed(asked)}
        kept = Reading("all of it is the note", head.typed, head.iso_day, work.target, work.task, work.note.text)
        if stray := first.get(Kind.DURATION):
            hours = stray.shown if _is_range(stray.shown) else f"{head.typed} {stray.shown}"
            meant = _meant(f"{hours} in all", hours, head, work, first)
            return Doubt(f"Is “{stray.shown}” part of the note, or of the hours?", [meant, kept])
        named = " and ".join(f"“{one.shown}”" for one in first.values())
        said = " and ".join(f"“{one.shown}” is the {one.kind}" for one in first.values())
        return Doubt(f"Is {named} part of the note?", [_meant(said, head.typed, head, work, first), kept])

    def _dotted(self, head: Head, spare: str, end: int) -> list[Reading]:
        """`19.11` beside the hours: alone it is hours (ruling 2), here it is likelier the day without its last dot."""
        pairs = [] if head.day else [(head.typed, spare), (spare, head.typed)]
        days = [(_day_without_dot(typed, self.today), hours) for typed, hours in pairs]
        return [
            self._from(f"{hours} on {day}", hours, day, end) for day, hours in days if day and parse_amount(fold(hours))
        ]

    def _as_note(self, head: Head, end: int) -> Reading:
        """The words after the head, up to `end`, begin the note, though a target may follow them."""
        spare = self._between(head.length, end)
        work = parse_work(self._after(end), self.codes)
        note = f"{spare} {work.note.text}".strip()
        return Reading(f"“{spare}” belongs to the note", head.typed, head.iso_day, work.target, work.task, note)

    def _from(self, label: str, hours: str, day: str, end: int) -> Reading:
        """With the words from `end` on as target, task and note."""
        work = parse_work(self._after(end), self.codes)
        return Reading(label, hours, day, work.target, work.task, work.note.text)

    def _after(self, count: int) -> str:
        return self.plain[self.words[count - 1].end :]

    def _between(self, start: int, end: int) -> str:
        return self.plain[self.words[start].start : self.words[end - 1].end]


def _meant(label: str, hours: str, head: Head, work: Work, first: Mapping[Kind, Stray]) -> Reading:
    """Each stray word in the place that it has in a line."""
    project, task, day = first.get(Kind.PROJECT), first.get(Kind.TASK), first.get(Kind.DAY)
    return Reading(
        label,
        hours,
        day=day.value if day else head.iso_day,
        target=project.value if project else work.target,
        task=task.value.removeprefix("#") if task else work.task,
        note=without(work.note.text, list(first.values())),
    )


def _day_without_dot(typed: str, today: date) -> str | None:
    if not _DOTLESS.fullmatch(typed):
        return None
    try:
        day = parse_date(f"{typed}.", today)
    except DateRefused:
        return None
    return day.isoformat() if day else None


def _is_range(typed: str) -> bool:
    return parse_range(fold(typed)) is not None
