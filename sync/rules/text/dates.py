"""Dates as people type and read them. `today` is always the person's own (contract, section 5.6)."""

import re
import unicodedata
from datetime import date, timedelta
from itertools import takewhile

from sync.errors import Refused
from sync.rules.text.date_words import DAYS_BACK, LAST, LEAD, MONTHS, NEXT, PERIOD, WEEKDAYS, days_ago
from sync.rules.text.words import fold

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ISO = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})", re.ASCII)
_DOTTED = re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\.(?: ?(?P<year>\d{4}|\d{2}))?", re.ASCII)
_NAME = "|".join(MONTHS)
_ORDER = r"(?:st|nd|rd|th|\.|:e)?"
_YEAR = r"(?:,? (?P<year>\d{4}))?"
_NAMED = (
    re.compile(rf"(?P<day>\d{{1,2}}){_ORDER} ?(?:of )?(?P<month>{_NAME})\.?{_YEAR}", re.ASCII),
    re.compile(rf"(?P<month>{_NAME})\.? (?P<day>\d{{1,2}}){_ORDER}{_YEAR}", re.ASCII),
)
_UNSURE = re.compile(r"(?P<one>\d{1,2})(?P<sign>[/-])(?P<two>\d{1,2})(?:(?P=sign)(?P<year>\d{4}|\d{2}))?", re.ASCII)
"""Day and month in either order; with hyphens only if a year follows, as `9-10` is a range of times."""
_MONTHS = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})", re.ASCII),
    re.compile(r"(?P<month>\d{1,2})[/.](?P<year>\d{4})", re.ASCII),
    re.compile(rf"(?P<month>{_NAME})\.?(?: (?P<year>\d{{4}}))?", re.ASCII),
)
_LEAP_GAP = 8
"""Years: the longest wait between two 29ths of February, as from 2096 to 2104."""


class DateRefused(Refused):
    """A day in the future, or one that no calendar has."""


class DateUnclear(DateRefused):
    """Day and month could stand in either order; `readings` are the two days, the later one first."""

    def __init__(self, typed: str, readings: tuple[date, date]) -> None:
        first, second = readings
        super().__init__(
            f"`{typed}` could be {_named(first)} or {_named(second)}. "
            f"Type `{first.isoformat()}` or `{second.isoformat()}`."
        )
        self.readings = readings


def parse_date(typed: str, today: date) -> date | None:
    """`mon` `last friday` `2 days ago` `2026-11-19` `19.11.` `19 Nov` `igår`, any case; None if it is no date.

    A weekday is the most recent one, today included, and `last friday` is never today; a day without a year is the
    most recent one that is not in the future. `19.11` is no date but hours (ruling 2). Raises DateRefused for a day
    that is in the future, in no calendar or no single day, and DateUnclear.
    """
    phrase = _plain(typed)
    if PERIOD.fullmatch(phrase):
        raise DateRefused(f"`{typed}` is more than one day. Type the day, as `mon` or `{today.isoformat()}`.")
    day = _day(phrase, typed, today)
    if day is not None and day > today:
        raise DateRefused(
            f"{show_date(day, today)} is in the future. Today is {_named(today)} {today.year}; "
            "type that day or an earlier one, as `yesterday` or `mon`."
        )
    return day


def said_from(typed: str, today: date) -> date | None:
    """The day that `tomorrow`, `friday` or `2 days ago` names, a weekday being the next one; None if they name none."""
    phrase = LEAD.sub("", _plain(typed), count=1)
    if phrase in DAYS_BACK or LAST.match(phrase) or days_ago(phrase) is not None:
        return _relative(phrase, today)
    return _weekday(NEXT.sub("", phrase, count=1), today + timedelta(days=6))


def parse_month(typed: str, today: date) -> date | None:
    """The first day of `2026-10`, `10/2026`, `October`, `oct 2026`; None if it is no month. Raises DateRefused.

    A month without a year is the most recent one that has begun.
    """
    phrase = _plain(typed)
    found = next(filter(None, (form.fullmatch(phrase) for form in _MONTHS)), None)
    if not found:
        return None
    number, year = MONTHS.get(found["month"]) or int(found["month"]), found["year"]
    if not 1 <= number <= 12 or year == "0000":
        raise DateRefused(f"There is no month {typed}. Type it as `{today:%Y-%m}`.")
    first = date(int(year) if year else today.year - (number > today.month), number, 1)
    if first > today:
        raise DateRefused(f"{first:%Y-%m} has not begun. Type this month or an earlier one, as `{today:%Y-%m}`.")
    return first


