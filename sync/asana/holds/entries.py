"""The entries that a decision about hours from Asana makes or changes; where the budget is used up they wait."""

from dataclasses import dataclass
from datetime import date

from store.asana.records.state import Allocation, AllocationKind, Hold, KnownTask, Part
from store.database import Transaction
from store.harvest.records import HarvestEntry
from store.time_entries.records import EntryEdit, EntryState, TimeEntry
from store.units import Hours
from sync.asana.task.context import TaskContext
from sync.asana.task.users import MatchedUser
from sync.budget.locks import Locks
from sync.budget.status import Locked, locked_words
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.news import enqueue
from sync.news.time_entries import EntryHeld
from sync.rules.asana.tracked_time import not_billable
from sync.rules.time_entries import transitions


@dataclass(frozen=True)
class HoldEntries:
    tenant: Tenant
    locks: Locks

    async def entry(
        self,
        tx: Transaction,
        known: KnownTask,
        context: TaskContext,
        hold: Hold,
        who: MatchedUser,
        part: Part,
        day: date,
    ) -> TimeEntry:
        """On the Harvest task that the Asana task's section, options and billing say, as if somebody had typed it."""
        is_billable = context.billed().is_billable and part.source not in not_billable(context.seen.entries)
        task_id = context.task_id(is_billable=is_billable)
        if context.harvest is None or task_id not in context.tasks or who.harvest_user_id is None:
            raise Refused(
                "Harvest has no place for these hours yet. Link the task's project, and set a Harvest task for such "
                "work (`/gleaner map`); then press that again."
            )
        entry = TimeEntry(
            key=self._key(hold, part.source),
            slack_id=who.slack_id,
            harvest_user_id=who.harvest_user_id,
            project_id=context.harvest.id,
            task_id=task_id,
            spent_date=day,
            hours=part.hours,
            note=context.seen.task.name,
            created_at=self.tenant.now(),
            asana_task_gid=known.gid,
            asana_project_gid=context.project_gid,
            asana_url=context.seen.task.url or f"https://app.asana.com/0/{context.project_gid}/{known.gid}",
        )
        return await self._add(tx, entry)

    async def restore_hours(self, tx: Transaction, known: KnownTask, entry: TimeEntry) -> TimeEntry | None:
        """Harvest shall hold what is booked for the entry; None if it does, or if the entry moved on.

        Raises Locked where that adds hours to a budget that is used up (ruling 8).
        """
        theirs, booked = await _theirs(tx, entry), await _booked(tx, known, entry)
        if theirs is None or booked <= 0 or booked == theirs.hours:
            return None
        user_id, day = theirs.user_id, theirs.spent_date
        closed = await self.locks.closed_in(tx, theirs.project_id, theirs.task_id, user_id, day)
        if closed is not None and booked > theirs.hours:
            raise Locked(closed)
        return await tx.time_entries.apply(entry.key, transitions.edit(entry, EntryEdit(hours=booked)))

    async def accepted(self, tx: Transaction, known: KnownTask, entry: TimeEntry) -> Hours:
        """What brings the bookings of an entry to what Harvest holds now, whatever it held when somebody was asked."""
        theirs = await _theirs(tx, entry)
        return Hours((theirs.hours if theirs else 0) - await _booked(tx, known, entry))

    async def recreate(self, tx: Transaction, hold: Hold, known: KnownTask, entry: TimeEntry) -> TimeEntry | None:
        """What is booked for an entry that is gone goes into another; None if it is there, or nothing is booked."""
        booked = await _booked(tx, known, entry)
        if booked <= 0 or await _theirs(tx, entry) is not None:
            return None
        again = TimeEntry(
            key=self._key(hold, "restored"),
            slack_id=entry.slack_id,
            harvest_user_id=entry.harvest_user_id,
            project_id=entry.project_id,
            task_id=entry.task_id,
            spent_date=entry.spent_date,
            hours=booked,
            note=entry.note,
            created_at=self.tenant.now(),
            asana_task_gid=entry.asana_task_gid,
            asana_project_gid=entry.asana_project_gid,
            asana_url=entry.asana_url,
        )
        again = await self._add(tx, again)
        user, day = hold.user_gid or "", entry.spent_date
        moved = [(entry.key, Hours(-booked)), (again.key, booked)]
        kind, source = AllocationKind.CORRECTION, f"restored:{hold.key}"
        rows = [Allocation(known.gid, source, kind, user, day, hours, key) for key, hours in moved]
        await tx.asana_work.book(known, rows)
        return again

    async def _add(self, tx: Transaction, entry: TimeEntry) -> TimeEntry:
        """Held where the budget is used up, as what is typed in Asana is (section 5.4)."""
        user_id, day = entry.harvest_user_id, entry.spent_date
        closed = await self.locks.closed_in(tx, entry.project_id, entry.task_id, user_id, day)
        if closed is not None:
            entry = transitions.held(entry, locked_words(closed))
            await enqueue(tx, f"locked:{entry.key}", EntryHeld(entry.key), self.tenant.now())
        await tx.time_entries.add(entry)
        return entry

    def _key(self, hold: Hold, what: str) -> str:
        return self.tenant.uuid("decided", hold.key, hold.revision, what)


async def _booked(tx: Transaction, known: KnownTask, entry: TimeEntry) -> Hours:
    """What the entry should hold."""
    bookings = await tx.asana_work.bookings(known.gid)
    return Hours(sum(one.hours for one in bookings if one.entry_key == entry.key))


async def _theirs(tx: Transaction, entry: TimeEntry) -> HarvestEntry | None:
    """As Harvest holds it; None if it is deleted there, or undone here."""
    if entry.state is EntryState.UNDONE or not entry.harvest_id:
        return None
    return await tx.mirror.get(entry.harvest_id)
