"""What people type after `/timer`: `start`, `stop`, `status`, `switch`, `cancel`, `resume`, `help`, nothing."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import time

from rapidfuzz import fuzz, process

from sync.rules.text.hours import DAY, parse_duration
from sync.rules.text.slack import quote, tidy_note, unwrap
from sync.rules.text.times_of_day import parse_time
from sync.rules.text.work import Unreadable, Word, is_target, parse_work, split_words


@dataclass(frozen=True, slots=True)
class Start:
    """A timer to start, `back` minutes ago or at the time of day `since`; at most one of the two is set.

    Whether `since` lies ahead is for the flow to say, which knows the person's clock.
    """

    target: str | None
    task: str | None
    note: str
    note_was_cut: bool = False
    back: int | None = None
    since: time | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """`note` is appended to what the timer already says (ruling 9)."""

    note: str
    note_was_cut: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    pass


@dataclass(frozen=True, slots=True)
class Switch:
    target: str | None
    task: str | None
    note: str
    note_was_cut: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    pass


@dataclass(frozen=True, slots=True)
class Resume:
    pass


@dataclass(frozen=True, slots=True)
class TimerHelp:
    pass


TimerCommand = Start | Stop | Status | Switch | Cancel | Resume | TimerHelp

_ALONE: dict[str, TimerCommand] = {"status": Status(), "cancel": Cancel(), "resume": Resume()}
_COMMANDS = ("start", "stop", "status", "switch", "cancel", "resume", "help")
_CLOSE = 60
"""Per cent of likeness from which a word is taken for a misspelt command: `strat` and `stpo` are, `acme` is not."""
_BARE_NUMBER = re.compile(r"-\d{1,3}", re.ASCII)

_USAGE = """\
`/timer start ACME-12 #design First drafts` – or without ACME-12: the project linked to this channel
`/timer start ACME-12 -15m` – began 15 minutes ago; also `-1h`, `-1h30`
`/timer start ACME-12 since 9:15` – began at 9:15
`/timer stop Sent to Anna` – the note is added
`/timer switch ACME-13` – stops this one and starts that one
`/timer cancel` – drops the running timer
`/timer resume` – goes on with the last one
`/timer` or `/timer status` – what is running"""


def parse(text: str, *, codes: Collection[str]) -> TimerCommand:
    """Reads what Slack sent after the command; `codes` are every project code and ticket key. Raises Unreadable."""
    plain = unwrap(text)
    words = split_words(plain)
    if not words:
        return Status()
    name = words[0].text.lower()
    rest = plain[words[0].end :].strip()
    match name:
        case "help":
            return TimerHelp()
        case "start":
            return _start(rest, codes)
        case "stop":
            return Stop(*tidy_note(rest))
        case "switch":
            return _switch(rest, codes)
        case "status" | "cancel" | "resume":
            return _alone(name, rest)
    raise Unreadable(_hint(plain, words, codes))


def timer_usage() -> str:
    """One example for each thing that `/timer` takes, in mrkdwn."""
    return _USAGE


def _start(text: str, codes: Collection[str]) -> Start:
    rest, back, since = _split_backdating(text)
    work = parse_work(rest, codes)
    return Start(work.target, work.task, *work.note, back=back, since=since)


def _switch(text: str, codes: Collection[str]) -> Switch:
    if not text:
        raise Unreadable("Switch to what? Name it: `/timer switch ACME-12`")
    work = parse_work(text, codes)
    return Switch(work.target, work.task, *work.note)


def _alone(name: str, rest: str) -> TimerCommand:
    if rest:
        raise Unreadable(f"“{quote(rest)}” has no place after `{name}`. Type only `/timer {name}`")
    return _ALONE[name]


def _split_backdating(text: str) -> tuple[str, int | None, time | None]:
    """The text without its `-15m` or `since 9:15`, which stand at the end or, if not there, at the beginning."""
    words = split_words(text)
    if words and (back := _minutes_back(words[-1].text)) is not None:
        return text[: _start_of(words[-1])], back or None, None
    if len(words) > 1 and (since := _since(words[-2:])):
        return text[: _start_of(words[-2])], None, since
    if words and (back := _minutes_back(words[0].text)) is not None:
        return text[words[0].end :], back or None, None
    if len(words) > 1 and (since := _since(words[:2])):
        return text[words[1].end :], None, since
    return text, None, None


def _start_of(word: Word) -> int:
    return word.end - len(word.text)


def _since(words: Sequence[Word]) -> time | None:
    return parse_time(words[1].text) if words[0].text.lower() == "since" else None


def _minutes_back(word: str) -> int | None:
    """Whole minutes of `-15m`, `-1h`, `-1h30`, `-0:15`; None if the word is none of them.

    Raises Unreadable for `-15`, which may be minutes or hours, and for more than 24 h.
    """
    if not word.startswith("-"):
        return None
    if _BARE_NUMBER.fullmatch(word):
        raise Unreadable(f"`{word}` could be minutes or hours. Type `{word}m` or `{word}h`")
    duration = parse_duration(word)
    if duration is None:
        return None
    if -duration.hundredths > DAY:
        raise Unreadable(f"`{word}` is more than 24 h ago. Log such hours: `/log yesterday 7.5h ACME-12`")
    return round(-duration.hundredths * 60 / 100)


def _hint(plain: str, words: Sequence[Word], codes: Collection[str]) -> str:
    name = words[0].text
    closest = process.extractOne(name.lower(), _COMMANDS, scorer=fuzz.ratio, score_cutoff=_CLOSE)
    if is_target(name, codes) or closest is None:
        return f"“{quote(plain)}” was not understood. To start a timer: `/timer start {quote(plain)}`"
    rest = quote(plain[words[0].end :])
    suggestion = f"/timer {closest[0]} {rest}".rstrip()
    return f"`/timer` has no “{quote(name)}”. Did you mean `{suggestion}`?"
