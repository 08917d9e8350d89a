"""Log, edit, undo, list: the one way in which a person's hours reach Harvest, whoever asks."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from typing import Any

from store.database import Transaction
from store.harvest.records import HarvestEntry
from store.people.records import Person
from store.time_entries.records import EntryEdit, EntryState, TimeEntry
from store.units import Hours
from sync.budget.budgets import Budgets, Impact
from sync.budget.locks import Locks
from sync.budget.status import BudgetStatus, Locked, locked_words
from sync.engine.tenant import Tenant
from sync.errors import OutsideError, Refused
from sync.harvest.access import HarvestAccess, SignInNeeded
from sync.people.people import local
from sync.rules.time_entries import transitions
from sync.time_entries.adoption import adopt
from sync.time_entries.outbox import Outbox
from sync.time_entries.targets import Target


class NotYours(Refused):
    """That entry is somebody else's. Only the person who logged it can change it; `/log list` shows yours."""


class MovedOn(Refused):
    """The entry has changed since that message was written. `/log list` shows how it stands now."""


class OnItsWay(Refused):
    """That entry is still on its way to Harvest. I will tell you when it is there; then it can be changed."""


_ON_ITS_WAY = {EntryState.INTENDED, EntryState.STOPPING, EntryState.EDITING}


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Hours somebody wants logged, all of it decided. `started` and `ended` are set for a typed range."""

    booking: Target
    spent_date: date
    hours: Hours
    note: str
    started: time | None = None
    ended: time | None = None


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry with the names a person knows, and how the day stands: what a card needs."""

    entry: TimeEntry
    project: str
    project_code: str
    client: str
    task: str
    today: date
    day_total: Hours | None
    """All of the person's hours on the entry's day in Harvest; None if Harvest could not be asked."""
    web_url: str | None
    budget: Impact | None = None
    is_over: bool = False
    """The project's budget is used up (S2-29)."""


