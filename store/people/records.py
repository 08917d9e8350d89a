"""People and their sign-ins to Harvest as frozen records. No I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Slack, and who they are in Harvest (None: not matched yet)."""

    slack_id: str
    name: str
    email: str | None
    timezone: str
    """IANA name."""
    harvest_user_id: int | None
    checked_at: datetime
    is_deactivated: bool = False
    """They have left this Slack, where nobody reaches them any more."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A person's own Harvest sign-in. `tokens` is encrypted; only sync/vault.py can read it."""

    slack_id: str
    account_id: int
    harvest_user_id: int
    tokens: str
    expires_at: datetime
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class SignIn:
    """One "Connect Harvest" under way, bound to its person. `tokens` (encrypted) waits for the choice of account."""

    slack_id: str
    expires_at: datetime
    used_at: datetime | None
    tokens: str | None
