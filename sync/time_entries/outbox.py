"""Moves open entries to where Harvest confirms them: the one place that writes time into Harvest.

Every step may be repeated: a create is looked for by its key before it is sent again, and stop, change and delete say
the same however often they are said. Whoever finds an open row (the flow that made it, a wake-up, the sweep) pushes it.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from store.database import Transaction
from store.harvest.records import HarvestEntry
from store.time_entries.records import EntryEdit, EntryState, HeldFor, TimeEntry, Transition
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
from sync.news.time_entries import EntryArrived, EntryHeld
from sync.ports.engine import Job, Jobs
from sync.rules.time_entries import rights, transitions
from sync.rules.time_entries.retry_pace import NextStep, Pace, after_a_look
from sync.time_entries import harvest_drafts as drafts
from sync.time_entries.menders import Menders

log = structlog.get_logger()

_AT_ONCE = 8
"""Entries that are pushed side by side; Harvest's limiter decides how fast they go out."""
_GIVE_UP = 4
"""Times an entry may come back from Harvest other than asked before a person is asked."""
_LATE = timedelta(seconds=60)
"""A stop that reaches Harvest later than this after it was asked has its hours corrected."""


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class _MovedOn(Exception):
    """The person took the entry back between the lease and the sending."""


@dataclass
class _Busy:
    """Until when Harvest's limit leaves no room."""

    until: datetime = _LONG_AGO