@dataclass(frozen=True)
class TimeEntries:
    tenant: Tenant
    access: HarvestAccess
    outbox: Outbox
    locks: Locks
    budgets: Budgets

    async def log(self, person: Person, asked: NewEntry, key: str) -> TimeEntry:
        """Log hours once for each `key`: asked again, the answer is where the first asking stands."""
        entry = new_entry(person, asked.booking, key, self.tenant.now())
        return await self.start(
            replace(
                entry,
                spent_date=asked.spent_date,
                hours=asked.hours,
                note=asked.booking.note(asked.note),
                started=asked.started,
                ended=asked.ended,
            )
        )

    async def start(self, entry: TimeEntry) -> TimeEntry:
        """Keep the intent as a row, then send it; where the budget is locked it is held (section 5.4)."""
        now = self.tenant.now()
        closed = await self.locks.closed_for(entry.project_id, entry.task_id, entry.harvest_user_id, entry.spent_date)
        if closed is not None:
            entry = transitions.held(entry, locked_words(closed))
        async with self.tenant.transaction() as tx:
            is_new = await tx.time_entries.add(entry)
            leased = await tx.time_entries.lease(entry.key, now, now + self.outbox.pace.lease) if is_new else None
            if is_new:
                await self._audit(tx, entry.slack_id, "entry.asked", entry.key, {"hours": entry.hours})
        return await self.outbox.push_leased(leased) if leased else await self.outbox.push(entry.key)

    async def again(self, person: Person) -> TimeEntry:
        """The last log of this person; raises Refused if there is none."""
        async with self.tenant.reading() as tx:
            last = await tx.time_entries.latest(person.slack_id, is_timer=False)
        if last is None or last.hours is None:
            raise Refused("You have logged nothing yet that I could repeat. Try `/log 1.5h CODE what you did`.")
        return last

    async def edit(self, slack_id: str, key: str, revision: int, wanted: EntryEdit) -> TimeEntry:
        """Change a logged entry in Harvest, or a held one before it is sent again.

        Upwards, or onto a locked project, is refused while that is locked (ruling 8): raises Locked.
        """
        closed = await self._closed_to(await self.get(slack_id, key), wanted)
        async with self.tenant.transaction() as tx:
            entry = await self.owned(tx, slack_id, key)
            if entry.revision != revision:
                raise MovedOn
            await self._audit(tx, slack_id, "entry.edit", key, _facts(wanted))
            if entry.state is EntryState.HELD:
                changed = await self._rewrite(tx, entry, wanted, closed)
            elif closed is not None:
                raise Locked(closed)
            elif entry.state in _ON_ITS_WAY:
                changed = await tx.time_entries.apply(key, transitions.edit_on_its_way(entry, wanted))
            else:
                self._at_rest(entry)
                changed = await tx.time_entries.apply(key, transitions.edit(entry, wanted))
        if changed is None:
            raise MovedOn
        return await self.outbox.push(key)

    async def undo(self, slack_id: str, key: str) -> TimeEntry:
        """Take an entry back: delete it in Harvest, or discard it if it never got there. Done twice it is done."""
        async with self.tenant.transaction() as tx:
            entry = await self.owned(tx, slack_id, key)
            if entry.state in {EntryState.UNDONE, EntryState.DISCARDED, EntryState.UNDOING}:
                return entry
            await self._audit(tx, slack_id, "entry.undo", key, {"state": entry.state})
            if entry.state in transitions.NOT_IN_HARVEST:
                gone = await tx.time_entries.apply(key, transitions.discard())
                if gone is not None:
                    return gone
            await tx.time_entries.apply(key, transitions.undo(entry))
        return await self.outbox.push(key)

    async def retry(self, slack_id: str, key: str) -> TimeEntry:
        """Send a held entry again as it is; raises Locked while its project is."""
        held = await self.get(slack_id, key)
        if held.state is EntryState.HELD:
            closed = await self.locks.closed_for(held.project_id, held.task_id, held.harvest_user_id, held.spent_date)
            if closed is not None:
                raise Locked(closed)
        async with self.tenant.transaction() as tx:
            entry = await self.owned(tx, slack_id, key)
            if entry.state is EntryState.HELD:
                await tx.time_entries.apply(key, transitions.retry(entry))
                await self._audit(tx, slack_id, "entry.retry", key, {})
        return await self.outbox.push(key)

    async def rebook(self, found: HarvestEntry, wanted: EntryEdit, *, by: str) -> TimeEntry:
        """Change an entry as it stands in Harvest, whosever it is; the caller has asked whether `by` may."""
        async with self.tenant.transaction() as tx:
            owner = await tx.people.by_harvest_user(found.user_id)
            entry = await adopt(tx, owner.slack_id if owner else "", found, self.tenant.clock)
            await self._audit(tx, by, "entry.moved", entry.key, _facts(wanted))
            await tx.time_entries.apply(entry.key, transitions.edit(entry, wanted))
        return await self.outbox.push(entry.key)

    async def get(self, slack_id: str, key: str) -> TimeEntry:
        """The person's own entry; raises NotYours for anybody else's."""
        async with self.tenant.reading() as tx:
            return await self.owned(tx, slack_id, key)

    async def any_entry(self, key: str) -> TimeEntry:
        """An entry by its key, whosever it is; for what Gleaner says by itself."""
        async with self.tenant.reading() as tx:
            entry = await tx.time_entries.get(key)
        if entry is None:
            raise Refused("I can't find that entry any more.")
        return entry

    async def owned(self, tx: Transaction, slack_id: str, key: str) -> TimeEntry:
        """Ids in buttons come from outside: an entry that is not theirs looks like one that is not there."""
        entry = await tx.time_entries.get(key)
        if entry is None or entry.slack_id != slack_id:
            raise NotYours
        return entry

    async def day(self, person: Person, user_id: int, day: date) -> Sequence[TimeEntry]:
        """Every entry of that day, Harvest's and those still on their way here, each with a row of ours."""
        try:
            writer = await self.access.writer(person.slack_id, user_id)
            found = await writer.harvest.entries(user_id=user_id, from_date=day, to_date=day)
        except (OutsideError, SignInNeeded):
            found = []
        async with self.tenant.transaction() as tx:
            for one in found:
                await adopt(tx, person.slack_id, one, self.tenant.clock)
            rows = await tx.time_entries.of_day(person.slack_id, day)
        gone = {EntryState.UNDONE, EntryState.DISCARDED, EntryState.REFUSED}
        return [row for row in rows if row.state not in gone]

    async def show(self, person: Person, entry: TimeEntry, *, with_total: bool = True) -> EntryView:
        """The entry with its names and, unless it is not wanted, the day's total in Harvest."""
        async with self.tenant.reading() as tx:
            project = await tx.directory.project(entry.project_id)
            task = await tx.directory.task(entry.task_id)
            account = await tx.accounts.get()
        today = local(self.tenant.now(), person).date()
        glance = await self.budgets.glance(person, entry)
        return EntryView(
            entry=entry,
            project=project.name if project else f"project {entry.project_id}",
            project_code=project.code if project else "",
            client=project.client_name if project else "",
            task=task.name if task else f"task {entry.task_id}",
            today=today,
            day_total=await self._day_total(person, entry) if with_total else None,
            web_url=account.web_url if account else None,
            budget=glance if with_total else None,
            is_over=glance is not None and glance.is_over,
        )

    async def _closed_to(self, entry: TimeEntry, wanted: EntryEdit) -> BudgetStatus | None:
        """The standing of the place an edit leads to, if it is locked and the edit adds hours there."""
        project_id = wanted.project_id or entry.project_id
        task_id, day = wanted.task_id or entry.task_id, wanted.spent_date or entry.spent_date
        is_elsewhere = (project_id, task_id, day) != (entry.project_id, entry.task_id, entry.spent_date)
        adds = wanted.hours is not None and wanted.hours > (entry.hours or 0)
        if not (is_elsewhere or adds or entry.state is EntryState.HELD):
            return None
        return await self.locks.closed_for(project_id, task_id, entry.harvest_user_id, day)

    async def _day_total(self, person: Person, entry: TimeEntry) -> Hours | None:
        try:
            writer = await self.access.writer(person.slack_id, entry.harvest_user_id)
            day = await writer.harvest.entries(
                user_id=entry.harvest_user_id, from_date=entry.spent_date, to_date=entry.spent_date
            )
        except (OutsideError, Refused):
            return None
        return Hours(sum(one.hours for one in day))

    def _at_rest(self, entry: TimeEntry) -> None:
        if entry.state not in {EntryState.LOGGED, EntryState.RUNNING}:
            raise OnItsWay

    async def _rewrite(
        self, tx: Transaction, entry: TimeEntry, wanted: EntryEdit, closed: BudgetStatus | None
    ) -> TimeEntry | None:
        if closed is not None:
            locked = transitions.rewrite_locked(entry, wanted, locked_words(closed))
            return await tx.time_entries.apply(entry.key, locked)
        return await tx.time_entries.apply(entry.key, transitions.rewrite(entry, wanted))

    async def _audit(self, tx: Transaction, actor: str, deed: str, key: str, facts: dict[str, Any]) -> None:
        await self.tenant.audit(tx, actor, deed, key, facts)


def new_entry(person: Person, booking: Target, key: str, now: datetime) -> TimeEntry:
    """An entry of this person nobody has sent yet; hours, note and day are the caller's."""
    reference = booking.reference
    return TimeEntry(
        key=key,
        slack_id=person.slack_id,
        harvest_user_id=person.harvest_user_id or 0,
        project_id=booking.project.id,
        task_id=booking.task.id,
        spent_date=local(now, person).date(),
        hours=None,
        note="",
        created_at=now,
        asana_task_gid=reference.task_gid if reference else None,
        asana_project_gid=reference.project_gid if reference else None,
        asana_url=reference.url if reference else None,
    )


def _facts(wanted: EntryEdit) -> dict[str, Any]:
    """What an edit asks for, for the audit trail."""
    return {**asdict(wanted), "spent_date": wanted.spent_date.isoformat() if wanted.spent_date else None}
