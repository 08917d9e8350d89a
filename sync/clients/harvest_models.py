"""Harvest's answers, checked once and turned into records. Unknown fields are ignored, hours are never floats."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from store.records import Client, HarvestUser, Hours, Project, Task, TaskAssignment, UserAssignment
from sync.ports import Company, HarvestAccount, HarvestEntry

_TIME = re.compile(r"(\d{1,2}):(\d{2})\s*([ap]m)?", re.IGNORECASE)


def _hundredths(value: Any) -> Hours:
    """Hours as Harvest writes them, half-up to hundredths; its own figures have two decimals."""
    return Hours(int((Decimal(str(value)) * 100).quantize(Decimal(1), ROUND_HALF_UP)))


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _time_of_day(value: Any) -> Any:
    """`8:00am` or `14:59`, whichever the company's clock is."""
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return value
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)


def _text(value: Any) -> Any:
    return "" if value is None else value


Hundredths = Annotated[Hours, BeforeValidator(_hundredths)]
Moment = Annotated[datetime, AfterValidator(_aware)]
TimeOfDay = Annotated[time | None, BeforeValidator(_time_of_day)]
Text = Annotated[str, BeforeValidator(_text)]


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class _Ref(_Lenient):
    id: int
    name: Text = ""


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
    hours: Hundredths
    notes: Text = ""
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
            hours=self.hours,
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
    name: Text = "Harvest"
    wants_timestamp_timers: bool = False
    clock: Text = "12h"
    base_uri: str | None = None

    def record(self) -> Company:
        return Company(self.name, self.wants_timestamp_timers, self.clock or "12h", self.base_uri)


class UserModel(_Lenient):
    id: int
    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""
    is_active: bool = True
    access_roles: Sequence[str] | None = None
    timezone: str | None = None

    def record(self) -> HarvestUser:
        name = f"{self.first_name} {self.last_name}".strip()
        return HarvestUser(self.id, name, self.email, self.is_active, tuple(self.access_roles or ()), self.timezone)


class ClientModel(_Lenient):
    id: int
    name: Text = ""
    currency: str | None = None
    is_active: bool = True

    def record(self) -> Client:
        return Client(self.id, self.name, self.currency, self.is_active)


class ProjectModel(_Lenient):
    id: int
    client: _Ref
    name: Text = ""
    code: Text = ""
    is_active: bool = True
    is_billable: bool = True

    def record(self) -> Project:
        code = self.code.strip()
        return Project(self.id, self.client.id, self.client.name, self.name, code, self.is_active, self.is_billable)


class TaskModel(_Lenient):
    id: int
    name: Text = ""
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

    items: Sequence[Item]
    links: _Links = _Links()


class TokensModel(_Lenient):
    access_token: str
    refresh_token: str
    expires_in: int


class _AccountModel(_Lenient):
    id: int
    name: Text = ""
    product: Text = ""


class AccountsModel(_Lenient):
    accounts: Sequence[_AccountModel]

    def record(self) -> Sequence[HarvestAccount]:
        """A person's Forecast accounts are listed as well; they keep no time."""
        return [HarvestAccount(one.id, one.name) for one in self.accounts if one.product == "harvest"]
