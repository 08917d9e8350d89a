"""What flows need of Slack, as narrow protocols."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack knows of somebody. `timezone` is an IANA name. `is_deactivated`: they have left this Slack."""

    name: str
    email: str | None
    timezone: str
    is_deactivated: bool = False


class Profiles(Protocol):
    async def profile(self, slack_id: str) -> Profile:
        """Raises Gone if Slack shows nobody of that id, OutsideError if it cannot be asked."""

    async def find(self, email: str) -> str | None:
        """The Slack id of whoever has that address."""
