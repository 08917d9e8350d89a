"""How a budget was used up over time: the points of a burn chart."""

from collections.abc import Sequence
from datetime import date, timedelta

from store.units import Hours

MOST_POINTS = 20
"""As many as a chart of Slack's takes."""


def burn(by_day: Sequence[tuple[date, Hours]], used: int, first: date, last: date) -> list[tuple[date, Hours]]:
    """Days up to `last`, evenly apart and the last among them, each with the hours used up to its end.

    `by_day`: hours of each day from `first` on, oldest first. `used`: all there is, so what is of no day was used
    before `first`: the base of the line. What is booked on days after `last` is left out. The line begins on the first
    day that has hours; it is empty if nothing has been used by `last`.
    """
    base = used - sum(hours for _, hours in by_day)
    past = [(day, hours) for day, hours in by_day if day <= last]
    start = past[0][0] if past else first
    if start > last or not (past or base):
        return []
    step = -(-((last - start).days + 1) // MOST_POINTS)
    days = [last - timedelta(days=back) for back in range(0, (last - start).days + 1, step)][::-1]
    return [(day, Hours(base + sum(hours for spent, hours in past if spent <= day))) for day in days]
