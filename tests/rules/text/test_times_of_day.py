"""Times of day as people type them."""

from datetime import time

import pytest

from sync.rules.text.times_of_day import parse_time


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("9", time(9)),
        ("9:15", time(9, 15)),
        ("09.15", time(9, 15)),
        ("0:00", time(0)),
        ("23:59", time(23, 59)),
        ("2pm", time(14)),
        ("2:30PM", time(14, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
    ],
)
def test_time_of_day_is_read(word: str, expected: time) -> None:
    assert parse_time(word) == expected


@pytest.mark.parametrize("word", ["", "24", "24:00", "25", "9:60", "9:5", "13pm", "0am", "nine", "9-10", "-9"])
def test_other_words_are_no_times(word: str) -> None:
    assert parse_time(word) is None
