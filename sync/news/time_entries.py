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


@dataclass(frozen=True, slots=True)
class EntryBlocked:
    """Harvest refused hours for a cause that only those who manage the project can mend; `address` as of a manager."""

    IF_LOST: ClassVar[str] = "that hours on their project are held"

    entry_key: str
    address: str


EntryNews = EntryArrived | EntryHeld | EntryBlocked