@dataclass(frozen=True)
class Outbox:
    tenant: Tenant
    access: HarvestAccess
    jobs: Jobs
    pace: Pace
    menders: Menders
    _busy: _Busy = field(default_factory=_Busy)

    async def push(self, key: str) -> TimeEntry:
        """Move the entry on as far as Harvest lets it now; the answer is where it stands then."""
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            entry = await tx.time_entries.lease(key, now, now + self.pace.lease)
        return await self.push_leased(entry) if entry else await self._tell_later(key)

    async def push_leased(self, entry: TimeEntry) -> TimeEntry:
        """The same for an entry whose lease the caller holds."""
        try:
            if self.is_busy:
                raise Busy("Harvest", (self._busy.until - self.tenant.now()).total_seconds())
            await self._step(entry)
        except _MovedOn:
            log.info("entry was taken back before it was sent", entry=entry.key)
        except (OutsideError, SignInNeeded) as error:
            await self._after(entry, error)
        return await self._tell_later(entry.key)

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
            await asyncio.gather(*(self.push(key) for key in due[start : start + _AT_ONCE]))
        return len(due)

    async def _step(self, entry: TimeEntry) -> None:
        writer = await self.access.writer(entry.slack_id, entry.harvest_user_id)
        match entry.state:
            case EntryState.INTENDED:
                await self._create(entry, writer)
            case EntryState.STOPPING:
                await self._stop(entry, writer)
            case EntryState.EDITING:
                await self._edit(entry, writer)
            case EntryState.UNDOING:
                await self._undo(entry, writer)

    async def _create(self, entry: TimeEntry, writer: Writer) -> None:
        found = await self._look(entry, writer) if entry.sent_at else None
        if found is None:
            if after_a_look(entry.sent_at, self.tenant.now(), self.pace) is NextStep.LOOK_LATER:
                await self._postpone(entry, self.pace.look)
                return
            found = await self._send(entry, writer)
        if entry.is_timer and entry.hours and found.hours == entry.hours and not found.is_running:
            # A backdated timer on a duration account: hours first, then the clock runs on.
            found = await writer.harvest.restart_entry(found.id)
        await self._arrived(entry, found)

    async def _look(self, entry: TimeEntry, writer: Writer) -> HarvestEntry | None:
        found = await writer.harvest.entries(reference_id=drafts.reference(entry))
        mine = [one for one in found if drafts.key_in(one) == entry.key]
        ours = next((one for one in mine if one.user_id == entry.harvest_user_id), None)
        if ours and ours.is_running and not entry.is_timer:
            # A lost answer hid that the account's mode was not the one we thought.
            raise NotAsAsked("Harvest", "a finished entry came back as a running timer", ours.id)
        return ours

    async def _send(self, entry: TimeEntry, writer: Writer) -> HarvestEntry:
        account = await self.access.account()
        last_end = None
        if account.uses_timestamps and entry.hours and entry.started is None:
            last_end = await drafts.last_end(writer.harvest, entry)
        draft = drafts.draft(entry, account, writer.user_id, last_end)
        if not await self._apply(entry, transitions.sent(entry, self.tenant.now())):
            raise _MovedOn(entry.key)
        try:
            return await writer.harvest.create_entry(draft)
        except (Busy, Unavailable, Rejected, Unauthorised, Gone):
            # Surely not created: the next attempt need not look first.
            await self._apply(entry, transitions.surely_not_sent(entry))
            raise

    async def _stop(self, entry: TimeEntry, writer: Writer) -> None:
        harvest_id, wanted = drafts.known_id(entry), drafts.stop_of(entry)
        try:
            stopped = await writer.harvest.stop_entry(harvest_id)
        except Rejected:
            stopped = await writer.harvest.entry(harvest_id)
            if stopped.is_running:
                raise
        is_late = self.tenant.now() - wanted.at > _LATE
        change = drafts.after_stop(stopped, wanted, is_late=is_late)
        if change is not None:
            stopped = await writer.harvest.update_entry(harvest_id, change)
        await self._arrived(entry, stopped)

    async def _edit(self, entry: TimeEntry, writer: Writer) -> None:
        await self._look_again(entry, writer)
        account = await self.access.account()
        change = drafts.change(entry, account)
        changed = await writer.harvest.update_entry(drafts.known_id(entry), change)
        await self._arrived(entry, changed)

    async def _undo(self, entry: TimeEntry, writer: Writer) -> None:
        await self._look_again(entry, writer)
        await writer.harvest.delete_entry(drafts.known_id(entry))
        async with self.tenant.transaction() as tx:
            await tx.mirror.remove([drafts.known_id(entry)], self.tenant.now())
        await self._finish(entry, transitions.undone(entry))

    async def _look_again(self, entry: TimeEntry, writer: Writer) -> None:
        """Just before it is changed: it may be approved by now (ruling 21), or other than its person was shown."""
        if entry.attempts == 0 and entry.asana_task_gid is not None:
            return
        found = await writer.harvest.entry(drafts.known_id(entry))
        why = rights.hindrance(found, rights.Standing(None, is_assigned=True))
        async with self.tenant.transaction() as tx:
            before = await tx.mirror.get(found.id)
            await tx.mirror.save([found], self.tenant.now())
        if why is None and before is not None and entry.asana_task_gid is None and _is_other(found, before, entry):
            why = "It was changed in Harvest meanwhile. Look at it and press again."
        if why is not None:
            raise Rejected("Harvest", why, 422)

    async def _arrived(self, entry: TimeEntry, found: HarvestEntry) -> None:
        """The mirror learns of it at once, and so do budgets; the import would bring it a minute later."""
        async with self.tenant.transaction() as tx:
            await tx.mirror.save([found], self.tenant.now())
        await self._finish(entry, transitions.arrived(entry, found))

    async def _finish(self, entry: TimeEntry, transition: Transition) -> None:
        async with self.tenant.transaction() as tx:
            now_is = await tx.time_entries.apply(entry.key, transition)
            if now_is is not None and entry.told_at is not None:
                news = EntryArrived(entry.key)
                await enqueue(tx, f"{now_is.state}:{entry.key}:{entry.revision}", news, self.tenant.now())
        self.jobs.wake(Job.BUDGETS, "")
        log.info("entry moved", entry=entry.key, was=entry.state.value, state=transition.values["state"].value)

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
                await self._postpone(entry, self.pace.look)
            case NotAsAsked():
                await self._not_as_asked(entry, error)
            case _:
                await self._postpone(entry, self.pace.pause(entry.attempts))

    async def _rejected(self, entry: TimeEntry, error: OutsideError) -> None:
        """Harvest said no. A log is held with its reason; a change falls back to what Harvest still has."""
        if entry.state is EntryState.INTENDED:
            kind = HeldFor.SIGN_IN if drafts.wants_own_sign_in(error) else HeldFor.REJECTED
            await self._hold(entry, kind, error.message)
        elif isinstance(error, Gone):
            await self._finish(entry, transitions.undone(entry, "It was deleted in Harvest meanwhile."))
        else:
            await self._finish(entry, transitions.fall_back(entry, error.message))

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
            if held is not None and held.state is EntryState.HELD and kind is HeldFor.REJECTED:
                await self.menders.tell(tx, held, self.tenant.now())

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
        await self._apply(entry, transitions.surely_not_sent(entry))
        await self._postpone(entry, timedelta(0))

    async def _postpone(self, entry: TimeEntry, pause: timedelta, *, wakes: bool = True) -> None:
        due_at = self.tenant.now() + pause
        await self._apply(entry, transitions.postpone(entry, due_at))
        if wakes:
            self.jobs.wake(Job.ENTRY, entry.key, at=due_at)

    async def _apply(self, entry: TimeEntry, transition: Transition) -> bool:
        """False if the entry is no longer in the state we found it in."""
        async with self.tenant.transaction() as tx:
            return await tx.time_entries.apply(entry.key, transition) is not None

    async def _tell_later(self, key: str) -> TimeEntry:
        """Whoever asked learns now that the entry is kept, so its arrival must be told as well."""
        async with self.tenant.transaction() as tx:
            return await told_later(tx, key, self.tenant.now())


def _is_other(found: HarvestEntry, before: HarvestEntry, entry: TimeEntry) -> bool:
    """Whether somebody else changed it. Our own change may have been done already, its answer lost."""
    wanted = entry.wanted if isinstance(entry.wanted, EntryEdit) else EntryEdit()
    fields = (
        (found.project_id, before.project_id, wanted.project_id),
        (found.task_id, before.task_id, wanted.task_id),
        (found.spent_date, before.spent_date, wanted.spent_date),
        (found.notes, before.notes, wanted.note),
        (found.hours, before.hours, found.hours if found.is_running else wanted.hours),
    )
    return any(now_is not in {was, asked} for now_is, was, asked in fields)


async def told_later(tx: Transaction, key: str, now: datetime) -> TimeEntry:
    entry = await tx.time_entries.apply(key, transitions.told(now)) or await tx.time_entries.get(key)
    if entry is None:
        raise Refused("That entry is not kept here any more. `/log list` shows what is.")
    return entry
