"""Times of day as people type them."""

from datetime import time

import pytest

from sync.rules.text.times_of_day import minutes_to_time, parse_range, parse_time


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


def minutes(hours: int, rest: int = 0) -> int:
    return hours * 60 + rest


@pytest.mark.parametrize(
    ("word", "start", "end"),
    [
        ("9-10:30", minutes(9), minutes(10, 30)),
        ("9:05-9:06", minutes(9, 5), minutes(9, 6)),
        ("0-24", 0, minutes(24)),
        ("22-2", minutes(22), minutes(2)),  # what runs backwards is for others to judge
        ("from 9 to 10", minutes(9), minutes(10)),
        ("von 9 bis 10.15 uhr", minutes(9), minutes(10, 15)),
        ("kl 9 - 10", minutes(9), minutes(10)),
        # The suffix on one side is for both, unless that ran backwards.
        ("2-3:30pm", minutes(14), minutes(15, 30)),
        ("11-1pm", minutes(11), minutes(13)),
        ("9am-5", minutes(9), minutes(17)),
        ("12-1pm", minutes(12), minutes(13)),
        ("12-1am", 0, minutes(1)),
        ("11pm-12", minutes(23), minutes(12)),  # neither noon nor midnight comes after it
        ("10pm-9", minutes(22), minutes(21)),
        # 0 and 13 stand on the 24-hour clock alone.
        ("0-1pm", 0, minutes(13)),
        ("13-3pm", minutes(13), minutes(15)),
        ("9am-13", minutes(9), minutes(13)),
        ("9 a.m.-10 p.m.", minutes(9), minutes(22)),
    ],
)
def test_range_is_read(word: str, start: int, end: int) -> None:
    assert parse_range(word) == (start, end)


@pytest.mark.parametrize("word", ["", "9", "9-", "9-25", "25-9", "24:01-25", "13pm-14pm", "0am-1am", "9-10-11", "9-x"])
def test_other_words_are_no_ranges(word: str) -> None:
    assert parse_range(word) is None


@pytest.mark.parametrize(
    ("count", "expected"), [(0, time(0)), (59, time(0, 59)), (60, time(1)), (1439, time(23, 59)), (1440, None)]
)
def test_the_day_ends_before_24_00(count: int, expected: time | None) -> None:
    assert minutes_to_time(count) == expected
