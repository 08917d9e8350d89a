"""The row of an entry on its way, between two steps: others may have changed it, and each step is noted and told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from store.database import Transaction
from store.harvest.records import HarvestEntry
from store.time_entries.records import OPEN_STATES, EntryEdit, TimeEntry, TimerStop, Transition
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.news import enqueue
from sync.news.time_entries import EntryArrived
from sync.ports.engine import Job, Jobs
from sync.rules.time_entries import transitions

log = structlog.get_logger()

SLOW = timedelta(seconds=30)
"""So long Harvest is taken to hang after it has kept somebody waiting."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class HarvestPace:
    """Until when Harvest's limit leaves no room, and until when it is taken to hang."""

    until: datetime = _LONG_AGO
    slow_until: datetime = _LONG_AGO


@dataclass(frozen=True)
class Progress:
    tenant: Tenant
    jobs: Jobs

    async def finish(
        self,
        entry: TimeEntry,
        became: Callable[[TimeEntry], Transition],
        *,
        found: HarvestEntry | None = None,
        gone: int | None = None,
    ) -> bool:
        """Note what a step came to, here and in the mirror, and tell it if it was to be told.

        Whether there is more to do: something else was asked for while Harvest was at it.
        """
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            if found is not None:
                await tx.mirror.save([found], now)
            if gone is not None:
                await tx.mirror.remove([gone], now)
            before, now_is = await _changed(tx, entry, became)
            if before.told_at is not None and now_is.state not in OPEN_STATES:
                await enqueue(tx, f"{now_is.state}:{entry.key}:{entry.revision}", EntryArrived(entry.key), now)
        self.jobs.wake(Job.BUDGETS, "")
        log.info("entry moved", entry=entry.key, was=entry.state.value, state=now_is.state.value)
        return now_is.state in OPEN_STATES

    async def postpone(self, entry: TimeEntry, pause: timedelta, *, wakes: bool = True) -> None:
        due_at = self.tenant.now() + pause
        await self.apply(entry, transitions.postpone(entry, due_at))
        if wakes:
            self.jobs.wake(Job.ENTRY, entry.key, at=due_at)

    async def apply(self, entry: TimeEntry, transition: Transition) -> TimeEntry | None:
        """None if the entry is no longer in the state we found it in."""
        async with self.tenant.transaction() as tx:
            return await tx.time_entries.apply(entry.key, transition)

    async def fresh(self, key: str) -> TimeEntry:
        async with self.tenant.reading() as tx:
            return _found(await tx.time_entries.get(key))

    async def tell_later(self, key: str) -> TimeEntry:
        """Whoever asked learns now that the entry is kept, so its arrival must be told as well."""
        async with self.tenant.transaction() as tx:
            now_is = await tx.time_entries.apply(key, transitions.told(self.tenant.now()))
            return _found(now_is or await tx.time_entries.get(key))


def _found(entry: TimeEntry | None) -> TimeEntry:
    if entry is None:
        raise Refused("I can't find that entry any more. `/log list` shows what is.")
    return entry


async def _changed(
    tx: Transaction, entry: TimeEntry, became: Callable[[TimeEntry], Transition]
) -> tuple[TimeEntry, TimeEntry]:
    """The entry before and after; the same if Harvest did something else than is wanted by now."""
    while True:
        before = _found(await tx.time_entries.get(entry.key))
        is_out_of_date = entry.harvest_id is not None and before.revision != entry.revision
        if is_out_of_date or before.state not in OPEN_STATES:
            return before, before
        transition = replace(became(before), revision=before.revision)
        if (after := await tx.time_entries.apply(entry.key, transition)) is not None:
            return before, after


def is_other(found: HarvestEntry, before: HarvestEntry, entry: TimeEntry) -> bool:
    """Whether somebody else changed it in Harvest. Our own change may have been done already, its answer lost."""
    stop = entry.wanted if isinstance(entry.wanted, TimerStop) else None
    change = entry.wanted.then if isinstance(entry.wanted, TimerStop) else entry.wanted
    change = change or EntryEdit()
    # A stopped timer has the hours that Harvest counted.
    hours = found.hours if found.is_running or stop else change.hours
    fields = (
        (found.project_id, before.project_id, {change.project_id}),
        (found.task_id, before.task_id, {change.task_id}),
        (found.spent_date, before.spent_date, {change.spent_date}),
        (found.notes, before.notes, {change.note, stop.note if stop else None}),
        (found.hours, before.hours, {hours}),
    )
    return any(now_is not in {was, *ours} for now_is, was, ours in fields)
