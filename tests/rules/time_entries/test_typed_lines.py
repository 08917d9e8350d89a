"""Each line of the table comes out as it says, and what is offered instead does what it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import Refused
from sync.rules.text.slack import tidy_note, unwrap
from sync.rules.time_entries.log_command import LogEntry, LogList
from tests.rules.time_entries.typed import CODES, Typed, lines_in, read, table, told

ROWS = list(table())


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(ROWS) >= 400
    assert len({(row.command, row.text) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.command} {row.text!r}" for row in ROWS])
def test_line_comes_out_as_the_table_says(row: Typed) -> None:
    assert told(row.command, row.text) == row.expected


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (row, line)
        for row in ROWS
        for line in row.expected.removeprefix("asks ").split(" or /")
        if "asks" in row.expected
    ],
)
def test_line_that_is_offered_is_understood(row: Typed, line: str) -> None:
    command, _, text = line.removeprefix("/").partition(" ")

    assert not told(command, text).startswith(("asks", "refuses")), row


# Hours: whatever is said of how long, all of it is logged, or nothing.

PIECES = {
    "1h": 100,
    "2 h": 200,
    "30m": 50,
    "15 min": 25,
    "1:30": 150,
    "45 Minuten": 75,
    "½ h": 50,
    "1½h": 150,
    "1 1/2 h": 150,
    "2": 200,
    "30": 3000,
    "1 Std": 100,
    "2 timmar": 200,
    "en halvtimme": 50,
    "an hour": 100,
    "1.5": 150,
    "1,25": 125,
    "9-10:30": 150,
    "13 - 14": 100,
    "90m": 150,
    "half an hour": 50,
}
JOINTS = st.sampled_from([" ", ", ", " and ", " und ", " och ", " + ", " plus "])


@given(
    st.lists(st.tuples(st.sampled_from(sorted(PIECES)), JOINTS), min_size=1, max_size=4), st.sampled_from(["", "fri "])
)
def test_hours_are_those_of_all_pieces_together_or_asked_about(pieces: list[tuple[str, str]], day: str) -> None:
    said = "".join(f"{piece}{joint}" for piece, joint in pieces[:-1]) + pieces[-1][0]
    try:
        found = read("log", f"{day}{said} ACME nav")
    except Refused:
        return
    assert isinstance(found, LogEntry)
    assert found.hours == sum(PIECES[piece] for piece, _ in pieces)
    assert (found.target, found.note) == ("ACME", "nav")


@given(
    st.sampled_from(sorted(PIECES)), st.sampled_from(sorted(PIECES)), st.sampled_from(["", "x ", "- ", "to ", "or "])
)
def test_nothing_that_says_how_long_begins_a_note(first: str, second: str, joint: str) -> None:
    try:
        found = read("log", f"{first} {joint}{second} nav")
    except Refused:
        return
    assert isinstance(found, LogEntry)
    assert found.note == "nav" or joint == "x "


# Notes: what could have meant more is asked about, or told.

WORDS = st.lists(st.sampled_from(["nav", "call", "for", "with", "the", "draft", "of", "on"]), max_size=4)
MORE = [
    *CODES,
    "gamma",
    "#design",
    "yesterday",
    "last friday",
    "19 Nov",
    "19.11.",
    "2026-11-19",
    "igår",
    "3/4",
    "12/24",
]


@given(
    WORDS,
    st.sampled_from(MORE),
    WORDS,
    st.sampled_from(["", "ACME ", "ACME #dev ", "#dev "]),
    st.sampled_from(["", "mon "]),
)
def test_code_day_or_task_never_ends_in_a_note_unasked(
    before: list[str], more: str, after: list[str], work: str, day: str
) -> None:
    line = f"{day}1h {work}{' '.join([*before, more, *after])}"
    try:
        found = read("log", line)
    except Refused:
        return
    assert isinstance(found, LogEntry)
    is_said = any(more.strip(".") in one for one in found.left)
    is_the_target_again = found.target is not None and more.casefold() == found.target.casefold()
    assert more not in found.note or is_said or is_the_target_again


TOKENS = [
    "1h",
    "30",
    "30m",
    "9-10",
    "10-9",
    "and",
    "mon",
    "3/4",
    "19.11.",
    "31.2.",
    "ACME",
    "GAMMA",
    "#x",
    "for",
    "nav",
]
MARKS = ['"', "`", "<!here>", "&lt;", "\n", "\u00a0", "*", "-15m", "since", "9:15", "½", "h", "2", "Nov", "x", "-"]
LINES = st.lists(st.sampled_from(TOKENS + MARKS), max_size=9).map(" ".join)


@given(st.sampled_from(["log", "timer", "timer start", "timer stop", "timer switch"]), LINES)
def test_what_is_offered_is_understood_at_once(command: str, line: str) -> None:
    name, _, first = command.partition(" ")
    try:
        read(name, f"{first} {line}".strip())
    except Refused as refusal:
        for offered in lines_in(str(refusal)):
            again, _, text = offered.removeprefix("/").partition(" ")
            understood = read(again, text)
            assert again != "log" or isinstance(understood, LogEntry | LogList) or not text


@given(st.one_of(LINES, st.text(st.characters(exclude_characters="<&@"))))
def test_note_is_part_of_what_was_typed(line: str) -> None:
    try:
        found = read("log", f"1h {line}")
    except Refused:
        return
    assert isinstance(found, LogEntry)
    assert found.note in tidy_note(unwrap(line)).text
