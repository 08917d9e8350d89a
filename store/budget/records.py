"""Budgets, their locks and what people decided about them: frozen records. No I/O, no clock."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from store.units import Amount, Hours


class LockState(StrEnum):
    """open -> closed(by, why) -> open."""

    OPEN = "open"
    CLOSED = "closed"


class RequestState(StrEnum):
    """asked -> granted | kept: what became of a request to unlock."""

    ASKED = "asked"
    GRANTED = "granted"
    KEPT = "kept"


class OverageState(StrEnum):
    """seen -> accepted | moved: hours that went over a closed lock, and what the manager made of them."""

    SEEN = "seen"
    ACCEPTED = "accepted"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """What was decided in Slack about a project's budget. `lock_policy` is in the words of LOCK_POLICY."""

    project_id: int
    hours: Hours | None = None
    quoted: Hours | None = None
    channel_id: str | None = None
    may_be_shared: bool = False
    """The channel was confirmed although other organizations see it (ruling 14)."""
    muted_until: date | None = None
    """The first day on which alerts are posted again; date.max: until somebody sets another."""
    lock_policy: str | None = None


@dataclass(frozen=True, slots=True)
class BudgetState:
    """Where one budget line stands in one period: which band was announced, and whether it is locked.

    `line` is empty for the project's own budget, else `task:<id>` or `person:<id>`. `period` is empty or `2026-11`.
    """

    project_id: int
    line: str
    period: str
    band: int = 0
    """Per cent; 0 below the first band."""
    arming: int = 0
    lock: LockState = LockState.OPEN
    locked_by: str = ""
    """`policy`, `first import`, or the Slack id of who locked or unlocked it last."""
    limit: Amount | None = None
    """Up to where a manager opened it; None: without a limit of its own."""
    open_until: datetime | None = None
    is_decided: bool = False
    """A manager's word stands: the policy does not close it before `limit` or `open_until`."""
    revision: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UnlockRequest:
    """Somebody asks for more hours. `line` and `period` as in BudgetState; `entry_key` names what is held for it."""

    key: str
    project_id: int
    line: str
    period: str
    slack_id: str
    hours: Hours | None
    reason: str
    entry_key: str | None
    state: RequestState
    decided_by: str | None
    answer: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Overage:
    """The part of a Harvest entry that went over a closed lock."""

    harvest_id: int
    project_id: int
    line: str
    period: str
    hours: Hours
    state: OverageState
    noticed_at: datetime
