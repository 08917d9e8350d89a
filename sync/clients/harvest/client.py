"""Harvest API v2, as far as Gleaner uses it. Implements `sync.ports.Harvest`.

Reads are tried three times; writes never twice: whether to ask again is for the flow, which looks first.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

import httpx
import structlog

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
from sync.clients import http
from sync.clients.harvest import models, requests
from sync.clients.harvest import verify as answers
from sync.clients.harvest.entry_models import EntriesModel, EntryModel
from sync.clients.limiter import Limiter
from sync.errors import Busy, Gone, NotAsAsked, Rejected, Unauthorised, Unavailable
from sync.ports.harvest import Company, EntryChange, EntryDraft, EntryPage, ProjectDraft, Renew
from sync.rules.harvest.deletion_search import ALL_TIME, Span

Listed = TypeVar("Listed", bound=models.Page[Any] | EntriesModel)
SYSTEM = "Harvest"
_PAGES = 10_000
"""More pages than any account has: a list that runs on is a fault."""

log = structlog.get_logger()


@dataclass(frozen=True)
class HarvestClient:
    """`base_url` ends in `/v2`. `patience`: seconds a request may wait for its turn before it raises Busy.

    `clock_format`: `12h` or `24h`, how this account writes times of day.
    """

    client: httpx.AsyncClient
    base_url: str
    account_id: int
    token: str = field(repr=False)
    limiter: Limiter
    user_agent: str
    patience: float = 10.0
    clock_format: str = "12h"
    spare: int = 0
    """Requests of the account's share that this client leaves free for others, at most; see `Limiter.acquire`."""
    renew: Renew | None = field(default=None, repr=False)
    _renewed: list[str] = field(default_factory=list, init=False, repr=False)
    """The token that has taken the place of `token`, if it was refused."""

    def renewed_by(self, renew: Renew) -> "HarvestClient":
        return replace(self, renew=renew)

    async def company(self) -> Company:
        return (await self._read(models.CompanyModel, self._url("/company"))).record()

    async def me(self) -> HarvestUser:
        return (await self._read(models.UserModel, self._url("/users/me"))).record()

    async def entry(self, entry_id: int) -> HarvestEntry:
        return (await self._read(EntryModel, self._url(f"/time_entries/{entry_id}"))).record()

    async def entries(
        self,
        *,
        reference_id: str | None = None,
        user_id: int | None = None,
        from_date: date | None = None,
        to_date: date | None = None,
        is_running: bool | None = None,
    ) -> Sequence[HarvestEntry]:
        filters = requests.entry_filters(
            reference_id=reference_id, user_id=user_id, from_date=from_date, to_date=to_date, is_running=is_running
        )
        pages = self._pages(EntriesModel, "/time_entries", filters)
        found = [entry async for page in pages for entry in page.records()]
        # Numbered pages shift when an entry is added while they are read: the same one may come twice.
        return list({entry.id: entry for entry in found}.values())

    async def entry_pages(
        self, span: Span = ALL_TIME, updated_since: datetime | None = None, project_id: int | None = None
    ) -> AsyncIterator[EntryPage]:
        filters = requests.entry_filters(
            from_date=span.first, to_date=span.last, updated_since=updated_since, project_id=project_id
        )
        async for page in self._pages(EntriesModel, "/time_entries", filters):
            yield EntryPage(page.records(), page.total_entries)

    async def count_entries(self, span: Span = ALL_TIME) -> int:
        filters = requests.entry_filters(from_date=span.first, to_date=span.last)
        url = self._url("/time_entries", {**filters, "per_page": 1})
        return (await self._read(EntriesModel, url)).total_entries

    async def create_entry(self, draft: EntryDraft) -> HarvestEntry:
        created = await self._write("POST", "/time_entries", requests.new_entry(draft, self.clock_format))
        return _as_asked(created, answers.differs(draft, created))

    async def update_entry(self, entry_id: int, change: EntryChange) -> HarvestEntry:
        asked = requests.changed_fields(change, self.clock_format)
        changed = await self._write("PATCH", f"/time_entries/{entry_id}", asked)
        return _as_asked(changed, answers.differs(change, changed))

    async def delete_entry(self, entry_id: int) -> None:
        try:
            answer = await self._send("DELETE", self._url(f"/time_entries/{entry_id}"), is_write=True)
        except Gone:
            return
        if answer.content:
            http.parse(answer, EntryModel, system=SYSTEM, is_write=True)

    async def stop_entry(self, entry_id: int) -> HarvestEntry:
        stopped = await self._write("PATCH", f"/time_entries/{entry_id}/stop")
        return _as_asked(stopped, answers.still_runs(stopped))

    async def restart_entry(self, entry_id: int) -> HarvestEntry:
        restarted = await self._write("PATCH", f"/time_entries/{entry_id}/restart")
        return _as_asked(restarted, answers.does_not_run(restarted))

    async def create_project(self, draft: ProjectDraft) -> Project:
        asked = requests.new_project(draft)
        answer = await self._send("POST", self._url("/projects"), is_write=True, asked=asked)
        return http.parse(answer, models.ProjectModel, system=SYSTEM, is_write=True).record()

    async def project_marked(self, mark: str) -> Project | None:
        async for page in self._list(models.Page[models.ProjectModel], "/projects"):
            if found := next((model for model in page if mark in model.notes), None):
                return found.record()
        return None

    async def create_task(self, name: str) -> Task:
        answer = await self._send("POST", self._url("/tasks"), is_write=True, asked={"name": name})
        return http.parse(answer, models.TaskModel, system=SYSTEM, is_write=True).record()

    async def assign_task(self, project_id: int, task_id: int) -> None:
        await self._assign(f"/projects/{project_id}/task_assignments", {"task_id": task_id})

    async def assign_user(self, project_id: int, user_id: int) -> None:
        await self._assign(f"/projects/{project_id}/user_assignments", {"user_id": user_id})

    async def clients(self) -> AsyncIterator[Sequence[Client]]:
        async for page in self._list(models.Page[models.ClientModel], "/clients"):
            yield [model.record() for model in page]

    async def projects(self) -> AsyncIterator[Sequence[Project]]:
        async for page in self._list(models.Page[models.ProjectModel], "/projects"):
            yield [model.record() for model in page]

    async def tasks(self) -> AsyncIterator[Sequence[Task]]:
        async for page in self._list(models.Page[models.TaskModel], "/tasks"):
            yield [model.record() for model in page]

    async def users(self) -> AsyncIterator[Sequence[HarvestUser]]:
        async for page in self._list(models.Page[models.UserModel], "/users"):
            yield [model.record() for model in page]

    async def task_assignments(self) -> AsyncIterator[Sequence[TaskAssignment]]:
        async for page in self._list(models.Page[models.TaskAssignmentModel], "/task_assignments"):
            yield [model.record() for model in page]

    async def user_assignments(self) -> AsyncIterator[Sequence[UserAssignment]]:
        async for page in self._list(models.Page[models.UserAssignmentModel], "/user_assignments"):
            yield [model.record() for model in page]

    async def roles(self) -> AsyncIterator[Sequence[Role]]:
        async for page in self._list(models.Page[models.RoleModel], "/roles"):
            yield [model.record() for model in page]

    async def rates(self, user_id: int, *, are_costs: bool) -> AsyncIterator[Sequence[Rate]]:
        path = f"/users/{user_id}/{'cost' if are_costs else 'billable'}_rates"
        async for page in self._list(models.Page[models.RateModel], path):
            yield [model.record(user_id, is_cost=are_costs) for model in page]

    async def _assign(self, path: str, asked: Mapping[str, int]) -> None:
        """Harvest refuses with 422 what stands there already."""
        try:
            await self._send("POST", self._url(path), is_write=True, asked=asked)
        except Rejected as error:
            if error.status != httpx.codes.UNPROCESSABLE_ENTITY:
                raise

    async def _list(
        self, kind: type[models.Page[models.Item]], path: str, filters: Mapping[str, Any] | None = None
    ) -> AsyncIterator[Sequence[models.Item]]:
        async for page in self._pages(kind, path, filters):
            yield page.items

    async def _pages(
        self, kind: type[Listed], path: str, filters: Mapping[str, Any] | None = None
    ) -> AsyncIterator[Listed]:
        """Pages of a list, following `links.next` as it is given."""
        url: httpx.URL | None = self._url(path, {**(filters or {}), "per_page": requests.PER_PAGE})
        seen: set[httpx.URL] = set()
        while url is not None:
            if url in seen or len(seen) == _PAGES:
                raise Unavailable(SYSTEM, f"the list {path} does not end")
            seen.add(url)
            page = await self._read(kind, url)
            url = self._next(page.links.next)
            yield page

    def _next(self, link: str | None) -> httpx.URL | None:
        """Never another server: our token would go there."""
        if link is None:
            return None
        here = self._url()
        try:
            url = here.join(link)
        except httpx.InvalidURL:
            raise Unavailable(SYSTEM, "its list goes on at an address that cannot be read") from None
        if (url.scheme, url.host, url.port, url.userinfo) != (here.scheme, here.host, here.port, here.userinfo):
            raise Unavailable(SYSTEM, "its list goes on at another server, which is not followed")
        return url

    async def _read(self, model: type[http.Model], url: httpx.URL) -> http.Model:
        async def once() -> http.Model:
            answer = await self._send("GET", url, is_write=False)
            return http.parse(answer, model, system=SYSTEM, is_write=False)

        return await http.persist(once, self.patience)

    async def _write(self, method: str, path: str, asked: Mapping[str, Any] | None = None) -> HarvestEntry:
        answer = await self._send(method, self._url(path), is_write=True, asked=asked)
        return http.parse(answer, EntryModel, system=SYSTEM, is_write=True).record()

    async def _send(
        self, method: str, url: httpx.URL, *, is_write: bool, asked: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        """What a refused token asked for was surely not done, so that it may be asked again with another one."""
        token = self._bearer
        try:
            return await self._send_as(token, method, url, is_write=is_write, asked=asked)
        except Unauthorised:
            if self._bearer == token and not await self._has_renewed():
                raise
        return await self._send_as(self._bearer, method, url, is_write=is_write, asked=asked)

    @property
    def _bearer(self) -> str:
        return self._renewed[-1] if self._renewed else self.token

    async def _has_renewed(self) -> bool:
        """Once: if the second token is refused as well, the person has to sign in."""
        fresh = await self.renew(self.token) if self.renew and not self._renewed else None
        if fresh is not None:
            self._renewed.append(fresh)
        return fresh is not None

    async def _send_as(
        self, token: str, method: str, url: httpx.URL, *, is_write: bool, asked: Mapping[str, Any] | None
    ) -> httpx.Response:
        async with self.limiter.turn(self.patience, self.spare):
            request = http.request(method, url, self._headers(token), json=asked)
            try:
                return await http.send(self.client, request, system=SYSTEM, is_write=is_write)
            except Busy as busy:
                self.limiter.pause(busy.retry_after)
                log.warning("harvest asked for a pause", seconds=busy.retry_after)
                raise

    def _headers(self, token: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {token}",
            "Harvest-Account-Id": str(self.account_id),
            "User-Agent": self.user_agent,
        }

    def _url(self, path: str = "", query: Mapping[str, Any] | None = None) -> httpx.URL:
        return httpx.URL(f"{self.base_url.rstrip('/')}{path}", params=query)


def _as_asked(entry: HarvestEntry, wrong: str | None) -> HarvestEntry:
    if wrong:
        raise NotAsAsked(SYSTEM, wrong, entry.id)
    return entry
