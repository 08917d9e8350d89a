"""Harvest's answers, checked once and turned into records. Hours never pass through arithmetic with floats.

Lenient where recordings differ: unknown fields are ignored, and null counts as missing.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from store.records import Client, HarvestUser, Hours, Project, Task, TaskAssignment, UserAssignment
from sync.ports import Company, HarvestAccount, HarvestEntry
from sync.rules.times_of_day import parse_time


def _hundredths(hours: Decimal) -> Hours:
    """Half-up; Harvest's own figures have two decimals."""
    return Hours(int((hours * 100).quantize(Decimal(1), ROUND_HALF_UP)))


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


class _Reference(_Lenient):
    id: str | None = None
    permalink: str | None = None


class EntryModel(_Lenient):
    id: int
    user: _Ref
    project: _Ref
    task: _Ref
    client: _Ref | None = None
    spent_date: date
    hours: Decimal = Field(ge=-1_000_000, le=1_000_000)
    notes: str = ""
    is_running: bool
    is_locked: bool = False
    locked_reason: str | None = None
    timer_started_at: Moment | None = None
    started_time: TimeOfDay = None
    ended_time: TimeOfDay = None
    external_reference: _Reference | None = None
    updated_at: Moment

    def record(self) -> HarvestEntry:
        reference = self.external_reference or _Reference()
        return HarvestEntry(
            id=self.id,
            user_id=self.user.id,
            project_id=self.project.id,
            task_id=self.task.id,
            spent_date=self.spent_date,
            hours=_hundredths(self.hours),
            notes=self.notes,
            is_running=self.is_running,
            is_locked=self.is_locked,
            locked_reason=self.locked_reason,
            timer_started_at=self.timer_started_at,
            started=self.started_time,
            ended=self.ended_time,
            reference_id=reference.id,
            permalink=reference.permalink,
            updated_at=self.updated_at,
            project_name=self.project.name,
            task_name=self.task.name,
            client_name=self.client.name if self.client else "",
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

    def record(self) -> HarvestUser:
        name = f"{self.first_name} {self.last_name}".strip()
        return HarvestUser(self.id, name, self.email, self.is_active, self._roles(), self.timezone)

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
    client: _Ref
    name: str = ""
    code: str = ""
    is_active: bool = True
    is_billable: bool = True

    def record(self) -> Project:
        code = self.code.strip()
        return Project(self.id, self.client.id, self.client.name, self.name, code, self.is_active, self.is_billable)


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

    def record(self) -> TaskAssignment:
        return TaskAssignment(self.id, self.project.id, self.task.id, self.is_active, self.billable)


class UserAssignmentModel(_Lenient):
    id: int
    project: _Ref
    user: _Ref
    is_active: bool = True
    is_project_manager: bool = False

    def record(self) -> UserAssignment:
        return UserAssignment(self.id, self.project.id, self.user.id, self.is_active, self.is_project_manager)


Item = TypeVar("Item", bound=BaseModel)


class _Links(_Lenient):
    next: str | None = None


class Page(_Lenient, Generic[Item]):
    """One page of a list; `items` stands under the list's own name in Harvest's answer."""

    items: list[Item] = Field(
        validation_alias=AliasChoices(
            "clients", "projects", "tasks", "users", "task_assignments", "user_assignments", "time_entries"
        )
    )
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
