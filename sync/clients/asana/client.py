"""Asana's REST API 1.0, as far as Gleaner uses it. Implements `sync.asana_ports.Asana`.

Reads and deletions are tried three times; what creates, once: whether to ask again is for the flow, which looks first.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import httpx
import structlog

from store.asana.records.api import (
    AsanaProject,
    AsanaTask,
    AsanaTimeEntry,
    AsanaUser,
    AsanaWorkspace,
    Field,
    Section,
    Stories,
    Webhook,
)
from sync.clients import http
from sync.clients.asana import events, models
from sync.clients.asana.rate_limit import SYSTEM, AsanaShare
from sync.errors import Busy, Gone, Rejected, Unavailable
from sync.ports.asana import Changes, CreatedWebhook, SyncLost, WebhookFilter

_LIMIT = 100
"""The most that Asana gives at once."""
_PAGES = 10_000
"""More pages than any list has: one that runs on is a fault."""
_SYNC_LOST = 412

log = structlog.get_logger()


@dataclass(frozen=True)
class AsanaClient:
    """`base_url` ends in `/api/1.0`. `patience`: seconds a request may wait for its turn before it raises Busy."""

    client: httpx.AsyncClient
    base_url: str
    token: str = field(repr=False)
    share: AsanaShare
    user_agent: str
    patience: float = 10.0
    spare: int = 0
    """Requests of the token's share that this client leaves free for others."""

    async def me(self) -> AsanaUser:
        url = self._url("users", "me", opt_fields=models.USER_FIELDS)
        return (await self._read(models.One[models.UserModel], url)).data.record()

    async def workspaces(self) -> Sequence[AsanaWorkspace]:
        url = self._list("workspaces", opt_fields=models.WORKSPACE_FIELDS)
        return [model.record() for model in await self._all(models.Page[models.WorkspaceModel], url)]

    async def users(self, workspace: str) -> AsyncIterator[Sequence[AsanaUser]]:
        url = self._list("users", workspace=workspace, opt_fields=models.USER_FIELDS)
        async for page in self._pages(models.Page[models.UserModel], url):
            yield [model.record() for model in page]

    async def projects(
        self, workspace: str, *, is_archived: bool | None = None
    ) -> AsyncIterator[Sequence[AsanaProject]]:
        filters = {} if is_archived is None else {"archived": is_archived}
        url = self._list("workspaces", workspace, "projects", opt_fields=models.PROJECT_FIELDS, **filters)
        async for page in self._pages(models.Page[models.ProjectModel], url):
            yield [model.record() for model in page]

    async def project(self, gid: str) -> AsanaProject:
        url = self._url("projects", gid, opt_fields=models.PROJECT_FIELDS)
        return (await self._read(models.One[models.ProjectModel], url)).data.record()

    async def sections(self, project: str) -> Sequence[Section]:
        url = self._list("projects", project, "sections", opt_fields=models.SECTION_FIELDS)
        return [model.record() for model in await self._all(models.Page[models.SectionModel], url)]

    async def fields(self, project: str) -> Sequence[Field]:
        url = self._list("projects", project, "custom_field_settings", opt_fields=models.SETTING_FIELDS)
        return [model.custom_field.record() for model in await self._all(models.Page[models.SettingModel], url)]

    async def tasks(self, project: str, modified_since: datetime | None = None) -> AsyncIterator[Sequence[AsanaTask]]:
        since = {"modified_since": f"{modified_since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"} if modified_since else {}
        url = self._list("tasks", project=project, opt_fields=models.TASK_FIELDS, **since)
        async for page in self._pages(models.Page[models.TaskModel], url):
            yield [model.record() for model in page]

    async def task(self, gid: str) -> AsanaTask:
        url = self._url("tasks", gid, opt_fields=models.TASK_FIELDS)
        return (await self._read(models.One[models.TaskModel], url)).data.record()

    async def subtasks(self, task: str) -> Sequence[AsanaTask]:
        url = self._list("tasks", task, "subtasks", opt_fields=models.TASK_FIELDS)
        return [model.record() for model in await self._all(models.Page[models.TaskModel], url)]

    async def stories(self, task: str) -> Stories:
        url = self._list("tasks", task, "stories", opt_fields=models.STORY_FIELDS)
        told = await self._all(models.Page[models.StoryModel], url)
        fields = tuple(story for model in told if (story := model.field(task)))
        return Stories(fields, tuple(turn for model in told if (turn := model.turn())))

    async def time_entries(self, workspace: str, first: date, last: date) -> AsyncIterator[Sequence[AsanaTimeEntry]]:
        url = self._list(
            "time_tracking_entries",
            workspace=workspace,
            entered_on_start_date=first.isoformat(),
            entered_on_end_date=last.isoformat(),
            opt_fields=models.TIME_ENTRY_FIELDS,
        )
        async for page in self._pages(models.Page[models.TimeEntryModel], url):
            yield [await self._whole(model) for model in page]

    async def task_time_entries(self, task: str) -> Sequence[AsanaTimeEntry]:
        url = self._list("tasks", task, "time_tracking_entries", opt_fields=models.TIME_ENTRY_FIELDS)
        return [await self._whole(model) for model in await self._all(models.Page[models.TimeEntryModel], url)]

    async def time_entry(self, gid: str) -> AsanaTimeEntry:
        url = self._url("time_tracking_entries", gid, opt_fields=models.TIME_ENTRY_FIELDS)
        return (await self._read(models.One[models.TimeEntryModel], url)).data.record()

    async def changes(self, resource: str, sync: str | None = None) -> Changes | SyncLost:
        url = self._url("events", resource=resource, **({"sync": sync} if sync else {}))

        async def once() -> Changes | SyncLost:
            answer = await self._send("GET", url, also=_SYNC_LOST)
            if answer.status_code == _SYNC_LOST:
                return SyncLost(http.parse(answer, events.SyncModel, system=SYSTEM, is_write=False).sync)
            return http.parse(answer, events.EventsModel, system=SYSTEM, is_write=False).record()

        return await http.persist(once, self.patience)

    async def webhooks(self, workspace: str, resource: str | None = None) -> Sequence[Webhook]:
        filters = {"resource": resource} if resource else {}
        url = self._list("webhooks", workspace=workspace, opt_fields=events.WEBHOOK_FIELDS, **filters)
        return [model.record() for model in await self._all(models.Page[events.WebhookModel], url)]

    async def create_webhook(self, resource: str, target: str, filters: Sequence[WebhookFilter]) -> CreatedWebhook:
        asked = {"resource": resource, "target": target, "filters": [_filter(one) for one in filters]}
        answer = await self._send("POST", self._url("webhooks"), is_write=True, asked={"data": asked})
        return http.parse(answer, events.CreatedWebhookModel, system=SYSTEM, is_write=True).record()

    async def delete_webhook(self, gid: str) -> None:
        url = self._url("webhooks", gid)

        async def once() -> None:
            await self._send("DELETE", url, is_write=True)

        try:
            await http.persist(once, self.patience)
        except Gone:
            return

    async def _whole(self, model: models.TimeEntryModel) -> AsanaTimeEntry:
        """Lists of entries are documented as compact ones; whether they can be asked for more is not."""
        return model.record() if model.is_whole else await self.time_entry(model.gid)

    async def _all(self, kind: type[models.Page[models.Item]], url: httpx.URL) -> list[models.Item]:
        return [model async for page in self._pages(kind, url) for model in page]

    async def _pages(
        self, kind: type[models.Page[models.Item]], url: httpx.URL
    ) -> AsyncIterator[Sequence[models.Item]]:
        seen: set[str] = set()
        page = await self._read(kind, url)
        yield page.data
        while page.next_page is not None:
            offset = page.next_page.offset
            if offset in seen or len(seen) == _PAGES:
                raise Unavailable(SYSTEM, f"the list {url.path} does not end")
            seen.add(offset)
            page = await self._read_on(kind, url.copy_set_param("offset", offset))
            yield page.data

    async def _read_on(self, kind: type[http.Model], url: httpx.URL) -> http.Model:
        """Offsets expire, and are then refused as if they were wrong; the list is to be read anew."""
        try:
            return await self._read(kind, url)
        except Rejected as error:
            if error.status != httpx.codes.BAD_REQUEST:
                raise
            raise Unavailable(SYSTEM, f"its list broke off ({error.message})") from None

    async def _read(self, model: type[http.Model], url: httpx.URL) -> http.Model:
        async def once() -> http.Model:
            return http.parse(await self._send("GET", url), model, system=SYSTEM, is_write=False)

        return await http.persist(once, self.patience)

    async def _send(
        self,
        method: str,
        url: httpx.URL,
        *,
        is_write: bool = False,
        asked: Mapping[str, Any] | None = None,
        also: int | None = None,
    ) -> httpx.Response:
        """The answer if it is a 2xx or the one status that the caller understands as well."""
        request = http.request(method, url, self._headers(), json=asked)
        async with self.share.turn(is_write=is_write, patience=self.patience, spare=self.spare):
            answer = await http.answer(self.client, request, system=SYSTEM, is_write=is_write)
        self.share.heed(answer.headers)
        if answer.is_success or answer.status_code == also:
            return answer
        fault = http.failure(answer, system=SYSTEM, is_write=is_write)
        if isinstance(fault, Busy):
            self.share.limiter.pause(fault.retry_after)
            log.warning("asana asked for a pause", seconds=fault.retry_after)
        raise fault

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "User-Agent": self.user_agent}

    def _list(self, *path: str, **query: Any) -> httpx.URL:
        return self._url(*path, **query, limit=_LIMIT)

    def _url(self, *path: str, **query: Any) -> httpx.URL:
        """Each part of the path is one part, whatever signs it holds: gids come from outside."""
        there = "/".join(quote(part, safe="") for part in path)
        return httpx.URL(f"{self.base_url.rstrip('/')}/{there}", params=query)


def _filter(wanted: WebhookFilter) -> dict[str, Any]:
    said = {
        "resource_type": wanted.resource_type,
        "resource_subtype": wanted.resource_subtype,
        "action": wanted.action,
        "fields": list(wanted.fields),
    }
    return {name: value for name, value in said.items() if value}
