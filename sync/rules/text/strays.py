"""What stands in a note and could have meant more: a code, a `#task`, a day, how long, since when.

Nothing of this is guessed at. What could fill a place that is still empty is asked about, the rest is told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sync.errors import Refused
from sync.rules.text.dates import parse_date
from sync.rules.text.duration_words import is_bare
from sync.rules.text.durations import parse_duration
from sync.rules.text.slack import quote
from sync.rules.text.words import Word, longest, split_words
from sync.rules.text.work import Codes, Work, asana_task_gid, task_name

_ENDS = ".,:;!?)"
"""What may follow a word in a sentence."""
_TOLD = 3
"""Words of a note that are named; a long note that was pasted may have dozens."""
_TELLS = re.compile(r"[\d½¼¾]|hour|stunde|timme|minut")
"""Without one of these a phrase is not worth being read as a duration."""
_LINKING = {"for", "on", "at", "from", "in", "to", "für", "am", "auf", "bei", "zu", "vom", "för", "på", "till", "i"}


class Kind(StrEnum):
    PROJECT = "project"
    TASK = "task"
    DAY = "day"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Stray:
    """One of them. `first` and `last` count words of the note; `value` is what it would mean, written as a command."""

    kind: Kind
    value: str
    shown: str
    first: int
    last: int
    is_likely: bool
    """Written so, or standing where one, that it was hardly meant as a word of the note."""


def find_strays(work: Work, codes: Codes, today: date | None) -> list[Stray]:
    """In the order of the note. `today` None: days mean nothing to this command."""
    words = [] if work.is_literal else split_words(work.note.text)
    return list(_walk(words, codes, today))


def told(left: Sequence[str]) -> str:
    """The line above a card that says which words of its note were not taken for more; empty for none."""
    if not left:
        return ""
    named = ", ".join(f"“{quote(one)}”" for one in left[:_TOLD])
    return f":memo: {named} {'stays' if len(left) == 1 else 'stay'} in the note and changed nothing else.\n"


def without(note: str, strays: Sequence[Stray]) -> str:
    """The note with these taken out, and with them the word that only led to them, as the `for` of `for BRIG-3`."""
    words = split_words(note)
    gone = {index for stray in strays for index in range(stray.first, stray.last)}
    gone |= {index for index in range(len(words)) if index + 1 in gone and words[index].text.lower() in _LINKING}
    return " ".join(word.text for index, word in enumerate(words) if index not in gone)


def _walk(words: Sequence[Word], codes: Codes, today: date | None) -> Iterator[Stray]:
    index = 0
    while index < len(words):
        stray = _at(words, index, codes, today)
        if stray is not None:
            yield stray
        index = stray.last if stray else index + 1


def _at(words: Sequence[Word], index: int, codes: Codes, today: date | None) -> Stray | None:
    rest, word = words[index:], words[index].text
    if known := codes.find(_ended(rest)):
        typed = " ".join(one.text for one in rest[: known.length])
        return _stray(Kind.PROJECT, known.code, words, index, known.length, is_likely=_is_meant(typed, known.code))
    if asana_task_gid(word):
        return _stray(Kind.PROJECT, word, words, index, 1, is_likely=True)
    if name := task_name(word.rstrip(_ENDS)):
        return _stray(Kind.TASK, f"#{name}", words, index, 1, is_likely=True)
    if today is not None and (day := _day(rest, today)):
        found, length = day
        is_edge = index == 0 or index + length == len(words)
        return _stray(Kind.DAY, found, words, index, length, is_likely=bool(found) and is_edge)
    if length := _duration(rest, is_first=index == 0):
        return _stray(Kind.DURATION, "", words, index, length, is_likely=index == 0)
    return None


def _stray(kind: Kind, value: str, words: Sequence[Word], index: int, length: int, *, is_likely: bool) -> Stray:
    shown = " ".join(word.text for word in words[index : index + length]).rstrip(_ENDS)
    return Stray(kind, value, shown, index, index + length, is_likely)


def _is_meant(typed: str, code: str) -> bool:
    """`web` in small letters may be a word though WEB is a code; a code with digits or signs is nothing else."""
    return not typed.islower() or not code.isalpha() or code.islower()


def _ended(words: Sequence[Word]) -> Sequence[Word]:
    """The words as they would be if the sentence did not go on: `BETA.` is BETA."""
    return [Word(word.text.rstrip(".!?)").lstrip("("), word.end) for word in words[:8]]


def _day(words: Sequence[Word], today: date) -> tuple[str, int] | None:
    """The day in full, and its words; empty for one that cannot be the day of an entry."""

    def read(phrase: str) -> str | None:
        for spelled in dict.fromkeys((phrase, phrase.rstrip(_ENDS))):
            try:
                if day := parse_date(spelled, today):
                    return day.isoformat()
            except Refused:
                return ""
        return None

    return longest(words, read)


def _duration(words: Sequence[Word], *, is_first: bool) -> int:
    """How many words tell how long; a number alone tells nothing, and `3-4` only where a duration might stand."""

    def read(phrase: str) -> bool | None:
        spelled = phrase.rstrip(_ENDS)
        if is_bare(spelled) or not _TELLS.search(spelled):
            return None
        is_plain_range = not any(sign.isalpha() or sign == ":" for sign in spelled)
        is_told = _is_said(spelled) and (is_first or not is_plain_range)
        return True if is_told else None

    found = longest(words, read)
    return found[1] if found else 0


def _is_said(phrase: str) -> bool:
    """Whether it says how long, be it allowed or not."""
    try:
        return parse_duration(phrase) is not None
    except Refused:
        return True
