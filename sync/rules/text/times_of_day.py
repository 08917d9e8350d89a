"""Times of day and ranges of them as people type them: `9`, `9:15`, `2 pm`, `9-10:30`, `9 bis 10 Uhr`."""

import re
from datetime import time

RANGE_EXAMPLES = "`13-17` or `1pm-5pm`"

_MIDNIGHT = 24 * 60
_NOON = 12 * 60
_LEAD = r"(?:(?:kl(?:ockan|\.)?|um) ?)?"
_UHR = r"(?: ?uhr)?"
_TIME = rf"{_LEAD}\d{{1,2}}(?:[:.][0-5]\d)?(?: ?[ap]\.?m\.?)?{_UHR}"
_CLOCK = re.compile(
    rf"{_LEAD}(?P<hour>\d{{1,2}})(?:[:.](?P<minute>[0-5]\d))?(?: ?(?P<half>[ap])\.?m\.?)?{_UHR}",
    re.IGNORECASE | re.ASCII,
)
_RANGE = re.compile(
    rf"(?:(?:from|von|från) )?(?P<start>{_TIME}) ?(?:-|to|till?|until|bis) ?(?P<end>{_TIME})", re.IGNORECASE | re.ASCII
)
_HALF = re.compile(r"(?P<half>[ap])\.?m\.?$", re.IGNORECASE)


def parse_time(word: str) -> time | None:
    """`9`, `9:15`, `09.15`, `2pm`, `2:30pm`; None if the word is no time between 0:00 and 23:59."""
    readings = _readings(word, None)
    return minutes_to_time(readings[0]) if readings else None


def parse_range(word: str) -> tuple[int, int] | None:
    """Start and end in minutes after midnight, 24:00 being 1440; None if the word is no pair of times.

    With `am` or `pm` on one side only, the other side takes what makes the range run forwards: `11-1pm` begins in the
    morning. The end may still lie before the start.
    """
    found = _RANGE.fullmatch(word)
    if not found:
        return None
    start, end = found["start"], found["end"]
    pairs = [(s, e) for s in _readings(start, _half(end)) for e in _readings(end, _half(start))]
    forwards = [pair for pair in pairs if pair[0] < pair[1]]
    return next(iter(forwards or pairs), None)


def minutes_to_time(minutes: int) -> time | None:
    """The time of day so many minutes after midnight; None from 24:00 on."""
    return time(minutes // 60, minutes % 60) if minutes < _MIDNIGHT else None


def _half(word: str) -> str | None:
    found = _HALF.search(word)
    return f"{found['half'].lower()}m" if found else None


def _readings(word: str, other_half: str | None) -> list[int]:
    """Minutes after midnight the word may mean, likeliest first; `other_half` is the suffix across the range."""
    found = _CLOCK.fullmatch(word)
    if not found:
        return []
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), _half(word)
    if half or (other_half and 1 <= hour <= 12):
        halves = [half] if half else sorted(["am", "pm"], key=lambda name: name != other_half)
        return [_minutes(hour, minute, name) for name in halves] if 1 <= hour <= 12 else []
    total = hour * 60 + minute
    return [total] if total <= _MIDNIGHT else []


def _minutes(hour: int, minute: int, half: str) -> int:
    return hour % 12 * 60 + minute + (_NOON if half == "pm" else 0)
