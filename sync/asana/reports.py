"""What a coordinator wants to know about Asana and Harvest together: audit, missed hours, discrepancies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.asana.records.api import Field
from store.asana.records.state import KnownProject, KnownTask
from store.harvest.records import Project
from store.units import Hours
from sync.asana.mapping.watched_projects import covered
from sync.engine.tenant import Tenant
from sync.news import enqueue
from sync.news.asana import WeeklyReport
from sync.rules.asana.discrepancy import Discrepancy, discrepancies
from sync.rules.asana.project_audit import Audit, RedFlag, audit, generic_projects, red_flags

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """`projects`: those with faults. `generic`: Harvest projects named for a kind of work alone, by that name."""

    checked: int
    projects: Sequence[Audit]
    flags: Sequence[RedFlag]
    generic: Mapping[str, Sequence[Project]]

    def rows(self) -> list[tuple[str, str, str]]:
        """For CSV: gid, name, fault."""
        return [(one.project.gid, one.project.name, fault.value) for one in self.projects for fault in one.faults]


@dataclass(frozen=True)
class AsanaReports:
    tenant: Tenant

    async def audit(self) -> AuditReport:
        """Every project that was seen at the last crawl, tested before go-live (S1-23, S1-25, S1-51, S1-55)."""
        async with self.tenant.reading() as tx:
            known = [one for one in await tx.asana.projects() if not one.is_ignored]
            mapped = await tx.mappings.of([one.project.gid for one in known])
            harvest = await tx.directory.all_projects()
        by_id = {one.id: one for one in harvest}
        audits = [
            _audited(one, by_id.get(mapped[one.project.gid].harvest_project_id if one.project.gid in mapped else 0))
            for one in known
        ]
        wrong = [one for one in audits if one.faults]
        return AuditReport(len(known), wrong, red_flags(harvest), generic_projects(harvest))

    async def without_hours(self, since: datetime) -> Sequence[KnownTask]:
        """Tasks completed since then in covered projects, in which no hours stand and that were not said to be free."""
        async with self.tenant.reading() as tx:
            gids = [one.project.gid for one in await covered(tx)]
            found = await tx.asana_work.completed_without_hours(gids, since)
            # Logged by hand or by Harvest's own integration: hours are there, though none stand in Asana.
            return [task for task in found if not await tx.mirror.referring_to(task.gid)]

    async def weekly(self) -> int:
        """Tell the coordinator of last week's, once a week; how many tasks it names (S1-37)."""
        now = self.tenant.now()
        since = now - _WEEK
        tasks = await self.without_hours(since)
        async with self.tenant.transaction() as tx:
            users = {one.gid: one.name for one in await tx.asana.users()}
            projects = {one.project.gid: one.project.name for one in await tx.asana.projects()}
            named = [
                {
                    "gid": task.gid,
                    "name": task.name,
                    "url": task.url,
                    "project": projects.get(task.project_gid or "", ""),
                    "who": users.get(task.assignee_gid or ""),
                }
                for task in tasks
            ]
            year, week, _ = now.isocalendar()
            await enqueue(tx, f"weekly-report:{year}-{week}", WeeklyReport(since.date().isoformat(), named), now)
        return len(tasks)

    async def discrepancies(self, estimates: Mapping[int, Hours], month: int | None) -> list[Discrepancy[int]]:
        """Harvest's hours against estimates, by Harvest project, in one month (202611) or in all (S1-32)."""
        async with self.tenant.reading() as tx:
            return discrepancies(await tx.mirror.hours_of(estimates, month), estimates)


def _audited(known: KnownProject, harvest: Project | None) -> Audit:
    fields = [Field(one.gid, one.name, one.kind, None, one.format, (), one.is_formula) for one in known.fields]
    return audit(known.project, fields, harvest)
