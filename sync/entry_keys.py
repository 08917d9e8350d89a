"""The key of the entry a request makes."""

from typing import Protocol
from uuid import NAMESPACE_URL, uuid5


class Asking(Protocol):
    """A request that is unique in its workspace."""

    @property
    def team(self) -> str: ...

    @property
    def key(self) -> str: ...


def entry_key(asking: Asking) -> str:
    """The same request always makes the same entry, however often it is handled."""
    return str(uuid5(NAMESPACE_URL, f"{asking.team}:{asking.key}"))
