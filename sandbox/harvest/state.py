"""The account in memory: records by id, tokens, and the ways in which things change "in Harvest" itself."""

import itertools
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from sandbox.harvest import times
from sandbox.harvest.changes import Changes
from sandbox.harvest.records import (
    Client,
    Code,
    Company,
    Entry,
    Project,
    Rate,
    Role,
    Stored,
    Task,
    TaskAssignment,
    Token,
    User,
    UserAssignment,
)

ACCOUNT_ID = 1234567
_FIRST_ENTRY_ID = 2_380_000_001
_FIRST_ID = 4_100_001
_CODE_LIFETIME = timedelta(minutes=10)

_RATE_FIELDS = {"billable": "default_hourly_rate", "cost": "cost_rate"}

Row = TypeVar("Row", bound=Stored)


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""


@dataclass
class OAuthApp:
    """The registered application. `redirect_url` None: any address is taken."""

    client_id: str = "harvest-client-fake"
    client_secret: str = "harvest-secret-fake"
    redirect_url: str | None = None


@dataclass
class Habits:
    """What is not certain about Harvest and may be switched, to show that a client bears both."""

    stops_other_timers: bool = False
    """Whether starting a timer stops the user's other ones; through the API two were seen to run."""
    rotates_refresh_tokens: bool = False
    administrators_stop_others: bool = True
    """Managers can never stop somebody else's timer."""


