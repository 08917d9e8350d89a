"""What both `/log` and `/timer` end with: `[TARGET] [#TASK] [NOTE…]`, and what is said when a text cannot be read."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sync.errors import Refused
from sync.rules.text.slack import Note, channel_name, tidy_note

_KEY = re.compile(r"[a-z][a-z0-9]*-\d{1,18}", re.IGNORECASE | re.ASCII)
_TASK = re.compile(r"#(?P<name>\S*[^\W\d_]\S*)")
_ASANA = re.compile(
    r"https://app\.asana\.com/(?:"
    # A project's own address has its gid twice.
    r"0/(?P<project>[^/?#]+)/(?:[^/?#]+/)*?(?!(?P=project)(?:[/?#]|$))(?P<old>\d+)(?:/[a-z]+)?"
    r"|1/\d+/(?:[a-z]+/[^/?#]+/)*?task/(?P<new>\d+)(?:/[a-z0-9/]+)?"
    r")/?(?:[?#]\S*)?",
    re.IGNORECASE | re.ASCII,
)
_JOINTS = ",:;"
"""Signs that people put between a key and their note; no part of the key."""


class Unreadable(Refused):
    """A text that cannot be read; the message quotes it and gives the nearest right form."""


class Word(NamedTuple):
    """A word as typed, and where the text after it begins."""

    text: str
    end: int


class Work(NamedTuple):
    """What is worked on. `target` is a code or key in its own spelling, or an Asana task URL; `task` is without `#`."""

    target: str | None
    task: str | None
    note: Note


def split_words(text: str) -> list[Word]:
    return [Word(found[0], found.end()) for found in re.finditer(r"\S+", text)]


def parse_work(text: str, codes: Collection[str]) -> Work:
    """Reads unwrapped text. TARGET and #TASK come first, in either order; from the first other word on it is note.

    A word is a TARGET if it is in `codes` (any case; codes may have blanks), is an Asana task URL, or looks like
    `ABC-12` (ruling 1). What looks like one further on is note.
    """
    target = task = None
    rest = text.strip()
    while rest:
        words = split_words(rest)
        if target is None and (found := _target(words, codes)):
            target, end = found
        elif task is None and (name := task_name(words[0].text)):
            task, end = name, words[0].end
        else:
            break
        rest = rest[end:].lstrip()
    return Work(target, task, tidy_note(rest))


def is_target(word: str, codes: Collection[str]) -> bool:
    return _target(split_words(word), codes) is not None


def task_name(word: str) -> str | None:
    """`design` of `#design`, also where Slack made a channel of it; None for `#12`, which is an issue, not a task."""
    if name := channel_name(word):
        return name
    found = _TASK.fullmatch(word.rstrip(_JOINTS))
    return found["name"] if found else None


def asana_task_gid(target: str) -> str | None:
    """The task's gid of an Asana URL, `/0/…` or `/1/…` (ruling 1); None if the target is no URL of an Asana task."""
    found = _ASANA.fullmatch(target)
    return (found["old"] or found["new"]) if found else None


def asana_task_address(gid: str) -> str:
    """The shortest that Asana opens."""
    return f"https://app.asana.com/0/0/{gid}"


def _target(words: Sequence[Word], codes: Collection[str]) -> tuple[str, int] | None:
    """The target at the beginning of the words, and where it ends."""
    if found := _code(words, codes):
        return found
    for word in (words[0].text, words[0].text.rstrip(_JOINTS)):
        if _KEY.fullmatch(word):
            return word.upper(), words[0].end
        if asana_task_gid(word):
            return word, words[0].end
    return None


def _code(words: Sequence[Word], codes: Collection[str]) -> tuple[str, int] | None:
    """The longest code that the words begin with, so that `ACME Web` is found beside `ACME`."""
    matches = [(len(code.split()), code) for code in codes if _begins(words, code.casefold().split())]
    if not matches:
        return None
    length, code = max(matches)
    return code, words[length - 1].end


def _begins(words: Sequence[Word], code: Sequence[str]) -> bool:
    typed = [word.text.casefold() for word in words[: len(code)]]
    return bool(code) and (typed == code or [*typed[:-1], typed[-1].rstrip(_JOINTS)] == code)
