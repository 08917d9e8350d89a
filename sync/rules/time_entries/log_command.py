"""What people type after `/log`: `[DATE] DURATION [TARGET] [#TASK] [NOTE…]`, `list`, `again`, `help` or nothing."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time

from store.units import Hours
from sync.rules.text.dates import DateUnclear, parse_date
from sync.rules.text.slack import quote, unwrap
from sync.rules.text.words import Word, split_words
from sync.rules.text.work import Codes, Unreadable
from sync.rules.time_entries.log_advice import Advice
from sync.rules.time_entries.log_line import Grammar, Line


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Hours to log. `started` and `ended` only where a range was typed; `target` and `task` as in `work.Work`."""

    spent_date: date
    hours: Hours
    started: time | None
    ended: time | None
    target: str | None
    task: str | None
    note: str
    note_was_cut: bool
    left: tuple[str, ...] = ()
    """Words of the note that could have meant a project, a task, a day or hours, and were not taken so."""


@dataclass(frozen=True, slots=True)
class LogList:
    """That day's entries."""

    day: date


@dataclass(frozen=True, slots=True)
class LogAgain:
    """The last entry once more, today."""


@dataclass(frozen=True, slots=True)
class LogForm:
    """Nothing was typed: the form."""


@dataclass(frozen=True, slots=True)
class LogHelp:
    pass


LogCommand = LogEntry | LogList | LogAgain | LogForm | LogHelp

_COMMAND = re.compile(r"/log(?:\s+|$)", re.IGNORECASE)
"""The command itself, where a line was pasted behind it."""

_USAGE = """\
`/log 1.5h ACME-12 #design First drafts` – also `1,5h`, `90m`, `1h 30m`, `1:30`
`/log 9-10:30 ACME-12 Workshop` – from a time to a time
`/log yesterday 2h ACME-12` – also `mon`, `last friday`, `19 Nov`, `19.11.`, `2026-11-19`
`/log 45m Stand-up` – the project linked to this channel
`/log 45m "Prepare Monday"` – in quotation marks everything is note
`/log list yesterday` – that day's entries, with Edit and Undo
`/log again` – the last entry once more, today
`/log` – the form"""


def parse(text: str, *, today: date, codes: Collection[str], step: Hours, minimum: Hours) -> LogCommand:
    """Reads what Slack sent after the command. `today` is the person's own, `codes` every project code and ticket key.

    Raises Unreadable if no duration stands first or beside a date, or if it could mean two things; HoursRefused if the
    hours may not be logged (S2-17), DateRefused for a day that is in the future or in no calendar.
    """
    plain = _COMMAND.sub("", unwrap(text))
    words = split_words(plain)
    if not words:
        return LogForm()
    match words[0].text.lower():
        case "help":
            return LogHelp()
        case "again":
            return _again(words)
        case "list":
            return _list(words, plain, today)
    return _entry(plain, Grammar(Codes.of(codes), today, step, minimum))


def log_usage() -> str:
    """One example for each thing that `/log` takes, in mrkdwn."""
    return _USAGE


def _again(words: Sequence[Word]) -> LogAgain:
    if len(words) > 1:
        raise Unreadable(f"“{quote(words[1].text)}” has no place after `again`. To repeat the last entry: `/log again`")
    return LogAgain()


def _list(words: Sequence[Word], plain: str, today: date) -> LogList:
    if len(words) == 1:
        return LogList(today)
    try:
        day = parse_date(" ".join(word.text for word in words[1:]), today)
    except DateUnclear as unclear:
        one, two = unclear.readings
        raise Unreadable(f"Which day? `/log list {one.isoformat()}` or `/log list {two.isoformat()}`") from None
    if day is None:
        raise Unreadable(f"“{quote(plain)}” was not understood. One day's entries: `/log list yesterday`")
    return LogList(day)


def _entry(plain: str, grammar: Grammar) -> LogEntry:
    line = grammar.read(plain)
    if not isinstance(line, Line):
        raise Unreadable(Advice(grammar).on(plain, line))
    duration, work = line.duration, line.work
    return LogEntry(
        spent_date=line.day or grammar.today,
        hours=grammar.check(duration),
        started=duration.started,
        ended=duration.ended,
        target=work.target,
        task=work.task,
        note=work.note.text,
        note_was_cut=work.note.was_cut,
        left=line.left,
    )