def show_date(day: date, today: date) -> str:
    """`today`, `yesterday`, `Thu 19 Nov`, and the year if it is not this one."""
    match (today - day).days:
        case 0:
            return "today"
        case 1:
            return "yesterday"
    return _named(day) if day.year == today.year else f"{_named(day)} {day.year}"


def _named(day: date) -> str:
    return f"{_DAYS[day.weekday()]} {day.day} {_SHORT[day.month - 1]}"


def _plain(typed: str) -> str:
    """Without accents, so that `igar` is found as well."""
    letters = unicodedata.normalize("NFKD", fold(typed))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _day(phrase: str, typed: str, today: date) -> date | None:
    bare = LEAD.sub("", phrase, count=1) if LEAD.match(phrase) else phrase
    if (day := _relative(bare, today) or _written(bare, typed, today)) is not None:
        return day
    name, _, rest = bare.partition(" ")
    name = name.rstrip(",.")
    if not rest or name not in WEEKDAYS:
        return None
    return _agreeing(name, _written(LEAD.sub("", rest, count=1), typed, today), typed)


def _agreeing(name: str, day: date | None, typed: str) -> date | None:
    """A weekday and a date are one day, or a slip."""
    if day is not None and day.weekday() != WEEKDAYS[name]:
        raise DateRefused(
            f"`{typed}` is no day: {day.isoformat()} is a {day:%A}. Type `{day.isoformat()}` or the weekday."
        )
    return day


def _relative(phrase: str, today: date) -> date | None:
    """A day that is said as seen from today."""
    if (back := days_ago(phrase)) is not None:
        return today - timedelta(days=min(back, today.toordinal() - 1))
    if phrase in DAYS_BACK:
        return today - timedelta(days=DAYS_BACK[phrase])
    if said := LAST.match(phrase):
        return _weekday(phrase[said.end() :], today - timedelta(days=1))
    if said := NEXT.match(phrase):
        day = _weekday(phrase[said.end() :], today)
        return None if day is None else day + timedelta(days=7)
    return _weekday(phrase, today)


def _weekday(name: str, latest: date) -> date | None:
    number = WEEKDAYS.get(name.rstrip("."))
    return None if number is None else latest - timedelta(days=(latest.weekday() - number) % 7)


def _written(phrase: str, typed: str, today: date) -> date | None:
    if found := _UNSURE.fullmatch(phrase):
        return _either(found, typed, today) if found["year"] or found["sign"] == "/" else None
    forms = (_ISO, _DOTTED, *_NAMED)
    found = next(filter(None, (form.fullmatch(phrase) for form in forms)), None)
    if not found:
        return None
    month, day = MONTHS.get(found["month"]) or int(found["month"]), int(found["day"])
    return _existing(month, day, found["year"], typed, today)


def _existing(month: int, day: int, year: str | None, typed: str, today: date) -> date:
    wanted = _find(month, day, year, today)
    if wanted is None:
        raise DateRefused(f"There is no {typed} in the calendar. Dates are typed as `2026-11-19` or `19.11.`.")
    return wanted


def _either(found: re.Match[str], typed: str, today: date) -> date:
    """The only day it can be that is not to come; raises DateUnclear if it can be two."""
    one, two, year = int(found["one"]), int(found["two"]), found["year"]
    every = [day for day in (_find(one, two, year, today), _find(two, one, year, today)) if day is not None]
    if not every:
        raise DateRefused(f"There is no {typed} in the calendar. Dates are typed as `2026-11-19` or `19.11.`.")
    past = sorted({day for day in every if day <= today}, reverse=True)
    if len(past) > 1:
        raise DateUnclear(typed, (past[0], past[1]))
    return past[0] if past else every[0]


def _find(month: int, day: int, year: str | None, today: date) -> date | None:
    return _most_recent(month, day, today) if year is None else _calendar(_full(year), month, day)


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
