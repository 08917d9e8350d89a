"""How hours and elapsed time are shown."""

import pytest

from store.units import Hours
from sync.rules.text.durations import show, show_clock


@pytest.mark.parametrize(
    ("hours", "shown"),
    [(150, "1.5 h"), (25, "0.25 h"), (1200, "12 h"), (0, "0 h"), (5, "0.05 h"), (-150, "-1.5 h"), (100000, "1000 h")],
)
def test_hours_are_shown_without_needless_digits(hours: int, shown: str) -> None:
    assert show(Hours(hours)) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00"),
        (59, "0:00"),
        (60, "0:01"),
        (3900, "1:05"),
        (36000, "10:00"),
        (-5, "0:00"),  # clocks disagree
    ],
)
def test_elapsed_time_is_shown_in_full_minutes(seconds: int, shown: str) -> None:
    assert show_clock(seconds) == shown
