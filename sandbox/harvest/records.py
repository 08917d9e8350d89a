"""What a Harvest account holds. Mutable: the state changes them in place. Money is in the client's currency."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal


@dataclass(kw_only=True)
class Company:
    name: str = "Lumen Studio"
    base_uri: str = "https://lumen.harvest.example"
    wants_timestamp_timers: bool = False
    clock: str = "12h"
    """`12h` or `24h`: how times of day are written."""
    weekly_capacity: int = 126_000
    """Seconds."""
    rounding_minutes: int = 0
    """Entries are rounded up to a multiple of this in `rounded_hours`; 0: not rounded. The API does not show it."""


@dataclass(kw_only=True)
class Stored:
    """Times are aware, UTC, whole seconds. Only time entries have ids beyond 2^31."""

    id: int
    created_at: datetime
    updated_at: datetime


@dataclass(kw_only=True)
class User(Stored):
    first_name: str
    last_name: str
    email: str
    timezone: str = "Europe/London"
    """IANA name; Harvest shows its own name for it."""
    access_roles: tuple[str, ...] = ("member",)
    roles: tuple[str, ...] = ()
    is_active: bool = True
    is_contractor: bool = False
    has_access_to_all_future_projects: bool = False
    weekly_capacity: int = 126_000
    default_hourly_rate: Decimal | None = None
    cost_rate: Decimal | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def is_administrator(self) -> bool:
        return "administrator" in self.access_roles

    @property
    def is_manager(self) -> bool:
        return "manager" in self.access_roles


@dataclass(kw_only=True)
class Rate(Stored):
    """What an hour of a person is billed at (`kind` is `billable`) or costs (`cost`), from one day to another."""

    user_id: int
    kind: str
    amount: Decimal
    start_date: date | None = None
    """None: since ever."""
    end_date: date | None = None
    """The last day; None: still good. Harvest works it out from the rate that follows."""

    def holds_on(self, day: date) -> bool:
        return (self.start_date or date.min) <= day <= (self.end_date or date.max)


@dataclass(kw_only=True)
class Client(Stored):
    name: str
    currency: str = "EUR"
    is_active: bool = True
    address: str | None = None


@dataclass(kw_only=True)
class Project(Stored):
    client_id: int
    name: str
    code: str | None = None
    is_active: bool = True
    is_billable: bool = True
    is_fixed_fee: bool = False
    bill_by: str = "none"
    hourly_rate: Decimal | None = None
    budget_by: str = "none"
    budget: Decimal | None = None
    """Hours."""
    cost_budget: Decimal | None = None
    """Money."""
    budget_is_monthly: bool = False
    cost_budget_include_expenses: bool = False
    notify_when_over_budget: bool = False
    over_budget_notification_percentage: Decimal = Decimal(80)
    over_budget_notification_date: date | None = None
    show_budget_to_all: bool = False
    fee: Decimal | None = None
    notes: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(kw_only=True)
class Task(Stored):
    name: str
    billable_by_default: bool = True
    default_hourly_rate: Decimal | None = None
    is_default: bool = False
    is_active: bool = True


@dataclass(kw_only=True)
class UserAssignment(Stored):
    project_id: int
    user_id: int
    is_active: bool = True
    is_project_manager: bool = False
    use_default_rates: bool = True
    hourly_rate: Decimal | None = None
    budget: Decimal | None = None


@dataclass(kw_only=True)
class TaskAssignment(Stored):
    project_id: int
    task_id: int
    is_active: bool = True
    billable: bool = True
    hourly_rate: Decimal | None = None
    budget: Decimal | None = None


@dataclass(kw_only=True)
class Role(Stored):
    name: str
    user_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An entry's link to something elsewhere; ids are text in Harvest, whatever was sent."""

    id: str | None = None
    group_id: str | None = None
    account_id: str | None = None
    permalink: str | None = None


@dataclass(kw_only=True)
class Entry(Stored):
    """`booked`: hours without the running timer, two decimals. `started`, `ended`: the user's local times."""

    user_id: int
    project_id: int
    task_id: int
    spent_date: date
    notes: str | None = None
    booked: Decimal = Decimal("0.00")
    timer_started_at: datetime | None = None
    started: time | None = None
    ended: time | None = None
    reference: Reference | None = None
    approval_status: str = "unsubmitted"
    invoice_id: int | None = None
    is_period_locked: bool = False
    """Locked for its time period by an administrator, without approval."""

    @property
    def is_running(self) -> bool:
        return self.timer_started_at is not None


@dataclass(frozen=True)
class Token:
    """An access token. `expires_at` is None for personal access tokens."""

    value: str
    user_id: int
    expires_at: datetime | None = None
    refresh_token: str | None = None


@dataclass(frozen=True)
class Code:
    """An authorization code: good for one exchange before `expires_at`."""

    value: str
    user_id: int
    expires_at: datetime
