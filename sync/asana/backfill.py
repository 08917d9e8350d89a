"""Hours typed before go-live, asked for by the operator: repeatable, and first only said (S1-43, S1-44)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from store.asana.records.state import KnownTask
from store.units import Hours
from sync.asana.intake.sweep import TaskSweep
from sync.asana.mapping.project_sync import ProjectSync
from sync.asana.mapping.watched_projects import covered
from sync.asana.task.plan_writer import Booked, PlannedEntry
from sync.asana.task.reader import has_hours
from sync.asana.task.sync import TaskSync
from sync.engine.tenant import Tenant
from sync.errors import Gone, Rejected
from sync.ports.asana import AsanaConnection
from sync.rules.asana import time_csv

Progress = Callable[[int, int], None]
"""Called with how many tasks were looked at and how many there are."""


@dataclass(frozen=True, slots=True)
class Backfilled:
    """`hours`: to be logged, less what is to be taken back; `held`: things that wait for a decision."""

    tasks: int
    hours: Hours
    held: int
    lines: Sequence[PlannedEntry] = ()
    """What would be logged; only where nothing is."""

    def __str__(self) -> str:
        return f"{self.tasks} tasks, {self.hours / 100:.2f} h, {self.held} held"


@dataclass(frozen=True)
class AsanaBackfill:
    tenant: Tenant
    tasks: TaskSync
    asana: AsanaConnection
    projects: ProjectSync
    sweep: TaskSweep

    async def run(
        self, since: datetime, until: datetime | None, *, is_dry_run: bool, progress: Progress | None = None
    ) -> Backfilled:
        """Hours typed since `since` and before `until`, and from go-live on. What was booked is never booked again.

        A task that was backfilled before counts from the earliest `since` to the latest `until`.
        """
        await self.projects.sync_all()
        gids = await self._tasks(until)
        every = []
        for number, gid in enumerate(gids, 1):
            every.append(await self._one(gid, since, until, is_dry_run=is_dry_run))
            if progress is not None:
                progress(number, len(gids))
        hours, held = (sum(getattr(one, name) for one in every) for name in ("hours", "held"))
        return Backfilled(len(gids), Hours(hours), held, [line for one in every for line in one.lines])

    async def as_csv(self, lines: Sequence[PlannedEntry]) -> str:
        """A rehearsal's lines as Harvest's own import takes them.

        What is imported so carries no mark of ours: who imports it must not backfill the same hours as well.
        """
        async with self.tenant.reading() as tx:
            tasks = await tx.directory.task_names({one.task_id for one in lines})
            people = await tx.directory.user_names({one.user_id for one in lines})
        return time_csv.write(
            time_csv.TimeLine(
                day=one.day,
                client=one.project.client_name,
                project=one.project.name,
                task=tasks.get(one.task_id, ""),
                notes=one.note,
                hours=one.hours,
                person=people.get(one.user_id, ""),
            )
            for one in sorted(lines, key=lambda one: one.day)
        )

    async def _tasks(self, until: datetime | None) -> list[str]:
        async with self.tenant.reading() as tx:
            projects = await covered(tx)
            mapped = await tx.mappings.of([one.project.gid for one in projects])
        found: dict[str, None] = {}
        for project in projects:
            if project.project.gid not in mapped:
                continue
            async for batch in self.sweep.walk(self.asana.client, project.project.gid):
                fitting = [one for one in batch if until is None or one.created_at < until]
                found |= {one.gid: None for one in fitting if has_hours(one, project.hours_gid) or one.actual_minutes}
        return list(found)

    async def _one(self, gid: str, since: datetime, until: datetime | None, *, is_dry_run: bool) -> Booked:
        async with self.tenant.reading() as tx:
            first, last = _span(await tx.asana_work.task(gid), since, until)
        try:
            if is_dry_run:
                return await self.tasks.dry_run(gid, first, last)
        except (Gone, Rejected):
            return Booked()
        async with self.tenant.transaction() as tx:
            await tx.asana_work.touch([gid], self.tenant.now())
            await tx.asana_work.change(gid, since=first, until=last)
        return await self.tasks.handle(gid) or Booked()


def _span(known: KnownTask | None, since: datetime, until: datetime | None) -> tuple[datetime, datetime | None]:
    """With what was backfilled before, since what is booked must go on counting."""
    if known is None or known.since is None:
        return since, until
    return min(since, known.since), max(until, known.until) if until and known.until else None
