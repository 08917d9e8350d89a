"""Times of day for accounts whose entries carry start and end instead of a duration (ruling 4)."""

from datetime import time
from fractions import Fraction

from store.units import Hours
from sync.rules.text.times_of_day import minutes_to_time

DAY_START = time(9)
"""Where the first typed duration of a day begins."""


def slot(hours: Hours, last_end: time | None) -> tuple[time, time] | None:
    """Start and end of a typed duration: from the end of that day's last entry, else from 09:00.

    None, for the form, if it would end at midnight or later (24:00 is no time of day), or between two minutes
    (Harvest writes times of day without seconds).
    """
    start = last_end or DAY_START
    end = start.hour * 60 + start.minute + Fraction(hours * 60, 100)
    ended = minutes_to_time(int(end)) if end == int(end) else None
    return (start, ended) if ended else None
