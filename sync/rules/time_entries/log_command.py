"""What people type after `/log`: `[DATE] DURATION [TARGET] [#TASK] [NOTE…]`, `list`, `again`, `help` or nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import NamedTuple

from store.units import Hours
from sync.errors import Refused
from sync.rules.text.dates import parse_date
from sync.rules.text.hours import Duration, check, join_words, parse_duration
from sync.rules.text.slack import quote, unwrap
from sync.rules.text.work import Unreadable, Word, Work, parse_work, split_words


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Hours to log. `started` and `ended` only where a range was typed; `target` and `task` as in `work_text.Work`."""

    spent_date: date
    hours: Hours
    started: time | None
    ended: time | None
    target: str | None
    task: str | None
    note: str
    note_was_cut: bool


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

_USAGE = """\
`/log 1.5h ACME-12 #design First drafts` – also `1,5h`, `90m`, `1h30`, `1:30`
`/log 9-10:30 ACME-12 Workshop` – from a time to a time
`/log yesterday 2h ACME-12` – also `mon`, `19.11.`, `2026-11-19`
`/log 45m Stand-up` – the project linked to this channel
`/log list yesterday` – that day's entries, with Edit and Undo
`/log again` – the last entry once more, today
`/log` – the form"""


class _Head(NamedTuple):
    """DATE and DURATION, in either order, and where the text after them begins."""

    day: date | None
    duration: Duration
    end: int


def parse(text: str, *, today: date, codes: Collection[str], step: Hours, minimum: Hours) -> LogCommand:
    """Reads what Slack sent after the command. `today` is the person's own, `codes` every project code and ticket key.

    Raises Unreadable if no duration stands first or beside a date, HoursRefused if the hours may not be logged
    (S2-17), DateRefused for a day that is in the future or in no calendar.
    """
    plain = unwrap(text)
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
    head = _head(words, today)
    if head is None:
        raise Unreadable(_hint(plain, words, today))
    hours = check(head.duration.hundredths, step, minimum)
    return _entry(head, hours, parse_work(plain[head.end :], codes), today)


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
    day = parse_date(words[1].text, today) if len(words) == 2 else None
    if day is None:
        raise Unreadable(f"“{quote(plain)}” was not understood. One day's entries: `/log list yesterday`")
    return LogList(day)


def _entry(head: _Head, hours: Hours, work: Work, today: date) -> LogEntry:
    return LogEntry(
        spent_date=head.day or today,
        hours=hours,
        started=head.duration.started,
        ended=head.duration.ended,
        target=work.target,
        task=work.task,
        note=work.note.text,
        note_was_cut=work.note.was_cut,
    )


def _head(words: Sequence[Word], today: date) -> _Head | None:
    """A DATE stands directly before or after the DURATION (ruling 2)."""
    day = parse_date(words[0].text, today)
    first = 0 if day is None else 1
    found = _duration(words[first:])
    if found is None:
        return None
    duration, length = found
    end = first + length
    if day is None and end < len(words) and (after := parse_date(words[end].text, today)):
        day, end = after, end + 1
    return _Head(day, duration, words[end - 1].end)


def _duration(words: Sequence[Word]) -> tuple[Duration, int] | None:
    """The duration that the words begin with, and how many of them it takes: two in `1h 30m` and `90 min`."""
    if len(words) > 1 and (joined := join_words(words[0].text, words[1].text)):
        duration = parse_duration(joined)
        return None if duration is None else (duration, 2)
    duration = parse_duration(words[0].text) if words else None
    return None if duration is None else (duration, 1)


def _hint(plain: str, words: Sequence[Word], today: date) -> str:
    """Quotes the text and puts it into an order that would be understood, with its own hours if it has any."""
    heads = (_head_at(words, index, today) for index in range(len(words)))
    if head := next(filter(None, heads), None):
        start, end = head
        ordered = f"{plain[start:end]} {plain[:start]} {plain[end:]}"
        return f"“{quote(plain)}” was not understood. The time comes first: `/log {quote(ordered)}`"
    return f"“{quote(plain)}” does not say how long. For example: `/log {quote(f'1.5h {plain}')}`"


def _head_at(words: Sequence[Word], index: int, today: date) -> tuple[int, int] | None:
    """Where the text of DATE and DURATION begins and ends, if they stand at this word; three words at most."""
    try:
        head = _head(words[index : index + 3], today)
    except Refused:
        return None
    return None if head is None else (words[index].end - len(words[index].text), head.end)
