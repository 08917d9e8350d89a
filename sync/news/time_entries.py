"""What a person is told of their own entries."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class EntryArrived:
    """An entry the person was told is kept has now been moved on by Harvest: logged, stopped, changed or undone."""

    IF_LOST: ClassVar[str] = "that their entry has reached Harvest"

    entry_key: str


@dataclass(frozen=True, slots=True)
class EntryHeld:
    """Harvest refused an entry; it waits for the person."""

    IF_LOST: ClassVar[str] = "that their entry is held"

    entry_key: str


EntryNews = EntryArrived | EntryHeld
