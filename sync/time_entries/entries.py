"""Log, edit, undo, list: the one way in which a person's hours reach Harvest, whoever asks."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from typing import Any

from store.database import Transaction
from store.harvest.records import HarvestEntry
from store.people.records import Person
from store.time_entries.records import EntryEdit, EntryState, TimeEntry, Transition
from store.units import Hours
from sync.budget.budgets import Budgets, Impact
from sync.budget.locks import Locks
from sync.budget.status import BudgetStatus, Locked, locked_words
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.people.people import local
from sync.rules.time_entries import rights, transitions
from sync.rules.time_entries.shown import Shown
from sync.time_entries.adoption import adopt, as_entry, id_in, named
from sync.time_entries.in_harvest import DaySheet, InHarvest, day_total
from sync.time_entries.outbox import Outbox
from sync.time_entries.targets import Target

_AT_REST = frozenset({EntryState.LOGGED, EntryState.RUNNING})
_TAKEN_BACK = frozenset({EntryState.UNDONE, EntryState.DISCARDED, EntryState.UNDOING})
_LOOKED_BACK = 20
"""Of the newest entries, how many are searched for one that can be repeated."""


class NotYours(Refused):
    """That entry is somebody else's. Only the person who logged it can change it; `/log list` shows yours."""


class MovedOn(Refused):
    """The entry has changed since that message was written. `/log list` shows how it stands now."""


class ChangedMeanwhile(Refused):
    """In Harvest it is other than that message showed. Nothing was done; this is how it stands now."""

    def __init__(self, entry: TimeEntry) -> None:
        super().__init__()
        self.entry = entry


class OnItsWay(Refused):
    """That entry is still on its way to Harvest. I will tell you when it is there; then it can be changed."""


_CHANGES_LATER = {EntryState.INTENDED, EntryState.STOPPING, EntryState.EDITING, EntryState.HELD}
"""States from which a change joins what is on its way."""


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
    """The person's hours on the entry's day, in Harvest and on their way there; None where it is not wanted."""
    web_url: str | None
    budget: Impact | None = None
    is_over: bool = False
    """The project's budget is used up (S2-29)."""


