"""Start, stop, switch, cancel, resume: Harvest's own timer, so it shows there at once and outlives our restarts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from store.harvest.records import HarvestEntry
from store.people.records import Person
from store.time_entries.records import EntryEdit, EntryState, TimeEntry, Timer, TimerStop
from store.units import Hours
from sync.budget.status import Locked
from sync.engine.tenant import Tenant
from sync.errors import NotAsAsked, OutsideError, Refused, Rejected
from sync.harvest.access import HarvestAccess
from sync.people.people import local
from sync.rules.time_entries import transitions
from sync.time_entries.adoption import adopt
from sync.time_entries.entries import TimeEntries, new_entry
from sync.time_entries.harvest_drafts import known_id
from sync.time_entries.outbox import Outbox
from sync.time_entries.targets import Target


class NothingRuns(Refused):
    """No timer of yours is running. `/timer start CODE` starts one, `/timer resume` goes on with the last."""


class SeveralRun(Refused):
    """Several of your timers run in Harvest; choose which to stop."""

    def __init__(self, running: Sequence[TimeEntry]) -> None:
        super().__init__()
        self.running = running


@dataclass(frozen=True, slots=True)
class TimerStart:
    """A timer that was asked for, and those that were stopped for it."""

    entry: TimeEntry
    stopped: Sequence[TimeEntry]


@dataclass(frozen=True)
class Timers:
    tenant: Tenant
    access: HarvestAccess
    outbox: Outbox
    entries: TimeEntries

    async def start(self, person: Person, booking: Target, note: str, key: str, back: timedelta) -> TimerStart:
        """Start a timer, `back` ago; whatever ran before is stopped first. One timer for each `key`."""
        if await self._known(key) is not None:
            return TimerStart(await self.outbox.push(key), [])
        begun = self.tenant.now() - back
        here, now_here = local(begun, person), local(self.tenant.now(), person)
        if here.date() != now_here.date():
            raise Refused("A timer cannot be backdated past midnight. Log the hours of that day with `/log` instead.")
        stopped = await self._make_way(person, booking, here.date())
        account = await self.access.account()
        by_times = account.uses_timestamps and back
        entry = replace(
            new_entry(person, booking, key, self.tenant.now()),
            spent_date=here.date(),
            hours=None if account.uses_timestamps else Hours(round(back.total_seconds() / 36)) or None,
            started=here.time().replace(second=0, microsecond=0, tzinfo=None) if by_times else None,
            note=booking.note(note),
            is_timer=True,
        )
        async with self.tenant.transaction() as tx:
            await tx.timers.save(Timer(key, begun, 0))
        return TimerStart(await self.entries.start(entry), stopped)

    async def only_running(self, person: Person) -> TimeEntry:
        """The one timer that runs; raises NothingRuns, or SeveralRun with the choice."""
        running = await self.running(person)
        if not running:
            raise NothingRuns
        if len(running) > 1:
            raise SeveralRun(running)
        return running[0]

    async def stop_entry(self, person: Person, entry: TimeEntry, note: str | None) -> TimeEntry:
        """Stop this timer and append `note` (ruling 9).

        Stopping always works: if Harvest is away the stop is kept, with the hours as they are now.
        """
        now = self.tenant.now()
        full = "\n".join(part for part in (entry.note, note) if part) if note else None
        wanted = TimerStop(now, Hours(round(await self.seconds(entry) / 36)), full)
        async with self.tenant.transaction() as tx:
            await self.entries.owned(tx, person.slack_id, entry.key)
            await tx.time_entries.apply(entry.key, transitions.stop(entry, wanted))
        return await self.outbox.push(entry.key)

    async def running(self, person: Person) -> Sequence[TimeEntry]:
        """The person's running timers, as Harvest has them; as we know them if Harvest cannot be asked."""
        user_id = person.harvest_user_id or 0
        try:
            writer = await self.access.writer(person.slack_id, user_id)
            found = await writer.harvest.entries(user_id=user_id, is_running=True)
        except OutsideError:
            async with self.tenant.reading() as tx:
                return await tx.time_entries.in_state(person.slack_id, [EntryState.RUNNING])
        return await self._adopted(person, [one for one in found if one.user_id == user_id and one.is_running])

    async def cancel(self, person: Person) -> TimeEntry:
        """Drop the running timer. One that was resumed gets its earlier hours back (ruling 9)."""
        entry = await self.only_running(person)
        async with self.tenant.reading() as tx:
            timer = await tx.timers.get(entry.key)
        if timer is None or not timer.seconds_before:
            return await self.entries.undo(person.slack_id, entry.key)
        stopped = await self.stop_entry(person, entry, None)
        if stopped.state is not EntryState.LOGGED:
            return stopped
        before = Hours(round(timer.seconds_before / 36))
        return await self.entries.edit(person.slack_id, entry.key, stopped.revision, EntryEdit(hours=before))

    async def resumable(self, person: Person) -> TimeEntry:
        """The last timer of this person; raises Refused if there is none."""
        async with self.tenant.reading() as tx:
            last = await tx.time_entries.latest(person.slack_id, is_timer=True)
        if last is None:
            raise Refused("You have not used a timer here yet. `/timer start CODE what you do` starts one.")
        return last

    async def resume(self, person: Person, last: TimeEntry, booking: Target, key: str) -> TimerStart:
        """Go on with the last timer: today's entry itself where Harvest can, else a new one just like it."""
        account = await self.access.account()
        today = local(self.tenant.now(), person).date()
        if account.uses_timestamps or last.spent_date != today or last.state is not EntryState.LOGGED:
            return await self.start(person, booking, last.note, key, timedelta(0))
        if await self._closed(person, booking, today):
            return await self.start(person, booking, last.note, key, timedelta(0))
        stopped = await self._make_way(person, booking, today)
        return TimerStart(await self._restart(person, last), stopped)

    async def begin(self, person: Person, key: str) -> TimerStart:
        """Start a timer that was held while its project was locked; raises Locked if it still is."""
        today = local(self.tenant.now(), person).date()
        entry = await self.entries.get(person.slack_id, key)
        if not entry.is_timer or entry.state is not EntryState.HELD:
            return TimerStart(entry, [])
        closed = await self.entries.locks.closed_for(entry.project_id, entry.task_id, entry.harvest_user_id, today)
        if closed is not None:
            raise Locked(closed)
        stopped = [await self.stop_entry(person, running, None) for running in await self.running(person)]
        async with self.tenant.transaction() as tx:
            await tx.timers.save(Timer(key, self.tenant.now(), 0))
            await tx.time_entries.apply(key, transitions.begin(today, self.tenant.now()))
        return TimerStart(await self.entries.retry(person.slack_id, key), stopped)

    async def since(self, entry: TimeEntry) -> datetime:
        """When the running stretch began."""
        async with self.tenant.reading() as tx:
            timer = await tx.timers.get(entry.key)
        return timer.started_at if timer else entry.created_at

    async def seconds(self, entry: TimeEntry) -> int:
        """How long the timer has run in all, to now."""
        async with self.tenant.reading() as tx:
            timer = await tx.timers.get(entry.key)
        begun, before = (timer.started_at, timer.seconds_before) if timer else (entry.created_at, 0)
        return before + int((self.tenant.now() - begun).total_seconds())

    async def _make_way(self, person: Person, booking: Target, day: date) -> list[TimeEntry]:
        """Stop what runs, unless the new timer cannot start anyway because its project is locked (ruling 8)."""
        if await self._closed(person, booking, day):
            return []
        return [await self.stop_entry(person, running, None) for running in await self.running(person)]

    async def _closed(self, person: Person, booking: Target, day: date) -> bool:
        user_id = person.harvest_user_id or 0
        return await self.entries.locks.closed_for(booking.project.id, booking.task.id, user_id, day) is not None

    async def _restart(self, person: Person, last: TimeEntry) -> TimeEntry:
        """Restart is not safe to repeat, so Harvest is asked first whether it runs already."""
        writer = await self.access.writer(person.slack_id, last.harvest_user_id)
        found = await writer.harvest.entry(known_id(last))
        if not found.is_running:
            async with self.tenant.transaction() as tx:
                await tx.timers.save(Timer(last.key, self.tenant.now(), found.hours * 36))
            try:
                found = await writer.harvest.restart_entry(found.id)
            except (Rejected, NotAsAsked) as error:
                raise Refused(
                    f"Harvest does not restart that timer: {error.message} `/timer start` begins anew."
                ) from None
        async with self.tenant.transaction() as tx:
            return await adopt(tx, person.slack_id, found, self.tenant.clock)

    async def _adopted(self, person: Person, found: Sequence[HarvestEntry]) -> Sequence[TimeEntry]:
        adopted = []
        async with self.tenant.transaction() as tx:
            for one in found:
                entry = await adopt(tx, person.slack_id, one, self.tenant.clock)
                adopted.append(entry)
                if await tx.timers.get(entry.key) is None:
                    before = one.hours * 36
                    begun = one.timer_started_at or self.tenant.now() - timedelta(seconds=before)
                    running = (self.tenant.now() - begun).total_seconds()
                    await tx.timers.save(Timer(entry.key, begun, max(0, round(before - running))))
        return [entry for entry in adopted if entry.state is EntryState.RUNNING]

    async def _known(self, key: str) -> TimeEntry | None:
        async with self.tenant.reading() as tx:
            return await tx.time_entries.get(key)
