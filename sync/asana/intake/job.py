"""What is done about Asana once a minute, once a day, and at once when somebody asks."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from store.engine.cursors import Cursor
from sync.asana.holds.retries import AsanaRetries
from sync.asana.intake.event_stream import EventStreams
from sync.asana.intake.sweep import TaskSweep
from sync.asana.intake.time_tracking import TimeTracking
from sync.asana.intake.unread_time import UnreadTime
from sync.asana.intake.webhooks import AsanaWebhooks
from sync.asana.mapping.project_sync import ProjectSync
from sync.asana.mapping.project_watch import ProjectWatch
from sync.asana.task.outage import AsanaOutage
from sync.asana.task.sync import TaskSync
from sync.engine.tenant import Tenant
from sync.errors import OutsideError
from sync.ports.asana import AsanaConnection

log = structlog.get_logger()

_DAILY = timedelta(days=1)
_HOURLY = timedelta(hours=1)
_TEN_MINUTES = timedelta(minutes=10)
_FEW_MINUTES = timedelta(minutes=3)


class _Step(NamedTuple):
    """`words`: what is said of what `work` gives.

    `every`: None for every round; otherwise `name` is the cursor of when it was done last.
    """

    name: str
    words: str
    work: Callable[[], Awaitable[object]]
    every: timedelta | None = None


@dataclass(frozen=True)
class AsanaJob:
    tenant: Tenant
    tasks: TaskSync
    asana: AsanaConnection
    projects: ProjectSync
    watch: ProjectWatch
    webhooks: AsanaWebhooks
    events: EventStreams
    sweep: TaskSweep
    time: TimeTracking
    unread: UnreadTime
    retries: AsanaRetries
    outage: AsanaOutage

    async def run(self, *, is_whole: bool = False) -> str:
        """One round, as a line. `is_whole`: everything now, whenever it was done last."""
        if not self.asana.is_connected:
            return "Asana is not connected: ASANA_ACCESS_TOKEN is not set"
        said: list[str] = []
        faults = [fault for step in self._steps() if (fault := await self._fault(step, said, is_whole=is_whole))]
        if faults:
            raise faults[0]
        return "; ".join(said)

    def _steps(self) -> Sequence[_Step]:
        """What a round does, in order."""
        return [
            _Step(Cursor.ASANA_CRAWL_STEP, "{}", self.projects.sync_all, _DAILY),
            _Step(Cursor.ASANA_WATCH_STEP, "{} projects changed", self.watch.run, _FEW_MINUTES),
            _Step(Cursor.ASANA_HOOKS_STEP, "{} webhooks made", self.webhooks.watch, _HOURLY),
            _Step("asana-harvest", "", self.projects.refresh_harvest),
            _Step("asana-events", "heard of {} tasks", self.events.poll),
            _Step("asana-unswept", "found {} in new projects", self.sweep.unswept),
            _Step(Cursor.ASANA_SWEEP_STEP, "found {} by reading all", self.sweep.run, _DAILY),
            _Step(Cursor.ASANA_TIME_STEP, "found {} by their time entries", self.time.run, _TEN_MINUTES),
            _Step(Cursor.ASANA_UNREAD_STEP, "{} with time that is not read", self.unread.run, _TEN_MINUTES),
            _Step("asana-retries", "{} freed", self.retries.run),
            _Step("asana-tasks", "looked at {}", self.tasks.run_due),
        ]

    async def _fault(self, step: _Step, said: list[str], *, is_whole: bool) -> OutsideError | None:
        """What came between: it keeps no other step from being done. `said` gains what was done."""
        try:
            if is_whole or await self._is_due(step):
                said += [words] if (words := await self._done(step)) else []
        except OutsideError as error:
            log.warning("a step of asana's round failed", step=step.name, why=str(error))
            await self.outage.failed(error, step.name)
            return error
        await self.outage.answered(step.name)
        return None

    async def _is_due(self, step: _Step) -> bool:
        """Unless it was done lately; what fails is tried again with the next round."""
        if step.every is None:
            return True
        async with self.tenant.reading() as tx:
            last = await tx.cursors.get(step.name)
        return last is None or self.tenant.now() - datetime.fromisoformat(last) >= step.every

    async def _done(self, step: _Step) -> str:
        began = self.tenant.now()
        words = step.words.format(await step.work())
        if step.every is not None:
            async with self.tenant.transaction() as tx:
                await tx.cursors.move(step.name, began.isoformat())
        return words
