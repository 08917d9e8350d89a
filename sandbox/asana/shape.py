"""How the keys of a kind of record are written down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

Getter = Callable[[Any], Any]


class Absent(Exception):
    """The record has no such key."""


@dataclass(frozen=True)
class Shape:
    """`is_part`: not a record that other records point at but a part of them, never cut down to its gid."""

    compact: tuple[str, ...]
    full: tuple[str, ...]
    getters: Mapping[str, Getter]
    is_part: bool = False


def plain(names: str) -> dict[str, Getter]:
    """Keys that are called like the attributes, parted by blanks."""
    return {name: attrgetter(name) for name in names.split()}


def always(**facts: Any) -> dict[str, Getter]:
    """What the double never has, as it looks when there is none."""

    def constant(fact: Any) -> Getter:
        return lambda _: fact

    return {name: constant(fact) for name, fact in facts.items()}


def shape(
    compact: str,
    full: str,
    getters: Mapping[str, Getter],
    *,
    is_part: bool = False,
) -> Shape:
    """`full`: what comes on top of `compact`. The keys that every record has need not be written."""
    names = tuple(f"gid resource_type {compact}".split())
    common = plain("gid resource_type name created_at")
    return Shape(names, (*names, *full.split()), {**common, **getters}, is_part)
