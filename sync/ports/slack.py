"""What flows need of Slack, as narrow protocols."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack knows of somebody. `timezone` is an IANA name."""

    name: str
    email: str | None
    timezone: str


class Profiles(Protocol):
    async def profile(self, slack_id: str) -> Profile:
        """Raises OutsideError if the workspace cannot be asked."""

    async def find(self, email: str) -> str | None:
        """The Slack id of whoever has that address."""
