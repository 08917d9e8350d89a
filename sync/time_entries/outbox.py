"""Moves open entries to where Harvest confirms them: the one place that writes time into Harvest.

Whoever finds an open row (the flow that made it, a wake-up, the sweep) pushes it, step by step.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from store.time_entries.records import OPEN_STATES, TimeEntry
from sync.engine.tenant import Tenant
from sync.errors import Busy, OutsideError
from sync.harvest.access import HarvestAccess, SignInNeeded
from sync.ports.engine import Jobs
from sync.rules.time_entries.retry_pace import Pace
from sync.time_entries.menders import Menders
from sync.time_entries.progress import SLOW, HarvestPace, Progress
from sync.time_entries.sending import MovedOnMeanwhile, Sending
from sync.time_entries.setbacks import Setbacks

log = structlog.get_logger()

_AT_ONCE = 8
"""Entries that are pushed side by side; Harvest's limiter decides how fast they go out."""


@dataclass(frozen=True)
class Outbox:
    tenant: Tenant
    pace: Pace
    harvest: HarvestPace
    progress: Progress
    sending: Sending
    setbacks: Setbacks
    _going: set[asyncio.Task[TimeEntry]] = field(default_factory=set)

    async def push(self, key: str) -> TimeEntry:
        """Move the entry on as far as Harvest lets it now; the answer is where it stands then."""
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            entry = await tx.time_entries.lease(key, now, now + self.pace.lease)
        return await self.push_leased(entry) if entry else await self.progress.tell_later(key)

    async def push_leased(self, entry: TimeEntry) -> TimeEntry:
        """The same for an entry whose lease the caller holds.

        Whoever asked waits for Harvest no longer than `patience`; then it is kept, and goes on behind their back.
        """
        going = asyncio.create_task(self._move(entry))
        self._going.add(going)
        going.add_done_callback(self._going.discard)
        done, _ = await asyncio.wait([going], timeout=self.patience)
        if done:
            return going.result()
        self.hangs()
        return await self.progress.tell_later(entry.key)

    @property
    def patience(self) -> float:
        """Seconds that somebody may be kept waiting for Harvest; hardly any when it has just been found to hang."""
        is_slow = self.tenant.now() < self.harvest.slow_until
        return (self.pace.patience / (8 if is_slow else 1)).total_seconds()

    def hangs(self) -> None:
        """Harvest was asked something and did not answer within `patience`."""
        self.harvest.slow_until = self.tenant.now() + SLOW

    async def drain(self) -> None:
        """Wait for what goes on behind somebody's back."""
        while self._going:
            await asyncio.wait(self._going)

    async def _move(self, entry: TimeEntry) -> TimeEntry:
        """Step by step, until it has arrived or has to wait."""
        is_going = True
        while is_going and entry.state in OPEN_STATES:
            try:
                is_going = await self._step(entry)
            except MovedOnMeanwhile:
                log.info("something else was asked for meanwhile", entry=entry.key)
            except (OutsideError, SignInNeeded) as error:
                await self.setbacks.meet(entry, error)
                is_going = False
            except Exception as error:
                # One row must not keep the others from going out.
                log.exception("entry is put aside", entry=entry.key, state=entry.state.value)
                await self.setbacks.put_aside(entry, error)
                is_going = False
            entry = await self.progress.fresh(entry.key)
        return await self.progress.tell_later(entry.key) if entry.state in OPEN_STATES else entry

    @property
    def is_busy(self) -> bool:
        """Harvest takes nothing more just now; what is due waits for the next tick."""
        return self.tenant.now() < self.harvest.until

    async def push_due(self, ahead: timedelta = timedelta(0)) -> int:
        """Push everything due by now (or up to `ahead` of it); the number of entries that were pushed."""
        async with self.tenant.reading() as tx:
            due = await tx.time_entries.due(self.tenant.now(), self.tenant.now() + ahead)
        for start in range(0, len(due), _AT_ONCE):
            if self.is_busy:
                return start
            await asyncio.gather(*(self._push_by_itself(key) for key in due[start : start + _AT_ONCE]))
        return len(due)

    async def _push_by_itself(self, key: str) -> None:
        now = self.tenant.now()
        try:
            async with self.tenant.transaction() as tx:
                entry = await tx.time_entries.lease(key, now, now + self.pace.lease)
            if entry is not None:
                await self._move(entry)
        except Exception:
            # Its lease runs out, and it is taken up again.
            log.exception("entry could not be looked after", entry=key)

    async def _step(self, entry: TimeEntry) -> bool:
        if self.is_busy:
            raise Busy("Harvest", (self.harvest.until - self.tenant.now()).total_seconds())
        return await self.sending.step(entry)


def build_outbox(tenant: Tenant, access: HarvestAccess, jobs: Jobs, pace: Pace, menders: Menders) -> Outbox:
    harvest, progress = HarvestPace(), Progress(tenant, jobs)
    sending = Sending(tenant, access, progress, pace)
    return Outbox(
        tenant, pace, harvest, progress, sending, Setbacks(tenant, access, progress, jobs, pace, harvest, menders)
    )
