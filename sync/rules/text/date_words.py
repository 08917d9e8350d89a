"""The words for days in English, German and Swedish, without their accents: `igar` stands for `igår`."""

import re

DAYS_BACK = {
    **dict.fromkeys(("today", "heute", "idag", "i dag"), 0),
    **dict.fromkeys(("yesterday", "gestern", "igar", "i gar"), 1),
    **dict.fromkeys(("day before yesterday", "vorgestern", "i forrgar", "forrgar"), 2),
    **dict.fromkeys(("tomorrow", "morgen", "imorgon", "i morgon"), -1),
    **dict.fromkeys(("day after tomorrow", "ubermorgen", "i overmorgon"), -2),
    "heute morgen": 0,
    "gestern morgen": 1,
}

_WEEKDAYS = (
    "mon monday montag mandag",
    "tue tues tuesday dienstag tisdag tis",
    "wed weds wednesday mittwoch onsdag ons",
    "thu thur thurs thursday donnerstag torsdag tors",
    "fri friday freitag fredag fre",
    "sat saturday samstag sonnabend lordag lor",
    "sun sunday sonntag sondag",
)
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
WEEKDAYS |= {f"{name}{end}": number for name, number in WEEKDAYS.items() if name.endswith("dag") for end in ("en", "s")}

_MONTHS = (
    "jan january januar januari",
    "feb february februar februari",
    "mar march marz mars",
    "apr april",
    "may mai maj",
    "jun june juni",
    "jul july juli",
    "aug august augusti",
    "sep sept september",
    "oct october okt oktober",
    "nov november",
    "dec december dez dezember",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

LAST = re.compile(r"(?:last|past|letzte[rnm]?|vorige[rnm]?|vergangene[rnm]?|forra|senaste|i(?= \w+dags$)) ")
NEXT = re.compile(r"(?:next|coming|nachste[rnm]?|kommende[rnm]?|nasta) ")
LEAD = re.compile(r"(?:on|this|am|vom|den|diese[rnm]?|the) ")
"""What may stand before a day without changing it."""
PERIOD = re.compile(
    r"(?:last|this|next|letzte[nsm]?|diese[nsm]?|forra|denna) (?:week|month|year|woche|monat|jahr|veckan?|manaden|aret)"
)

_COUNTS = {
    **dict.fromkeys(("a", "one", "einem", "einer", "en"), 1),
    **dict.fromkeys(("two", "zwei", "tva"), 2),
    **dict.fromkeys(("three", "drei", "tre"), 3),
    **dict.fromkeys(("four", "vier", "fyra"), 4),
    **dict.fromkeys(("five", "funf", "fem"), 5),
    **dict.fromkeys(("six", "sechs", "sex"), 6),
}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})"
_AGO = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_COUNT} (?:days?|(?P<weeks>weeks?)) ago",
        rf"vor {_COUNT} (?:tag(?:en)?|(?P<weeks>wochen?))",
        rf"for {_COUNT} (?:dag(?:ar)?|(?P<weeks>veck(?:a|or))) se(?:da|)n",
    )
)


def days_ago(phrase: str) -> int | None:
    """7 for `a week ago`; None if the phrase does not count back."""
    found = next(filter(None, (form.fullmatch(phrase) for form in _AGO)), None)
    if found is None:
        return None
    count = _COUNTS.get(found["count"]) or int(found["count"])
    return count * 7 if found["weeks"] else count
