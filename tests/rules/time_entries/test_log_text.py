"""`/log`: the grammar of the contract's section 4, read on Saturday, 21 November 2026."""

from datetime import date, time

import pytest

from store.units import Hours
from sync.rules.text.dates import DateRefused
from sync.rules.text.durations import HoursRefused
from sync.rules.text.work import Unreadable
from sync.rules.time_entries.log_command import (
    LogAgain,
    LogCommand,
    LogEntry,
    LogForm,
    LogHelp,
    LogList,
    log_usage,
    parse,
)

TODAY, YESTERDAY, THURSDAY = date(2026, 11, 21), date(2026, 11, 20), date(2026, 11, 19)
CODES = ("ACME", "BETA-X")
STEP = MINIMUM = Hours(25)


def read(text: str) -> LogCommand:
    return parse(text, today=TODAY, codes=CODES, step=STEP, minimum=MINIMUM)


def entry(
    hours: int,
    day: date = TODAY,
    target: str | None = None,
    *,
    task: str | None = None,
    note: str = "",
    times: tuple[time, time] | tuple[None, None] = (None, None),
) -> LogEntry:
    started, ended = times
    return LogEntry(day, Hours(hours), started, ended, target, task, note, note_was_cut=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5", entry(150)),
        ("1.5h ACME-12 #design First drafts", entry(150, target="ACME-12", task="design", note="First drafts")),
        ("1,5h acme fixed", entry(150, target="ACME", note="fixed")),
        ("90m fixed", entry(150, note="fixed")),
        ("1h 30m ACME-12", entry(150, target="ACME-12")),
        ("90 min stand-up", entry(150, note="stand-up")),
        ("yesterday 2h ACME-12", entry(200, YESTERDAY, "ACME-12")),
        ("2h yesterday ACME-12", entry(200, YESTERDAY, "ACME-12")),
        ("1h 30m thu ACME-12", entry(150, THURSDAY, "ACME-12")),
        ("thu 1h 30m ACME-12", entry(150, THURSDAY, "ACME-12")),
        ("2026-11-20 2 x", entry(200, YESTERDAY, note="x")),  # no range
        ("2 2026-11-20", entry(200, YESTERDAY)),
        ("19.11. 1:30", entry(150, THURSDAY)),
        ("1:30 19.11.", entry(150, THURSDAY)),
        ("9-10:30 ACME-12", entry(150, target="ACME-12", times=(time(9), time(10, 30)))),
        ("fri 9–10:30 x", entry(150, YESTERDAY, note="x", times=(time(9), time(10, 30)))),  # a long dash
        ("1h BETA-x R&amp;D “plan”", entry(100, target="BETA-X", note='R&D "plan"')),
        ("1h <https://app.asana.com/0/1/2|x>", entry(100, target="https://app.asana.com/0/1/2")),
        ("1h <https://app.asana.com/1/5/task/2>", entry(100, target="https://app.asana.com/1/5/task/2")),
        ("1h ACME <#C1|design> x", entry(100, target="ACME", task="design", note="x")),
        ("1h <!channel> hi <@U1|anna>", entry(100, note="channel hi @anna")),
        ("1h help list again", entry(100, note="help list again")),
        ("1h\u00a0ACME\u201112", entry(100, target="ACME-12")),
        ("1H YESTERDAY ACME", entry(100, YESTERDAY, "ACME")),
    ],
)
def test_entry_is_read(text: str, expected: LogEntry) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", LogForm()),
        (" \n ", LogForm()),
        ("help", LogHelp()),
        ("HELP me", LogHelp()),
        ("again", LogAgain()),
        ("Again", LogAgain()),
        ("list", LogList(TODAY)),
        ("List yesterday", LogList(YESTERDAY)),
        ("list 19.11.", LogList(THURSDAY)),
    ],
)
def test_other_commands_are_read(text: str, expected: LogCommand) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        # its own words in an order that is understood
        ("ACME-12 1.5h drafts", ["“ACME-12 1.5h drafts”", "`/log 1.5h ACME-12 drafts`"]),
        ("ACME-12 yesterday 2h", ["`/log yesterday 2h ACME-12`"]),
        ("ACME-12 1h 30m x", ["`/log 1h 30m ACME-12 x`"]),
        ("yesterday ACME 2h", ["`/log 2h yesterday ACME`"]),
        # which of its words are unclear, and how
        ("3/4 1h ACME nav", ["Which day is it?", "on 2026-04-03", "on 2026-03-04"]),
        ("1h 3/4 ACME nav", ["Is that a day, or hours?", "1 3/4h today"]),
        ("1h 30 nav", ["Is “30” part of the hours?"]),
        # no hours at all: an example with all that was typed
        ("drafts", ["“drafts” does not say how long", "`/log 1.5h drafts`"]),
        ("yesterday", ["`/log 1.5h yesterday`"]),
        ("nav #design", ["`/log 1.5h #design nav`"]),
        ("3s clip", ['`/log 1.5h "3s clip"`']),  # no part of the hours
        ("drafts on 31.02.", ["`/log 1.5h drafts on 31.02.`"]),
        ("drafts 10-9", ["`/log 1.5h drafts 10-9`"]),
        ("9-25", ["“9-25” is no duration", "`/log 1.5h`"]),
        ("list foo", ["“list foo”", "`/log list yesterday`"]),
        ("list mon tue", ["“list mon tue”"]),
        ("again 2h", ["“2h”", "`/log again`"]),
        # what is quoted has no effect in Slack
        ("<!channel> `x` &lt;b&gt;", ["channel ˋxˋ &lt;b&gt;"]),
        ("x " * 500, ["…"]),
    ],
)
def test_unreadable_text_is_quoted_with_the_nearest_right_form(text: str, parts: list[str]) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)

    message = str(refused.value)
    assert [part for part in parts if part not in message] == []
    assert len(message) < 1000


