"""What follows `/timer start` and `/timer switch`, read: what to time and since when, or the readings it could have."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from sync.rules.text.slack import as_command
from sync.rules.text.strays import Kind, Stray, find_strays, without
from sync.rules.text.words import split_words
from sync.rules.text.work import Codes, Unreadable, Work, parse_note, parse_work
from sync.rules.time_entries.backdating import Begun, begun_at, begun_at_end, begun_within


@dataclass(frozen=True, slots=True)
class Timed:
    """What to time. `left` are the words of the note that could have meant more."""

    work: Work
    begun: Begun | None
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsure:
    """What is unclear, as a sentence, and what it could mean."""

    why: str
    readings: Sequence[Timed]


@dataclass(frozen=True, slots=True)
class TimerGrammar:
    codes: Codes
    today: date

    def read(self, text: str) -> Timed | Unsure:
        """Raises Unreadable for a `-15` without its unit, and for more than 24 h."""
        rest, begun = self._split(text)
        work = parse_work(rest, self.codes)
        if work.is_literal:
            return Timed(work, begun)
        words = split_words(work.note.text)
        if begun is None and (found := begun_at(words)):
            begun, length = found
            work = _noted(work, work.note.text[words[length - 1].end :])
        return Timed(work, begun) if work.is_literal else self._checked(work, begun)

    def question(self, command: str, unsure: Unsure) -> str:
        """The sentence with a line for each reading."""
        lines = [f"• `/timer {command} {line}`" for one in unsure.readings if (line := self.written(one))]
        return "\n".join([f"{unsure.why} Nothing is started yet. Type one of these:", *lines])

    def written(self, timed: Timed) -> str | None:
        """A line that is read so; its note in quotation marks where bare words would mean more."""
        work = timed.work
        parts = [timed.begun.typed if timed.begun else "", work.target or "", f"#{work.task}" if work.task else ""]
        for note in (work.note.text, marked(work.note.text)):
            line = " ".join(part for part in [*parts, note] if part)
            if self._means(line, timed):
                return as_command(line)
        return None

    def understood(self, text: str) -> str:
        """The text if it means one thing, else the first thing that it could mean."""
        try:
            read = self.read(text)
        except Unreadable:
            return as_command(marked(text))
        if isinstance(read, Unsure):
            return next(filter(None, map(self.written, read.readings)), as_command(marked(text)))
        return as_command(text)

    def _means(self, line: str, timed: Timed) -> bool:
        try:
            read = self.read(line)
        except Unreadable:
            return False
        return isinstance(read, Timed) and not read.left and _parts(read) == _parts(timed)

    def _split(self, text: str) -> tuple[str, Begun | None]:
        """The text without its `-15m` or `since 9:15`, which stand at the end or, if not there, at the beginning."""
        words = split_words(text)
        if (found := begun_at_end(words)) is not None:
            begun, length = found
            return text[: words[-length].start], begun
        if (found := begun_at(words)) is not None:
            begun, length = found
            return text[words[length - 1].end :], begun
        return text, None

    def _checked(self, work: Work, begun: Begun | None) -> Timed | Unsure:
        kept = Timed(work, begun)
        if found := begun_within(work.note.text):
            said, rest = found
            earlier = [] if begun else [Timed(_noted(work, rest), said)]
            return Unsure(f"Does “{as_command(said.typed)}” say when it began?", [*earlier, kept])
        strays = find_strays(work, self.codes, self.today)
        asked = [stray for stray in strays if self._fills(stray, work)]
        if asked:
            return self._meant(kept, asked)
        same = (work.target, f"#{work.task}", self.today.isoformat())
        return replace(kept, left=tuple(stray.shown for stray in strays if stray.value not in same))

    def _fills(self, stray: Stray, work: Work) -> bool:
        is_empty = {Kind.PROJECT: work.target is None, Kind.TASK: work.task is None}
        return stray.is_likely and is_empty.get(stray.kind, stray.value != self.today.isoformat())

    def _meant(self, kept: Timed, asked: Sequence[Stray]) -> Unsure:
        """Something stands in the note that has a place before it, or that no timer takes."""
        first = {stray.kind: stray for stray in reversed(asked)}
        named = " and ".join(f"“{as_command(stray.shown)}”" for stray in first.values())
        project, task, length = first.get(Kind.PROJECT), first.get(Kind.TASK), first.get(Kind.DURATION)
        taken = [one for one in (project, task, length) if one]
        work = Work(
            project.value if project else kept.work.target,
            task.value.removeprefix("#") if task else kept.work.task,
            parse_note(without(kept.work.note.text, taken)).note,
        )
        begun = begun_at(split_words(f"-{length.shown}")) if length and not kept.begun else None
        moved = [Timed(work, begun[0] if begun else kept.begun)] if project or task or begun else []
        apart = (
            " A timer counts by itself, today; `/log` takes hours and other days."
            if length or first.get(Kind.DAY)
            else ""
        )
        return Unsure(f"Is {named} part of the note?{apart}", [*moved, kept])


def _parts(timed: Timed) -> tuple[str | None, str | None, int | None, time | None]:
    """All that a line says beside its note."""
    begun = timed.begun or Begun("")
    return timed.work.target, timed.work.task, begun.back, begun.since


def marked(note: str) -> str:
    """In quotation marks, where everything is note."""
    inner = " ".join(note.split()).strip('"').replace('"', "'")
    return f'"{inner}"' if inner else ""


def _noted(work: Work, text: str) -> Work:
    noted = parse_note(text)
    return work._replace(note=noted.note, is_literal=noted.is_literal)
