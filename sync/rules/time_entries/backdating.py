"""When a timer shall have begun: `-15m`, `15 min ago`, `since 9:15`, `vor 15 Minuten`, `sedan 9.15`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from fractions import Fraction

from sync.rules.text.duration_words import is_bare, parse_amount
from sync.rules.text.durations import DAY
from sync.rules.text.times_of_day import parse_time
from sync.rules.text.words import LONGEST, Word, longest, phrase, split_words
from sync.rules.text.work import Unreadable

_AFTER = r"ago|back|earlier|early|zurück|früher|her|sedan|tillbaka"
_LESS = re.compile(rf"-(?P<amount>\S.*?)(?: (?:{_AFTER}))?")
_AGO = re.compile(rf"(?:(?:vor|för|seit|since) )(?P<amount>.+?)(?: sedan)?|(?P<before>.+) (?:{_AFTER})")
_SINCE = re.compile(r"(?:since|seit|sedan) (?P<time>.+)|(?:from|ab|från) (?P<clock>.*(?:\d[:.]\d\d|uhr|[ap]m))")
_BARE_NUMBER = re.compile(r"-(?P<digits>\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Begun:
    """`back` minutes ago, or at the time of day `since`; `typed` is how it was said."""

    typed: str
    back: int | None = None
    since: time | None = None


def begun_at(words: Sequence[Word]) -> tuple[Begun, int] | None:
    """What the words begin with, and how many of them it is.

    Raises Unreadable for `-15`, which may be minutes or hours, and for more than 24 h.
    """
    return longest(words, _begun)


def moment_of(clock: time, now: datetime) -> datetime | None:
    """When it was last that time today, in UTC; None if it has not come yet. `now` is on the person's own clock.

    Where the clocks are put back an hour is there twice, and the later one that has come is meant. A time that was
    skipped counts as it would have without the skip.
    """
    wall = now.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    both = [wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max((one for one in both if one <= now.astimezone(UTC)), default=None)


def begun_at_end(words: Sequence[Word]) -> tuple[Begun, int] | None:
    for start in range(max(0, len(words) - LONGEST), len(words)):
        if (found := _begun(phrase(words[start:]))) is not None:
            return found, len(words) - start
    return None


def begun_within(note: str) -> tuple[Begun, str] | None:
    """The first such words anywhere in a note, and the note without them."""
    words = split_words(note)
    for index, word in enumerate(words):
        try:
            found = begun_at(words[index:])
        except Unreadable:
            continue
        if found is not None:
            begun, length = found
            return begun, f"{note[: word.start]}{note[words[index + length - 1].end :].lstrip()}"
    return None


def _begun(said: str) -> Begun | None:
    if _BARE_NUMBER.fullmatch(said):
        hours = f" or `{said}h`" if int(said[1:]) * 100 <= DAY else ""
        raise Unreadable(f"`{said}` {'could be minutes or hours' if hours else 'has no unit'}. Type `{said}m`{hours}.")
    amount = _amount(said)
    if amount is not None:
        if amount > DAY:
            raise Unreadable(f"`{said}` is more than 24 h ago. Log such hours: `/log yesterday 7.5h ACME-12`")
        return Begun(said, back=round(amount * 60 / 100) or None)
    found = _SINCE.fullmatch(said)
    since = parse_time(found["time"] or found["clock"]) if found else None
    return Begun(said, since=since) if since else None


def _amount(said: str) -> Fraction | None:
    if found := _LESS.fullmatch(said):
        return parse_amount(found["amount"])
    found = _AGO.fullmatch(said)
    typed = (found["amount"] or found["before"]) if found else ""
    return None if not typed or is_bare(typed) or ":" in typed else parse_amount(typed)
