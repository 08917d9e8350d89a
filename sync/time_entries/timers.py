"""Start, stop, switch, cancel, resume: Harvest's own timer, so it shows there at once and outlives our restarts."""

import asyncio
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
from sync.harvest.access import HarvestAccess, SignInNeeded
from sync.people.people import local
from sync.rules.time_entries import transitions
from sync.time_entries.adoption import adopt
from sync.time_entries.entries import TimeEntries, new_entry
from sync.time_entries.harvest_drafts import known_id
from sync.time_entries.outbox import Outbox
from sync.time_entries.starting import refuse_start
from sync.time_entries.targets import Target

_RUNS = (EntryState.RUNNING, EntryState.INTENDED)
"""States of a timer that runs, as its person asked for it."""


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


@dataclass(frozen=True, slots=True)
class RunningTimers:
    """`is_current`: Harvest answered just now; if not, they are those known here, and Harvest's as of `as_of`."""

    rows: Sequence[TimeEntry]
    is_current: bool
    as_of: datetime | None


@dataclass(frozen=True)
class Timers:
    tenant: Tenant
    access: HarvestAccess
    outbox: Outbox
    entries: TimeEntries

    async def start(
        self, person: Person, booking: Target, note: str, key: str, back: timedelta, at: datetime | None = None
    ) -> TimerStart:
        """Start a timer, `back` before `at`; whatever ran before is stopped first. One timer for each `key`.

        `at`: when it was asked for; None: now.
        """
        if await self._known(key) is not None:
            return TimerStart(await self.outbox.push(key), [])
        at = at or self.tenant.now()
        begun = at - back
        here, now_here = local(begun, person), local(at, person)
        if here.date() != now_here.date():
            raise Refused("A timer cannot be backdated past midnight. Log the hours of that day with `/log` instead.")
        stopped = await self._make_way(person, booking, here.date(), at)
        account = await self.access.account()
        entry = replace(
            new_entry(person, booking, key, self.tenant.now()),
            spent_date=here.date(),
            started=here.time().replace(second=0, microsecond=0, tzinfo=None) if account.uses_timestamps else None,
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

    async def stop_entry(
        self, person: Person, entry: TimeEntry, note: str | None, at: datetime | None = None
    ) -> TimeEntry:
        """Stop this timer and append `note` (ruling 9).

        Stopping always works: if Harvest is away the stop is kept, with the hours as of `at` (None: now), whether the
        start has reached Harvest or not.
        """
        at = at or self.tenant.now()
        hours = Hours(round(await self.seconds(entry, at) / 36))
        async with self.tenant.transaction() as tx:
            as_it_is = await self.entries.owned(tx, person.slack_id, entry.key)
            full = "\n".join(part for part in (as_it_is.note, note) if part) if note else None
            wanted = TimerStop(at, hours, full, is_exact=as_it_is.harvest_id is None)
            if as_it_is.state in _RUNS:
                await tx.time_entries.apply(entry.key, transitions.stop(as_it_is, wanted))
        return await self.outbox.push(entry.key)

    async def running(self, person: Person) -> Sequence[TimeEntry]:
        return (await self.look(person)).rows

    async def look(self, person: Person) -> RunningTimers:
        """The person's running timers, as Harvest has them; as we know them if Harvest cannot be asked."""
        found = await self._in_harvest(person)
        async with self.tenant.reading() as tx:
            known = [one for one in await tx.time_entries.in_state(person.slack_id, _RUNS) if one.is_to_run]
            account = await tx.accounts.get()
        as_of = account.imported_at if account else None
        if found is None:
            return RunningTimers(known, is_current=False, as_of=as_of)
        adopted = await self._adopted(person, found)
        keys = {entry.key for entry in adopted}
        coming = [one for one in known if one.state is EntryState.INTENDED and one.key not in keys]
        return RunningTimers([*adopted, *coming], is_current=True, as_of=as_of)

    async def _in_harvest(self, person: Person) -> Sequence[HarvestEntry] | None:
        """What runs there for this person; None if Harvest does not say, or not soon."""
        user_id = person.harvest_user_id or 0
        try:
            async with asyncio.timeout(self.outbox.patience):
                writer = await self.access.writer(person.slack_id, user_id)
                found = await writer.harvest.entries(user_id=user_id, is_running=True)
        except (OutsideError, SignInNeeded):
            return None
        except TimeoutError:
            self.outbox.hangs()
            return None
        return [one for one in found if one.user_id == user_id and one.is_running]

    async def cancel(self, person: Person) -> TimeEntry:
        """Drop the running timer. One that was resumed gets its earlier hours back (ruling 9)."""
        entry = await self.only_running(person)
        async with self.tenant.reading() as tx:
            timer = await tx.timers.get(entry.key)
        if timer is None or not timer.seconds_before:
            return await self.entries.undo(person.slack_id, entry.key)
        before = EntryEdit(hours=Hours(round(timer.seconds_before / 36)))
        stopped = await self.stop_entry(person, entry, None)
        return await self.entries.edit(person.slack_id, entry.key, stopped.revision, before)

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
        stopped = await self._make_way(person, booking, today, self.tenant.now())
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

    async def seconds(self, entry: TimeEntry, at: datetime | None = None) -> int:
        """How long the timer has run in all, to `at` (None: now)."""
        async with self.tenant.reading() as tx:
            timer = await tx.timers.get(entry.key)
        begun, before = (timer.started_at, timer.seconds_before) if timer else (entry.created_at, 0)
        return before + max(0, int(((at or self.tenant.now()) - begun).total_seconds()))

    async def _make_way(self, person: Person, booking: Target, day: date, at: datetime) -> list[TimeEntry]:
        """Stop what runs, unless the new timer cannot start anyway because its project is locked (ruling 8).

        Raises Refused, before anything is stopped, for what the mirror knows that Harvest would refuse.
        """
        async with self.tenant.reading() as tx:
            await refuse_start(tx, person, booking, day)
        if await self._closed(person, booking, day):
            return []
        return [await self.stop_entry(person, running, None, at) for running in await self.running(person)]

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
