"""When a budget will be used up at the present pace (N4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from store.units import Hours

LOOK_BACK = 14
"""Days: two working weeks smooth out a busy day and still notice a new pace."""
_FARTHEST = 182
"""Days: half a year on, a date means nothing."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """`day`: the working day on which the budget will be reached; None: not within half a year, or not this period."""

    day: date | None
    hours_a_day: Fraction
    """Hundredths of an hour, for each working day."""


def forecast(
    by_day: Iterable[tuple[date, Hours]], left: int, today: date, period_end: date | None = None
) -> Forecast | None:
    """`by_day`: hours by spent date; `left`: hundredths of an hour still free.

    None where there is nothing to go by: no hours in the last two weeks, or nothing left. Days ahead are working days,
    Monday to Friday; whoever works on a Sunday is counted to the pace.
    """
    since = today - timedelta(days=LOOK_BACK - 1)
    recent = sum(hours for day, hours in by_day if since <= day <= today)
    days = sum(1 for back in range(LOOK_BACK) if _is_workday(today - timedelta(days=back)))
    if recent <= 0 or left <= 0:
        return None
    pace = Fraction(recent, days)
    return Forecast(_reached(Fraction(left), pace, today, period_end), pace)


def _reached(left: Fraction, pace: Fraction, today: date, period_end: date | None) -> date | None:
    day = today
    for _ in range(_FARTHEST):
        day += timedelta(days=1)
        if period_end is not None and day > period_end:
            return None
        if _is_workday(day):
            left -= pace
            if left <= 0:
                return day
    return None


def _is_workday(day: date) -> bool:
    return day.weekday() < 5
