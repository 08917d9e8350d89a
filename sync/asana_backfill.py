"""Hours typed before go-live, asked for by the operator: repeatable, and first only said (S1-43, S1-44)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from store.database import Store
from store.records import Hours
from sync.asana_coverage import covered
from sync.asana_projects import AsanaProjects
from sync.asana_reading import has_hours
from sync.asana_sweep import AsanaSweep
from sync.asana_tasks import AsanaTasks
from sync.errors import Gone, Rejected
from sync.ports import Clock

Progress = Callable[[int, int], None]
"""Called with how many tasks were looked at and how many there are."""


@dataclass(frozen=True, slots=True)
class Backfilled:
    """`hours`: to be logged, less what is to be taken back; `held`: things that wait for a decision."""

    tasks: int
    hours: Hours
    held: int

    def __str__(self) -> str:
        return f"{self.tasks} tasks, {self.hours / 100:.2f} h, {self.held} held"


@dataclass(frozen=True)
class AsanaBackfill:
    store: Store
    workspace_id: str
    clock: Clock
    tasks: AsanaTasks
    projects: AsanaProjects
    sweep: AsanaSweep

    async def run(
        self, since: datetime, until: datetime | None, *, is_rehearsal: bool, progress: Progress | None = None
    ) -> Backfilled:
        """Tasks made before `until`, with all hours since `since`. What was booked is never booked again."""
        await self.projects.crawl()
        gids = await self._tasks(until)
        hours = held = 0
        for number, gid in enumerate(gids, 1):
            booked = await self._one(gid, since, is_rehearsal=is_rehearsal)
            hours, held = hours + booked[0], held + booked[1]
            if progress is not None:
                progress(number, len(gids))
        return Backfilled(len(gids), Hours(hours), held)

    async def _tasks(self, until: datetime | None) -> list[str]:
        async with self.store.reading(self.workspace_id) as tx:
            projects = await covered(tx)
            mapped = await tx.mappings.of([one.project.gid for one in projects])
        found: dict[str, None] = {}
        for project in projects:
            if project.project.gid not in mapped:
                continue
            async for batch in self.sweep.walk(self.tasks.client, project.project.gid):
                fitting = [one for one in batch if until is None or one.created_at < until]
                found |= {one.gid: None for one in fitting if has_hours(one, project.hours_gid) or one.actual_minutes}
        return list(found)

    async def _one(self, gid: str, since: datetime, *, is_rehearsal: bool) -> tuple[int, int]:
        try:
            if is_rehearsal:
                booked = await self.tasks.rehearse(gid, since)
                return booked.hours, booked.held
        except (Gone, Rejected):
            return 0, 0
        async with self.store.transaction(self.workspace_id) as tx:
            await tx.asana_work.touch([gid], self.clock.now())
            known = await tx.asana_work.task(gid)
            earlier = min(since, known.since) if known and known.since else since
            await tx.asana_work.change(gid, since=earlier)
        done = await self.tasks.handle(gid)
        return (done.hours, done.held) if done else (0, 0)
