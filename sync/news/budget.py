"""What is told of budgets, locks, and requests to unlock."""

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class BudgetCrossed:
    """Lines of a project's budget reached a band. `lines`: key, name, band, used, budget, is_money, is_locked of each.

    `pushed_by`: Harvest ids of those whose hours did it; `since`: when the first of these hours changed (ISO).
    """

    IF_LOST: ClassVar[str] = "that a budget has reached a band"

    project_id: int
    period: str
    lines: list[dict[str, Any]]
    has_locked: bool
    pushed_by: list[int]
    since: str | None
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class LockTriggered:
    """Lines of a project have locked; for one of its managers (`user:<Harvest id>` or a Slack id)."""

    IF_LOST: ClassVar[str] = "that a project has locked"

    project_id: int
    period: str
    lines: list[str]
    manager: str


@dataclass(frozen=True, slots=True)
class UnlockAsked:
    """Somebody asks to unlock; for one of the project's managers."""

    IF_LOST: ClassVar[str] = "that somebody asks to unlock a project"

    request_key: str
    manager: str


@dataclass(frozen=True, slots=True)
class UnlockAnswered:
    """For who asked."""

    IF_LOST: ClassVar[str] = "how their request to unlock was answered"

    request_key: str


@dataclass(frozen=True, slots=True)
class TimerReady:
    """A timer that waited for an unlock may start now, if its person still wants it."""

    IF_LOST: ClassVar[str] = "that their timer may start"

    entry_key: str


@dataclass(frozen=True, slots=True)
class OverageSeen:
    """Hours went over a closed lock; for one of the project's managers."""

    IF_LOST: ClassVar[str] = "that hours went over a lock"

    project_id: int
    period: str
    line: str
    entry_ids: list[int]
    manager: str


@dataclass(frozen=True, slots=True)
class FoundOver:
    """Projects that were over their limit when the account was first imported; for the coordinator."""

    project_ids: list[int]


BudgetNews = BudgetCrossed | LockTriggered | UnlockAsked | UnlockAnswered | TimerReady | OverageSeen | FoundOver
