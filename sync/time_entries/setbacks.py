"""What becomes of an entry that Harvest did not take: it waits, is held for a person, or falls back to what stands."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from store.time_entries.records import EntryState, HeldFor, TimeEntry
from sync.engine.tenant import Tenant
from sync.errors import Busy, Gone, NotAsAsked, OutsideError, Refused, Rejected, Unauthorised, UnknownOutcome
from sync.harvest.access import HarvestAccess, SignInNeeded
from sync.news import enqueue
from sync.news.engine import EntryStuck
from sync.news.time_entries import EntryHeld
from sync.ports.engine import Job, Jobs
from sync.rules.time_entries import transitions
from sync.rules.time_entries.retry_pace import Pace
from sync.time_entries import harvest_drafts as drafts
from sync.time_entries.menders import Menders
from sync.time_entries.progress import HarvestPace, Progress

log = structlog.get_logger()

_GIVE_UP = 4
"""Times an entry may come back from Harvest other than asked before a person is asked."""


@dataclass(frozen=True)
class Setbacks:
    tenant: Tenant
    access: HarvestAccess
    progress: Progress
    jobs: Jobs
    pace: Pace
    harvest: HarvestPace
    menders: Menders

    async def meet(self, entry: TimeEntry, error: OutsideError | Refused) -> None:
        log.warning("entry waits", entry=entry.key, state=entry.state.value, why=str(error))
        match error:
            case SignInNeeded():
                await self._hold(entry, HeldFor.SIGN_IN, str(error))
            case drafts.NoSlot():
                await self._hold(entry, HeldFor.NO_SLOT, error.message)
            case Unauthorised():
                await self._unauthorised(entry)
            case Rejected() | Gone():
                await self._rejected(entry, error)
            case Busy():
                pause = timedelta(seconds=error.retry_after)
                self.harvest.until = max(self.harvest.until, self.tenant.now() + pause)
                # No wake-up for each: when Harvest is free again, the next tick takes them in order.
                await self.progress.postpone(entry, pause, wakes=False)
            case UnknownOutcome():
                await self._unsure(entry, was_answered=error.was_answered)
            case NotAsAsked():
                await self._not_as_asked(entry, error)
            case _:
                await self.progress.postpone(entry, self.pace.pause(entry.attempts))

    async def _unsure(self, entry: TimeEntry, *, was_answered: bool) -> None:
        """A create is looked for; stop, change and delete are said again."""
        if entry.harvest_id is not None:
            await self.progress.postpone(entry, self.pace.pause(entry.attempts))
            return
        now = self.tenant.now()
        settles_at = self.pace.settles(entry.sent_at or now, now, was_answered=was_answered)
        await self.progress.apply(entry, transitions.unsure(settles_at, now + self.pace.look))
        self.jobs.wake(Job.ENTRY, entry.key, at=now + self.pace.look)

    async def put_aside(self, entry: TimeEntry, error: Exception) -> None:
        """Whatever it was: it is tried again now and then, and the coordinator hears of it once."""
        await self.progress.postpone(entry, self.pace.most)
        stuck = EntryStuck(entry.key, entry.slack_id, type(error).__name__)
        async with self.tenant.transaction() as tx:
            await enqueue(tx, f"stuck:{entry.key}:{entry.revision}", stuck, self.tenant.now())

    async def _rejected(self, entry: TimeEntry, error: OutsideError) -> None:
        """Harvest said no. A log is held with its reason; a change falls back to what Harvest still has."""
        if entry.state is EntryState.INTENDED:
            kind = HeldFor.SIGN_IN if drafts.wants_own_sign_in(error) else HeldFor.REJECTED
            await self._hold(entry, kind, error.message)
        elif entry.harvest_id is None:
            await self.progress.postpone(entry, self.pace.pause(entry.attempts))
        elif isinstance(error, Gone):
            await self.progress.finish(
                entry, lambda now_is: transitions.undone(now_is, "It was deleted in Harvest meanwhile.")
            )
        else:
            await self.progress.finish(entry, lambda now_is: transitions.fall_back(now_is, error.message))

    async def _hold(self, entry: TimeEntry, kind: HeldFor, reason: str) -> None:
        """A timer that was never started holds no hours: it is refused, and nothing has to be kept."""
        if entry.state is not EntryState.INTENDED:
            await self.progress.apply(entry, transitions.say_why(entry, reason))
            await self.progress.postpone(entry, self.pace.most)
            return
        async with self.tenant.transaction() as tx:
            held = await tx.time_entries.apply(entry.key, transitions.hold(entry, kind, reason))
            # Nobody waits for what was typed in Asana, so that it is held is always told.
            if held is not None and (entry.told_at is not None or entry.asana_task_gid):
                news = EntryHeld(entry.key)
                await enqueue(tx, f"{held.state}:{entry.key}:{entry.revision}", news, self.tenant.now())
            if held is not None and held.state is EntryState.HELD and kind is HeldFor.REJECTED:
                await self.menders.tell(tx, held, self.tenant.now())
        if held is None:
            # Something else was asked for meanwhile.
            await self.progress.postpone(entry, timedelta(0))

    async def _unauthorised(self, entry: TimeEntry) -> None:
        """A person's own token: they connect again. The account's: everything waits until it is mended."""
        async with self.tenant.reading() as tx:
            connection = await tx.connections.get(entry.slack_id)
        if connection is None:
            await self.progress.postpone(entry, self.pace.most)
            return
        await self.access.sign_in_lost(entry.slack_id)
        await self._hold(entry, HeldFor.SIGN_IN, "Harvest no longer takes your sign-in. Press Connect Harvest.")

    async def _not_as_asked(self, entry: TimeEntry, error: NotAsAsked) -> None:
        """Harvest did something else in silence: take it back, learn the account's mode anew, try again."""
        if entry.state is not EntryState.INTENDED or entry.attempts >= _GIVE_UP:
            await self._rejected(entry, Rejected("Harvest", error.message, 200))
            return
        try:
            writer = await self.access.writer(entry.slack_id, entry.harvest_user_id)
            await writer.harvest.delete_entry(error.entry_id)
            await self.access.refresh_account()
        except OutsideError:
            await self.progress.postpone(entry, self.pace.look)
            return
        await self.progress.apply(entry, transitions.surely_not_sent())
        await self.progress.postpone(entry, timedelta(0))
