"""Native time entries, found by reading a window of days again and again, since they say nothing of their edits."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from store.asana.records.api import AsanaTimeEntry
from store.asana.records.state import AllocationKind, KnownProject, Source
from sync.asana.task.context import AsanaRules
from sync.asana.task.lost_access import LostAccess
from sync.asana.task.sync import TaskSync
from sync.engine.tenant import Tenant
from sync.errors import Gone, Rejected
from sync.news import enqueue
from sync.news.asana import Lost, TimeWithoutTask
from sync.ports.asana import AsanaConnection
from sync.rules.asana.tracked_time import hours_of, source

_AT_ONCE = timedelta(0)
_DAILY = timedelta(days=1)
_WINDOW = timedelta(days=35)
"""What is entered for an earlier day is found by the nightly sweep, by the sum that stands on its task."""


@dataclass(frozen=True)
class TimeTracking:
    tenant: Tenant
    tasks: TaskSync
    asana: AsanaConnection
    access: LostAccess
    rules: AsanaRules

    async def run(self) -> int:
        """Tasks whose entries are neither those that were booked nor those of the last look; how many."""
        async with self.tenant.reading() as tx:
            mapped = [one.project_gid for one in await tx.mappings.every() if one.source is Source.TIME_ENTRIES]
            projects = await tx.asana.projects(mapped)
        found = 0
        for place in sorted({one.workspace_gid for one in projects}):
            there = {one.project.gid: one for one in projects if one.workspace_gid == place}
            try:
                found += await self._workspace(place, there)
            except (Gone, Rejected) as error:
                # The plan has no time tracking, or the token's user no part in it.
                for gid in there:
                    await self.access.lost(gid, Lost.TIME, error)
            else:
                await self.access.shown(there, Lost.TIME)
        return found

    async def _workspace(self, place: str, projects: Mapping[str, KnownProject]) -> int:
        async with self.tenant.reading() as tx:
            found: dict[str, set[str]] = {
                task.gid: set() for gid in projects for task in await tx.asana_work.tasks_of(gid)
            }
        today, general = self.tenant.now().date(), list[AsanaTimeEntry]()
        async for page in self.asana.client.time_entries(place, today - _WINDOW, today + _DAILY):
            for entry in page:
                if entry.task_gid and (entry.task_gid in found or entry.project_gid in projects):
                    found.setdefault(entry.task_gid, set()).add(_mark(entry))
                elif entry.task_gid is None and entry.project_gid in projects:
                    general.append(entry)
        await self._tell(general, projects)
        differing = await self._differing(found, today - _WINDOW)
        await self.tasks.mark_due(differing, _AT_ONCE)
        await self._remember({gid: found[gid] for gid in differing})
        return len(differing)

    async def _differing(self, found: Mapping[str, Collection[str]], first: date) -> set[str]:
        """What was ignored or waits never equals its bookings: nothing new there is looked at once a day."""
        differing, now = set(), self.tenant.now()
        async with self.tenant.reading() as tx:
            looks = await tx.asana_work.time_looks(found)
            for gid, marks in found.items():
                digest, at = looks.get(gid, ("", None))
                if digest == _digest(marks) and at is not None and now - at < _DAILY:
                    continue
                sums: dict[str, int] = {}
                for one in await tx.asana_work.bookings(gid):
                    if one.kind is not AllocationKind.CORRECTION and one.day is not None and one.day >= first:
                        sums[one.source] = sums.get(one.source, 0) + one.hours
                if {f"{name}={hours}" for name, hours in sums.items() if hours} != marks:
                    differing.add(gid)
        return differing

    async def _remember(self, looked: Mapping[str, Collection[str]]) -> None:
        """What is looked at now; the look itself is due in its row, so it is not lost."""
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            for gid, marks in looked.items():
                await tx.asana_work.change(gid, time_digest=_digest(marks), time_looked_at=now)

    async def _tell(self, general: Collection[AsanaTimeEntry], projects: Mapping[str, KnownProject]) -> None:
        """Time on a project and on no task can be nobody's entry: once for each."""
        if not general:
            return
        async with self.tenant.transaction() as tx:
            live = self.rules.go_live or await tx.workspaces.started_at() or datetime.max.replace(tzinfo=UTC)
            for entry in general:
                noon = datetime.combine(entry.entered_on, time(12), self.rules.timezone)
                if noon < live or not entry.minutes:
                    continue
                project = projects[entry.project_gid or ""].project
                who, day = entry.created_by.name if entry.created_by else None, entry.entered_on.isoformat()
                news = TimeWithoutTask(project.gid, project.name, project.url, who, hours_of(entry), day)
                await enqueue(tx, f"asana-general:{_mark(entry)}", news, self.tenant.now())


def _mark(entry: AsanaTimeEntry) -> str:
    return f"{source(entry)}={hours_of(entry)}"


def _digest(marks: Collection[str]) -> str:
    return hashlib.sha256("\n".join(sorted(marks)).encode()).hexdigest()
