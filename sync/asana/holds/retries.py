"""Looks again at what waits once its cause may be gone; nobody has to press anything."""

from dataclasses import dataclass
from datetime import timedelta

from store.database import Transaction
from store.engine.cursors import Cursor
from store.time_entries.records import TimeEntry
from sync.asana.task.hold_causes import is_free
from sync.asana.task.sync import TaskSync
from sync.budget.locks import Locks
from sync.budget.status import locked_words
from sync.engine.tenant import Tenant
from sync.news import enqueue
from sync.news.time_entries import EntryHeld
from sync.ports.engine import Job, Jobs
from sync.rules.asana.hold_policy import CHANGED_IN_HARVEST
from sync.rules.time_entries import transitions

_AT_ONCE = timedelta(0)
_REJECTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class AsanaRetries:
    tenant: Tenant
    jobs: Jobs
    tasks: TaskSync
    locks: Locks

    async def run(self) -> int:
        """Tasks that are to be looked at again: freed ones, and those whose entries Harvest holds otherwise."""
        async with self.tenant.reading() as tx:
            free = {hold.task_gid for hold in await tx.asana_holds.open() if await is_free(tx, hold)}
            mismatched = await tx.asana_work.mismatched(CHANGED_IN_HARVEST)
        await self.tasks.mark_due(free | mismatched, _AT_ONCE)
        return len(free | mismatched) + await self._rejected()

    async def _rejected(self) -> int:
        """What Harvest refused is sent again once an hour; if it is refused again, nobody is told twice."""
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            last = await tx.cursors.get(Cursor.ASANA_REJECTED)
            if last is not None and now.isoformat() < last:
                return 0
            await tx.cursors.move(Cursor.ASANA_REJECTED, (now + _REJECTED_EVERY).isoformat())
            entries = [entry for entry in await tx.time_entries.rejected_of_asana() if await self._sent(tx, entry)]
        for entry in entries:
            self.jobs.wake(Job.ENTRY, entry.key)
        return len(entries)

    async def _sent(self, tx: Transaction, entry: TimeEntry) -> bool:
        """False: its budget was locked meanwhile, so that it waits for that now (section 5.4)."""
        user_id, day = entry.harvest_user_id, entry.spent_date
        closed = await self.locks.closed_in(tx, entry.project_id, entry.task_id, user_id, day)
        if closed is not None:
            await tx.time_entries.apply(entry.key, transitions.lock(locked_words(closed)))
            await enqueue(tx, f"locked:{entry.key}", EntryHeld(entry.key), self.tenant.now())
            return False
        await tx.time_entries.apply(entry.key, transitions.release(told_at=None))
        return True
