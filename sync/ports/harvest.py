"""What flows need of Harvest and its identity server, as narrow protocols."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from store.harvest.records import (
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
from store.units import Hours
from sync.rules.harvest.deletion_search import ALL_TIME, Span


@dataclass(frozen=True, slots=True)
class Company:
    """Harvest's company object, as far as it decides how entries are written."""

    name: str
    uses_timestamps: bool
    clock: str
    """`12h` or `24h`."""
    web_url: str | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of time entries. `total`: how many there are on all pages together, as of this page."""

    entries: Sequence[HarvestEntry]
    total: int


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry to create. Exactly one of: `hours`; `started` with `ended`; neither (then a timer starts).

    `started` alone starts a timer back then (accounts with start and end times only).
    """

    project_id: int
    task_id: int
    spent_date: date
    notes: str
    reference_id: str
    user_id: int | None = None
    """Set to write on behalf of somebody; None writes as the token's own user."""
    hours: Hours | None = None
    started: time | None = None
    ended: time | None = None
    group_id: str | None = None
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What to change on an entry; None leaves a field as it is."""

    project_id: int | None = None
    task_id: int | None = None
    spent_date: date | None = None
    hours: Hours | None = None
    started: time | None = None
    ended: time | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class ProjectDraft:
    """A project to create. `mark`: text of ours in its notes, by which it is found again."""

    client_id: int
    name: str
    code: str
    is_billable: bool
    is_fixed_fee: bool
    mark: str


Renew = Callable[[str], Awaitable[str | None]]
"""Given a token that is refused, another one; None where there is none."""


class Harvest(Protocol):
    """One Harvest account seen with one token. Every call may raise any OutsideError; only writes UnknownOutcome."""

    def renewed_by(self, renew: Renew) -> "Harvest":
        """The same account, seen with another token from `renew` as soon as this one is refused; once."""

    async def company(self) -> Company: ...

    async def me(self) -> HarvestUser: ...

    async def entry(self, entry_id: int) -> HarvestEntry:
        """Raises Gone if there is no such entry."""

    async def entries(
        self,
        *,
        reference_id: str | None = None,
        user_id: int | None = None,
        from_date: date | None = None,
        to_date: date | None = None,
        is_running: bool | None = None,
    ) -> Sequence[HarvestEntry]:
        """All entries that match, newest date first; `from_date` and `to_date` are inclusive spent dates."""

    def entry_pages(
        self, span: Span = ALL_TIME, updated_since: datetime | None = None, project_id: int | None = None
    ) -> AsyncIterator[EntryPage]:
        """All that match, page by page. Pages are numbered, so rows shift when entries come or go meanwhile."""

    async def count_entries(self, span: Span = ALL_TIME) -> int:
        """How many there are, in one small request."""

    async def create_entry(self, draft: EntryDraft) -> HarvestEntry: ...

    async def update_entry(self, entry_id: int, change: EntryChange) -> HarvestEntry: ...

    async def delete_entry(self, entry_id: int) -> None:
        """Done as well when it was gone before."""

    async def stop_entry(self, entry_id: int) -> HarvestEntry: ...

    async def restart_entry(self, entry_id: int) -> HarvestEntry:
        """On accounts with start and end times the answer is a new entry with a new id."""

    async def create_project(self, draft: ProjectDraft) -> Project:
        """Harvest makes the token's user its manager."""

    async def project_marked(self, mark: str) -> Project | None:
        """The project whose notes hold that text of ours."""

    async def create_task(self, name: str) -> Task: ...

    async def assign_task(self, project_id: int, task_id: int) -> None:
        """Done as well when it was assigned before."""

    async def assign_user(self, project_id: int, user_id: int) -> None:
        """Done as well when they were on the project before."""

    def clients(self) -> AsyncIterator[Sequence[Client]]:
        """Page by page, inactive ones included; so are the four below."""

    def projects(self) -> AsyncIterator[Sequence[Project]]: ...

    def tasks(self) -> AsyncIterator[Sequence[Task]]: ...

    def users(self) -> AsyncIterator[Sequence[HarvestUser]]: ...

    def task_assignments(self) -> AsyncIterator[Sequence[TaskAssignment]]: ...

    def user_assignments(self) -> AsyncIterator[Sequence[UserAssignment]]: ...

    def roles(self) -> AsyncIterator[Sequence[Role]]: ...

    def rates(self, user_id: int, *, are_costs: bool) -> AsyncIterator[Sequence[Rate]]:
        """What this user is billed at, or costs."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the identity server gives for a code or a refresh token. `expires_in` is in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class HarvestAccount:
    """An account a signed-in person may use."""

    id: int
    name: str


class HarvestIdentity(Protocol):
    """Harvest's identity server (OAuth 2). Raises OutsideError as Harvest does."""

    def sign_in_url(self, state: str) -> str:
        """Where the person's browser is sent."""

    async def exchange(self, code: str) -> Tokens: ...

    async def refresh(self, refresh_token: str) -> Tokens:
        """Raises Unauthorised when the refresh token is no longer taken."""

    async def accounts(self, access_token: str) -> Sequence[HarvestAccount]:
        """Harvest accounts only; Forecast ones are left out."""


class HarvestFactory(Protocol):
    """Makes a client of one Harvest account for one token."""

    def __call__(self, *, token: str, account_id: int, clock_format: str, is_patient: bool = False) -> Harvest:
        """`is_patient`: for reading in the background, which leaves room for people's requests and waits longer."""
