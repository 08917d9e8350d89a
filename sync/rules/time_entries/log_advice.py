"""What is answered to a line of `/log` that means nothing, or two things: lines that do what they say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sync.errors import Refused
from sync.rules.text.slack import as_command, quote, tidy_note
from sync.rules.text.words import Word, first_word, split_words
from sync.rules.time_entries.log_doubts import Doubt, Reading
from sync.rules.time_entries.log_head import Head, read_heads
from sync.rules.time_entries.log_line import Grammar, Line

_DAYS_LONG = re.compile(
    r"(?P<count>\d{1,2}(?:[.,]\d)?) ?(?:d|days?|tage?n?|dag(?:ar)?|pt)\b(?! (?:ago|sedan|sen)\b)", re.IGNORECASE
)
_FIGURES = re.compile(r"\d+(?:[hm:-][\dhm:.,-]*|[.,]\d*[.,][\d.,]*)", re.IGNORECASE)
"""A word that was meant as a duration and is none."""
_TIGHT = 400
"""Characters of a line that is suggested; a longer note is cut where it shows."""
_TRIED = 8
"""Orders of a line that are read. Who pastes a page gets an example instead of a reading of every word."""
_HEAD = 16
"""Words that a DATE and a DURATION may take."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Every line that is suggested has been read before, and means what is said of it."""

    grammar: Grammar

    def on(self, plain: str, doubt: Doubt | None) -> str:
        if found := _DAYS_LONG.match(plain):
            example = self._line(f"8h {plain[found.end() :].strip()}") or "8h"
            return f"“{quote(found[0])}” is no number of hours. For example: `/log {example}`"
        said = quote(tidy_note(plain).text)
        if doubt is None:
            return self._hint(plain, said)
        lines = [f"• {quote(one.label)}: `/log {line}`" for one in doubt.readings if (line := self._written(one))]
        if not lines:
            return f"“{said}” was not understood. {self._example(plain)}"
        return "\n".join([f"“{said}”: {quote(doubt.why)} Nothing is logged yet.", *lines])

    def _hint(self, plain: str, said: str) -> str:
        """Quotes the text and puts it into an order that is understood, with its own hours if it has any."""
        ordered = next(filter(None, map(self._line, islice(self._orders(plain), _TRIED))), None)
        if ordered:
            return f"“{said}” was not understood. The time comes first: `/log {ordered}`"
        word, rest = first_word(plain)
        if _FIGURES.fullmatch(word):
            return f"“{quote(word)}” is no duration. {self._example(rest)}"
        return f"“{said}” does not say how long. {self._example(plain)}"

    def _example(self, plain: str) -> str:
        short = as_typed(plain)
        # A number at its beginning would be taken for a part of the hours.
        is_clear = not short[:1].isdigit() or isinstance(self._read(f"1.5h {short}"), Line)
        spelled = short if is_clear else _marked(short)
        example = self._line(f"1.5h {spelled}") or self._line(f"1.5h {_marked(short)}") or "1.5h ACME-12"
        return f"For example: `/log {example}`"

    def _orders(self, plain: str) -> Iterator[str]:
        """The line with DATE and DURATION taken to its beginning, for each place where they stand."""
        words = split_words(plain)
        for index, word in enumerate(words[1:], 1):
            head = self._head(words[index : index + _HEAD])
            if head and (not head.is_bare or head.day or index + head.length == len(words)):
                end = words[index + head.length - 1].end
                yield f"{plain[word.start : end]} {plain[: word.start]} {plain[end:]}"

    def _head(self, words: Sequence[Word]) -> Head | None:
        try:
            heads = read_heads(words, self.grammar.codes, self.grammar.today)
        except Refused:
            return None
        return heads[0] if heads else None

    def _line(self, text: str) -> str | None:
        """The text if it means one thing, else the first thing that it could mean; None if neither can be logged."""
        line = as_typed(text)
        read = self._read(line)
        if isinstance(read, Doubt):
            return next(filter(None, map(self._written, read.readings)), None)
        return None if read is None else as_command(line, _TIGHT)

    def _written(self, reading: Reading) -> str | None:
        """The reading as a line, its note in quotation marks where a bare one would mean more."""
        task = f"#{reading.task}" if reading.task else ""
        parts = [reading.hours, reading.day, reading.target or "", task]
        for note in (reading.note, _marked(reading.note)):
            text = " ".join(part for part in [*parts, as_typed(note)] if part)
            if self._means(self._read(text), reading):
                return as_command(text, _TIGHT + 200)
        return None

    def _means(self, read: Line | Doubt | None, reading: Reading) -> bool:
        if not isinstance(read, Line) or read.left:
            return False
        day = read.day.isoformat() if read.day else ""
        return (read.work.target, read.work.task, day) == (reading.target, reading.task, reading.day)

    def _read(self, text: str) -> Line | Doubt | None:
        try:
            return self.grammar.read(text)
        except Refused:
            return None


def as_typed(text: str) -> str:
    """On one line, short enough to be shown whole, without the signs that are changed when they are shown."""
    line = " ".join(text.split()).replace("`", "'")
    return line if len(line) <= _TIGHT else line[: _TIGHT - 1].rstrip() + "…"


def _marked(note: str) -> str:
    inner = note.strip().replace('"', "'")
    return f'"{inner}"' if inner else ""
