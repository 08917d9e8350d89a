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


def offered_key(team: str, slack_id: str, offer: str) -> str:
    """One entry for each offer and person, however often its button is pressed."""
    return str(uuid5(NAMESPACE_URL, f"{team}:{slack_id}:offer:{offer}"))
