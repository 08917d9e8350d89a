"""How long something took, in the words of English, German and Swedish: `1h 30m`, `1½ Std`, `en halvtimme`.

A phrase is an amount as a whole or not at all. Phrases come folded (see `words.fold`).
"""

import re
import unicodedata
from fractions import Fraction

from store.units import Hours

_NUMBERS = {
    **dict.fromkeys(("a", "an", "one", "ein", "eine", "einer", "en", "ett"), 1),
    **dict.fromkeys(("two", "zwei", "två"), 2),
    **dict.fromkeys(("three", "drei", "tre"), 3),
    **dict.fromkeys(("four", "vier", "fyra"), 4),
    **dict.fromkeys(("five", "fünf", "fem"), 5),
    **dict.fromkeys(("six", "sechs", "sex"), 6),
    **dict.fromkeys(("seven", "sieben", "sju"), 7),
    **dict.fromkeys(("eight", "acht", "åtta"), 8),
    **dict.fromkeys(("nine", "neun", "nio"), 9),
    **dict.fromkeys(("ten", "zehn", "tio"), 10),
    **dict.fromkeys(("eleven", "elf", "elva"), 11),
    **dict.fromkeys(("twelve", "zwölf", "tolv"), 12),
    **dict.fromkeys(("fifteen", "fünfzehn", "femton"), 15),
    **dict.fromkeys(("twenty", "zwanzig", "tjugo"), 20),
    **dict.fromkeys(("thirty", "dreissig", "trettio"), 30),
    **dict.fromkeys(("forty-five", "fünfundvierzig", "fyrtiofem"), 45),
}
_HALVES = {
    **dict.fromkeys(("anderthalb", "eineinhalb"), Fraction(3, 2)),
    "zweieinhalb": Fraction(5, 2),
    "dreieinhalb": Fraction(7, 2),
    "viereinhalb": Fraction(9, 2),
}
_PARTS = {
    **dict.fromkeys(("half", "halbe", "halb", "halv"), Fraction(1, 2)),
    **dict.fromkeys(("quarter", "viertel", "kvart"), Fraction(1, 4)),
}
_PHRASES = {
    Fraction(1, 2): r"(?:a )?half (?:an )?hour|(?:ein(?:e|er) )?halben? stunde|(?:en )?halv(?:timmes?| ?timme)",
    Fraction(1, 4): r"(?:a )?quarter (?:of an )?hour|(?:eine )?viertel ?stunde|(?:en )?kvart(?:s timme)?",
    Fraction(3, 4): r"three quarters of an hour|(?:eine )?dreiviertel ?stunde|(?:en )?trekvart(?:s timme)?|tre kvart",
}
_HOUR = r"(?:hours?|hrs?|h|stunden?|std|timmars?|timme|tim)\.?"
_MINUTE = r"(?:minut(?:es?|en?|er)?|mins?|m)\.?"
_VULGAR = "½¼¾⅓⅔⅛⅜⅝⅞"
_DECIMAL = r"\d{1,9}(?:[.,]\d{1,9})?|[.,]\d{1,9}"
_MIXED = rf"(?:\d{{1,3}} ?)?[{_VULGAR}]"
_FRACTION = r"(?:\d{1,3} )?\d{1,2}/[1-9]\d?"
_WORDS = "|".join([*_NUMBERS, *_HALVES])
_WORDY = r"(?= |$)(?! [hm]\.?(?: |$))"
"""After a number in words stands a unit in words: `am` is no minute, nor is `a m`."""
_MORE = r"(?: (?:and a|und eine?|och en) (?P<{name}>half|halbe|halb|halv|quarter|viertel|kvart))?"
_COUNT = rf"(?P<hours>{_MIXED}|{_FRACTION}|{_DECIMAL}|(?:{_WORDS}){_WORDY}){_MORE.format(name='more')}"
_MINUTES = rf"(?P<minutes>{_DECIMAL}|(?:{'|'.join(_NUMBERS)}){_WORDY}) ?{_MINUTE}"
_BETWEEN = r"(?: ?[,+&] ?| (?:and|und|och|plus) | ?)"

_FORMS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_COUNT} ?{_HOUR}{_MORE.format(name='rest')}(?:{_BETWEEN}{_MINUTES})?",
        _MINUTES,
        rf"(?P<hours>\d{{1,9}})(?:h|hrs?|std)(?P<minutes>[0-5]?\d)(?: ?{_MINUTE})?",
        rf"(?P<hours>\d{{1,9}}):(?P<minutes>[0-5]\d)(?: ?{_HOUR})?",
        rf"(?P<hours>{_MIXED}|{_DECIMAL})",
    )
)
_BARE = re.compile(_DECIMAL, re.ASCII)
_NAMED = {amount: re.compile(pattern) for amount, pattern in _PHRASES.items()}
_UNIT = re.compile(rf"{_HOUR}|{_MINUTE}")
_ONLY_HOURS = re.compile(rf"(?P<hours>\d{{1,9}})(?: ?{_HOUR})?", re.ASCII)


def parse_amount(words: str) -> Fraction | None:
    """Hundredths of an hour, exact; None if the words are something else, or if only some of them are an amount."""
    for amount, named in _NAMED.items():
        if named.fullmatch(words):
            return amount * 100
    found = next(filter(None, (form.fullmatch(words) for form in _FORMS)), None)
    return None if found is None else _value(found.groupdict())


def is_bare(words: str) -> bool:
    """A number alone, which says hours only where a duration is expected."""
    return _BARE.fullmatch(words) is not None


def is_unit(word: str) -> bool:
    return _UNIT.fullmatch(word) is not None


def whole_hours(words: str) -> Hours | None:
    """Of `1`, `1h`, `1 hour`: hours that minutes could follow."""
    found = _ONLY_HOURS.fullmatch(words)
    return Hours(int(found["hours"]) * 100) if found else None


def _value(parts: dict[str, str | None]) -> Fraction:
    hours = _count(parts.get("hours") or "0")
    for more in (parts.get("more"), parts.get("rest")):
        hours += _PARTS[more] if more else 0
    return hours * 100 + _count(parts.get("minutes") or "0") * 100 / 60


def _count(text: str) -> Fraction:
    if text in _HALVES:
        return _HALVES[text]
    if text in _NUMBERS:
        return Fraction(_NUMBERS[text])
    if text[-1] in _VULGAR:
        part = Fraction(unicodedata.numeric(text[-1])).limit_denominator(8)
        return int(text[:-1] or 0) + part
    if "/" in text:
        whole, _, fraction = text.rpartition(" ")
        return int(whole or 0) + Fraction(fraction)
    return Fraction("0" + text.replace(",", "."))
