"""Time that is tracked in projects whose hours are typed: found within minutes, as no event of Asana's tells of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import structlog

from store.asana.records.api import AsanaTimeEntry
from store.asana.records.state import KnownProject, Source
from store.database import Transaction
from sync.asana.task.context import AsanaRules
from sync.asana.task.reader import is_told
from sync.asana.task.sync import TaskSync
from sync.engine.tenant import Tenant
from sync.errors import Gone, Rejected
from sync.news import enqueue
from sync.news.asana import HoursUnread, unread
from sync.ports.asana import AsanaConnection
from sync.rules.asana.tracked_time import hours_of

log = structlog.get_logger()

_AT_ONCE = timedelta(0)
_DAY = timedelta(days=1)
"""What is entered for an earlier day is found by the nightly sweep, by the sum that stands on its task."""


@dataclass(frozen=True)
class UnreadTime:
    tenant: Tenant
    tasks: TaskSync
    asana: AsanaConnection
    rules: AsanaRules

    async def run(self) -> int:
        """Tasks with such time, to be looked at, in projects of which nobody was told yet; how many."""
        async with self.tenant.reading() as tx:
            projects = await self._untold(tx)
        found = set[str]()
        for place in sorted({one.workspace_gid for one in projects}):
            there = {one.project.gid: one for one in projects if one.workspace_gid == place}
            try:
                found |= await self._workspace(place, there)
            except (Gone, Rejected) as error:
                # A plan without time tracking: then there is none that could be missed.
                log.info("asana shows no tracked time", workspace=place, why=str(error))
        await self.tasks.mark_due(found, _AT_ONCE)
        return len(found)

    async def _untold(self, tx: Transaction) -> Sequence[KnownProject]:
        typed = [one.project_gid for one in await tx.mappings.every() if one.source is Source.FIELD]
        told = {gid for gid in typed if await is_told(tx, gid, Source.FIELD)}
        known = await tx.asana.projects([gid for gid in typed if gid not in told])
        return [one for one in known if not (one.is_ignored or one.project.is_archived)]

    async def _workspace(self, place: str, projects: Mapping[str, KnownProject]) -> set[str]:
        today, found = self.tenant.now().date(), set[str]()
        async for page in self.asana.client.time_entries(place, today - _DAY, today + _DAY):
            for entry in page:
                project = projects.get(entry.project_gid or "")
                if project is not None and entry.task_gid:
                    found.add(entry.task_gid)
                elif project is not None:
                    await self._tell(entry, project)
        return found

    async def _tell(self, entry: AsanaTimeEntry, known: KnownProject) -> None:
        """Time on the project itself; that of a task is told of when the task is looked at."""
        project, noon = known.project, datetime.combine(entry.entered_on, time(12), self.rules.timezone)
        async with self.tenant.transaction() as tx:
            live = self.rules.go_live or await tx.workspaces.started_at() or datetime.max.replace(tzinfo=UTC)
            if noon < live or not entry.minutes:
                return
            news = HoursUnread(project.gid, project.name, "", project.url, hours_of(entry), Source.FIELD.value)
            await enqueue(tx, unread(project.gid, Source.FIELD.value), news, self.tenant.now())