@dataclass
class HarvestState:
    clock: Clock
    company: Company = field(default_factory=Company)
    account_id: int = ACCOUNT_ID
    app: OAuthApp = field(default_factory=OAuthApp)
    habits: Habits = field(default_factory=Habits)
    users: dict[int, User] = field(default_factory=dict)
    clients: dict[int, Client] = field(default_factory=dict)
    projects: dict[int, Project] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)
    user_assignments: dict[int, UserAssignment] = field(default_factory=dict)
    task_assignments: dict[int, TaskAssignment] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)
    rates: dict[int, Rate] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    refresh_tokens: dict[str, int] = field(default_factory=dict)
    """Refresh token -> user id."""
    codes: dict[str, Code] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    _user_rows: dict[tuple[int, int], UserAssignment] = field(default_factory=dict)
    _task_rows: dict[tuple[int, int], TaskAssignment] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(_FIRST_ID))
    _entry_ids: Iterator[int] = field(default_factory=lambda: itertools.count(_FIRST_ENTRY_ID))

    def now(self) -> datetime:
        return self.clock.now().replace(microsecond=0)

    def add_user(self, **fields: Any) -> User:
        return self._add(self.users, User, fields)

    def add_client(self, **fields: Any) -> Client:
        return self._add(self.clients, Client, fields)

    def add_project(self, **fields: Any) -> Project:
        return self._add(self.projects, Project, fields)

    def add_task(self, **fields: Any) -> Task:
        return self._add(self.tasks, Task, fields)

    def add_role(self, **fields: Any) -> Role:
        return self._add(self.roles, Role, fields)

    def add_rate(self, user: User, kind: str, amount: Decimal, start_date: date | None = None) -> Rate:
        """Ends the rate before it. A rate takes the place of those that begin no earlier; without date, of all."""
        for rate in self.rates_of(user.id, kind):
            if (rate.start_date or date.min) >= (start_date or date.min):
                del self.rates[rate.id]
            elif start_date is not None and rate.holds_on(start_date):
                self.change(rate, end_date=start_date - timedelta(days=1))
        self.change(user, **{_RATE_FIELDS[kind]: amount})
        fields = {"user_id": user.id, "kind": kind, "amount": amount, "start_date": start_date}
        return self._add(self.rates, Rate, fields)

    def rates_of(self, user_id: int, kind: str) -> list[Rate]:
        """Oldest first."""
        return [rate for rate in self.rates.values() if (rate.user_id, rate.kind) == (user_id, kind)]

    def rate_on(self, user_id: int, kind: str, day: date) -> Decimal | None:
        """The person's rate of that day; where none is dated, the one rate they have."""
        dated = [rate.amount for rate in self.rates_of(user_id, kind) if rate.holds_on(day)]
        present: Decimal | None = getattr(self.users[user_id], _RATE_FIELDS[kind])
        return dated[-1] if dated else present

    def assign_user(self, project: Project, user: User, **fields: Any) -> UserAssignment:
        fields |= {"project_id": project.id, "user_id": user.id}
        row = self._add(self.user_assignments, UserAssignment, fields)
        self._user_rows[project.id, user.id] = row
        return row

    def assign_task(self, project: Project, task: Task, **fields: Any) -> TaskAssignment:
        fields = {"billable": task.billable_by_default, **fields, "project_id": project.id, "task_id": task.id}
        row = self._add(self.task_assignments, TaskAssignment, fields)
        self._task_rows[project.id, task.id] = row
        return row

    def add_entry(self, **fields: Any) -> Entry:
        return self._add(self.entries, Entry, fields, self._entry_ids)

    def change(self, row: Stored, **fields: Any) -> None:
        """Sets the fields and the moment of the change."""
        for name, value in fields.items():
            setattr(row, name, value)
        row.updated_at = self.now()
        self.changes.announce()

    def archive(self, project: Project) -> None:
        self.change(project, is_active=False)

    def restore(self, project: Project) -> None:
        """Takes it out of the archive."""
        self.change(project, is_active=True)

    def delete_project(self, project: Project) -> None:
        """Its time entries and assignments go with it; no feed tells of any of them."""
        for rows in (self.entries, self.user_assignments, self.task_assignments):
            _forget(rows, project.id)
        for cells in (self._user_rows, self._task_rows):
            for cell in [cell for cell in cells if cell[0] == project.id]:
                del cells[cell]
        del self.projects[project.id]
        self.changes.announce()

    def unassign_user(self, project: Project, user: User) -> None:
        """Off the project, row and all; `assign_user` puts them back, under a new id."""
        del self.user_assignments[self._user_rows.pop((project.id, user.id)).id]
        self.changes.announce()

    def unassign_task(self, project: Project, task: Task) -> None:
        del self.task_assignments[self._task_rows.pop((project.id, task.id)).id]
        self.changes.announce()

    def approve(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.change(entry, approval_status="approved")

    def invoice(self, entries: Iterable[Entry]) -> None:
        invoice_id = next(self._ids)
        for entry in entries:
            self.change(entry, invoice_id=invoice_id)

    def delete_entry(self, entry_id: int) -> Entry:
        """Once something is deleted it is gone: no feed tells of it."""
        entry = self.entries.pop(entry_id)
        self.changes.announce()
        return entry

    def grant(self, user: User, token: str, lifetime: timedelta | None = None, refresh: str | None = None) -> Token:
        """Without lifetime: a personal access token, which never ends."""
        expires_at = self.clock.now() + lifetime if lifetime else None
        self.tokens[token] = Token(token, user.id, expires_at, refresh)
        if refresh is not None:
            self.refresh_tokens[refresh] = user.id
        return self.tokens[token]

    def issue_code(self, user_id: int) -> str:
        """An authorization code, as somebody's Allow gives it."""
        code = f"code-fake-{secrets.token_hex(8)}"
        self.codes[code] = Code(code, user_id, self.clock.now() + _CODE_LIFETIME)
        return code

    def revoke(self, token: str) -> None:
        """Takes back an access token and what it could be renewed with, as when a person removes the application."""
        revoked = self.tokens.pop(token)
        if revoked.refresh_token is not None:
            self.refresh_tokens.pop(revoked.refresh_token, None)

    def user_of(self, token: str) -> User | None:
        """Whose token this is; None if it is unknown or over, or the user was archived."""
        granted = self.tokens.get(token)
        if granted is None or (granted.expires_at is not None and granted.expires_at <= self.clock.now()):
            return None
        user = self.users[granted.user_id]
        return user if user.is_active else None

    def hours_of(self, entry: Entry) -> Decimal:
        """With the running timer, two decimals."""
        if entry.timer_started_at is None:
            return entry.booked
        return entry.booked + times.in_hours(self.now() - entry.timer_started_at)

    def user_assignment(self, project_id: int, user_id: int) -> UserAssignment | None:
        return self._user_rows.get((project_id, user_id))

    def task_assignment(self, project_id: int, task_id: int) -> TaskAssignment | None:
        return self._task_rows.get((project_id, task_id))

    def user_by_email(self, email: str) -> User:
        return next(user for user in self.users.values() if user.email == email)

    def project_by_code(self, code: str) -> Project:
        return next(project for project in self.projects.values() if project.code == code)

    def _add(
        self, rows: dict[int, Row], kind: type[Row], fields: dict[str, Any], ids: Iterator[int] | None = None
    ) -> Row:
        now = self.now()
        row = kind(**{"id": next(ids or self._ids), "created_at": now, "updated_at": now, **fields})
        rows[row.id] = row
        self.changes.announce()
        return row


def _forget(rows: dict[int, Any], project_id: int) -> None:
    for row_id in [row_id for row_id, row in rows.items() if row.project_id == project_id]:
        del rows[row_id]
