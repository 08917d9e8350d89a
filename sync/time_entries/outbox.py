"""Moves open entries to where Harvest confirms them: the one place that writes time into Harvest.

Every step may be repeated: a create is looked for by its key before it is sent again, and stop, change and delete say
the same however often they are said. Whoever finds an open row (the flow that made it, a wake-up, the sweep) pushes it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from store.harvest.records import HarvestEntry
from store.time_entries.records import OPEN_STATES, EntryState, HeldFor, TimeEntry, TimerStop, Transition
from sync.engine.tenant import Tenant
from sync.errors import (
    Busy,
    Gone,
    NotAsAsked,
    OutsideError,
    Refused,
    Rejected,
    Unauthorised,
    Unavailable,
    UnknownOutcome,
)
from sync.harvest.access import HarvestAccess, SignInNeeded, Writer
from sync.news import enqueue
from sync.news.engine import EntryStuck
from sync.news.time_entries import EntryArrived, EntryHeld
from sync.ports.engine import Job, Jobs
from sync.ports.harvest import EntryChange
from sync.rules.time_entries import transitions
from sync.rules.time_entries.retry_pace import NextStep, Pace, after_a_look
from sync.time_entries import harvest_drafts as drafts
from sync.time_entries.standing import SLOW, HarvestPace, changed, found_entry, told_later

log = structlog.get_logger()

_AT_ONCE = 8
"""Entries that are pushed side by side; Harvest's limiter decides how fast they go out."""
_GIVE_UP = 4
"""Times an entry may come back from Harvest other than asked before a person is asked."""
_LATE = timedelta(seconds=10)
"""A stop that reaches Harvest later than this after it was asked has its hours corrected."""


class _MovedOn(Exception):
    """The person took the entry back between the lease and the sending."""


