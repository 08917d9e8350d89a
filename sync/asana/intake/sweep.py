"""Reads projects whole and finds what no hint told of: each night, after a gap, and when a project was just linked."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.asana.records.api import AsanaTask
from store.asana.records.state import KnownProject, ProjectMapping, Source
from store.database import Transaction
from sync.asana.mapping.watched_projects import covered
from sync.asana.task.lost_access import LostAccess
from sync.asana.task.reader import has_hours, is_told
from sync.asana.task.sync import TaskSync
from sync.engine.tenant import Tenant
from sync.errors import Gone, Rejected
from sync.ports.asana import Asana, AsanaConnection
from sync.rules.asana.hold_policy import CHANGED_IN_HARVEST
from sync.rules.asana.task_change import has_changed

_AT_ONCE = timedelta(0)
_REPORTED = timedelta(days=35)
"""Tasks completed longer ago are in no weekly report, so they need not be known without hours."""


@dataclass(frozen=True)
class TaskSweep:
    tenant: Tenant
    tasks: TaskSync
    asana: AsanaConnection
    access: LostAccess

    async def run(self) -> int:
        """Every project that is listened to, and every booked task that was in none of them; how many to look at."""
        async with self.tenant.reading() as tx:
            projects = await covered(tx)
        found, seen = 0, set[str]()
        for project in projects:
            found += await self.project(project, seen)
        async with self.tenant.reading() as tx:
            elsewhere = await tx.asana_work.booked_tasks() - seen
            waiting = {hold.task_gid for hold in await tx.asana_holds.open()}
            waiting |= await tx.asana_work.mismatched(CHANGED_IN_HARVEST)
        await self.tasks.mark_due(elsewhere | waiting, _AT_ONCE)
        return found + len(elsewhere | waiting)

    async def unswept(self) -> int:
        """Projects that were linked, or found, since they were last read."""
        async with self.tenant.reading() as tx:
            projects = [one for one in await covered(tx) if one.swept_at is None]
        return sum([await self.project(project, set()) for project in projects])

    async def project(self, project: KnownProject, seen: set[str] | None = None) -> int:
        """One project with all its subtasks; `seen` gains every task in it. One that cannot be read is left for later.

        Asana's `modified_since` misses subtasks, so the list is read whole; what has not changed is not looked at.
        """
        began, found = self.tenant.now(), 0
        seen = set() if seen is None else seen
        try:
            async for batch in self.walk(self.asana.client, project.project.gid):
                seen.update(task.gid for task in batch)
                found += await self._consider(batch, project)
        except (Gone, Rejected) as error:
            await self.access.refused(self.asana.client, project.project.gid, error)
            return found
        await self.access.swept(project.project.gid, seen)
        async with self.tenant.transaction() as tx:
            await tx.asana.swept(project.project.gid, began)
        return found

    async def walk(
        self, asana: Asana, project_gid: str, since: datetime | None = None
    ) -> AsyncIterator[Sequence[AsanaTask]]:
        """All tasks of a project, level by level below each page."""
        async for page in asana.tasks(project_gid, since):
            level: Sequence[AsanaTask] = page
            while level:
                yield level
                level = [below for task in level if task.subtask_count for below in await asana.subtasks(task.gid)]

    async def _consider(self, batch: Sequence[AsanaTask], project: KnownProject) -> int:
        gids = [task.gid for task in batch]
        async with self.tenant.reading() as tx:
            known = {one.gid: one for one in await tx.asana_work.tasks(gids)}
            booked = await tx.asana_work.booked_tasks(gids)
            mapping = await tx.mappings.get(project.project.gid)
            by_time = mapping is not None and await _reads_time(tx, mapping)
        since, hours_gid = self.tenant.now() - _REPORTED, project.hours_gid
        wanted = {
            task.gid
            for task in batch
            if (task.gid in booked or _may_have_hours(task, hours_gid, since, by_time=by_time))
            and has_changed(task, known.get(task.gid), hours_gid, by_time=by_time)
        }
        await self.tasks.mark_due(wanted, _AT_ONCE, project.project.gid)
        return len(wanted)


async def _reads_time(tx: Transaction, mapping: ProjectMapping) -> bool:
    """Time that is tracked there is booked, or somebody is yet to be told that it is not."""
    return mapping.source is Source.TIME_ENTRIES or not await is_told(tx, mapping.project_gid, mapping.source)


def _may_have_hours(task: AsanaTask, hours_gid: str | None, since: datetime, *, by_time: bool) -> bool:
    """It has, or was completed since, so that a report may miss its hours."""
    has_time = by_time and bool(task.actual_minutes)
    return has_time or has_hours(task, hours_gid) or _is_done(task, since)


def _is_done(task: AsanaTask, since: datetime) -> bool:
    return task.is_completed and task.completed_at is not None and task.completed_at >= since
