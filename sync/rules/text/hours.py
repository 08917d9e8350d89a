"""Hours as people type and read them: durations, ranges, the allowed steps, and how hours are shown.

Nothing is ever a float: what was typed is an exact fraction until it has been found to be an allowed amount.
"""

import re
from dataclasses import dataclass
from datetime import time
from fractions import Fraction

from store.units import Hours
from sync.errors import Refused
from sync.rules.text.times_of_day import RANGE_EXAMPLES, minutes_to_time, parse_range

DAY = Hours(2400)
"""24 h, the most that one entry may hold (contract, section 4)."""

# Nine digits are more than any day has; longer figures are no durations but numbers of something else.
_HOURS = re.compile(r"(?P<amount>\d{1,9}(?:[.,]\d{1,9})?|[.,]\d{1,9})(?:h|hrs?|hours?)?", re.IGNORECASE | re.ASCII)
_MINUTES = re.compile(r"(?P<minutes>\d{1,9})m(?:ins?|inutes?)?", re.IGNORECASE | re.ASCII)
_BOTH = re.compile(
    r"(?P<hours>\d{1,9})(?:h(?P<mins>[0-5]?\d)m?(?:in)?|:(?P<clock>[0-5]\d)h?)", re.IGNORECASE | re.ASCII
)
_UNIT = re.compile(r"h|hrs?|hours?|m|mins?|minutes?", re.IGNORECASE | re.ASCII)


class HoursRefused(Refused):
    """Hours that may not be logged; `nearest` holds the allowed amounts to offer instead, if any can be named."""

    def __init__(self, message: str, nearest: tuple[Hours, ...] = ()) -> None:
        super().__init__(message)
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Duration:
    """What was typed: hundredths of an hour, exact (10m is 50/3), any sign. Times of day only for a range."""

    hundredths: Fraction
    started: time | None = None
    ended: time | None = None


def parse_duration(word: str) -> Duration | None:
    """`1.5` `1,5h` `.5` `90m` `1h30` `1:30` `-1h` `9-10:30`; None if the word is something else.

    Bare numbers are hours (ruling 2). Raises HoursRefused for a range of times that runs backwards, is empty or
    reaches midnight; whether an amount may be logged is for `check` to say.
    """
    if span := parse_range(word):
        return _range(word, *span)
    unsigned = word.removeprefix("-")
    amount = _amount(unsigned)
    if amount is None:
        return None
    return Duration(amount if unsigned == word else -amount)


def join_words(first: str, second: str) -> str | None:
    """One word of two that make a duration together, `1h 30m` or `90 min`; None if they do not."""
    minutes_follow = first[-1:].lower() == "h" and _MINUTES.fullmatch(second)
    if not (minutes_follow or _UNIT.fullmatch(second)):
        return None
    joined = first + second
    return joined if _amount(joined.removeprefix("-")) is not None else None


def check(hundredths: Fraction | int, step: Hours, minimum: Hours) -> Hours:
    """The amount, if it may be logged: a multiple of `step`, at least `minimum`, at most 24 h (S2-17).

    Raises HoursRefused naming the nearest two amounts that may.
    """
    if minimum <= hundredths <= DAY and hundredths > 0 and hundredths % step == 0:
        return Hours(int(hundredths))
    offers = nearest(hundredths, step, minimum)
    raise HoursRefused(
        f"{_show_exact(hundredths)} cannot be logged: hours go in steps of {show(step)}, "
        f"from {show(_smallest(step, minimum))} to {show(_largest(step))}. Nearest: {' or '.join(map(show, offers))}.",
        offers,
    )


def nearest(hundredths: Fraction | int, step: Hours, minimum: Hours) -> tuple[Hours, ...]:
    """The two allowed amounts nearest to one that is not allowed, smaller first; one if only one is allowed."""
    smallest, largest = _smallest(step, minimum), _largest(step)
    below = int(hundredths // step * step)
    lower = max(smallest, min(below, largest - step))
    return (Hours(lower), Hours(lower + step)) if lower < largest else (largest,)


def show(hours: Hours) -> str:
    """`1.5 h`, `0.25 h`, `12 h`."""
    whole, rest = divmod(abs(hours), 100)
    sign = "-" if hours < 0 else ""
    return f"{sign}{whole}.{rest:02d}".rstrip("0").rstrip(".") + " h"


def show_clock(seconds: int) -> str:
    """Elapsed time as hours and full minutes, `1:05`; clocks that disagree never show less than `0:00`."""
    hours, minutes = divmod(max(seconds, 0) // 60, 60)
    return f"{hours}:{minutes:02d}"


def _amount(word: str) -> Fraction | None:
    if found := _HOURS.fullmatch(word):
        return Fraction("0" + found["amount"].replace(",", ".")) * 100
    if found := _MINUTES.fullmatch(word):
        return Fraction(int(found["minutes"]) * 100, 60)
    if found := _BOTH.fullmatch(word):
        minutes = int(found["mins"] or found["clock"])
        return int(found["hours"]) * 100 + Fraction(minutes * 100, 60)
    return None


def _range(word: str, start: int, end: int) -> Duration:
    if end <= start:
        raise HoursRefused(f"`{word}` does not run forwards. For the afternoon type {RANGE_EXAMPLES}.")
    ended = minutes_to_time(end)
    if ended is None:
        # Neither Harvest's times nor ours know 24:00, and 0:00 would be the start of the day.
        raise HoursRefused(f"`{word}` reaches midnight. Type how long instead, as `1.5h`, or end it at `23:45`.")
    return Duration(Fraction((end - start) * 100, 60), minutes_to_time(start), ended)


def _smallest(step: Hours, minimum: Hours) -> Hours:
    return Hours(max(-(-minimum // step), 1) * step)


def _largest(step: Hours) -> Hours:
    return Hours(DAY // step * step)


def _show_exact(hundredths: Fraction | int) -> str:
    if hundredths == int(hundredths):
        return show(Hours(int(hundredths)))
    minutes = Fraction(hundredths) * 60 / 100
    if minutes == int(minutes):
        return f"{int(minutes)} min"
    return f"about {show(Hours(round(hundredths)))}"
