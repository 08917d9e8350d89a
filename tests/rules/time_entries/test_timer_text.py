"""`/timer`: start, stop, status, switch, cancel, resume (contract, section 4)."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.text.work import Unreadable
from sync.rules.time_entries.timer_command import (
    Cancel,
    Resume,
    Start,
    Status,
    Stop,
    Switch,
    TimerCommand,
    TimerHelp,
    parse,
    timer_usage,
)

CODES = ("ACME",)


def read(text: str) -> TimerCommand:
    return parse(text, codes=CODES, today=date(2026, 11, 21))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Status()),
        ("  ", Status()),
        ("status", Status()),
        ("STATUS", Status()),
        ("help", TimerHelp()),
        ("help me", TimerHelp()),
        ("start", Start(None, None, "")),
        ("Start acme-12 #design First drafts", Start("ACME-12", "design", "First drafts")),
        ("start <#C1|design> x", Start(None, "design", "x")),
        ("stop", Stop("")),
        ("stop Sent to <@U1|anna>, <!here>", Stop("Sent to @anna, here")),
        ("stop ACME-12 -15m", Stop("ACME-12 -15m", left=("-15m",))),  # all of it is note
        ("switch ACME", Switch("ACME", None, "")),
        ("switch ACME-13 #build go", Switch("ACME-13", "build", "go")),
        ("switch #build", Switch(None, "build", "")),
        ("cancel", Cancel()),
        ("resume", Resume()),
    ],
)
def test_command_is_read(text: str, expected: TimerCommand) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("start ACME-12 -15m", Start("ACME-12", None, "", back=15)),
        ("start ACME-12 call –15m", Start("ACME-12", None, "call", back=15)),  # a long dash
        ("start -1h", Start(None, None, "", back=60)),
        ("start -1h30 ACME-12 call", Start("ACME-12", None, "call", back=90)),
        ("start -0:20", Start(None, None, "", back=20)),
        ("start -0.33h", Start(None, None, "", back=20)),  # 19.8 minutes: timers know whole ones
        ("start -24h", Start(None, None, "", back=1440)),
        ("start -0m", Start(None, None, "")),
        ("start ACME-12 since 9:15", Start("ACME-12", None, "", since=time(9, 15))),
        ("start ACME-12 call SINCE 2pm", Start("ACME-12", None, "call", since=time(14))),
        ("start since 9 ACME-12", Start("ACME-12", None, "", since=time(9))),
        ("start since 0:00", Start(None, None, "", since=time(0))),
        ("start since", Start(None, None, "since")),
        ("start call - x", Start(None, None, "call - x")),
        ("start call -x", Start(None, None, "call -x")),
    ],
)
def test_start_may_lie_in_the_past(text: str, expected: Start) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("strat ACME-12", "Did you mean `/timer start ACME-12`?"),
        ("stpo", "Did you mean `/timer stop`?"),
        ("stauts", "Did you mean `/timer status`?"),
        ("swich ACME", "Did you mean `/timer switch ACME`?"),
        ("cancle", "Did you mean `/timer cancel`?"),
        ("resum", "Did you mean `/timer resume`?"),
        ("hlep", "Did you mean `/timer help`?"),
        # What follows the slip stays, as far as the command takes it.
        ("strat ACME-12 nav -15m", "Did you mean `/timer start ACME-12 nav -15m`?"),
        ("stpo nav yesterday", "Did you mean `/timer stop nav yesterday`?"),
        ("sttaus now", "Did you mean `/timer status`?"),
        ("resum ACME", "Did you mean `/timer resume`?"),
        ("swich", "Did you mean `/timer switch ACME-12`?"),
        ("swich ACME -15m", "Did you mean `/timer switch ACME-12`?"),  # a switch begins now
        ("swich nav yesterday", 'Did you mean `/timer switch "nav yesterday"`?'),
        ("ACME-12 drafts", "`/timer start ACME-12 drafts`"),  # a target, so a start was meant
        ("acme", "`/timer start acme`"),
        ("xyzzy", "“xyzzy” was not understood. To start a timer: `/timer start xyzzy`"),
        ("&lt;!here&gt; `", "here"),
        ("switch", "`/timer switch ACME-12`"),
        ("cancel it", "“it” has no place after `cancel`"),
        ("status now", "`/timer status`"),
        ("resume ACME", "`/timer resume`"),
        ("start ACME -15", "`-15m` or `-15h`"),
        ("start -25h", "more than 24 h"),
    ],
)
def test_unreadable_text_is_answered_with_the_nearest_right_form(text: str, part: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)

    assert part in str(refused.value)


def test_long_note_is_cut_and_says_so() -> None:
    assert read("stop " + "x" * 3001) == Stop("x" * 3000, note_was_cut=True)
    assert read("start " + "x" * 3001) == Start(None, None, "x" * 3000, note_was_cut=True)


def test_usage_shows_an_example_for_each_command_that_is_understood() -> None:
    examples = [line.split("`")[1].removeprefix("/timer").strip() for line in timer_usage().splitlines()]

    assert {type(read(example)) for example in examples} == {Start, Stop, Switch, Cancel, Resume, Status}


@given(
    st.sampled_from(["", "start ", "stop ", "switch ", "cancel ", "strat "]),
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(["-15m", "-1", "since", "9:15", "24", "ACME", "#x", "-99h", "x", "9-10"])).map(
            " ".join
        ),
    ),
)
def test_any_text_is_understood_or_refused_in_words(command: str, text: str) -> None:
    with suppress(Unreadable):
        read(command + text)
