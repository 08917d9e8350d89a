"""How a budget was used up over time: the points of a burn chart."""

from collections.abc import Sequence
from datetime import date, timedelta

from store.records import Hours

MOST_POINTS = 20
"""As many as a chart of Slack's takes."""


def burn(by_day: Sequence[tuple[date, Hours]], used: int, first: date, today: date) -> list[tuple[date, Hours]]:
    """Days from `first` to `today`, evenly apart and today among them, each with the hours used up to its end.

    `by_day`: hours of each day from `first` on, oldest first. `used`: all that is used by now, so what was used before
    `first` is the base of the line. What is booked on days to come is left out.
    """
    step = -(-((today - first).days + 1) // MOST_POINTS)
    days = [today - timedelta(days=back) for back in range(0, (today - first).days + 1, step)][::-1]
    base = used - sum(hours for _, hours in by_day)
    return [(day, Hours(base + sum(hours for spent, hours in by_day if spent <= day))) for day in days]
