"""DATE and DURATION at the beginning of `/log`, in either order, and what of them is left over beside them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sync.rules.text.dates import DateRefused, parse_date
from sync.rules.text.duration_words import is_bare, is_unit, parse_amount, whole_hours
from sync.rules.text.durations import Duration, parse_duration
from sync.rules.text.words import Word, fold, longest, phrase
from sync.rules.text.work import Codes

_AND = {"and", "und", "och", "+", "plus", "&"}
_OR = {"-", "to", "til", "till", "until", "bis", "x", "*", "×", "/", "or", "oder", "eller"}
_HALVES = {"half", "a", "halbe", "halb", "halv", "en", "eine"}
_OTHER_UNITS = {
    *(
        "d",
        "day",
        "days",
        "tag",
        "tage",
        "tagen",
        "dag",
        "dagar",
        "week",
        "weeks",
        "woche",
        "wochen",
        "vecka",
        "veckor",
    ),
    *("s", "sec", "secs", "second", "seconds", "sek", "sekunden", "sekunder", "%"),
}
_FIGURES = re.compile(r"[-+]?\d[\d.,:/-]*", re.ASCII)
_FRACTION = re.compile(r"\d{1,2}/[1-9]\d?", re.ASCII)
_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Day:
    """A day as typed; `refusal` in the place of one that may not be logged, or that could be two."""

    day: date | None
    refusal: DateRefused | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """`typed` is the duration in the person's words, `length` counts the words of both."""

    day: Day | None
    duration: Duration
    typed: str
    length: int
    is_bare: bool
    """A number without a unit."""

    @property
    def iso_day(self) -> str:
        """`2026-11-19`; empty where no day was typed, or none that may be logged."""
        return self.day.day.isoformat() if self.day and self.day.day else ""


def read_heads(words: Sequence[Word], codes: Codes, today: date) -> list[Head]:
    """None, one, or two where day and duration could change places: `2 Nov 19`. Raises HoursRefused.

    A word that is a code is never part of one (ruling 22).
    """
    free = words[: codes.first(words)]
    after_day, before_day = _day_first(free, today), _hours_first(free, today)
    heads = [head for head in (after_day, before_day) if head]
    if len(heads) < 2:
        return heads
    whole = [head for head in heads if head.day and not leftover(head, words[head.length :], codes)]
    return whole or heads[:1]


def day_at(words: Sequence[Word], codes: Codes, today: date) -> tuple[Day, int] | None:
    """The day that the words begin with, and how many of them it is."""

    def read(said: str) -> Day | None:
        try:
            day = parse_date(said, today)
        except DateRefused as refusal:
            return Day(None, refusal)
        return None if day is None else Day(day)

    return longest(words[: codes.first(words)], read)


def leftover(head: Head, rest: Sequence[Word], codes: Codes) -> int:
    """How many words next to the duration could belong to it though they are no part of it; 0 if none."""
    if not rest or codes.find(rest):
        return 0
    first = fold(rest[0].text).rstrip(",:;")
    if first in _AND and (more := _more(rest[1:], codes)):
        return 1 + more
    if first in _OR and (more := _more(rest[1:], codes)):
        return 1 + more
    if is_unit(first) and first != "tim":
        return 1
    if first.lstrip("0123456789") in _OTHER_UNITS and (head.is_bare or first[:1].isdigit()):
        return 1
    return _figures(head, first, rest)


def names_unit(word: str) -> bool:
    """`hours`, `min`, `days`: a word that no note begins with right after a number."""
    plain = fold(word).rstrip(",:;")
    return is_unit(plain) or plain in _OTHER_UNITS


def joined(head: Head, rest: Sequence[Word], length: int) -> str | None:
    """The one duration that the head and what is left over beside it may have meant: `1h30` of `1h 30`."""
    more = [fold(word.text).rstrip(",:;") for word in rest[:length]]
    hours = whole_hours(fold(head.typed))
    if hours is not None and len(more) == 1 and more[0].isdecimal() and len(more[0]) < 3 and int(more[0]) < _AN_HOUR:
        return f"{hours // 100}h{int(more[0]):02d}"
    if hours is not None and len(more) == 1 and _FRACTION.fullmatch(more[0]) and Fraction(more[0]) < 1:
        return f"{hours // 100} {more[0]}h"
    return None


def _day_first(words: Sequence[Word], today: date) -> Head | None:
    none: Codes = Codes({})
    found = day_at(words, none, today)
    if found is None:
        return None
    day, length = found
    timed = _duration(words[length:])
    if timed is None:
        return None
    duration, count = timed
    return _head(day, duration, words[length : length + count], length + count)


def _hours_first(words: Sequence[Word], today: date) -> Head | None:
    none: Codes = Codes({})
    timed = _duration(words)
    if timed is None:
        return None
    duration, count = timed
    day = day_at(words[count:], none, today)
    covering = day_at(words, none, today)
    if day is None and covering and covering[1] >= count:
        # `2 Nov` is a day, and nobody said how long.
        return None
    length = count + (day[1] if day else 0)
    return _head(day[0] if day else None, duration, words[:count], length)


def _head(day: Day | None, duration: Duration, timed: Sequence[Word], length: int) -> Head:
    typed = " ".join(word.text for word in timed).rstrip(",:;")
    return Head(day, duration, typed, length, is_bare(phrase(timed)))


def _duration(words: Sequence[Word]) -> tuple[Duration, int] | None:
    return longest(words, parse_duration)


def _more(words: Sequence[Word], codes: Codes) -> int:
    """Words after an `and` that make more of the duration: `30`, `30 min`, `a half`."""
    if not words or codes.find(words):
        return 0
    if found := longest(words[: codes.first(words)], parse_duration):
        return found[1]
    if _FIGURES.fullmatch(fold(words[0].text)):
        return 1
    return 2 if fold(words[0].text) in _HALVES and len(words) > 1 and fold(words[1].text) in _HALVES else 0


def _figures(head: Head, first: str, rest: Sequence[Word]) -> int:
    """A number, a range or another duration directly beside the first one."""
    if not _FIGURES.fullmatch(first):
        timed = longest(rest, lambda said: parse_amount(said.removeprefix("-")))
        return timed[1] if timed and first.lstrip("-")[:1].isdigit() else 0
    is_note = first.isdecimal() and int(first[:9]) >= _AN_HOUR and not head.is_bare
    if is_note:
        return 0
    timed = longest(rest, parse_amount)
    return timed[1] if timed else 1
