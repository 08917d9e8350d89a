"""The one way in which hours of an Asana task reach Harvest, whoever heard of it: webhook, poll, sweep or Retry.

Whoever hears of a task marks it due, in a row; here it is asked for anew, and booked. A hint may be lost, repeated or
late, and two processes may hear of one task at once: the outcome is the same.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from store.asana.records.state import KnownTask
from store.units import Hours
from sync.asana.task.due import mark_due
from sync.asana.task.holds import TaskHolds
from sync.asana.task.lost_access import LostAccess
from sync.asana.task.outage import AsanaOutage
from sync.asana.task.plan_writer import Booked, Overtaken, PlanWriter
from sync.asana.task.reader import TaskReader
from sync.asana.task.timer_offers import TimerOffers
from sync.engine.tenant import Tenant
from sync.errors import Gone, OutsideError, Rejected
from sync.news import enqueue
from sync.news.asana import TaskTrashed
from sync.ports.asana import AsanaConnection
from sync.ports.engine import Job, Jobs

log = structlog.get_logger()

_AT_ONCE = 8
_LEASE = timedelta(minutes=2)
_SOONEST = timedelta(seconds=1)
"""What is due by then is looked at in the next run, once this one has ended."""
_PAUSE, _MOST = timedelta(seconds=15), timedelta(minutes=15)


@dataclass(frozen=True)
class TaskSync:
    tenant: Tenant
    asana: AsanaConnection
    jobs: Jobs
    reading: TaskReader
    booking: PlanWriter
    offers: TimerOffers
    outage: AsanaOutage
    access: LostAccess

    async def mark_due(
        self, gids: Iterable[str], after: timedelta | None = None, project_gid: str | None = None
    ) -> None:
        """Mark tasks to be looked at, and wake whoever looks; see `due.mark_due`."""
        if not (wanted := set(gids)):
            return
        async with self.tenant.transaction() as tx:
            due_at = await mark_due(tx, wanted, self.tenant.now(), after=after, project_gid=project_gid)
        self.jobs.wake(Job.ASANA_TASKS, "", at=due_at)

    async def run_due(self) -> int:
        """Look at every task that is due, each once, and wake when the next one is; how many there were."""
        if not self.asana.is_connected:
            return 0
        done = set[str]()
        while True:
            async with self.tenant.reading() as tx:
                due = [gid for gid in await tx.asana_work.due(self.tenant.now()) if gid not in done]
            for start in range(0, len(due), _AT_ONCE):
                await asyncio.gather(*(self._if_due(gid) for gid in due[start : start + _AT_ONCE]))
            done.update(due)
            if not due:
                await self._wake_for_next()
                return len(done)

    async def _wake_for_next(self) -> None:
        """Hints that came while this ran found no sleeper to wake, and what failed is due again by itself."""
        async with self.tenant.reading() as tx:
            due_at = await tx.asana_work.next_due(self.tenant.now())
        if due_at is not None:
            self.jobs.wake(Job.ASANA_TASKS, "", at=max(due_at, self.tenant.now() + _SOONEST))

    async def handle(self, task_gid: str) -> Booked | None:
        """Look at one task now and book what is not booked yet; None if that was not possible: it stays due."""
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            known = await tx.asana_work.lease(task_gid, now, now + _LEASE)
        if known is None:
            await self.mark_due([task_gid])
            return None
        return await self._look(known)

    async def _if_due(self, task_gid: str) -> None:
        """Unless another run has looked since, or is at it: what it was asked then it answers."""
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            known = await tx.asana_work.lease(task_gid, now, now + _LEASE, is_due=True)
        if known is not None:
            await self._look(known)

    async def _look(self, known: KnownTask) -> Booked | None:
        try:
            return await self._handle(known)
        except Gone:
            await self._gone(known)
        except Rejected as error:
            # Access was lost, which proves nothing: what is booked stays, and the nightly sweep asks again.
            await self.access.task_lost(known, error)
            await self._postpone(known, None)
        except Overtaken:
            await self._later(known, _SOONEST)
        except OutsideError as error:
            await self.outage.failed(error)
            await self._later(known)
        except Exception:
            # One task that cannot be booked must not keep the others waiting.
            log.exception("asana task failed", task=known.gid)
            await self._later(known)
        return None

    async def dry_run(self, task_gid: str, since: datetime, until: datetime | None = None) -> Booked:
        """What a backfill of that span would do with the task; nothing is written."""
        async with self.tenant.reading() as tx:
            found = await tx.asana_work.task(task_gid)
        known = replace(found or unknown_task(task_gid), since=since, until=until)
        seen = await self.reading.read(self.asana.client, known)
        return await self.booking.book(known, seen, is_dry_run=True)

    async def _handle(self, known: KnownTask) -> Booked:
        seen = await self.reading.read(self.asana.client, known)
        await self.outage.answered()
        booked = await self.booking.book(known, seen)
        await self.offers.consider(known, seen)
        if seen.task.parent_gid is not None and booked.hours:
            await self._look_above(seen.task.parent_gid)
        for key in booked.wakes:
            self.jobs.wake(Job.ENTRY, key)
        if booked.hours or booked.held:
            log.info("asana task booked", task=known.gid, hours=booked.hours, held=booked.held)
        return booked

    async def _look_above(self, gid: str) -> None:
        """Whether a parent's own hours count depends on its subtasks."""
        async with self.tenant.reading() as tx:
            parent = await tx.asana_work.task(gid)
        if parent is not None and parent.value:
            await self.mark_due([gid])

    async def _gone(self, known: KnownTask) -> None:
        """One answer proves nothing: Asana may be wrong for a moment, so it is asked once more."""
        try:
            await self.asana.client.task(known.gid)
        except Gone:
            await self._trashed(known, is_told=await self.access.is_project_gone(self.asana.client, known))
        except OutsideError:
            await self._later(known)
        else:
            await self._later(known, _SOONEST)

    async def _trashed(self, known: KnownTask, *, is_told: bool) -> None:
        """Its entries stay, a person decides about them; what waited is logged only if the task is restored.

        `is_told`: with its whole project.
        """
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            if not await tx.asana_work.take(known, {"is_trashed": True, "due_at": None}):
                await tx.asana_work.postpone(known, now)
                return
            bookings = await tx.asana_work.bookings(known.gid)
            hours = Hours(sum(one.hours for one in bookings))
            waiting = await TaskHolds(self.tenant).close(tx, known, now)
            if not is_told and (waiting or (hours and not known.is_trashed)):
                key = f"trashed:{known.gid}:{known.revision}"
                await enqueue(tx, key, TaskTrashed(known.gid, known.name, known.url, hours, waiting), now)

    async def _later(self, known: KnownTask, pause: timedelta = _PAUSE) -> None:
        """Look again after `pause`, and later each time that it comes to nothing."""
        async with self.tenant.reading() as tx:
            attempts = await tx.asana_work.attempts(known.gid)
        await self._postpone(known, self.tenant.now() + min(_MOST, pause * (1 << min(attempts, 10))))

    async def _postpone(self, known: KnownTask, due_at: datetime | None) -> None:
        async with self.tenant.transaction() as tx:
            await tx.asana_work.postpone(known, due_at)


def unknown_task(gid: str) -> KnownTask:
    """A task that was never heard of."""
    return KnownTask(
        gid=gid,
        project_gid=None,
        name="",
        url=None,
        completed_at=None,
        value=None,
        modified_at=None,
        is_trashed=False,
        is_free=False,
        assignee_gid=None,
        since=None,
        chosen_project=None,
        asked=0,
        revision=0,
    )
