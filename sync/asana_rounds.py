"""What is done about Asana once a minute, once a day, and at once when somebody asks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.database import Store
from sync.asana_events import AsanaEvents
from sync.asana_outage import AsanaOutage
from sync.asana_projects import AsanaProjects
from sync.asana_retries import AsanaRetries
from sync.asana_sweep import AsanaSweep
from sync.asana_tasks import AsanaTasks
from sync.asana_webhooks import AsanaWebhooks
from sync.errors import OutsideError, Rejected
from sync.ports import Clock

_DAILY = timedelta(days=1)
_HOURLY = timedelta(hours=1)
_TEN_MINUTES = timedelta(minutes=10)


@dataclass(frozen=True)
class AsanaRounds:
    store: Store
    workspace_id: str
    clock: Clock
    tasks: AsanaTasks
    projects: AsanaProjects
    webhooks: AsanaWebhooks
    events: AsanaEvents
    sweep: AsanaSweep
    retries: AsanaRetries
    outage: AsanaOutage

    async def run(self, *, is_whole: bool = False) -> str:
        """One round, as a line. `is_whole`: everything now, whenever it was done last."""
        if self.tasks.asana is None:
            return "Asana is not connected: ASANA_ACCESS_TOKEN is not set"
        try:
            return await self._run(is_whole=is_whole)
        except OutsideError as error:
            await self.outage.failed(error)
            raise

    async def _run(self, *, is_whole: bool) -> str:
        said: list[str] = []

        async def crawl() -> int:
            said.append(str(await self.projects.crawl()))
            return 0

        async def watch() -> int:
            said.append(f"{await self.webhooks.watch()} webhooks made")
            return 0

        await self._now_and_then("asana-crawl", _DAILY, crawl, is_whole=is_whole)
        await self._now_and_then("asana-hooks", _HOURLY, watch, is_whole=is_whole)
        await self.projects.look_at_harvest()
        heard = await self.events.poll() + await self.sweep.unswept()
        heard += await self._now_and_then("asana-sweep", _DAILY, self.sweep.run, is_whole=is_whole)
        heard += await self._now_and_then("asana-time", _TEN_MINUTES, self._time_entries, is_whole=is_whole)
        freed = await self.retries.run()
        looked = await self.tasks.run_due()
        await self.outage.answered()
        return "; ".join([*said, f"heard of {heard} tasks, {freed} freed, looked at {looked}"])

    async def _time_entries(self) -> int:
        """402: the plan has no time tracking, so there is nothing to read."""
        try:
            return await self.sweep.time_entries()
        except Rejected:
            return 0

    async def _now_and_then(
        self, name: str, every: timedelta, work: Callable[[], Awaitable[int]], *, is_whole: bool
    ) -> int:
        """Unless it was done so lately; what fails is tried again with the next round."""
        now = self.clock.now()
        async with self.store.reading(self.workspace_id) as tx:
            last = await tx.mirror.cursor(name)
        if not is_whole and last is not None and now - datetime.fromisoformat(last) < every:
            return 0
        found = await work()
        async with self.store.transaction(self.workspace_id) as tx:
            await tx.mirror.move_cursor(name, now.isoformat())
        return found
