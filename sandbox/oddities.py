"""Answers spoilt on order: what a proxy, a careless release or somebody hostile makes of a right one."""

import copy
import json
import random
from collections.abc import Iterator
from enum import StrEnum, auto
from typing import Any

HUGE_TEXT = "x" * 100_000
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    7,
    2**31,
    2**63,
    10**30,
    1e308,
    -1e308,
    "",
    "text",
    "NaN",
    "1e999999999",
    "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+12:00",
    "0000-00-00",
    "25:61",
    "a\x00b",
    "\ud83d",
    "<!channel> *b* `c`",
    HUGE_TEXT,
    [],
    {},
    [[]],
    {"id": 1},
    {"gid": "1"},
    ["text"],
)
"""What stands where something else should."""
_RAW = ("1" * 5000, "1e999999999", "-1e999999999", "NaN", "Infinity", "[" * 5000, '"\\ud83d"', '"\\u0000"')
"""The same, of what JSON can write and Python cannot."""


class Oddity(StrEnum):
    TEXT = auto()
    """Text for JSON."""
    PAGE = auto()
    NOTHING = auto()
    HALF = auto()
    ARRAY = auto()
    """The right answer within an array."""
    SCALAR = auto()
    WRONG = auto()
    """One value, anywhere, is another."""
    MISSING = auto()
    """One field is not there."""
    RAW = auto()
    """One value is none that Python reads."""
    NOISE = auto()
    """Some bytes are others."""


_WHOLE = {
    Oddity.TEXT: b"upstream connect error or disconnect/reset before headers",
    Oddity.PAGE: b"<html><body><h1>Down for maintenance</h1></body></html>",
    Oddity.NOTHING: b"",
}
_SCALARS = (b"null", b"true", b"0", b'""', b'"text"', b"[]", b"{}", b"1e999999999", b"1" * 5000)


def spoilt(body: bytes, oddity: Oddity, seed: int) -> bytes:
    """`body`: JSON. The same answer for the same seed."""
    chance = random.Random(seed)
    if oddity in _WHOLE:
        return _WHOLE[oddity]
    match oddity:
        case Oddity.HALF:
            return body[: chance.randrange(len(body) + 1)]
        case Oddity.ARRAY:
            return b"[" + body + b"]"
        case Oddity.SCALAR:
            return chance.choice(_SCALARS)
        case Oddity.NOISE:
            return _noise(body, chance)
    return _changed(body, oddity, chance)


def _noise(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body or b"{}")
    for _ in range(1 + len(changed) // 200):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _changed(body: bytes, oddity: Oddity, chance: random.Random) -> bytes:
    try:
        whole = [copy.deepcopy(json.loads(body))]
    except ValueError:
        return body
    places = list(_places(whole))
    within, key = chance.choice(places)
    if oddity is Oddity.MISSING and isinstance(within, dict):
        del within[key]
        return json.dumps(whole[0]).encode()
    if oddity is Oddity.RAW:
        within[key] = "raw-value"
        return json.dumps(whole[0]).encode().replace(b'"raw-value"', chance.choice(_RAW).encode())
    within[key] = chance.choice(ODD)
    return json.dumps(whole[0]).encode()


def _places(within: Any) -> Iterator[tuple[Any, Any]]:
    items = within.items() if isinstance(within, dict) else enumerate(within)
    for key, value in list(items):
        yield within, key
        if isinstance(value, dict | list):
            yield from _places(value)
