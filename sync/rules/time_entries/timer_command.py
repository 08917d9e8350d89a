"""What people type after `/timer`: `start`, `stop`, `status`, `switch`, `cancel`, `resume`, `help`, nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from rapidfuzz import fuzz, process

from sync.rules.text.slack import as_command, quote, unwrap
from sync.rules.text.strays import find_strays
from sync.rules.text.words import Word, split_words
from sync.rules.text.work import Codes, Unreadable, is_target, parse_note
from sync.rules.time_entries.backdating import begun_within
from sync.rules.time_entries.timer_line import TimerGrammar, Unsure


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
    left: tuple[str, ...] = ()
    """Words of the note that could have meant more."""


@dataclass(frozen=True, slots=True)
class Stop:
    """`note` is appended to what the timer already says (ruling 9); `left` are words of it that could mean more."""

    note: str
    note_was_cut: bool = False
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    pass


@dataclass(frozen=True, slots=True)
class Switch:
    target: str | None
    task: str | None
    note: str
    note_was_cut: bool = False
    left: tuple[str, ...] = ()


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

_USAGE = """\
`/timer start ACME-12 #design First drafts` – or without ACME-12: the project linked to this channel
`/timer start ACME-12 -15m` – began 15 minutes ago; also `-1h30`, `15 min ago`
`/timer start ACME-12 since 9:15` – began at 9:15
`/timer stop Sent to Anna` – the note is added
`/timer switch ACME-13` – stops this one and starts that one
`/timer cancel` – drops the running timer
`/timer resume` – goes on with the last one
`/timer` or `/timer status` – what is running"""


def parse(text: str, *, codes: Collection[str], today: date) -> TimerCommand:
    """Reads what Slack sent after the command; `codes` are every project code and ticket key.

    `today` tells days in a note from other words. Raises Unreadable, also for what could mean two things.
    """
    plain = unwrap(text)
    words = split_words(plain)
    if not words:
        return Status()
    name, grammar = words[0].text.lower(), TimerGrammar(Codes.of(codes), today)
    rest = plain[words[0].end :].strip()
    match name:
        case "help":
            return TimerHelp()
        case "start":
            return _start(rest, grammar)
        case "stop":
            return _stop(rest, grammar)
        case "switch":
            return _switch(rest, grammar)
        case "status" | "cancel" | "resume":
            return _alone(name, rest)
    raise Unreadable(_hint(plain, words, grammar))


def timer_usage() -> str:
    """One example for each thing that `/timer` takes, in mrkdwn."""
    return _USAGE


def _start(text: str, grammar: TimerGrammar) -> Start:
    timed = grammar.read(text)
    if isinstance(timed, Unsure):
        raise Unreadable(grammar.question("start", timed))
    work, begun = timed.work, timed.begun
    back, since = (begun.back, begun.since) if begun else (None, None)
    return Start(work.target, work.task, *work.note, back=back, since=since, left=timed.left)


def _stop(text: str, grammar: TimerGrammar) -> Stop:
    """Stopping always works: what could mean more is told, never asked about."""
    work = parse_note(text)
    strays = [stray.shown for stray in find_strays(work, grammar.codes, grammar.today)]
    begun = None if work.is_literal else begun_within(work.note.text)
    left = [*strays, begun[0].typed] if begun else strays
    return Stop(*work.note, left=tuple(dict.fromkeys(left)))


def _switch(text: str, grammar: TimerGrammar) -> Switch:
    if not text:
        raise Unreadable("Switch to what? Name it: `/timer switch ACME-12`")
    timed = grammar.read(text)
    if isinstance(timed, Unsure):
        timed = replace(timed, readings=[one for one in timed.readings if one.begun is None])
        if timed.readings:
            raise Unreadable(grammar.question("switch", timed))
    if isinstance(timed, Unsure) or timed.begun:
        raise Unreadable(f"A switch begins now. To begin earlier: `/timer start {grammar.understood(text)}`")
    return Switch(timed.work.target, timed.work.task, *timed.work.note, left=timed.left)


def _alone(name: str, rest: str) -> TimerCommand:
    if rest:
        raise Unreadable(f"“{quote(rest)}” has no place after `{name}`. Type only `/timer {name}`")
    return _ALONE[name]


def _hint(plain: str, words: Sequence[Word], grammar: TimerGrammar) -> str:
    name = words[0].text
    closest = process.extractOne(name.lower(), _COMMANDS, scorer=fuzz.ratio, score_cutoff=_CLOSE)
    if is_target(name, grammar.codes) or closest is None:
        line = grammar.understood(plain)
        return f"“{quote(plain)}” was not understood. To start a timer: `/timer start {line}`"
    rest = plain[words[0].end :].strip()
    return f"`/timer` has no “{quote(name)}”. Did you mean `/timer {_corrected(closest[0], rest, grammar)}`?"


def _corrected(name: str, rest: str, grammar: TimerGrammar) -> str:
    """The command that a slip was meant for, with what follows it as far as it takes that."""
    if name in _ALONE or name == "help":
        return name
    if name == "stop":
        return f"stop {as_command(rest)}".strip()
    if name == "switch" and (not rest or _begins_earlier(rest, grammar)):
        return "switch ACME-12"
    return f"{name} {grammar.understood(rest)}".strip() if rest else name


def _begins_earlier(text: str, grammar: TimerGrammar) -> bool:
    try:
        _switch(grammar.understood(text), grammar)
    except Unreadable:
        return True
    return False
