"""What Harvest holds, as the mirror keeps it: frozen records by Harvest's own ids. No I/O, no clock."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from store.units import Amount, Hours


class BudgetBy(StrEnum):
    """Harvest's kinds of budget: hours or money, of the whole project or of each task or person."""

    PROJECT = "project"
    PROJECT_COST = "project_cost"
    TASK = "task"
    TASK_FEES = "task_fees"
    PERSON = "person"
    NONE = "none"

    @property
    def is_money(self) -> bool:
        return self in {BudgetBy.PROJECT_COST, BudgetBy.TASK_FEES}


@dataclass(frozen=True, slots=True)
class Account:
    """The Harvest account of a workspace. `uses_timestamps`: entries carry start and end times, not durations."""

    id: int
    name: str
    uses_timestamps: bool
    clock: str
    """`12h` or `24h`: how Harvest reads and writes times of day."""
    web_url: str | None
    imported_at: datetime | None
    access_roles: tuple[str, ...] = ()
    """Of the user whose token imports: what it can see."""
    settled_at: datetime | None = None
    """When budgets were first looked at; None until the first import has ended (ruling 5)."""

    @property
    def sees_all(self) -> bool:
        """A manager's token shows only managed projects (ruling 13); unknown until the first import."""
        return not self.access_roles or "administrator" in self.access_roles

    @property
    def is_administrators(self) -> bool:
        """Whether the importing user is one: only they are shown roles and costs."""
        return "administrator" in self.access_roles

    @property
    def sees_rates(self) -> bool:
        return bool({"administrator", "billable_rates_manager"} & set(self.access_roles))


@dataclass(frozen=True, slots=True)
class HarvestUser:
    """`roles` are the job titles that Harvest's Team page gives, `access_roles` what the user may do."""

    id: int
    name: str
    email: str
    is_active: bool
    access_roles: tuple[str, ...]
    timezone: str | None = None
    roles: tuple[str, ...] = ()
    weekly_capacity: int = 126_000
    """Seconds."""

    @property
    def is_administrator(self) -> bool:
        return "administrator" in self.access_roles


@dataclass(frozen=True, slots=True)
class Client:
    id: int
    name: str
    currency: str | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class Project:
    id: int
    client_id: int
    client_name: str
    name: str
    code: str
    """Empty when Harvest has none."""
    is_active: bool
    is_billable: bool
    currency: str | None = None
    budget_by: BudgetBy = BudgetBy.NONE
    budget: Amount | None = None
    """Hours of an hour budget, money of a money budget; None for budgets by task or person."""
    is_monthly: bool = False
    shows_budget: bool = False
    """Harvest's `show_budget_to_all`."""

    is_excluded: bool = False
    """Tagged `sync_off`: its entries are kept and count nowhere (S3-19)."""

    @property
    def is_ours(self) -> bool:
        """Only a budget set in Slack can be on it: Harvest calls none of its entries budgeted."""
        return self.budget_by is BudgetBy.NONE


@dataclass(frozen=True, slots=True)
class Task:
    """A Harvest task: a kind of work, such as Design."""

    id: int
    name: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class TaskAssignment:
    """A task that may be booked on a project."""

    id: int
    project_id: int
    task_id: int
    is_active: bool
    billable: bool
    budget: Amount | None = None


@dataclass(frozen=True, slots=True)
class UserAssignment:
    """A user who may book on a project."""

    id: int
    project_id: int
    user_id: int
    is_active: bool
    is_project_manager: bool
    budget: Amount | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A job title of Harvest's Team page and who has it."""

    id: int
    name: str
    user_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """What an hour of a person is billed at, or costs, from one day to another (None: no end)."""

    id: int
    user_id: int
    is_cost: bool
    amount: Amount
    start_date: date | None
    end_date: date | None


class HarvestEntry(NamedTuple):
    """A time entry as Harvest holds it. `hours` includes a running timer. Times of day are the user's own.

    A tuple, because 120,000 of them pass through an import.
    """

    id: int
    user_id: int
    project_id: int
    task_id: int
    spent_date: date
    hours: Hours
    rounded_hours: Hours
    """As the account rounds; budgets count these."""
    notes: str
    billable: bool
    budgeted: bool
    billable_rate: Amount | None
    is_running: bool
    is_locked: bool
    locked_reason: str | None
    approval_status: str
    is_billed: bool
    timer_started_at: datetime | None
    started: time | None
    ended: time | None
    reference_id: str | None
    """`external_reference.id`."""
    permalink: str | None
    """`external_reference.permalink`."""
    updated_at: datetime

    @property
    def month(self) -> int:
        """202611 for November 2026."""
        return self.spent_date.year * 100 + self.spent_date.month


@dataclass(frozen=True, slots=True)
class DeletedEntry:
    """What stood in an entry that was found to be gone from Harvest."""

    id: int
    user_id: int
    project_id: int
    task_id: int
    spent_date: date
    hours: Hours
    noticed_at: datetime
