"""Until when something of a budget holds: a day to come."""

import re
from datetime import date, timedelta

from sync.rules.text.dates import DateUnclear, parse_date, said_from
from sync.rules.text.slack import quote
from sync.rules.text.work import Unreadable

_FURTHEST = 10
"""Years ahead that an end may lie: beyond, it is a slip."""
_WITH_YEAR = re.compile(r"\d{4}|\d[./-]\d{1,2}[./-]\d{2}$", re.ASCII)
_LAST_YEAR = date.max.year
_LEAP_GAP = 8
"""Years: the longest wait between two 29ths of February, as from 2096 to 2104."""


def parse_until(word: str, today: date) -> date:
    """`today` `tomorrow` `mon`…`sunday` `2026-11-30` `30.11.` `30.11.2026`, any case: a day from today on.

    A weekday, and a day without a year, is the next such day, today included. Raises Unreadable or DateRefused.
    """
    try:
        day = _coming(word, today)
    except DateUnclear as unclear:
        one, two = sorted(filter(None, (_coming(_again(one), today) for one in unclear.readings)))
        raise Unreadable(f"`{quote(word)}` could be two days. Type `{one}` or `{two}`.") from None
    if day is None:
        raise Unreadable(f"“{quote(word)}” is no date. Type it as `{today:%Y-%m-%d}`.")
    if day < today:
        raise Unreadable(f"{day:%Y-%m-%d} is over. Type today's date or a later one, as `{today:%Y-%m-%d}`.")
    if day.year > today.year + _FURTHEST:
        raise Unreadable(f"{day:%Y-%m-%d} is more than {_FURTHEST} years ahead. Type an earlier date, or none.")
    return day


def _coming(typed: str, today: date) -> date | None:
    """The next day of that name or date, today included."""
    if (said := said_from(typed, today)) is not None:
        return said
    day = parse_date(typed, date.max)
    if day is None or _WITH_YEAR.search(typed):
        return day
    found = (parse_date(typed, today + timedelta(days=365 * years - 1)) for years in range(1, _LEAP_GAP + 2))
    return next((day for day in found if day is None or day >= today), None)


def _again(day: date) -> str:
    """A reading of `3/12`, written clearly; without its year if none was typed."""
    return f"{day.day}.{day.month}." if day.year > _LAST_YEAR - _LEAP_GAP else day.isoformat()
