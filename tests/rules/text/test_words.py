"""Words, and the form in which they are compared."""

import pytest

from sync.rules.text.words import first_word, fold, longest, split_words


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("ACME", "acme"),
        ("Größe", "grösse"),
        ("１．５ｈ", "1.5h"),  # full width
        ("igar\u030a", "igar\u030a"),
        ("iga\u030ar", "igår"),  # an accent of its own
        ("AC\u200dME\ufe0f", "acme"),
        ("A\ufe00CME", "acme"),
        ("！ＡＣＭＥ～", "!acme~"),  # the first and the last of full width
        ("1²", "1²"),  # no twelve
        ("1½", "1½"),
    ],
)
def test_words_are_compared_in_one_form(typed: str, compared: str) -> None:
    assert fold(typed) == compared


def test_as_many_words_as_belong_together_are_taken() -> None:
    known = {"last", "last friday"}

    assert longest(split_words("Last  FRIDAY, x"), lambda said: said if said in known else None) == ("last friday", 2)
    assert longest(split_words("x"), lambda said: said if said in known else None) is None


@pytest.mark.parametrize("between", [" ", "\u00a0", "\n", "\t\n ", "\u2003"])
def test_first_word_ends_at_any_blank(between: str) -> None:
    assert first_word(f" log{between}1h  ACME ") == ("log", "1h  ACME")


def test_no_text_has_no_first_word() -> None:
    assert first_word(" \n") == ("", "")
