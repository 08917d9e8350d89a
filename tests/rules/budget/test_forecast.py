"""The burn forecast (N4), made on Friday, 20 November 2026: working days only, the last two weeks' pace."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.units import Hours
from sync.rules.budget.forecast import LOOK_BACK, Forecast, forecast

TODAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)
FULL_WEEKS = [(TODAY - timedelta(days=back), Hours(8_00)) for back in range(14) if back % 7 not in {5, 6}]
"""8 h on each working day of the two weeks up to today; Friday is 0 days back, so 5 and 6 are the weekend."""


@pytest.mark.parametrize(
    ("left", "day"),
    [
        (1, MONDAY),
        (8_00, MONDAY),
        (8_01, date(2026, 11, 24)),
        (16_00, date(2026, 11, 24)),
        (40_00, date(2026, 11, 27)),  # a whole week
        (40_01, date(2026, 11, 30)),  # no weekend day
    ],
)
def test_budget_is_reached_on_a_working_day(left: int, day: date) -> None:
    assert forecast(FULL_WEEKS, left, TODAY) == Forecast(day, Fraction(8_00))


@pytest.mark.parametrize(
    ("day", "is_counted"),
    [
        (TODAY, True),
        (date(2026, 11, 15), True),  # a Sunday's work counts to the pace
        (date(2026, 11, 7), True),  # the fourteenth day back
        (date(2026, 11, 6), False),
        (date(2026, 11, 21), False),  # booked ahead
    ],
)
def test_pace_is_that_of_the_last_two_weeks(day: date, is_counted: bool) -> None:
    found = forecast([*FULL_WEEKS, (day, Hours(10_00))], 8_00, TODAY)

    assert found is not None
    assert found.hours_a_day == (9_00 if is_counted else 8_00)


@pytest.mark.parametrize(
    ("days", "left"),
    [
        ([], 10_00),
        ([(TODAY - timedelta(days=LOOK_BACK), Hours(10_00))], 10_00),  # all of it is too long ago
        ([(TODAY, Hours(0))], 10_00),
        (FULL_WEEKS, 0),
        (FULL_WEEKS, -1),
    ],
)
def test_nothing_is_foretold_without_hours_or_with_nothing_left(days: list[tuple[date, Hours]], left: int) -> None:
    assert forecast(days, left, TODAY) is None


@pytest.mark.parametrize(("left", "day"), [(130_00, date(2027, 5, 19)), (130_01, None)])
def test_nothing_is_foretold_beyond_half_a_year(left: int, day: date | None) -> None:
    """26 weeks have 130 working days."""
    wednesday = date(2026, 11, 18)
    assert forecast([(wednesday, Hours(10_00))], left, wednesday) == Forecast(day, Fraction(1_00))


def test_pace_is_exact() -> None:
    found = forecast([(TODAY, Hours(1))], 1, TODAY)

    assert found == Forecast(date(2026, 12, 4), Fraction(1, 10))


def test_no_day_is_named_beyond_half_a_year() -> None:
    found = forecast([(TODAY, Hours(10))], 10_000_00, TODAY)

    assert found == Forecast(None, Fraction(1))


@pytest.mark.parametrize(
    ("left", "day"), [(48_00, date(2026, 11, 30)), (48_01, None), (900_00, None)], ids=["last day", "one more", "far"]
)
def test_month_that_ends_before_starts_anew(left: int, day: date | None) -> None:
    assert forecast(FULL_WEEKS, left, TODAY, date(2026, 11, 30)) == Forecast(day, Fraction(8_00))


def workdays(first: date, last: date) -> int:
    return sum((first + timedelta(days=one)).weekday() < 5 for one in range((last - first).days + 1))


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 24_00)), max_size=30),
    st.integers(1, 2000_00),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_named_day_is_the_first_on_which_the_pace_uses_up_what_is_left(
    worked: list[tuple[int, int]], left: int, today: date
) -> None:
    found = forecast([(today - timedelta(days=back), Hours(hours)) for back, hours in worked], left, today)
    if found is None or found.day is None:
        return

    tomorrow = today + timedelta(days=1)
    assert found.day.weekday() < 5
    assert tomorrow <= found.day <= today + timedelta(days=182)
    assert workdays(tomorrow, found.day) * found.hours_a_day >= left
    assert (workdays(tomorrow, found.day) - 1) * found.hours_a_day < left