@dataclass(frozen=True)
class Outbox:
    tenant: Tenant
    access: HarvestAccess
    jobs: Jobs
    pace: Pace
    _busy: HarvestPace = field(default_factory=HarvestPace)
    _going: set[asyncio.Task[TimeEntry]] = field(default_factory=set)

    async def push(self, key: str) -> TimeEntry:
        """Move the entry on as far as Harvest lets it now; the answer is where it stands then."""
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            entry = await tx.time_entries.lease(key, now, now + self.pace.lease)
        return await self.push_leased(entry) if entry else await self._tell_later(key)

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
        return await self._tell_later(entry.key)

    @property
    def patience(self) -> float:
        """Seconds that somebody may be kept waiting for Harvest; hardly any when it has just been found to hang."""
        is_slow = self.tenant.now() < self._busy.slow_until
        return (self.pace.patience / (8 if is_slow else 1)).total_seconds()

    def hangs(self) -> None:
        """Harvest was asked something and did not answer within `patience`."""
        self._busy.slow_until = self.tenant.now() + SLOW

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
            except _MovedOn:
                log.info("something else was asked for meanwhile", entry=entry.key)
            except (OutsideError, SignInNeeded) as error:
                await self._after(entry, error)
                is_going = False
            except Exception as error:
                # One row must not keep the others from going out.
                log.exception("entry is put aside", entry=entry.key, state=entry.state.value)
                await self._put_aside(entry, error)
                is_going = False
            entry = await self._fresh(entry.key)
        return await self._tell_later(entry.key) if entry.state in OPEN_STATES else entry

    @property
    def is_busy(self) -> bool:
        """Harvest takes nothing more just now; what is due waits for the next tick."""
        return self.tenant.now() < self._busy.until

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
        """Whether there may be more to do at once."""
        if self.is_busy:
            raise Busy("Harvest", (self._busy.until - self.tenant.now()).total_seconds())
        if entry.harvest_id is None and entry.state is not EntryState.INTENDED and not entry.may_be_out:
            return await self._never_sent(entry)
        writer = await self.access.writer(entry.slack_id, entry.harvest_user_id)
        if entry.harvest_id is None:
            return await self._create(entry, writer)
        match entry.state:
            case EntryState.STOPPING:
                return await self._stop(entry, writer)
            case EntryState.EDITING:
                return await self._edit(entry, writer)
            case _:
                return await self._undo(entry, writer)

    async def _never_sent(self, entry: TimeEntry) -> bool:
        """What was pressed before anything was sent is what will be sent, if anything."""
        started = ended = None
        if isinstance(entry.wanted, TimerStop) and (await self.access.account()).uses_timestamps:
            started = entry.started
            ended = drafts.plus(started, entry.wanted.hours) if started else None
        await self._finish(entry, lambda now_is: transitions.never_sent(now_is, started, ended))
        return True

    async def _create(self, entry: TimeEntry, writer: Writer) -> bool:
        found = await self._look(entry, writer) if entry.sent_at else None
        if found is None and entry.sent_at and entry.settles_at is None:
            # Sent by a release that did not note it.
            entry = replace(entry, settles_at=entry.sent_at + self.pace.settle)
        if found is None:
            now = self.tenant.now()
            if entry.sent_at and entry.settles_at and after_a_look(entry.settles_at, now) is NextStep.LOOK_LATER:
                await self._postpone(entry, self.pace.next_look(entry.sent_at, now, entry.settles_at))
                return False
            if entry.state is not EntryState.INTENDED:
                await self._apply(entry, transitions.surely_not_sent())
                return True
            entry, found = await self._send(entry, writer)
        if entry.state is EntryState.INTENDED and entry.is_to_run and not found.is_running:
            found = await self._run_on(entry, found, writer)
        return await self._arrived(entry, found)

    async def _run_on(self, entry: TimeEntry, found: HarvestEntry, writer: Writer) -> HarvestEntry:
        """A timer that began before it was sent, on a duration account: its hours first, then the clock runs on.

        More hours than it was sent with: the clock did run on, and the person has stopped it in Harvest since.
        """
        begun, sent_at = await self._begun(entry), entry.sent_at or self.tenant.now()
        carried = drafts.carried(begun, sent_at)
        if not carried or found.hours > carried or found.started is not None:
            return found
        now = self.tenant.now()
        if (due := drafts.carried(begun, now)) and due > found.hours:
            if await self._apply(entry, transitions.sent(entry, now, now + self.pace.settle)) is None:
                return found
            await writer.harvest.update_entry(found.id, EntryChange(hours=due))
        return await writer.harvest.restart_entry(found.id)

    async def _begun(self, entry: TimeEntry) -> datetime:
        """Since when a timer runs, as it was asked for."""
        async with self.tenant.reading() as tx:
            timer = await tx.timers.get(entry.key)
        return timer.started_at if timer else entry.created_at

    async def _look(self, entry: TimeEntry, writer: Writer) -> HarvestEntry | None:
        found = await writer.harvest.entries(reference_id=drafts.reference(entry))
        mine = [one for one in found if drafts.key_in(one) == entry.key]
        ours = next((one for one in mine if one.user_id == entry.harvest_user_id), None)
        if ours and ours.is_running and not entry.is_timer:
            # A lost answer hid that the account's mode was not the one we thought.
            raise NotAsAsked("Harvest", "a finished entry came back as a running timer", ours.id)
        return ours

    async def _send(self, entry: TimeEntry, writer: Writer) -> tuple[TimeEntry, HarvestEntry]:
        """The entry as it was marked when it was sent, and what Harvest made of it."""
        account = await self.access.account()
        last_end = None
        if account.uses_timestamps and entry.hours and entry.started is None:
            last_end = await drafts.last_end(writer.harvest, entry)
        begun = await self._begun(entry) if entry.is_to_run else None
        now = self.tenant.now()
        sent = await self._apply(entry, transitions.sent(entry, now, now + self.pace.settle))
        if sent is None:
            raise _MovedOn(entry.key)
        carried = drafts.carried(begun, now) if begun else None
        draft = drafts.draft(entry, account, writer.user_id, last_end, carried)
        try:
            return sent, await writer.harvest.create_entry(draft)
        except (Busy, Unavailable, Rejected, Unauthorised, Gone, SignInNeeded):
            # Surely not created: the next attempt need not look first.
            await self._apply(entry, transitions.surely_not_sent())
            raise

    async def _stop(self, entry: TimeEntry, writer: Writer) -> bool:
        harvest_id, wanted = drafts.known_id(entry), drafts.stop_of(entry)
        try:
            stopped = await writer.harvest.stop_entry(harvest_id)
        except Rejected:
            stopped = await writer.harvest.entry(harvest_id)
            if stopped.is_running:
                raise
        is_late = wanted.is_exact or self.tenant.now() - wanted.at > _LATE
        change = drafts.after_stop(stopped, wanted, is_late=is_late)
        if change is not None:
            stopped = await writer.harvest.update_entry(harvest_id, change)
        return await self._arrived(entry, stopped)

    async def _edit(self, entry: TimeEntry, writer: Writer) -> bool:
        change = drafts.change(entry, await self.access.account())
        return await self._arrived(entry, await writer.harvest.update_entry(drafts.known_id(entry), change))

    async def _undo(self, entry: TimeEntry, writer: Writer) -> bool:
        await writer.harvest.delete_entry(drafts.known_id(entry))
        return await self._finish(entry, transitions.undone, gone=drafts.known_id(entry))

    async def _arrived(self, entry: TimeEntry, found: HarvestEntry) -> bool:
        """The mirror learns of it at once, and so do budgets; the import would bring it a minute later."""
        return await self._finish(entry, lambda now_is: transitions.arrived(now_is, found), found=found)

    async def _finish(
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
            before, now_is = await changed(tx, entry, became)
            if before.told_at is not None and now_is.state not in OPEN_STATES:
                await enqueue(tx, f"{now_is.state}:{entry.key}:{entry.revision}", EntryArrived(entry.key), now)
        self.jobs.wake(Job.BUDGETS, "")
        log.info("entry moved", entry=entry.key, was=entry.state.value, state=now_is.state.value)
        return now_is.state in OPEN_STATES

    async def _after(self, entry: TimeEntry, error: OutsideError | Refused) -> None:
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
                self._busy.until = max(self._busy.until, self.tenant.now() + pause)
                # No wake-up for each: when Harvest is free again, the next tick takes them in order.
                await self._postpone(entry, pause, wakes=False)
            case UnknownOutcome():
                await self._unsure(entry, was_answered=error.was_answered)
            case NotAsAsked():
                await self._not_as_asked(entry, error)
            case _:
                await self._postpone(entry, self.pace.pause(entry.attempts))

    async def _unsure(self, entry: TimeEntry, *, was_answered: bool) -> None:
        """A create is looked for; stop, change and delete are said again."""
        if entry.harvest_id is not None:
            await self._postpone(entry, self.pace.pause(entry.attempts))
            return
        now = self.tenant.now()
        settles_at = self.pace.settles(entry.sent_at or now, now, was_answered=was_answered)
        await self._apply(entry, transitions.unsure(settles_at, now + self.pace.look))
        self.jobs.wake(Job.ENTRY, entry.key, at=now + self.pace.look)

    async def _put_aside(self, entry: TimeEntry, error: Exception) -> None:
        """Whatever it was: it is tried again now and then, and the coordinator hears of it once."""
        await self._postpone(entry, self.pace.most)
        stuck = EntryStuck(entry.key, entry.slack_id, type(error).__name__)
        async with self.tenant.transaction() as tx:
            await enqueue(tx, f"stuck:{entry.key}:{entry.revision}", stuck, self.tenant.now())

    async def _rejected(self, entry: TimeEntry, error: OutsideError) -> None:
        """Harvest said no. A log is held with its reason; a change falls back to what Harvest still has."""
        if entry.state is EntryState.INTENDED:
            kind = HeldFor.SIGN_IN if drafts.wants_own_sign_in(error) else HeldFor.REJECTED
            await self._hold(entry, kind, error.message)
        elif entry.harvest_id is None:
            await self._postpone(entry, self.pace.pause(entry.attempts))
        elif isinstance(error, Gone):
            await self._finish(entry, lambda now_is: transitions.undone(now_is, "It was deleted in Harvest meanwhile."))
        else:
            await self._finish(entry, lambda now_is: transitions.fall_back(now_is, error.message))

    async def _hold(self, entry: TimeEntry, kind: HeldFor, reason: str) -> None:
        """A timer that was never started holds no hours: it is refused, and nothing has to be kept."""
        if entry.state is not EntryState.INTENDED:
            await self._apply(entry, transitions.say_why(entry, reason))
            await self._postpone(entry, self.pace.most)
            return
        async with self.tenant.transaction() as tx:
            held = await tx.time_entries.apply(entry.key, transitions.hold(entry, kind, reason))
            # Nobody waits for what was typed in Asana, so that it is held is always told.
            if held is not None and (entry.told_at is not None or entry.asana_task_gid):
                news = EntryHeld(entry.key)
                await enqueue(tx, f"{held.state}:{entry.key}:{entry.revision}", news, self.tenant.now())
        if held is None:
            # Something else was asked for meanwhile.
            await self._postpone(entry, timedelta(0))

    async def _unauthorised(self, entry: TimeEntry) -> None:
        """A person's own token: they connect again. The account's: everything waits until it is mended."""
        async with self.tenant.reading() as tx:
            connection = await tx.connections.get(entry.slack_id)
        if connection is None:
            await self._postpone(entry, self.pace.most)
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
            await self._postpone(entry, self.pace.look)
            return
        await self._apply(entry, transitions.surely_not_sent())
        await self._postpone(entry, timedelta(0))

    async def _postpone(self, entry: TimeEntry, pause: timedelta, *, wakes: bool = True) -> None:
        due_at = self.tenant.now() + pause
        await self._apply(entry, transitions.postpone(entry, due_at))
        if wakes:
            self.jobs.wake(Job.ENTRY, entry.key, at=due_at)

    async def _apply(self, entry: TimeEntry, transition: Transition) -> TimeEntry | None:
        """None if the entry is no longer in the state we found it in."""
        async with self.tenant.transaction() as tx:
            return await tx.time_entries.apply(entry.key, transition)

    async def _fresh(self, key: str) -> TimeEntry:
        async with self.tenant.reading() as tx:
            return found_entry(await tx.time_entries.get(key))

    async def _tell_later(self, key: str) -> TimeEntry:
        """Whoever asked learns now that the entry is kept, so its arrival must be told as well."""
        async with self.tenant.transaction() as tx:
            return await told_later(tx, key, self.tenant.now())