@pytest.mark.parametrize("text", ["ACME-12 1.5h drafts", "a yesterday 2h", "drafts", "x 9-10", "yesterday"])
def test_suggested_form_is_understood(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)

    suggestion = str(refused.value).rpartition("`/log ")[2].removesuffix("`")
    assert isinstance(read(suggestion), LogEntry)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("0", (25, 50)),
        ("0.1h x", (25, 50)),
        ("0.3", (25, 50)),
        ("-1 x", (25, 50)),
        ("—1h", (25, 50)),  # a long dash
        ("25h", (2375, 2400)),
        ("19.11 ACME-12", (1900, 1925)),  # hours (ruling 2)
        ("9-10:10", (100, 125)),
        ("10-9", ()),
    ],
)
def test_hours_that_may_not_be_logged_are_refused(text: str, nearest: tuple[int, ...]) -> None:
    with pytest.raises(HoursRefused) as refused:
        read(text)

    assert refused.value.nearest == nearest


@pytest.mark.parametrize(
    "text", ["tomorrow 2h", "2h tomorrow", "2h 2026-11-22", "31.02. 2h", "list tomorrow", "yesterday"]
)
def test_days_that_cannot_be_logged_are_refused(text: str) -> None:
    expected = Unreadable if text == "yesterday" else DateRefused

    with pytest.raises(expected):
        read(text)


def test_step_and_minimum_are_those_given() -> None:
    found = parse("6m", today=TODAY, codes=(), step=Hours(10), minimum=Hours(10))

    assert found == entry(10)


def test_long_note_is_cut_and_says_so() -> None:
    found = read("1h " + "x" * 3001)

    assert isinstance(found, LogEntry)
    assert (len(found.note), found.note_was_cut) == (3000, True)


def test_usage_shows_an_example_for_each_form_that_is_understood() -> None:
    examples = [line.split("`")[1].removeprefix("/log").strip() for line in log_usage().splitlines()]

    kinds = {type(read(example)) for example in examples}
    assert kinds == {LogEntry, LogList, LogAgain, LogForm}
