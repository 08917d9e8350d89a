"""Hours, times of day and time zones as Harvest writes and reads them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from zoneinfo import ZoneInfo

_CENT = Decimal("0.01")
_TIME = re.compile(r"\s*(\d{1,2})(?::(\d{2}))?\s*([ap]m)?\s*", re.IGNORECASE)
_HARVEST_ZONES = {
    "America/Chicago": "Central Time (US & Canada)",
    "America/Denver": "Mountain Time (US & Canada)",
    "America/Los_Angeles": "Pacific Time (US & Canada)",
    "America/New_York": "Eastern Time (US & Canada)",
    "Asia/Tokyo": "Tokyo",
    "Australia/Sydney": "Sydney",
    "Etc/UTC": "UTC",
    "Europe/Berlin": "Berlin",
    "Europe/London": "London",
    "Europe/Stockholm": "Stockholm",
}


def harvest_zone(iana: str) -> str:
    """The Rails name that Harvest shows; raises KeyError for a zone the double does not know."""
    return _HARVEST_ZONES[iana]


def local(moment: datetime, iana: str) -> datetime:
    return moment.astimezone(ZoneInfo(iana))


def at_local(day: date, of_day: time, iana: str) -> datetime:
    """That time of that day in the zone, as UTC."""
    return datetime.combine(day, of_day, ZoneInfo(iana)).astimezone(UTC)


def two_decimals(hours: Decimal) -> Decimal:
    return hours.quantize(_CENT, ROUND_HALF_UP)


def in_hours(span: timedelta) -> Decimal:
    """Never below 0.00."""
    return two_decimals(max(Decimal(0), Decimal(int(span.total_seconds())) / 3600))


def between(started: time, ended: time) -> Decimal:
    """Hours from one time of day to a later one."""
    minutes = (ended.hour - started.hour) * 60 + ended.minute - started.minute
    return two_decimals(Decimal(minutes) / 60)


def of_minutes(minutes: int) -> time:
    """The time of day so many minutes after midnight."""
    return time(minutes // 60, minutes % 60)


def rounded_up(hours: Decimal, minutes: int) -> Decimal:
    if not minutes:
        return hours
    step = Decimal(minutes) / 60
    return two_decimals((hours / step).quantize(Decimal(1), ROUND_UP) * step)


def parse_time(text: str) -> time | None:
    """`8:00am`, `2pm` and `14:59` alike; None for what is no time of day."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    half = (match[3] or "").casefold()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def write_time(of_day: time, clock: str) -> str:
    """`2:59pm` by the 12h clock, `14:59` by the 24h clock."""
    if clock == "24h":
        return of_day.strftime("%H:%M")
    return f"{of_day.hour % 12 or 12}:{of_day.minute:02}{'am' if of_day.hour < 12 else 'pm'}"


def write_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_moment(text: str) -> datetime:
    """ISO 8601; taken as UTC where no zone is given. Raises ValueError."""
    # A plus sign in a query arrives as a blank.
    moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
