"""Harvest's answers, checked once and turned into records. Hours never pass through arithmetic with floats.

Lenient where recordings differ: unknown fields are ignored, and null counts as missing.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from store.harvest_records import (
    BudgetBy,
    Client,
    HarvestEntry,
    HarvestUser,
    Project,
    Rate,
    Role,
    Task,
    TaskAssignment,
    UserAssignment,
)
from store.records import Amount, Hours
from sync.ports import Company, HarvestAccount
from sync.rules.exclusion import is_switched_off
from sync.rules.times_of_day import parse_time


def _hundredths(hours: Decimal) -> Hours:
    """Half-up; Harvest's own figures have two decimals."""
    return Hours(int((hours * 100).quantize(Decimal(1), ROUND_HALF_UP)))


def _amount(money: Decimal | None) -> Amount | None:
    return None if money is None else Amount(int((money * 100).quantize(Decimal(1), ROUND_HALF_UP)))


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment outside of the calendar") from error


def _time_of_day(said: Any) -> Any:
    """`8:00am` or `14:59`, whichever the company's clock is."""
    if not isinstance(said, str):
        return said
    if (found := parse_time(said.replace(" ", ""))) is None and said:
        raise ValueError("no time of day")
    return found


Budget = Annotated[Decimal, Field(ge=0, le=1_000_000_000_000)] | None
Moment = Annotated[datetime, AfterValidator(_utc)]
TimeOfDay = Annotated[time | None, BeforeValidator(_time_of_day)]


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, said: Any) -> Any:
        return {name: value for name, value in said.items() if value is not None} if isinstance(said, dict) else said


class _Ref(_Lenient):
    id: int
    name: str = ""


class _ClientRef(_Ref):
    currency: str | None = None


