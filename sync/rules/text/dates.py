"""Dates as people type and read them. `today` is always the person's own (contract, section 5.6)."""

import re
from datetime import date, timedelta
from itertools import takewhile

from sync.errors import Refused

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = (
    {"mon", "monday"},
    {"tue", "tues", "tuesday"},
    {"wed", "weds", "wednesday"},
    {"thu", "thur", "thurs", "thursday"},
    {"fri", "friday"},
    {"sat", "saturday"},
    {"sun", "sunday"},
)
_OFFSETS = {"today": 0, "yesterday": 1, "tomorrow": -1}
"""Days back from today."""
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_DOTTED = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}|\d{2})?", re.ASCII)
_LEAP_GAP = 8
"""Years: the longest wait between two 29ths of February, as from 2096 to 2104."""


class DateRefused(Refused):
    """A day in the future, or one that no calendar has."""


def parse_date(word: str, today: date) -> date | None:
    """`today` `yesterday` `mon`…`sunday` `2026-11-19` `19.11.` `19.11.2026`, any case; None if it is no date.

    A weekday is the most recent one, today included; a day without a year is the most recent one that is not in the
    future. `19.11` is no date but hours (ruling 2). Raises DateRefused.
    """
    day = _relative(word.lower(), today) or _written(word, today)
    if day is not None and day > today:
        raise DateRefused(
            f"{show_date(day, today)} is in the future. Today is {_named(today)} {today.year}; "
            "type that day or an earlier one, as `yesterday` or `mon`."
        )
    return day


def show_date(day: date, today: date) -> str:
    """`today`, `yesterday`, `Thu 19 Nov`, and the year if it is not this one."""
    match (today - day).days:
        case 0:
            return "today"
        case 1:
            return "yesterday"
    return _named(day) if day.year == today.year else f"{_named(day)} {day.year}"


def _named(day: date) -> str:
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def _relative(name: str, today: date) -> date | None:
    if name in _OFFSETS:
        return today - timedelta(days=_OFFSETS[name])
    weekday = next((number for number, names in enumerate(_WEEKDAYS) if name in names), None)
    return None if weekday is None else today - timedelta(days=(today.weekday() - weekday) % 7)


def _written(word: str, today: date) -> date | None:
    found = _ISO.fullmatch(word) or _DOTTED.fullmatch(word)
    if not found:
        return None
    month, day, year = int(found["month"]), int(found["day"]), found["year"]
    wanted = _most_recent(month, day, today) if year is None else _calendar(_full(year), month, day)
    if wanted is None:
        raise DateRefused(f"There is no {word} in the calendar. Dates are typed as `2026-11-19` or `19.11.`.")
    return wanted


def _full(year: str) -> int:
    return int(year) if len(year) > 2 else 2000 + int(year)


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _most_recent(month: int, day: int, today: date) -> date | None:
    years = takewhile(lambda year: year > 0, range(today.year, today.year - _LEAP_GAP - 1, -1))
    days = (_calendar(year, month, day) for year in years)
    return next((found for found in days if found and found <= today), None)
