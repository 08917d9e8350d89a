"""One step of an entry towards Harvest: create, stop, change or delete, each of which may be repeated.

A create is looked for by its key before it is sent again; stop, change and delete say the same however often they are
said.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.harvest.records import HarvestEntry
from store.time_entries.records import EntryState, TimeEntry, TimerStop
from sync.engine.tenant import Tenant
from sync.errors import Busy, Gone, NotAsAsked, Rejected, Unauthorised, Unavailable
from sync.harvest.access import HarvestAccess, SignInNeeded, Writer
from sync.ports.harvest import EntryChange
from sync.rules.time_entries import rights, transitions
from sync.rules.time_entries.retry_pace import NextStep, Pace, after_a_look
from sync.time_entries import harvest_drafts as drafts
from sync.time_entries.progress import Progress, is_other

_LATE = timedelta(seconds=10)
"""A stop that reaches Harvest later than this after it was asked has its hours corrected."""


class MovedOnMeanwhile(Exception):
    """The person asked for something else between the lease and the sending."""


@dataclass(frozen=True)
class Sending:
    tenant: Tenant
    access: HarvestAccess
    progress: Progress
    pace: Pace

    async def step(self, entry: TimeEntry) -> bool:
        """Whether there may be more to do at once; raises OutsideError or SignInNeeded where it comes to a stop."""
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
        await self.progress.finish(entry, lambda now_is: transitions.never_sent(now_is, started, ended))
        return True

    async def _create(self, entry: TimeEntry, writer: Writer) -> bool:
        if entry.sent_at is None:
            entry, found = await self._send(entry, writer)
        elif (looked := await self._look(entry, writer)) is None:
            return await self._not_found(entry, entry.sent_at)
        else:
            found = looked
        if entry.state is EntryState.INTENDED and entry.is_to_run and not found.is_running:
            found = await self._run_on(entry, found, writer)
        return await self._arrived(entry, found)

    async def _not_found(self, entry: TimeEntry, sent_at: datetime) -> bool:
        """What was sent is not in Harvest: once that is settled, it may be sent again, or dropped."""
        now = self.tenant.now()
        # A release that did not note it may have sent it.
        settles_at = entry.settles_at or sent_at + self.pace.settle
        if after_a_look(settles_at, now) is NextStep.LOOK_LATER:
            await self.progress.postpone(entry, self.pace.next_look(sent_at, now, settles_at))
            return False
        await self.progress.apply(entry, transitions.surely_not_sent())
        return True

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
            if await self.progress.apply(entry, transitions.sent(entry, now, now + self.pace.settle)) is None:
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
        sent = await self.progress.apply(entry, transitions.sent(entry, now, now + self.pace.settle))
        if sent is None:
            raise MovedOnMeanwhile(entry.key)
        carried = drafts.carried(begun, now) if begun else None
        draft = drafts.draft(entry, account, writer.user_id, last_end, carried)
        try:
            return sent, await writer.harvest.create_entry(draft)
        except (Busy, Unavailable, Rejected, Unauthorised, Gone, SignInNeeded):
            # Surely not created: the next attempt need not look first.
            await self.progress.apply(entry, transitions.surely_not_sent())
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
        await self._look_again(entry, writer)
        change = drafts.change(entry, await self.access.account())
        return await self._arrived(entry, await writer.harvest.update_entry(drafts.known_id(entry), change))

    async def _undo(self, entry: TimeEntry, writer: Writer) -> bool:
        await self._look_again(entry, writer)
        await writer.harvest.delete_entry(drafts.known_id(entry))
        return await self.progress.finish(entry, transitions.undone, gone=drafts.known_id(entry))

    async def _look_again(self, entry: TimeEntry, writer: Writer) -> None:
        """Just before it is changed: it may be approved by now (ruling 21), or other than its person was shown."""
        if entry.attempts == 0 and entry.asana_task_gid is not None:
            return
        found = await writer.harvest.entry(drafts.known_id(entry))
        why = rights.hindrance(found, rights.Standing(None, is_assigned=True))
        async with self.tenant.transaction() as tx:
            before = await tx.mirror.get(found.id)
            await tx.mirror.save([found], self.tenant.now())
        if why is None and before is not None and entry.asana_task_gid is None and is_other(found, before, entry):
            why = "It was changed in Harvest meanwhile. Look at it and press again."
        if why is not None:
            raise Rejected("Harvest", why, 422)

    async def _arrived(self, entry: TimeEntry, found: HarvestEntry) -> bool:
        """The mirror learns of it at once, and so do budgets; the import would bring it a minute later."""
        return await self.progress.finish(entry, lambda now_is: transitions.arrived(now_is, found), found=found)