@dataclass(frozen=True)
class TimeEntries:
    tenant: Tenant
    in_harvest: InHarvest
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
        """What this person logged last, in Harvest or on the way there; raises Refused if there is nothing."""
        async with self.tenant.reading() as tx:
            coming = await tx.time_entries.coming(person.slack_id)
            made = await tx.mirror.newest(person.harvest_user_id or 0, limit=_LOOKED_BACK)
            timers = await tx.time_entries.timer_ids([one.id for one in made])
        if coming is not None and coming.hours and not coming.is_timer:
            return coming
        last = next((one for one in made if one.hours and not one.is_running and one.id not in timers), None)
        if last is None:
            raise Refused("You have logged nothing yet that I could repeat. Try `/log 1.5h CODE what you did`.")
        return as_entry(last, person.slack_id, self.tenant.clock)

    async def look(self, slack_id: str, key: str) -> TimeEntry:
        """The person's entry as Harvest has it now, to be changed; raises Refused where they may not change it."""
        entry = await self.get(slack_id, key)
        if entry.state not in _AT_REST or entry.harvest_id is None:
            return entry
        is_fresh = await self.in_harvest.look(replace(entry, slack_id=slack_id))
        async with self.tenant.reading() as tx:
            fresh = await named(tx, key, self.tenant.clock)
            if fresh is None or fresh.state not in _AT_REST:
                return fresh or replace(entry, state=EntryState.UNDONE)
            await self._require_right(tx, fresh, is_fresh=is_fresh)
        return replace(fresh, slack_id=fresh.slack_id or slack_id)

    async def edit(
        self, slack_id: str, key: str, revision: int, wanted: EntryEdit, shown: Shown | None = None
    ) -> TimeEntry:
        """Change a logged entry in Harvest, or a held one before it is sent again; only what differs from `shown`.

        Upwards, or onto a locked project, is refused while that is locked (ruling 8): raises Locked. Raises
        ChangedMeanwhile where Harvest has it otherwise than it was shown.
        """
        now_is = await self.look(slack_id, key)
        if shown is not None:
            if shown != Shown.of(now_is):
                raise ChangedMeanwhile(now_is)
            wanted = shown.changed(wanted)
            if wanted == EntryEdit() and now_is.state in _AT_REST:
                return now_is
        closed = await self._closed_to(now_is, wanted)
        async with self.tenant.transaction() as tx:
            entry = await self._pressed(tx, slack_id, key)
            if entry.revision != revision:
                raise MovedOn
            await self._audit(tx, slack_id, "entry.edit", entry.key, _facts(wanted))
            changed = await tx.time_entries.apply(entry.key, self._change(entry, wanted, closed))
        if changed is None:
            raise MovedOn
        return await self.outbox.push(changed.key)

    async def undo(self, slack_id: str, key: str, shown: Shown | None = None) -> TimeEntry:
        """Take an entry back: delete it in Harvest, or discard it if it never got there. Done twice it is done.

        Raises ChangedMeanwhile where Harvest has it otherwise than it was shown.
        """
        now_is = await self.look(slack_id, key)
        if now_is.state in _TAKEN_BACK:
            return now_is
        if shown is not None and now_is.state in _AT_REST and shown != Shown.of(now_is):
            raise ChangedMeanwhile(now_is)
        async with self.tenant.transaction() as tx:
            entry = await self._pressed(tx, slack_id, key)
            await self._audit(tx, slack_id, "entry.undo", entry.key, {"state": entry.state})
            if entry.state in transitions.NOT_IN_HARVEST:
                gone = await tx.time_entries.apply(entry.key, transitions.discard())
                if gone is not None:
                    return gone
            if await tx.time_entries.apply(entry.key, transitions.undo(entry)) is None:
                raise MovedOn
        return await self.outbox.push(entry.key)

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
        entry = await named(tx, key, self.tenant.clock)
        person = await tx.people.get(slack_id) if entry and entry.slack_id != slack_id else None
        if entry is None or (entry.slack_id != slack_id and not _is_theirs(entry, person)):
            raise NotYours
        return entry

    async def day(self, person: Person, user_id: int, day: date) -> DaySheet:
        """Every entry of that day, Harvest's and those still on their way here."""
        return await self.in_harvest.day(person, user_id, day)

    async def show(self, person: Person, entry: TimeEntry, *, with_total: bool = True) -> EntryView:
        """The entry with its names and, unless it is not wanted, the day's total in Harvest."""
        async with self.tenant.reading() as tx:
            project = await tx.directory.project(entry.project_id)
            task = await tx.directory.task(entry.task_id)
            account = await tx.accounts.get()
            total = await day_total(tx, entry.harvest_user_id, entry.spent_date) if with_total else None
        today = local(self.tenant.now(), person).date()
        glance = await self.budgets.glance(person, entry)
        return EntryView(
            entry=entry,
            project=project.name if project else f"project {entry.project_id}",
            project_code=project.code if project else "",
            client=project.client_name if project else "",
            task=task.name if task else f"task {entry.task_id}",
            today=today,
            day_total=total,
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

    async def _require_right(self, tx: Transaction, entry: TimeEntry, *, is_fresh: bool) -> None:
        """Raises Refused. An answer of Harvest's says by its lock what the directory may not know yet."""
        found = await tx.mirror.get(entry.harvest_id or 0)
        account = await tx.accounts.get()
        project = None if is_fresh else await tx.directory.project(entry.project_id)
        is_assigned = await tx.directory.is_assigned(entry.harvest_user_id, entry.project_id)
        sees_all = account is None or account.sees_all
        standing = rights.Standing(project, is_assigned=is_assigned or not sees_all)
        why = rights.hindrance(found, standing) if found else None
        if why is not None:
            raise Refused(why)

    async def _pressed(self, tx: Transaction, slack_id: str, key: str) -> TimeEntry:
        """The person's entry with a row of ours, for something is asked of it now."""
        entry = await self.owned(tx, slack_id, key)
        harvest_id = id_in(entry.key)
        found = await tx.mirror.get(harvest_id) if harvest_id is not None else None
        return entry if found is None else await adopt(tx, slack_id, found, self.tenant.clock)

    def _change(self, entry: TimeEntry, wanted: EntryEdit, closed: BudgetStatus | None) -> Transition:
        """What an edit does to an entry as it stands; raises Locked where `closed` keeps it from being sent."""
        if entry.state is EntryState.HELD and not entry.may_be_out:
            if closed is not None:
                return transitions.rewrite_locked(entry, wanted, locked_words(closed))
            return transitions.rewrite(entry, wanted)
        if closed is not None:
            raise Locked(closed)
        if entry.state in _CHANGES_LATER:
            return transitions.edit_on_its_way(entry, wanted)
        if entry.state not in _AT_REST:
            raise OnItsWay
        return transitions.edit_at_rest(entry, wanted)

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


def _is_theirs(entry: TimeEntry, person: Person | None) -> bool:
    """An entry typed in Harvest, or made from Asana, belongs to whom Harvest says."""
    return person is not None and entry.harvest_user_id == person.harvest_user_id


def _facts(wanted: EntryEdit) -> dict[str, Any]:
    """What an edit asks for, for the audit trail."""
    return {**asdict(wanted), "spent_date": wanted.spent_date.isoformat() if wanted.spent_date else None}
