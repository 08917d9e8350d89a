"""Small checks from which the table of Block Kit limits is built; each yields a sentence per fault."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

Check = Callable[[Any, str], Iterator[str]]
Fields = Mapping[str, Check]


def anything(_value: Any, _path: str) -> Iterator[str]:
    yield from ()


def flag(value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"must be true or false [json-pointer:{path}]"


def string(longest: int, shortest: int = 0, pattern: str | None = None) -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"must be a string [json-pointer:{path}]"
        elif len(value) > longest:
            yield f"must be no more than {longest} characters [json-pointer:{path}]"
        elif len(value) < shortest:
            yield f"must be at least {shortest} characters [json-pointer:{path}]"
        elif pattern and not re.fullmatch(pattern, value):
            yield f"does not have the right form [json-pointer:{path}]"

    return check


def number(lowest: int, highest: int) -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            yield f"must be a whole number from {lowest} to {highest} [json-pointer:{path}]"

    return check


def one_of(*allowed: str) -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        if value not in allowed:
            yield f"must be one of {', '.join(allowed)} [json-pointer:{path}]"

    return check


def day(value: Any, path: str) -> Iterator[str]:
    """A real day of the calendar as YYYY-MM-DD."""
    try:
        date.fromisoformat(str(value))
    except ValueError:
        yield f"must be a valid date [json-pointer:{path}]"


def text(longest: int, *kinds: str) -> Check:
    """A text object of 1 to `longest` characters, plain_text and mrkdwn unless kinds says less."""
    allowed = kinds or ("plain_text", "mrkdwn")

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict) or value.get("type") not in allowed:
            yield f"must be a text object of type {' or '.join(allowed)} [json-pointer:{path}]"
            return
        extra = "emoji" if value["type"] == "plain_text" else "verbatim"
        fields = {"type!": anything, "text!": string(longest, 1), extra: flag}
        yield from obey(fields, value, path)

    return check


def plain(longest: int) -> Check:
    return text(longest, "plain_text")


def items(check_one: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"must be an array [json-pointer:{path}]"
            return
        if len(value) > most:
            yield f"no more than {most} items allowed [json-pointer:{path}]"
        if len(value) < least:
            yield f"must provide at least {least} items [json-pointer:{path}]"
        for index, item in enumerate(value):
            yield from check_one(item, f"{path}/{index}")

    return check


def shape(fields: Fields) -> Check:
    """An object with these fields and no other; a name that ends in ! is required."""

    def check(value: Any, path: str) -> Iterator[str]:
        if isinstance(value, dict):
            yield from obey(fields, value, path)
        else:
            yield f"must be an object [json-pointer:{path}]"

    return check


def obey(fields: Fields, value: dict[str, Any], path: str) -> Iterator[str]:
    checks = {name.rstrip("!"): check for name, check in fields.items()}
    for name in fields:
        if name.endswith("!") and value.get(name[:-1]) is None:
            yield f"missing required field: {name[:-1]} [json-pointer:{path}]"
    for name, part in value.items():
        if name not in checks:
            yield f"invalid additional property: {name} [json-pointer:{path}]"
        elif part is not None:
            yield from checks[name](part, f"{path}/{name}")
