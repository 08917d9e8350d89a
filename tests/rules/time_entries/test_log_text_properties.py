"""`/log` for any text at all: what holds whatever is typed."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.units import Hours
from sync.errors import Refused
from sync.rules.text.slack import unwrap
from sync.rules.text.words import Word
from sync.rules.text.work import Codes, Known, Unreadable
from sync.rules.time_entries.log_command import LogCommand, LogEntry, parse

TODAY = date(2026, 11, 21)
CODES = ("ACME", "BETA-X")


def read(text: str) -> LogCommand:
    return parse(text, today=TODAY, codes=CODES, step=Hours(25), minimum=Hours(25))


@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                [
                    "1h",
                    "30m",
                    "9-10",
                    "10-9",
                    "mon",
                    "19.11.",
                    "31.2.",
                    "list",
                    "again",
                    "ACME",
                    "#x",
                    "<!here>",
                    "\n",
                    "x",
                    "-1",
                ]
            )
        ).map(" ".join),
    )
)
def test_any_text_is_understood_or_refused_in_words(text: str) -> None:
    with suppress(Refused):
        read(text)


QUARTERS = st.integers(1, 96).map(lambda quarter: quarter * 15)


@given(
    QUARTERS, st.sampled_from(["{m}m", "{h}h{r:02}", "{h}h{r:02}m", "{h}:{r:02}", "{d}", "{d}h", "{c}h", "{h}h {r}m"])
)
def test_logged_hours_are_those_of_the_word(minutes: int, spelling: str) -> None:
    decimal = f"{minutes // 60}.{minutes % 60 * 100 // 60:02}"
    word = spelling.format(m=minutes, h=minutes // 60, r=minutes % 60, d=decimal, c=decimal.replace(".", ","))

    expected = LogEntry(TODAY, Hours(minutes * 100 // 60), None, None, "ACME", None, "", note_was_cut=False)
    assert read(f"{word} ACME") == expected


@given(st.integers(0, 94), st.integers(1, 95))
def test_logged_range_is_as_long_as_its_times_are_apart(start: int, length: int) -> None:
    end = min(start + length, 95)
    begun, ended = time(start // 4, start % 4 * 15), time(end // 4, end % 4 * 15)

    found = read(f"{begun:%H:%M}-{ended:%H:%M}")

    hours = Hours((end - start) * 25)
    assert found == LogEntry(TODAY, hours, begun, ended, None, None, "", note_was_cut=False)


HEADS = st.tuples(
    st.sampled_from(["1h", "90m", "1:30", "9-10", "2.5"]),
    st.sampled_from(["", "today", "fri", "Thursday", "19.11."]),
    st.sampled_from(["", "acme", "ab-12", "beta-x"]),
)


@given(HEADS, st.sampled_from([str.upper, str.lower, str.title]), st.sampled_from([" ", "   ", "\u00a0", "\n", "\t "]))
def test_case_and_blanks_before_the_note_change_nothing(head: tuple[str, ...], case: type[str], blank: str) -> None:
    words = [word for word in head if word]

    assert read(blank + blank.join(map(case, words)) + blank) == read(" ".join(words))


@given(st.text())
def test_note_is_what_was_typed_after_the_target(note: str) -> None:
    try:
        found = read(f"1h ACME-12 #x start {note}")
    except Unreadable:
        return  # a day, for one, that is asked about

    assert isinstance(found, LogEntry)
    assert found.note.startswith("start")
    if not any(sign in note for sign in "<@&"):
        assert found.note == unwrap(f"start {note}")


def test_a_pasted_page_is_read_in_time_that_grows_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """From each of its words on a head is looked for, but never through all the rest: nobody else waits for it."""
    looked: list[int] = []
    find = Codes.find

    def counted(codes: Codes, words: Sequence[Word]) -> Known | None:
        looked.append(len(words))
        return find(codes, words)

    monkeypatch.setattr(Codes, "find", counted)
    counts = []
    for length in (300, 600):
        looked.clear()
        with pytest.raises(Unreadable):
            read("page " * length)
        counts.append(len(looked))
    assert counts[1] < 2.5 * counts[0]
