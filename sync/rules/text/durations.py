"""Hours as people type and read them: durations, ranges, the allowed steps, and how hours are shown.

Nothing is ever a float: what was typed is an exact fraction until it has been found to be an allowed amount.
"""

import re
from dataclasses import dataclass
from datetime import time
from fractions import Fraction

from store.units import Hours
from sync.errors import Refused
from sync.rules.text.duration_words import parse_amount
from sync.rules.text.times_of_day import RANGE_EXAMPLES, minutes_to_time, parse_range
from sync.rules.text.words import fold

DAY = Hours(2400)
"""24 h, the most that one entry may hold (contract, section 4)."""


_ABOUT = re.compile(r"(?:~ ?|(?:ca\.?|circa|cirka|about|approx\.?|around|etwa|ungefähr|rund) )(?=\S)")
"""Words that say how sure somebody is; what they log is the number."""


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


def parse_duration(typed: str) -> Duration | None:
    """`1.5` `1,5h` `90m` `1h 30m` `1:30` `1½ Std` `-1h` `9-10:30`; None if it is something else, even in part.

    Bare numbers are hours (ruling 2). Raises HoursRefused for a range of times that runs backwards, is empty or
    reaches midnight; whether an amount may be logged is for `check` to say.
    """
    words = _ABOUT.sub("", fold(typed))
    if span := parse_range(words):
        return _range(typed, *span)
    unsigned = words.removeprefix("-")
    amount = parse_amount(unsigned)
    if amount is None:
        return None
    return Duration(amount if unsigned == words else -amount)


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


def _range(typed: str, start: int, end: int) -> Duration:
    if end <= start:
        raise HoursRefused(_backwards(typed, start, end))
    ended = minutes_to_time(end)
    if ended is None:
        # Neither Harvest's times nor ours know 24:00, and 0:00 would be the start of the day.
        length = show_clock((end - start) * 60)
        raise HoursRefused(f"`{typed}` reaches midnight, which ends the day. Type how long it took: `{length}`.")
    return Duration(Fraction((end - start) * 100, 60), minutes_to_time(start), ended)


def _backwards(typed: str, start: int, end: int) -> str:
    """For a range that ends before it starts: the afternoon if that makes it run forwards, else its length."""
    begun, later = minutes_to_time(start), minutes_to_time(end + 12 * 60)
    said = f"`{typed}` does not run forwards."
    if start == end:
        return f"{said} Type how long it took, as `1.5h`, or its end, as {RANGE_EXAMPLES}."
    if begun and later and end + 12 * 60 > start:
        return f"{said} If it ended in the afternoon, type `{begun:%H:%M}-{later:%H:%M}`."
    length = show_clock((24 * 60 + end - start) * 60)
    return f"{said} If it went past midnight, type how long it took: `{length}`."


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
