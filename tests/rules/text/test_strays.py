"""What stands in a note and could have meant more."""

from datetime import date

import pytest

from sync.rules.text.strays import find_strays, told, without
from sync.rules.text.work import Codes, parse_note

TODAY = date(2026, 11, 21)
URL = "https://app.asana.com/0/120/501"
KNOWN = Codes.of(("ACME", "BRIG-3", "WEB", "Blue Sky"))


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("fix the nav", []),
        ("for BRIG-3 nav", [("project", "BRIG-3", True)]),
        ("call (blue sky).", [("project", "Blue Sky", True)]),
        ("see Web", [("project", "WEB", True)]),
        ("a web page", [("project", "WEB", False)]),  # a word, in small letters
        ("nav #design, then", [("task", "#design", True)]),
        ("nav #12", []),
        ("nav #design BRIG-3", [("task", "#design", True), ("project", "BRIG-3", True)]),
        (f"{URL} #design", [("project", URL, True), ("task", "#design", True)]),
        ("10-9 nav", [("duration", "", True)]),  # no hours that may be logged, but hours
        ("yesterday nav", [("day", "2026-11-20", True)]),
        ("nav on monday", [("day", "2026-11-16", True)]),
        ("pages 3-4.", []),
        ("30 nav", []),  # a number alone tells nothing
        ("nav for monday demo", [("day", "2026-11-16", False)]),  # in the middle it is hardly the day
        ("nav tomorrow", [("day", "", False)]),  # no entry's day
        ("30 min nav", [("duration", "", True)]),
        ("nav took 30 min", [("duration", "", False)]),
        ("pages 3-4 and 2 more", []),
        ('"for BRIG-3 yesterday"', []),
    ],
)
def test_words_that_could_mean_more_are_found(note: str, found: list[tuple[str, str, bool]]) -> None:
    strays = find_strays(parse_note(note), KNOWN, TODAY)

    assert [(stray.kind, stray.value, stray.is_likely) for stray in strays] == found


def test_strays_are_shown_as_they_were_typed() -> None:
    strays = find_strays(parse_note("see blue sky. took 30 min, on friday!"), KNOWN, TODAY)
    assert [stray.shown for stray in strays] == ["blue sky", "30 min", "on friday"]


def test_note_is_left_without_them_and_the_words_that_led_to_them() -> None:
    note = "nav for BRIG-3 on friday done"

    assert without(note, find_strays(parse_note(note), KNOWN, TODAY)) == "nav done"


def test_what_stays_is_told_and_cut_short() -> None:
    assert told(()) == ""
    assert told(("`x`",)) == ":memo: “ˋxˋ” stays in the note and changed nothing else.\n"
    assert "“c” stay in the note" in told(("a", "b", "c", "d"))
    assert "“d”" not in told(("a", "b", "c", "d"))
