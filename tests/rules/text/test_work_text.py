"""`[TARGET] [#TASK] [NOTE…]`: what is a target, what a task, and where the note begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.text.words import split_words
from sync.rules.text.work import Codes, asana_task_address, asana_task_gid, is_target, parse_work, task_name

CODES = ("ACME", "ACME Web", "24-7", "x.1", "")
KNOWN = Codes.of(CODES)
URL = "https://app.asana.com/0/120/501"


@pytest.mark.parametrize(
    ("text", "target", "task", "note"),
    [
        ("", None, None, ""),
        ("ACME-12 #design First drafts", "ACME-12", "design", "First drafts"),
        ("#design ACME-12 First drafts", "ACME-12", "design", "First drafts"),  # either order
        ("acme-12", "ACME-12", None, ""),
        ("acme x", "ACME", None, "x"),  # a code in its own spelling, whatever was typed
        ("acme  WEB x", "ACME Web", None, "x"),  # the longest code wins
        ("acme webinar", "ACME", None, "webinar"),
        ("X.1", "x.1", None, ""),
        ("24-7 call", "24-7", None, "call"),  # a code of any shape
        ("25-7 call", None, None, "25-7 call"),
        ("ACME-12: fixed", "ACME-12", None, "fixed"),  # how people join key and note
        ("acme, fixed", "ACME", None, "fixed"),
        ("#design: fixed", None, "design", "fixed"),
        ("fixed ACME-12", None, None, "fixed ACME-12"),  # further on a key is note
        ("ACME-12 BETA-3", "ACME-12", None, "BETA-3"),  # one target only
        ("#design #review", None, "design", "#review"),
        ("#12 fixed", None, None, "#12 fixed"),  # an issue, not a task
        ("# x", None, None, "# x"),
        ("<#C1|project-management> plan", None, "project-management", "plan"),  # Slack took the task for a channel
        ("<#C1|> plan", None, None, "#C1 plan"),
        (f"{URL} x", URL, None, "x"),
        (f"{URL}, x", URL, None, "x"),
        ("https://app.asana.com/0/120/list x", None, None, "https://app.asana.com/0/120/list x"),
        ("acm Fixed", None, None, "acm Fixed"),
        ("ACME-12  two  blanks\nline", "ACME-12", None, "two  blanks\nline"),  # a note stays as it is
    ],
)
def test_target_and_task_come_first_and_the_rest_is_note(
    text: str, target: str | None, task: str | None, note: str
) -> None:
    assert parse_work(text, KNOWN) == (target, task, (note, False), False)


@pytest.mark.parametrize("word", ["acme", "ACME-12", "a1b-3", URL, "24-7"])
def test_code_key_and_url_are_targets(word: str) -> None:
    assert is_target(word, KNOWN)


@pytest.mark.parametrize(
    "word", ["beta", "12-3", "ACME-", "-12", "ACME-1a", "A_B-1", "#acme", "https://example.com/0/1/2"]
)
def test_other_words_are_no_targets(word: str) -> None:
    assert not is_target(word, KNOWN)


@pytest.mark.parametrize(
    ("word", "name"),
    [("#design", "design"), ("#3d", "3d"), ("#Büro", "Büro"), ("<#C1|design>", "design"), ("#", None), ("#1-2", None)],
)
def test_task_is_told_from_an_issue_number(word: str, name: str | None) -> None:
    assert task_name(word) == name


@pytest.mark.parametrize(
    ("url", "gid"),
    [
        ("https://app.asana.com/0/120/501", "501"),
        ("https://app.asana.com/0/120/501/f", "501"),
        ("https://app.asana.com/0/0/501", "501"),
        ("https://app.asana.com/0/inbox/7/501/88", "88"),
        ("https://app.asana.com/1/55/task/501", "501"),
        ("https://app.asana.com/1/55/project/120/task/501?focus=true", "501"),
        ("https://app.asana.com/1/55/project/120/task/501/comment/9", "501"),
        ("HTTPS://app.asana.com/1/55/task/501/", "501"),
        ("https://app.asana.com/0/120/120", None),  # the project's own address
        ("https://app.asana.com/0/120/120/", None),
        ("https://app.asana.com/0/120", None),
        ("https://app.asana.com/1/55/project/120/list", None),
        ("https://app.asana.com.example/0/120/501", None),
        ("https://example.com/?https://app.asana.com/0/120/501", None),
        ("ACME-12", None),
    ],
)
def test_asana_task_is_found_in_old_and_new_addresses(url: str, gid: str | None) -> None:
    assert asana_task_gid(url) == gid


@pytest.mark.parametrize("typed", ["*ACME-12*", "`acme-12`", "_ACME-12_", "'ACME-12'", "~*ACME-12*~", "*ACME-12*:"])
def test_signs_around_a_code_say_nothing(typed: str) -> None:
    assert parse_work(f"{typed} fixed", KNOWN) == ("ACME-12", None, ("fixed", False), False)


@pytest.mark.parametrize("typed", ["*ACME-12", "ACME-12*", "*ACME-12_", "(ACME-12(", "**", "***"])
def test_other_signs_are_part_of_the_word(typed: str) -> None:
    assert parse_work(typed, KNOWN).target is None


def test_a_code_of_one_letter_may_have_signs_around_it() -> None:
    assert parse_work("*q* fixed", Codes.of(("Q",))).target == "Q"


def test_a_note_in_quotation_marks_is_all_note() -> None:
    assert parse_work('ACME-12 #design "#build BETA-3"', KNOWN) == ("ACME-12", "design", ("#build BETA-3", False), True)
    assert parse_work('"ACME-12"', KNOWN) == (None, None, ("ACME-12", False), True)


@pytest.mark.parametrize(("text", "before"), [("ACME x", 0), ("x ACME", 1), ("x y acme web", 2), ("x y", 2), ("", 0)])
def test_words_before_the_first_code_are_counted(text: str, before: int) -> None:
    assert KNOWN.first(split_words(text)) == before


@given(st.integers(1, 10**18))
def test_an_address_that_is_made_for_a_task_is_read_as_its_address(gid: int) -> None:
    assert asana_task_gid(asana_task_address(str(gid))) == str(gid)


def test_an_empty_pair_of_signs_is_no_code() -> None:
    """Nothing would be left of it."""
    assert parse_work("** fixed", Codes.of(("ACME",))) == (None, None, ("** fixed", False), False)
