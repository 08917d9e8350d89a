"""What both `/log` and `/timer` end with: `[TARGET] [#TASK] [NOTE…]`, and what is said when a text cannot be read."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sync.errors import Refused
from sync.rules.text.slack import Note, channel_name, tidy_note
from sync.rules.text.words import JOINTS, Word, fold, split_words

_KEY = re.compile(r"[a-z][a-z0-9]*-\d{1,18}", re.IGNORECASE | re.ASCII)
_TASK = re.compile(r"#(?P<name>\S*[^\W\d_]\S*)")
_ASANA = re.compile(
    r"(?:https?://)?app\.asana\.com/(?:"
    # A project's own address has its gid twice.
    r"0/(?P<project>[^/?#]+)/(?:[^/?#]+/)*?(?!(?P=project)(?:[/?#]|$))(?P<old>\d+)(?:/[a-z]+)?"
    r"|1/\d+/(?:[a-z]+/[^/?#]+/)*?task/(?P<new>\d+)(?:/[a-z0-9/]+)?"
    r")/?(?:[?#]\S*)?",
    re.IGNORECASE | re.ASCII,
)
_REACH = 20
"""Words. A longer look would make of a pasted page, which is read from each of its words on, a minute's work."""
_WRAPS = "`*_~\"'"
"""Signs that people put around a code, and that say nothing."""
_DASH = re.compile(r"\A[-:,;|]\s+")
"""Between the parts of a line, as in `ACME-12 - fixed`."""
_LITERAL = re.compile(r'"(?P<note>[^"]+)"')
"""A note in quotation marks is taken as it is."""


class Unreadable(Refused):
    """A text that cannot be read; the message quotes it and gives the nearest right form."""


class Work(NamedTuple):
    """What is worked on. `target` is a code or key in its own spelling, or an Asana task URL; `task` is without `#`.

    `is_literal`: the note stood in quotation marks, so nothing in it means anything but itself.
    """

    target: str | None
    task: str | None
    note: Note
    is_literal: bool = False


class Known(NamedTuple):
    """A code that stands at the beginning of some words, and how many of them it is."""

    code: str
    length: int


@dataclass(frozen=True, slots=True)
class Codes:
    """Every project code and ticket key, found by their first word. Codes may have blanks."""

    by_first: Mapping[str, Sequence[tuple[Sequence[str], str]]]

    @classmethod
    def of(cls, codes: Collection[str]) -> "Codes":
        by_first: dict[str, list[tuple[Sequence[str], str]]] = {}
        for code in codes:
            if words := fold(code).split():
                by_first.setdefault(words[0], []).append((words, code))
        return cls(by_first)

    def find(self, words: Sequence[Word]) -> Known | None:
        """The longest code that the words begin with, so that `ACME Web` is found beside `ACME`."""
        if not words:
            return None
        firsts = _spellings(words[0].text)
        near = [known for first in firsts for known in self.by_first.get(first, ())]
        matches = [(len(code), spelled) for code, spelled in near if _begins(words, code)]
        length, spelled = max(matches, default=(0, ""))
        return Known(spelled, length) if length else None

    def first(self, words: Sequence[Word]) -> int:
        """How many words stand before the first code, of those that a day and a duration can have."""
        near = words[: 2 * _REACH]
        reach = min(len(words), _REACH)
        return next((index for index in range(reach) if self.find(near[index:])), reach)


def parse_work(text: str, codes: Codes) -> Work:
    """Reads unwrapped text. TARGET and #TASK come first, in either order; from the first other word on it is note.

    A word is a TARGET if it is one of the codes in any case, is an Asana task URL, or looks like `ABC-12` (ruling 1).
    """
    target = task = None
    rest = _DASH.sub("", text.strip())
    while rest and not _LITERAL.fullmatch(rest):
        words = split_words(rest)
        if target is None and (found := find_target(words, codes)):
            target, end = found
        elif task is None and (name := task_name(words[0].text)):
            task, end = name, words[0].end
        else:
            break
        rest = _DASH.sub("", rest[end:].lstrip())
    return parse_note(rest)._replace(target=target, task=task)


def parse_note(text: str) -> Work:
    """All of it is note, in quotation marks or not."""
    if literal := _LITERAL.fullmatch(text.strip()):
        return Work(None, None, tidy_note(literal["note"]), is_literal=True)
    return Work(None, None, tidy_note(text))


def is_target(word: str, codes: Codes) -> bool:
    return bool(word.strip()) and find_target(split_words(word), codes) is not None


def task_name(word: str) -> str | None:
    """`design` of `#design`, also where Slack made a channel of it; None for `#12`, which is an issue, not a task."""
    if name := channel_name(word):
        return name
    found = _TASK.fullmatch(word.rstrip(JOINTS))
    return found["name"] if found else None


def asana_task_gid(target: str) -> str | None:
    """The task's gid of an Asana URL, `/0/…` or `/1/…` (ruling 1); None if the target is no URL of an Asana task."""
    found = _ASANA.fullmatch(target)
    return (found["old"] or found["new"]) if found else None


def asana_task_address(gid: str) -> str:
    """The shortest that Asana opens."""
    return f"https://app.asana.com/0/0/{gid}"


def find_target(words: Sequence[Word], codes: Codes) -> tuple[str, int] | None:
    """The target at the beginning of the words, and where it ends."""
    if known := codes.find(words):
        return known.code, words[known.length - 1].end
    for word in (words[0].text, words[0].text.rstrip(JOINTS), _unwrapped(words[0].text)):
        if _KEY.fullmatch(fold(word)):
            return fold(word).upper(), words[0].end
        if asana_task_gid(word):
            return word, words[0].end
    return None


def _unwrapped(word: str) -> str:
    """`ACME-12` of `*ACME-12*`: the same sign on both sides is no part of a code."""
    inner = word.rstrip(JOINTS)
    while len(inner) > 2 and inner[0] == inner[-1] and inner[0] in _WRAPS:
        inner = inner[1:-1]
    return inner


def _spellings(word: str) -> dict[str, None]:
    """The forms in which a word may be a code, without repeats: as it is, and without what stands around it."""
    return dict.fromkeys(map(fold, (word, word.rstrip(JOINTS), _unwrapped(word))))


def _begins(words: Sequence[Word], code: Sequence[str]) -> bool:
    if len(words) < len(code):
        return False
    inner = zip(words[: len(code) - 1], code[:-1], strict=True)
    return code[-1] in _spellings(words[len(code) - 1].text) and all(fold(word.text) == part for word, part in inner)
