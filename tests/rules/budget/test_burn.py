"""Points of a burn chart: up to today and never beyond, whatever is booked ahead."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.units import Hours
from sync.rules.budget.burn import MOST_POINTS, burn

TODAY = date(2026, 11, 20)


def days(*pairs: tuple[int, int]) -> list[tuple[date, Hours]]:
    """Days from today on, with their hours."""
    return [(TODAY + timedelta(days=ahead), Hours(hours)) for ahead, hours in pairs]


def test_hours_add_up_from_what_was_used_before() -> None:
    first = TODAY - timedelta(days=2)
    assert burn(days((-2, 100), (0, 50)), 1150, first, TODAY) == days((-2, 1100), (-1, 1100), (0, 1150))


def test_what_is_booked_ahead_is_not_used_yet() -> None:
    first = TODAY - timedelta(days=1)
    assert burn(days((-1, 100), (3, 500)), 600, first, TODAY) == days((-1, 100), (0, 100))


def test_where_all_hours_lie_ahead_there_is_no_line() -> None:
    assert burn(days((1, 800), (30, 100)), 900, TODAY - timedelta(days=59), TODAY) == []


def test_before_its_first_day_there_is_no_line() -> None:
    assert burn([], 900, TODAY + timedelta(days=1), TODAY) == []


def test_nothing_lately_is_a_flat_line() -> None:
    points = burn(days((2, 100)), 500, TODAY - timedelta(days=59), TODAY)
    assert {hours for _, hours in points} == {400}
    assert points[-1][0] == TODAY


@pytest.mark.parametrize("back", [0, 1, 19, 20, 59, 400])
def test_a_chart_takes_so_many_points(back: int) -> None:
    points = burn(days((-back, 100)), 100, TODAY - timedelta(days=back), TODAY)
    assert 1 <= len(points) <= MOST_POINTS
    assert points[-1] == (TODAY, 100)


@given(
    st.dictionaries(st.integers(-60, 60), st.integers(1, 2400), max_size=30).map(lambda found: sorted(found.items())),
    st.integers(0, 10_000),
)
def test_a_line_only_rises_and_ends_with_what_is_used_by_today(booked: list[tuple[int, int]], before: int) -> None:
    by_day = days(*booked)
    points = burn(by_day, before + sum(hours for _, hours in by_day), TODAY - timedelta(days=60), TODAY)
    values = [hours for _, hours in points]
    assert values == sorted(values)
    assert not points or points[-1] == (TODAY, before + sum(hours for ahead, hours in booked if ahead <= 0))
