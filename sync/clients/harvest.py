"""Harvest API v2, as far as Gleaner uses it. Implements `sync.ports.Harvest`.

Reads are tried three times; writes never twice: whether to ask again is for the flow, which looks first.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, TypeVar

import httpx
import stamina
from pydantic import BaseModel, ValidationError

from store.records import Client, HarvestUser, Project, Task, TaskAssignment, UserAssignment
from sync.clients import harvest_models as models
from sync.clients import http
from sync.clients.harvest_answers import differs, differs_from_change
from sync.clients.limiter import Limiter
from sync.errors import Busy, Gone, NotAsAsked, Unavailable, UnknownOutcome
from sync.ports import Company, EntryChange, EntryDraft, HarvestEntry

SYSTEM = "Harvest"
PER_PAGE = 2000
"""The most that Harvest gives at once."""
_PAGES = 10_000
"""More pages than any account has: a list that runs on is a fault."""
_READ_TIMES = 3

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class HarvestClient:
    """`base_url` ends in `/v2`. `patience`: seconds a request may wait for its turn before it raises Busy."""

    client: httpx.AsyncClient
    base_url: str
    account_id: int
    token: str
    limiter: Limiter
    user_agent: str
    patience: float = 10.0
    clock_format: str = "12h"

    async def company(self) -> Company:
        return (await self._read(models.CompanyModel, "/company")).record()

    async def me(self) -> HarvestUser:
        return (await self._read(models.UserModel, "/users/me")).record()

    async def entry(self, entry_id: int) -> HarvestEntry:
        return (await self._read(models.EntryModel, f"/time_entries/{entry_id}")).record()

    async def entries(
        self,
        *,
        reference_id: str | None = None,
        user_id: int | None = None,
        from_date: date | None = None,
        to_date: date | None = None,
        is_running: bool | None = None,
    ) -> Sequence[HarvestEntry]:
        query = {
            "external_reference_id": reference_id,
            "user_id": user_id,
            "from": from_date and from_date.isoformat(),
            "to": to_date and to_date.isoformat(),
            "is_running": None if is_running is None else str(is_running).lower(),
        }
        pages = self._list(models.EntryModel, "time_entries", query)
        return [model.record() async for page in pages for model in page]

    async def create_entry(self, draft: EntryDraft) -> HarvestEntry:
        asked = _without_none(
            {
                "user_id": draft.user_id,
                "project_id": draft.project_id,
                "task_id": draft.task_id,
                "spent_date": draft.spent_date.isoformat(),
                "hours": None if draft.hours is None else draft.hours / 100,
                "started_time": self._clock_time(draft.started),
                "ended_time": self._clock_time(draft.ended),
                "notes": draft.notes or None,
                "external_reference": _without_none(
                    {"id": draft.reference_id, "group_id": draft.group_id, "permalink": draft.permalink}
                ),
            }
        )
        created = await self._write("POST", "/time_entries", asked)
        if wrong := differs(draft, created):
            raise NotAsAsked(SYSTEM, wrong, created.id)
        return created

    async def update_entry(self, entry_id: int, change: EntryChange) -> HarvestEntry:
        asked = _without_none(
            {
                "project_id": change.project_id,
                "task_id": change.task_id,
                "spent_date": change.spent_date and change.spent_date.isoformat(),
                "hours": None if change.hours is None else change.hours / 100,
                "started_time": self._clock_time(change.started),
                "ended_time": self._clock_time(change.ended),
                "notes": change.notes,
            }
        )
        changed = await self._write("PATCH", f"/time_entries/{entry_id}", asked)
        if wrong := differs_from_change(change, changed):
            raise NotAsAsked(SYSTEM, wrong, entry_id)
        return changed

    async def delete_entry(self, entry_id: int) -> None:
        try:
            await self._send("DELETE", f"/time_entries/{entry_id}", is_write=True)
        except Gone:
            return

    async def stop_entry(self, entry_id: int) -> HarvestEntry:
        return await self._write("PATCH", f"/time_entries/{entry_id}/stop", None)

    async def restart_entry(self, entry_id: int) -> HarvestEntry:
        return await self._write("PATCH", f"/time_entries/{entry_id}/restart", None)

    async def clients(self) -> AsyncIterator[Sequence[Client]]:
        async for page in self._list(models.ClientModel, "clients", {}):
            yield [model.record() for model in page]

    async def projects(self) -> AsyncIterator[Sequence[Project]]:
        async for page in self._list(models.ProjectModel, "projects", {}):
            yield [model.record() for model in page]

    async def tasks(self) -> AsyncIterator[Sequence[Task]]:
        async for page in self._list(models.TaskModel, "tasks", {}):
            yield [model.record() for model in page]

    async def users(self) -> AsyncIterator[Sequence[HarvestUser]]:
        async for page in self._list(models.UserModel, "users", {}):
            yield [model.record() for model in page]

    async def task_assignments(self) -> AsyncIterator[Sequence[TaskAssignment]]:
        async for page in self._list(models.TaskAssignmentModel, "task_assignments", {}):
            yield [model.record() for model in page]

    async def user_assignments(self) -> AsyncIterator[Sequence[UserAssignment]]:
        async for page in self._list(models.UserAssignmentModel, "user_assignments", {}):
            yield [model.record() for model in page]

    async def _list(self, model: type[Model], name: str, query: Mapping[str, Any]) -> AsyncIterator[Sequence[Model]]:
        """Pages of a list, following `links.next` to the letter, but never to another server with our token."""
        url: str | None = str(
            httpx.URL(f"{self.base_url}/{name}", params={**_without_none(query), "per_page": PER_PAGE})
        )
        for _ in range(_PAGES):
            if url is None:
                return
            if not url.startswith(f"{self.base_url}/"):
                raise Unavailable(SYSTEM, "its list goes on at another address, which is not followed")
            answer = await self._get(url)
            try:
                page = models.Page[model].model_validate({**answer, "items": answer[name]})  # type: ignore[valid-type]
            except (ValidationError, KeyError, TypeError):
                raise Unavailable(SYSTEM, f"a page of {name} was not as documented") from None
            yield page.items
            url = page.links.next
        raise Unavailable(SYSTEM, f"the list of {name} does not end")

    async def _read(self, model: type[Model], path: str) -> Model:
        answer = await self._get(f"{self.base_url}{path}")
        try:
            return model.model_validate(answer)
        except ValidationError:
            raise Unavailable(SYSTEM, f"the answer to {path} was not as documented") from None

    async def _get(self, url: str) -> Any:
        @stamina.retry(on=_worth_another, attempts=_READ_TIMES, wait_initial=0.2, wait_max=2.0, timeout=None)
        async def attempt() -> Any:
            response = await self._send("GET", url, is_write=False)
            return http.body(response, system=SYSTEM, is_write=False)

        return await attempt()

    async def _write(self, method: str, path: str, asked: Mapping[str, Any] | None) -> HarvestEntry:
        response = await self._send(method, path, is_write=True, asked=asked)
        answer = http.body(response, system=SYSTEM, is_write=True)
        try:
            return models.EntryModel.model_validate(answer).record()
        except ValidationError:
            raise UnknownOutcome(SYSTEM, "the answer was no time entry") from None

    async def _send(
        self, method: str, address: str, *, is_write: bool, asked: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        await self.limiter.acquire(self.patience)
        url = address if address.startswith("http") else f"{self.base_url}{address}"
        request = self.client.build_request(method, url, json=asked, headers=self._headers(), timeout=http.TIMEOUT)
        try:
            return await http.send(self.client, request, system=SYSTEM, is_write=is_write)
        except Busy as busy:
            self.limiter.pause(busy.retry_after)
            raise

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "Harvest-Account-Id": str(self.account_id),
            "User-Agent": self.user_agent,
            "Accept": "application/json",
        }

    def _clock_time(self, moment: time | None) -> str | None:
        """As the company's clock wants it: `8:00am` or `08:00`."""
        if moment is None:
            return None
        if self.clock_format == "24h":
            return f"{moment:%H:%M}"
        return f"{moment.hour % 12 or 12}:{moment:%M}{'am' if moment.hour < 12 else 'pm'}"


def _worth_another(error: Exception) -> bool | float:
    """Whether a read is tried again; after a 429 only if the wait is short."""
    if isinstance(error, Busy):
        return error.retry_after if error.retry_after <= 5 else False
    return isinstance(error, Unavailable)


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
