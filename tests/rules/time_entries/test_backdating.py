"""Since when a timer runs."""

from datetime import time

import pytest

from sync.rules.text.words import split_words
from sync.rules.text.work import Unreadable
from sync.rules.time_entries.backdating import begun_at, begun_at_end, begun_within


@pytest.mark.parametrize(
    ("said", "back", "since"),
    [
        ("-15m", 15, None),
        ("-15 min back", 15, None),
        ("-1h 30m", 90, None),
        ("15 min ago", 15, None),
        ("half an hour ago", 30, None),
        ("vor 15 Minuten", 15, None),
        ("för 15 min sedan", 15, None),
        ("since 9", None, time(9)),
        ("seit 9 Uhr", None, time(9)),
        ("sedan kl 9.15", None, time(9, 15)),
        ("from 9:15", None, time(9, 15)),
        ("-0m", None, None),
    ],
)
def test_beginning_is_read(said: str, back: int | None, since: time | None) -> None:
    words = split_words(said)

    for found in (begun_at(words), begun_at_end([*split_words("nav"), *words])):
        assert found is not None
        begun, length = found
        assert (begun.back, begun.since, length) == (back, since, len(words))


@pytest.mark.parametrize("said", ["15m", "from 9", "since yesterday", "15 ago", "back", "- x", "1:30 ago"])
def test_other_words_say_nothing_of_a_beginning(said: str) -> None:
    assert begun_at(split_words(said)) is None


@pytest.mark.parametrize(
    ("said", "advice"), [("-15", "`-15m` or `-15h`"), ("-45", "Type `-45m`."), ("-25h", "more than 24 h ago")]
)
def test_beginning_that_is_not_clear_is_refused(said: str, advice: str) -> None:
    with pytest.raises(Unreadable) as refused:
        begun_at(split_words(said))

    assert advice in str(refused.value)


def test_beginning_is_found_inside_a_note() -> None:
    found = begun_within("call -15m late")

    assert found is not None
    assert (found[0].back, found[1]) == (15, "call late")
    assert begun_within("call at -15") is None
