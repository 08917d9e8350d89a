"""Harvest's answers, checked once and turned into records. Hours never pass through arithmetic with floats.

Lenient where recordings differ: unknown fields are ignored, and null counts as missing.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from store.harvest.records import (
    BudgetBy,
    Client,
    HarvestUser,
    Project,
    Rate,
    Role,
    Task,
    TaskAssignment,
    UserAssignment,
)
from store.units import Amount
from sync.clients.harvest.entry_models import Id, utc
from sync.ports.harvest import Company, HarvestAccount
from sync.rules.harvest.exclusion import is_switched_off


def _amount(money: Decimal | None) -> Amount | None:
    return None if money is None else _hundredths(money)


def _hundredths(figure: Decimal) -> Amount:
    """Half-up; Harvest's own figures have two decimals."""
    return Amount(int((figure * 100).quantize(Decimal(1), ROUND_HALF_UP)))


Currency = Annotated[str, AfterValidator(lambda code: code[:8])]
"""Three letters; whatever else comes is cut to what fits, rather than that all projects wait for it."""
Budget = Annotated[Decimal, Field(ge=0, le=1_000_000_000_000)] | None
Moment = Annotated[datetime, AfterValidator(utc)]


Lifetime = Annotated[int, AfterValidator(lambda seconds: max(0, min(seconds, _DECADE)))]
_DECADE = 10 * 365 * 24 * 3600
_WEEK = 7 * 24 * 3600
"""Seconds; nobody works more."""


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, said: Any) -> Any:
        return {name: value for name, value in said.items() if value is not None} if isinstance(said, dict) else said


class _Ref(_Lenient):
    id: Id
    name: str = ""


class _ClientRef(_Ref):
    currency: Currency | None = None


class CompanyModel(_Lenient):
    name: str = "Harvest"
    wants_timestamp_timers: bool = False
    clock: Annotated[str, AfterValidator(lambda said: "24h" if said == "24h" else "12h")] = "12h"
    base_uri: str | None = None

    def record(self) -> Company:
        return Company(self.name, self.wants_timestamp_timers, self.clock, self.base_uri)


class UserModel(_Lenient):
    id: Id
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
            weekly_capacity=max(0, min(self.weekly_capacity, _WEEK)),
        )

    def _roles(self) -> tuple[str, ...]:
        """Recordings of 2019 have two flags in the place of `access_roles`."""
        if self.access_roles is not None:
            return self.access_roles
        flags = {"administrator": self.is_admin, "manager": self.is_project_manager}
        return tuple(role for role, has_it in flags.items() if has_it)


class ClientModel(_Lenient):
    id: Id
    name: str = ""
    currency: Currency | None = None
    is_active: bool = True

    def record(self) -> Client:
        return Client(self.id, self.name, self.currency, self.is_active)


class ProjectModel(_Lenient):
    id: Id
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
    id: Id
    name: str = ""
    is_active: bool = True

    def record(self) -> Task:
        return Task(self.id, self.name, self.is_active)


class TaskAssignmentModel(_Lenient):
    id: Id
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
    id: Id
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
    id: Id
    name: str = ""
    user_ids: tuple[Id, ...] = ()

    def record(self) -> Role:
        return Role(self.id, self.name, self.user_ids)


class RateModel(_Lenient):
    id: Id
    amount: Decimal = Field(ge=0, le=1_000_000_000)
    start_date: date | None = None
    end_date: date | None = None

    def record(self, user_id: int, *, is_cost: bool) -> Rate:
        amount = _hundredths(self.amount)
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
    total_entries: Id
    links: _Links
    """Required: a page without would pass for the last one, and what stands on the others for deleted."""


class TokensModel(_Lenient):
    access_token: str = Field(min_length=1)
    refresh_token: str | None = None
    expires_in: Lifetime


class _AccountModel(_Lenient):
    id: Id
    name: str = ""
    product: str = ""


class AccountsModel(_Lenient):
    accounts: list[_AccountModel]

    def record(self) -> Sequence[HarvestAccount]:
        """A person's Forecast accounts are listed as well; they keep no time."""
        return [HarvestAccount(one.id, one.name) for one in self.accounts if one.product == "harvest"]