class _Bare(BaseModel):
    """Lenient by its types alone: time entries come by the hundred thousand, and a validator in Python is slow."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class _Id(_Bare):
    id: int


class _BareReference(_Bare):
    id: str | None = None
    permalink: str | None = None


_Figure = Annotated[Decimal, Field(ge=-1_000_000, le=1_000_000)]


class EntryModel(_Bare):
    id: int
    user: _Id
    project: _Id
    task: _Id
    spent_date: date
    hours: _Figure
    rounded_hours: _Figure | None = None
    notes: str | None = None
    billable: bool | None = None
    budgeted: bool | None = None
    billable_rate: Annotated[Decimal, Field(ge=0, le=10_000_000)] | None = None
    is_running: bool
    is_locked: bool | None = None
    locked_reason: str | None = None
    approval_status: str | None = None
    is_billed: bool | None = None
    timer_started_at: Moment | None = None
    started_time: str | None = None
    ended_time: str | None = None
    external_reference: _BareReference | None = None
    updated_at: Moment

    @field_validator("started_time", "ended_time")
    @classmethod
    def _is_time(cls, said: str | None) -> str | None:
        _time_of_day(said)
        return said

    def record(self) -> HarvestEntry:
        reference = self.external_reference
        hours = _hundredths(self.hours)
        return HarvestEntry(
            id=self.id,
            user_id=self.user.id,
            project_id=self.project.id,
            task_id=self.task.id,
            spent_date=self.spent_date,
            hours=hours,
            rounded_hours=hours if self.rounded_hours is None else _hundredths(self.rounded_hours),
            notes=self.notes or "",
            billable=bool(self.billable),
            budgeted=bool(self.budgeted),
            billable_rate=_amount(self.billable_rate),
            is_running=self.is_running,
            is_locked=bool(self.is_locked),
            locked_reason=self.locked_reason,
            approval_status=self.approval_status or "",
            is_billed=bool(self.is_billed),
            timer_started_at=self.timer_started_at,
            started=_time_of_day(self.started_time),
            ended=_time_of_day(self.ended_time),
            reference_id=reference.id if reference else None,
            permalink=reference.permalink if reference else None,
            updated_at=self.updated_at,
        )


class CompanyModel(_Lenient):
    name: str = "Harvest"
    wants_timestamp_timers: bool = False
    clock: str = "12h"
    base_uri: str | None = None

    def record(self) -> Company:
        return Company(self.name, self.wants_timestamp_timers, self.clock, self.base_uri)


class UserModel(_Lenient):
    id: int
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    is_active: bool = True
    access_roles: tuple[str, ...] | None = None
    is_admin: bool = False
    is_project_manager: bool = False
    timezone: str | None = None
    roles: tuple[str, ...] = ()
    weekly_capacity: int = 126_000

    def record(self) -> HarvestUser:
        return HarvestUser(
            id=self.id,
            name=f"{self.first_name} {self.last_name}".strip(),
            email=self.email,
            is_active=self.is_active,
            access_roles=self._roles(),
            timezone=self.timezone,
            roles=self.roles,
            weekly_capacity=self.weekly_capacity,
        )

    def _roles(self) -> tuple[str, ...]:
        """Recordings of 2019 have two flags in the place of `access_roles`."""
        if self.access_roles is not None:
            return self.access_roles
        flags = {"administrator": self.is_admin, "manager": self.is_project_manager}
        return tuple(role for role, has_it in flags.items() if has_it)


class ClientModel(_Lenient):
    id: int
    name: str = ""
    currency: str | None = None
    is_active: bool = True

    def record(self) -> Client:
        return Client(self.id, self.name, self.currency, self.is_active)


class ProjectModel(_Lenient):
    id: int
    client: _ClientRef
    name: str = ""
    code: str = ""
    notes: str = ""
    is_active: bool = True
    is_billable: bool = True
    budget_by: str = "none"
    budget: Budget = None
    cost_budget: Budget = None
    budget_is_monthly: bool = False
    show_budget_to_all: bool = False

    def record(self) -> Project:
        kind = BudgetBy(self.budget_by) if self.budget_by in set(BudgetBy) else BudgetBy.NONE
        return Project(
            id=self.id,
            client_id=self.client.id,
            client_name=self.client.name,
            name=self.name,
            code=self.code.strip(),
            is_active=self.is_active,
            is_billable=self.is_billable,
            currency=self.client.currency,
            budget_by=kind,
            budget=_amount(self.cost_budget if kind.is_money else self.budget),
            is_monthly=self.budget_is_monthly,
            shows_budget=self.show_budget_to_all,
            is_excluded=is_switched_off(self.code, self.notes),
        )


class TaskModel(_Lenient):
    id: int
    name: str = ""
    is_active: bool = True

    def record(self) -> Task:
        return Task(self.id, self.name, self.is_active)


class TaskAssignmentModel(_Lenient):
    id: int
    project: _Ref
    task: _Ref
    is_active: bool = True
    billable: bool = True
    budget: Budget = None

    def record(self) -> TaskAssignment:
        return TaskAssignment(
            self.id, self.project.id, self.task.id, self.is_active, self.billable, _amount(self.budget)
        )


class UserAssignmentModel(_Lenient):
    id: int
    project: _Ref
    user: _Ref
    is_active: bool = True
    is_project_manager: bool = False
    budget: Budget = None

    def record(self) -> UserAssignment:
        return UserAssignment(
            self.id, self.project.id, self.user.id, self.is_active, self.is_project_manager, _amount(self.budget)
        )


class RoleModel(_Lenient):
    id: int
    name: str = ""
    user_ids: tuple[int, ...] = ()

    def record(self) -> Role:
        return Role(self.id, self.name, self.user_ids)


class RateModel(_Lenient):
    id: int
    amount: Decimal = Field(ge=0, le=10_000_000)
    start_date: date | None = None
    end_date: date | None = None

    def record(self, user_id: int, *, is_cost: bool) -> Rate:
        amount = Amount(_hundredths(self.amount))
        return Rate(self.id, user_id, is_cost, amount, self.start_date, self.end_date)


Item = TypeVar("Item", bound=BaseModel)


class _Links(_Lenient):
    next: str | None = None


class Page(_Lenient, Generic[Item]):
    """One page of a list; `items` stands under the list's own name in Harvest's answer."""

    items: list[Item] = Field(
        validation_alias=AliasChoices(
            "clients",
            "projects",
            "tasks",
            "users",
            "roles",
            "task_assignments",
            "user_assignments",
            "billable_rates",
            "cost_rates",
            "time_entries",
        )
    )
    total_entries: int = Field(ge=0)
    links: _Links
    """Required: a page without would pass for the last one, and what stands on the others for deleted."""


class TokensModel(_Lenient):
    access_token: str = Field(min_length=1)
    refresh_token: str | None = None
    expires_in: int


class _AccountModel(_Lenient):
    id: int
    name: str = ""
    product: str = ""


class AccountsModel(_Lenient):
    accounts: list[_AccountModel]

    def record(self) -> Sequence[HarvestAccount]:
        """A person's Forecast accounts are listed as well; they keep no time."""
        return [HarvestAccount(one.id, one.name) for one in self.accounts if one.product == "harvest"]
