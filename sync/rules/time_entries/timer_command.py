"""What people type after `/timer`: `start`, `stop`, `status`, `switch`, `cancel`, `resume`, `help`, nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time

from rapidfuzz import fuzz, process

from sync.rules.text.slack import as_command, quote, unwrap
from sync.rules.text.strays import Kind, Stray, find_strays, without
from sync.rules.text.words import Word, split_words
from sync.rules.text.work import Codes, Unreadable, Work, is_target, parse_note, parse_work
from sync.rules.time_entries.backdating import Begun, begun_at, begun_at_end


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
    name, known = words[0].text.lower(), Codes.of(codes)
    rest = plain[words[0].end :].strip()
    match name:
        case "help":
            return TimerHelp()
        case "start":
            return _start(rest, known, today)
        case "stop":
            return _stop(rest, known, today)
        case "switch":
            return _switch(rest, known, today)
        case "status" | "cancel" | "resume":
            return _alone(name, rest)
    raise Unreadable(_hint(plain, words, known, today))


def timer_usage() -> str:
    """One example for each thing that `/timer` takes, in mrkdwn."""
    return _USAGE


def _start(text: str, codes: Codes, today: date) -> Start:
    rest, begun = _split_backdating(text, codes)
    work = parse_work(rest, codes)
    if begun is None and not work.is_literal and (found := begun_at(split_words(work.note.text))):
        begun, length = found
        words = split_words(work.note.text)
        noted = parse_note(work.note.text[words[length - 1].end :])
        work = work._replace(note=noted.note, is_literal=noted.is_literal)
    left = _checked("start", work, begun, codes, today)
    back, since = (begun.back, begun.since) if begun else (None, None)
    return Start(work.target, work.task, *work.note, back=back, since=since, left=left)


def _stop(text: str, codes: Codes, today: date) -> Stop:
    """Stopping always works: what could mean more is told, never asked about."""
    work = parse_note(text)
    strays = [stray.shown for stray in find_strays(work, codes, today)]
    begun = [] if work.is_literal else _begun_in(work.note.text)
    return Stop(*work.note, left=tuple(dict.fromkeys([*strays, *begun])))


def _switch(text: str, codes: Codes, today: date) -> Switch:
    if not text:
        raise Unreadable("Switch to what? Name it: `/timer switch ACME-12`")
    rest, begun = _split_backdating(text, codes)
    if begun:
        line = as_command(f"start {rest.strip()} {begun.typed}")
        raise Unreadable(f"`/timer switch` begins now. To begin earlier: `/timer {line}`")
    work = parse_work(text, codes)
    return Switch(work.target, work.task, *work.note, left=_checked("switch", work, None, codes, today))


def _alone(name: str, rest: str) -> TimerCommand:
    if rest:
        raise Unreadable(f"“{quote(rest)}” has no place after `{name}`. Type only `/timer {name}`")
    return _ALONE[name]


def _split_backdating(text: str, codes: Codes) -> tuple[str, Begun | None]:
    """The text without its `-15m` or `since 9:15`, which stand at the end or, if not there, at the beginning."""
    words = split_words(text)
    if not words or parse_work(text, codes).is_literal:
        return text, None
    if (found := begun_at_end(words)) is not None:
        begun, length = found
        return text[: words[-length].start], begun
    if (found := begun_at(words)) is not None:
        begun, length = found
        return text[words[length - 1].end :], begun
    return text, None


def _begun_in(note: str) -> list[str]:
    """Where in a note it is said when something began."""
    words = split_words(note)
    for index in range(len(words)):
        try:
            found = begun_at(words[index:])
        except Unreadable:
            return [words[index].text]
        if found is not None:
            return [" ".join(word.text for word in words[index : index + found[1]])]
    return []


def _checked(name: str, work: Work, begun: Begun | None, codes: Codes, today: date) -> tuple[str, ...]:
    """The words of the note that could have meant more; raises Unreadable for those that have to be asked about."""
    if work.is_literal:
        return ()
    if begun is None and (said := _begun_in(work.note.text)):
        note = " ".join(work.note.text.replace(said[0], " ", 1).split())
        earlier = _line(name, work, note, codes, said[0]) if name == "start" else ""
        raise Unreadable(_question(f"Does “{quote(said[0])}” say when it began?", earlier, _kept(name, work, codes)))
    strays = find_strays(work, codes, today)
    asked = [stray for stray in strays if _fills(stray, work, today)]
    if not asked:
        same = (work.target, f"#{work.task}", today.isoformat())
        return tuple(stray.shown for stray in strays if stray.value not in same)
    raise Unreadable(_asked(name, work, begun, codes, asked))


def _fills(stray: Stray, work: Work, today: date) -> bool:
    is_empty = {Kind.PROJECT: work.target is None, Kind.TASK: work.task is None}
    return stray.is_likely and is_empty.get(stray.kind, stray.value != today.isoformat())


def _asked(name: str, work: Work, begun: Begun | None, codes: Codes, asked: Sequence[Stray]) -> str:
    first = {stray.kind: stray for stray in reversed(asked)}
    named = " and ".join(f"“{quote(stray.shown)}”" for stray in first.values())
    note = without(work.note.text, list(first.values()))
    project, task = first.get(Kind.PROJECT), first.get(Kind.TASK)
    meant = Work(
        project.value if project else work.target,
        task.value.removeprefix("#") if task else work.task,
        parse_note(note).note,
    )
    kept = _kept(name, work, codes, begun)
    spare = first.get(Kind.DURATION) or first.get(Kind.DAY)
    if spare is None:
        moved = _line(name, meant, note, codes, begun.typed if begun else "")
        return _question(f"Is {named} part of the note?", moved, kept)
    length = first[Kind.DURATION].shown if Kind.DURATION in first else "1.5h"
    day = first[Kind.DAY].value if Kind.DAY in first else ""
    parts = ["/log", length, day, meant.target or "", f"#{meant.task}" if meant.task else "", _marked(note)]
    return _question(f"Is {named} part of the note? A timer counts by itself.", " ".join(filter(None, parts)), kept)


def _question(why: str, *lines: str) -> str:
    shown = [f"• `{as_command(line)}`" for line in lines if line]
    return "\n".join([f"{why} Nothing is started yet. Type one of these:", *shown])


def _kept(name: str, work: Work, codes: Codes, begun: Begun | None = None) -> str:
    return _line(name, work, _marked(work.note.text), codes, begun.typed if begun else "")


def _line(name: str, work: Work, note: str, codes: Codes, begun: str) -> str:
    """A line that means this; the note in quotation marks where bare words would mean more."""
    bare = parse_work(note, codes)
    is_plain = bare.is_literal or (bare.target is None and bare.task is None and not find_strays(bare, codes, None))
    shown = note if is_plain and not begun else _marked(note)
    parts = [f"/timer {name}", begun, work.target or "", f"#{work.task}" if work.task else "", shown]
    return " ".join(filter(None, parts))


def _marked(note: str) -> str:
    inner = note.strip().strip('"').replace('"', "'")
    return f'"{inner}"' if inner else ""


def _hint(plain: str, words: Sequence[Word], codes: Codes, today: date) -> str:
    name = words[0].text
    closest = process.extractOne(name.lower(), _COMMANDS, scorer=fuzz.ratio, score_cutoff=_CLOSE)
    if is_target(name, codes) or closest is None:
        begun = _understood(f"start {plain}", codes, today)
        return f"“{quote(plain)}” was not understood. To start a timer: `/timer {begun}`"
    rest = "" if closest[0] in _ALONE or closest[0] == "help" else plain[words[0].end :]
    suggestion = _understood(f"{closest[0]} {rest}".strip(), codes, today)
    return f"`/timer` has no “{quote(name)}”. Did you mean `/timer {suggestion}`?"


def _understood(line: str, codes: Codes, today: date) -> str:
    """The line, with all that follows the command as a note where it would not be understood otherwise."""
    name, _, rest = line.partition(" ")
    try:
        if name == "start":
            _start(rest, codes, today)
        elif name == "switch":
            _switch(rest or "ACME-12", codes, today)
    except Unreadable:
        return as_command(f"{name} {_marked(rest)}")
    return as_command(line if rest or name != "switch" else "switch ACME-12")
