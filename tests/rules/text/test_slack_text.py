"""What Slack wraps is unwrapped, what is kept calls nobody, what is shown breaks no layout."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.text.slack import as_command, channel_id, channel_name, escape, quote, tidy_note, unwrap

LIVE = re.compile(r"<[@#!]|(?<![^\W_])@(?:channel|here|everyone)(?![^\W_])", re.IGNORECASE)
PIECES = st.lists(
    st.sampled_from(
        ["<", ">", "!", "@", "#", "|", "^", "&lt;", "&gt;", "&amp;", "here", "channel", "U1", "C1", "_", "\u200b", " "]
    ),
    max_size=14,
).map("".join)
"""Texts made of what mentions are made of, to find the ones that assemble themselves."""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("R&amp;D &lt;b&gt;", "R&D <b>"),
        ("&amp;lt;", "&lt;"),  # once only: this was typed
        ("<https://example.com/a|example>", "https://example.com/a"),
        ("<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"),
        ("<http://example.com|example.com>", "example.com"),  # what was typed, where Slack made a link of it
        ("<http://example.com/|Example.com>", "http://example.com/"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<tel:123>", "123"),
        ("<@U123|anna> and <@U123>", "@anna and @U123"),
        ("<!subteam^S1|@design> <!subteam^S1>", "@design @S1"),
        ("<!date^1^{date}|5 Nov>", "5 Nov"),
        ("<!here>", "@here"),
        ("<#C123|design>", "<#C123|design>"),  # stays: `#design` would be a task
        ("“quoted” ‘single’", "\"quoted\" 'single'"),
        ("9–10:30 — done −1", "9-10:30 - done -1"),
        ("1h\u00a0ACME\u201112\u202fx", "1h ACME-12 x"),  # blanks and hyphens that do not break
        ("a\x00\x07b\u200b\ufeff\u202e\ud800c", "abc"),
        ("a\r\nb\tc\rd", "a\nb c d"),
        ("<b> < >", "<b> < >"),  # no wrapping of Slack's
        ("  1h  ", "1h"),
    ],
)
def test_unwrapping_gives_what_was_typed(raw: str, expected: str) -> None:
    assert unwrap(raw) == expected


@pytest.mark.parametrize(
    ("word", "channel", "name"),
    [
        ("<#C123|design>", "C123", "design"),
        ("<#C123>", "C123", None),
        ("<#G12|>", "G12", None),  # a private channel: Slack keeps the name back
        ("#design", None, None),
        ("<#evil|x>", None, None),
        ("<#C123|design> ", None, None),
    ],
)
def test_channel_is_told_from_a_task(word: str, channel: str | None, name: str | None) -> None:
    assert channel_id(word) == channel
    assert channel_name(word) == name


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Fixed the login", "Fixed the login"),
        ("<!channel> <!here|here> <!everyone> done", "channel here everyone done"),
        ("@channel @HERE (@everyone)", "channel HERE (everyone)"),
        ("_@here_ @@here a@@here", "_here_ here ahere"),
        ("<@U1> <@U1|anna> <!subteam^S1|@design>", "@U1 @anna @design"),
        ("<@U1|channel>", "channel"),  # a name may be a call as well
        ("<#C1|design> <#C1>", "#design #C1"),
        ("bob@here.example @hereafter", "bob@here.example @hereafter"),
        ("<!<mailto:>channel>", "‹!channel>"),  # a call that appears once another one is gone
        ("<!chan\u200bnel>", "channel"),
        ("a < b <c>", "a < b <c>"),
        ("line\nline", "line\nline"),
    ],
)
def test_kept_note_calls_nobody(text: str, kept: str) -> None:
    assert tidy_note(text) == (kept, False)


@pytest.mark.parametrize(
    ("length", "expected"),
    [(2999, (2999, False)), (3000, (3000, False)), (3001, (3000, True))],
)
def test_note_is_cut_at_three_thousand_characters(length: int, expected: tuple[int, bool]) -> None:
    note = tidy_note("x" * length)

    assert (len(note.text), note.was_cut) == expected


def test_the_cut_itself_makes_no_call() -> None:
    assert tidy_note("ab @hereafter", limit=8) == ("ab here", True)


@given(st.one_of(st.text(), PIECES), st.integers(1, 20))
def test_no_text_leaves_a_live_mention(text: str, limit: int) -> None:
    for kept in (tidy_note(text), tidy_note(unwrap(text)), tidy_note(text, limit)):
        assert not LIVE.search(kept.text)
    assert len(tidy_note(text, limit).text) <= limit


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("R&D <b>", "R&amp;D &lt;b&gt;"),
        ("*bold* _it_ ~no~ `code`", "∗bold∗ ˍitˍ ∼no∼ ˋcodeˋ"),
        ("snake_case 2 * 3 a*b", "snake_case 2 * 3 a*b"),  # opens nothing in Slack either
        ("https://example.com/_a_?b=~c&d", "https://example.com/_a_?b=~c&amp;d"),  # an address works as it is
        ("@here <!channel>", "here ‹!channel&gt;"),
    ],
)
def test_outside_text_is_shown_without_effect(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(st.one_of(st.text(), PIECES))
def test_shown_text_has_no_bare_sign_of_slacks(text: str) -> None:
    shown = escape(text)

    assert "<" not in shown
    assert ">" not in shown
    assert "`" not in shown
    assert not re.search("&(?!amp;|lt;|gt;)", shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\nb  c", "a b c"), ("x" * 120, "x" * 120), ("x" * 121, "x" * 119 + "…"), ("<a>", "&lt;a&gt;"), ("", "")],
)
def test_quoted_text_is_one_short_line(text: str, shown: str) -> None:
    assert quote(text) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("1h *ACME*  x\ny", "1h *ACME* x y"),
        ("1h `x` <b> & <!here>", "1h 'x' &lt;b&gt; &amp; here"),
        ("x" * 501, "x" * 499 + "…"),
    ],
)
def test_line_to_be_typed_stays_itself_between_backticks(line: str, shown: str) -> None:
    assert as_command(line) == shown
