"""Where typed durations go in accounts with start and end times (ruling 4)."""

from datetime import time

import pytest

from store.units import Hours
from sync.rules.time_entries.timesheet import slot


@pytest.mark.parametrize(
    ("hours", "last_end", "expected"),
    [
        (150, None, (time(9), time(10, 30))),  # the first of the day
        (25, time(10, 30), (time(10, 30), time(10, 45))),
        (10, time(12), (time(12), time(12, 6))),
        (100, time(0), (time(0), time(1))),  # midnight is an end like any other
        (1475, None, (time(9), time(23, 45))),
        (1500, None, None),  # would end at midnight, which is no time of day
        (1525, None, None),  # never past midnight
        (25, time(23, 45), None),
        (25, time(23, 30), (time(23, 30), time(23, 45))),
        (1, None, None),  # 36 s: Harvest's times have no seconds
    ],
)
def test_duration_follows_the_last_entry_of_the_day(
    hours: int, last_end: time | None, expected: tuple[time, time] | None
) -> None:
    assert slot(Hours(hours), last_end) == expected
