"""Reads projects whole and finds what no hint told of: each night, after a gap, and when a project was just linked."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from store.asana_records import AsanaTask, AsanaTimeEntry
from store.database import Store
from store.mapping_records import BookingKind, KnownProject, Source
from sync.asana_coverage import covered
from sync.asana_ports import Asana
from sync.asana_reading import has_hours
from sync.asana_tasks import AsanaTasks
from sync.errors import Gone, Rejected
from sync.ports import Clock
from sync.rules.billable_hours import HOURS_FIELD
from sync.rules.billed_time import hours_of, source
from sync.rules.billing_share import find_field

log = structlog.get_logger()

_AT_ONCE = timedelta(0)
_REPORTED = timedelta(days=35)
"""Tasks completed longer ago are in no weekly report, so they need not be known without hours."""
_WINDOW = timedelta(days=35)
"""Native time entries say nothing of their edits, so a window of days is read again and again."""


@dataclass(frozen=True)
class AsanaSweep:
    store: Store
    workspace_id: str
    clock: Clock
    tasks: AsanaTasks

    async def run(self) -> int:
        """Every project that is listened to, and every booked task that was in none of them; how many to look at."""
        async with self.store.reading(self.workspace_id) as tx:
            projects = await covered(tx)
        found, seen = 0, set[str]()
        for project in projects:
            found += await self.project(project, seen)
        async with self.store.reading(self.workspace_id) as tx:
            elsewhere = await tx.asana_work.booked_tasks() - seen
            waiting = {hold.task_gid for hold in await tx.asana_holds.open()} | await tx.asana_work.astray()
        await self.tasks.heard_of(elsewhere | waiting, _AT_ONCE)
        return found + len(elsewhere | waiting)

    async def unswept(self) -> int:
        """Projects that were linked, or found, since they were last read."""
        async with self.store.reading(self.workspace_id) as tx:
            projects = [one for one in await covered(tx) if one.swept_at is None]
        return sum([await self.project(project, set()) for project in projects])

    async def project(self, project: KnownProject, seen: set[str] | None = None) -> int:
        """One project with all its subtasks; `seen` gains every task in it. One that cannot be read is left for later.

        Asana's `modified_since` misses subtasks, so the list is read whole; what has not changed is not looked at.
        """
        began, found = self.clock.now(), 0
        seen = set() if seen is None else seen
        try:
            async for batch in self.walk(self.tasks.client, project.project.gid):
                seen.update(task.gid for task in batch)
                found += await self._consider(batch, project)
        except (Gone, Rejected) as error:
            log.warning("asana does not show a project", project=project.project.gid, why=str(error))
            return found
        async with self.store.transaction(self.workspace_id) as tx:
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

    async def time_entries(self) -> int:
        """Tasks whose native time entries are not those that were booked; how many."""
        async with self.store.reading(self.workspace_id) as tx:
            mapped = [one.project_gid for one in await tx.mappings.every() if one.source is Source.TIME_ENTRIES]
            places = {one.workspace_gid for one in await tx.asana.projects(mapped)}
            known = {task.gid for gid in mapped for task in await tx.asana_work.tasks_of(gid)}
        if not mapped:
            return 0
        today = self.clock.now().date()
        found: dict[str, set[str]] = {gid: set() for gid in known}
        for place in places:
            async for page in self.tasks.client.time_entries(place, today - _WINDOW, today + timedelta(days=1)):
                for entry in page:
                    if entry.task_gid and (entry.task_gid in known or entry.project_gid in mapped):
                        found.setdefault(entry.task_gid, set()).add(_mark(entry))
        return await self._differing(found, today - _WINDOW)

    async def _differing(self, found: dict[str, set[str]], first: date) -> int:
        differing = set()
        async with self.store.reading(self.workspace_id) as tx:
            for gid, marks in found.items():
                sums: dict[str, int] = {}
                for one in await tx.asana_work.bookings(gid):
                    if one.kind is not BookingKind.CORRECTION and one.day is not None and one.day >= first:
                        sums[one.source] = sums.get(one.source, 0) + one.hours
                if {f"{name}={hours}" for name, hours in sums.items() if hours} != marks:
                    differing.add(gid)
        await self.tasks.heard_of(differing, _AT_ONCE)
        return len(differing)

    async def _consider(self, batch: Sequence[AsanaTask], project: KnownProject) -> int:
        gids = [task.gid for task in batch]
        async with self.store.reading(self.workspace_id) as tx:
            known = {one.gid: one for one in await tx.asana_work.tasks(gids)}
            booked = await tx.asana_work.booked_tasks(gids)
        since = self.clock.now() - _REPORTED
        wanted = set()
        for task in batch:
            before = known.get(task.gid)
            value = find_field(task.fields, HOURS_FIELD, project.hours_gid)
            is_of_interest = has_hours(task, project.hours_gid) or task.gid in booked or _is_done(task, since)
            is_same = before is not None and (before.modified_at, before.value or 0, before.is_trashed) == (
                task.modified_at,
                (value.number if value else None) or 0,
                False,
            )
            if is_of_interest and not is_same:
                wanted.add(task.gid)
        await self.tasks.heard_of(wanted, _AT_ONCE)
        return len(wanted)


def _is_done(task: AsanaTask, since: datetime) -> bool:
    return task.is_completed and task.completed_at is not None and task.completed_at >= since


def _mark(entry: AsanaTimeEntry) -> str:
    return f"{source(entry)}={hours_of(entry)}"
