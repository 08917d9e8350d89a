"""The embedded engine: wake-ups and ticks in this process. A lost wake-up is found by the next tick."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from prometheus_client import Counter

from sync.ports.engine import Clock, Job

log = structlog.get_logger()

Run = Callable[[str], Awaitable[object]]

_INSTANCES = 100

RUNS = Counter("gleaner_job_runs_total", "Jobs that were run, by name and outcome.", ["job", "outcome"])


@dataclass(frozen=True)
class EmbeddedJobs:
    """`Jobs` on APScheduler. A wake-up's id is its row's key, so waking a row twice runs it once."""

    clock: Clock
    runs: dict[Job, Run] = field(default_factory=dict)
    _busy: dict[tuple[Job, str], bool] = field(default_factory=dict)
    """What is being run; true: it was woken again meanwhile."""
    _running: set[asyncio.Task[object] | None] = field(default_factory=set)
    _scheduler: AsyncIOScheduler = field(
        default_factory=lambda: AsyncIOScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None})
    )

    def wake(self, job: Job, key: str, at: datetime | None = None, lane: str | None = None) -> None:
        """Order within a lane is kept by the flows' own leases; one process needs no more."""
        del lane
        if not self._scheduler.running:
            return
        pause = max(timedelta(0), at - self.clock.now()) if at else timedelta(0)
        # Measured from now on the machine's clock: the demo's clock may stand elsewhere.
        run_date = datetime.now(self._scheduler.timezone) + pause  # noqa: TID251 - APScheduler waits in real time
        self._scheduler.add_job(
            self.run,
            "date",
            run_date=run_date,
            args=[job, key],
            id=f"{job}:{key}",
            replace_existing=True,
            # A second one only notes that it came; see `run`.
            max_instances=_INSTANCES,
        )

    def every(self, job: Job, interval: timedelta) -> None:
        """Run a job at that interval, and once right after the start."""
        first = datetime.now(self._scheduler.timezone)  # noqa: TID251 - APScheduler waits in real time
        self._scheduler.add_job(
            self.run,
            "interval",
            seconds=interval.total_seconds(),
            args=[job, ""],
            id=job,
            coalesce=True,
            max_instances=1,
            next_run_time=first,
        )

    async def run(self, job: Job, key: str) -> None:
        """Run it now, or once more right after the run that is at it: what woke it may have come too late for that."""
        if (job, key) in self._busy:
            self._busy[job, key] = True
            return
        self._busy[job, key] = True
        try:
            while self._busy[job, key]:
                self._busy[job, key] = False
                await self._run_once(job, key)
        finally:
            del self._busy[job, key]

    async def _run_once(self, job: Job, key: str) -> None:
        """The job runner: a fault is logged and counted, and the row it was about stays due."""
        task = asyncio.current_task()
        self._running.add(task)
        try:
            await self.runs[job](key)
        except Exception:
            RUNS.labels(job, "failed").inc()
            log.exception("job failed", job=job, key=key)
        else:
            RUNS.labels(job, "done").inc()
        finally:
            self._running.discard(task)

    def start(self) -> None:
        self._scheduler.start()

    def pause(self) -> None:
        """Nothing new begins."""
        if self._scheduler.running:
            self._scheduler.pause()

    async def drain(self) -> None:
        """Wait for what has begun."""
        while others := self._running - {asyncio.current_task()}:
            await asyncio.wait([task for task in others if task is not None])

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


class NoJobs:
    """For a command that runs one job and ends: whatever is due later is found by the service."""

    def wake(self, job: Job, key: str, at: datetime | None = None, lane: str | None = None) -> None:
        del job, key, at, lane
