"""Books what a task's hours come to: entries, bookings and holds in one transaction, once for each of its revisions."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import structlog

from store.asana.records.state import ACCEPTED, Booking, BookingKind, KnownTask, Source
from store.database import Transaction
from store.harvest.records import Project
from store.time_entries.records import EntryEdit, EntryState, TimeEntry, Transition
from store.units import Hours
from sync.asana.task.context import AsanaRules, TaskContext, load_context
from sync.asana.task.holds import Holding
from sync.asana.task.reader import Seen
from sync.budget.locks import Locks
from sync.budget.status import locked_words
from sync.engine.tenant import Tenant
from sync.news import enqueue
from sync.news.asana import BothSources, TaskMoved
from sync.news.time_entries import EntryHeld
from sync.rules.asana.billable_hours import HOURS_FIELD
from sync.rules.asana.billable_share import find_field
from sync.rules.asana.billable_task import misplaced, move
from sync.rules.asana.claims import Billing, Claim
from sync.rules.asana.plan import plan
from sync.rules.asana.plan_records import Plan, Standing, Taken
from sync.rules.time_entries import transitions

log = structlog.get_logger()

ASANA = "asana"
"""Who did it, in the audit."""
_LOOK_AGAIN, _RUNNING = timedelta(seconds=5), timedelta(minutes=5)


class Overtaken(Exception):
    """Somebody else booked the task, or its entry moved, between looking and writing; nothing was written."""


class Line(NamedTuple):
    """Hours that would be logged."""

    day: date
    user_id: int
    project: Project
    task_id: int
    hours: Hours
    note: str


@dataclass
class Booked:
    """`wakes`: keys that go out. `hours`: logged less taken back. `held`: things that wait. `lines`: of a rehearsal."""

    wakes: list[str] = field(default_factory=list)
    hours: int = 0
    held: int = 0
    waits: bool = False
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class AsanaBooking:
    tenant: Tenant
    locks: Locks
    rules: AsanaRules

    async def book(self, known: KnownTask, seen: Seen, *, is_rehearsal: bool = False) -> Booked:
        """Raises Overtaken with nothing written. `is_rehearsal`: say what would be done, and do nothing."""
        opened = self.tenant.reading if is_rehearsal else self.tenant.transaction
        async with opened() as tx:
            desk = await load_context(tx, known, seen, self.rules)
            if desk.source is not seen.source:
                raise Overtaken(known.gid)
            billed = desk.billed()
            planned = self._plan(desk, billed)
            if is_rehearsal:
                return replace(_outcome(planned), lines=_lines(desk, billed, planned))
            return await self._write(tx, known, desk, billed, planned)

    def _plan(self, desk: TaskContext, billed: Billing) -> Plan:
        if desk.is_ignored:
            return Plan()
        planned = plan(
            billed,
            desk.bookings,
            desk.made,
            lambda claim: desk.trouble(billed, claim),
            {gid: who.harvest_user_id for gid, who in desk.seen.people.items()},
            is_netted=desk.source is Source.FIELD,
            tolerance=desk.tolerance,
        )
        if (sides := desk.sides(billed)) is not None:
            move(planned, desk.made, sides)
        return planned

    async def _write(
        self, tx: Transaction, known: KnownTask, desk: TaskContext, billed: Billing, planned: Plan
    ) -> Booked:
        now = self.tenant.now()
        # First of all: whoever else booked the task meanwhile has taken its revision.
        if not await tx.asana_work.take(known, self._noted(desk, planned, now)):
            raise Overtaken(known.gid)
        await self._keep_out_of_locked(tx, desk, planned)
        booked = _outcome(planned)
        rows: list[Booking] = []
        for claim in planned.logs:
            task_id = desk.task_id(is_billable=desk.is_billable(billed, claim))
            entry = await self.entry(tx, known, desk, claim, task_id)
            rows.append(_booking(known, desk, claim, claim.hours, entry.key))
            booked.wakes += [entry.key] if entry.state is EntryState.INTENDED else []
        rows += [row for taken in planned.taken for row in _taken(known, desk, taken)]
        for key in dict.fromkeys([*planned.changes, *planned.moves]):
            entry = desk.entries[key]
            booked.wakes += await self._change(tx, entry, planned.changes.get(key), planned.moves.get(key))
        await tx.asana_work.book(known, rows)
        await Holding(self.tenant).enqueue(tx, known, desk, planned.held, now, is_blind=planned.is_blind)
        await self._tell(tx, known, desk)
        return booked

    async def entry(
        self, tx: Transaction, known: KnownTask, desk: TaskContext, claim: Claim, task_id: int | None
    ) -> TimeEntry:
        """A new entry for what a claim brings, held where the budget is used up."""
        who = desk.who(claim)
        if who is None or who.harvest_user_id is None or desk.harvest is None or task_id is None:
            raise Overtaken(known.gid)
        day = desk.terms.day(claim)
        key = self.tenant.uuid("asana", known.gid, known.revision, claim.story_gid)
        closed = await self.locks.closed_in(tx, desk.harvest.id, task_id, who.harvest_user_id, day)
        entry = TimeEntry(
            key=key,
            slack_id=who.slack_id,
            harvest_user_id=who.harvest_user_id,
            project_id=desk.harvest.id,
            task_id=task_id,
            spent_date=day,
            hours=claim.hours,
            note=desk.seen.task.name,
            created_at=self.tenant.now(),
            asana_task_gid=known.gid,
            asana_project_gid=desk.project_gid,
            asana_url=desk.seen.task.url or f"https://app.asana.com/0/{desk.project_gid}/{known.gid}",
        )
        if closed:
            entry = transitions.held(entry, locked_words(closed))
        if not await tx.time_entries.add(entry):
            raise Overtaken(known.gid)
        if closed:
            await enqueue(tx, f"locked:{key}", EntryHeld(key), self.tenant.now())
        facts = {"hours": claim.hours, "task": known.gid, "story": claim.story_gid}
        await self.tenant.audit(tx, ASANA, "entry.asked", key, facts)
        return entry

    async def _keep_out_of_locked(self, tx: Transaction, desk: TaskContext, planned: Plan) -> None:
        """No entry moves from an open budget line to one that is used up (section 5.4)."""
        for one in desk.made:
            target, entry = planned.moves.get(one.key), desk.entries[one.key]
            if target is None:
                continue
            user_id, day = entry.harvest_user_id, entry.spent_date
            closed = await self.locks.closed_in(tx, entry.project_id, target, user_id, day)
            if closed and not await self.locks.closed_in(tx, entry.project_id, entry.task_id, user_id, day):
                del planned.moves[one.key]
                planned.held.append(misplaced(one, locked_words(closed)))

    async def _change(self, tx: Transaction, entry: TimeEntry, hours: Hours | None, task_id: int | None) -> list[str]:
        """The keys to wake. What is held is changed here; what is in Harvest, by the outbox. 0 hours: it goes."""
        facts = {"was": entry.hours, "hours": hours} if task_id is None else {"task": task_id, "hours": hours}
        deed = "entry.lowered" if task_id is None else "entry.moved"
        await self.tenant.audit(tx, ASANA, deed, entry.key, facts)
        is_held = entry.state is EntryState.HELD
        transition = _to_held(entry, hours, task_id) if is_held else _to_logged(entry, hours, task_id)
        if await tx.time_entries.apply(entry.key, transition) is None:
            raise Overtaken(entry.key)
        return [] if is_held else [entry.key]

    async def _tell(self, tx: Transaction, known: KnownTask, desk: TaskContext) -> None:
        """What is no reason to hold anything, and still somebody should know."""
        task, now = desk.seen.task, self.tenant.now()
        hours = Hours(sum(one.hours for one in desk.bookings))
        if hours and desk.mapping is not None and known.project_gid not in {None, desk.project_gid}:
            key = f"moved:{known.gid}:{known.project_gid}:{desk.project_gid}:{known.revision}"
            await enqueue(tx, key, TaskMoved(known.gid, task.name, task.url, hours, desk.project_gid or ""), now)
        value = find_field(task.fields, HOURS_FIELD, desk.terms.hours_gid)
        if desk.mapping and task.actual_minutes and value and value.number:
            await enqueue(tx, f"both:{known.gid}", BothSources(known.gid, task.name, task.url, desk.source.value), now)

    def _noted(self, desk: TaskContext, planned: Plan, now: datetime) -> dict[str, Any]:
        task = desk.seen.task
        value = find_field(task.fields, HOURS_FIELD, desk.terms.hours_gid)
        return {
            "project_gid": desk.project_gid,
            "name": task.name,
            "url": task.url,
            "completed_at": task.completed_at if task.is_completed else None,
            "value": value.number if value else None,
            "modified_at": task.modified_at,
            "minutes": task.actual_minutes,
            "parent_gid": task.parent_gid,
            "is_trashed": False,
            "assignee_gid": task.assignee.gid if task.assignee else None,
            "due_at": now + _patience(desk) if planned.waits else None,
        }


def _patience(desk: TaskContext) -> timedelta:
    """Until the entries that are on their way may be at rest: longer with each attempt that Harvest did not take."""
    keys = [one.key for one in desk.made if one.standing is Standing.MOVING]
    if any(desk.entries[key].state is EntryState.RUNNING for key in keys):
        return _RUNNING
    return _LOOK_AGAIN * (1 << min(max((desk.entries[key].attempts for key in keys), default=0), 7))


def _outcome(planned: Plan) -> Booked:
    hours = sum(claim.hours for claim in planned.logs) - sum(taken.hours for taken in planned.taken)
    return Booked(hours=hours, held=len(planned.held), waits=planned.waits)


def _to_held(entry: TimeEntry, hours: Hours | None, task_id: int | None) -> Transition:
    if hours == 0:
        return transitions.discard_held(entry)
    return transitions.rewrite_held(entry, EntryEdit(hours=hours, task_id=task_id))


def _to_logged(entry: TimeEntry, hours: Hours | None, task_id: int | None) -> Transition:
    if hours == 0:
        return transitions.undo(entry)
    return transitions.edit_at_rest(entry, EntryEdit(hours=hours, task_id=task_id))


def _lines(desk: TaskContext, billed: Billing, planned: Plan) -> list[Line]:
    lines = []
    for claim in planned.logs:
        who, task_id = desk.who(claim), desk.task_id(is_billable=desk.is_billable(billed, claim))
        if who and who.harvest_user_id and desk.harvest and task_id:
            day = desk.terms.day(claim)
            lines.append(Line(day, who.harvest_user_id, desk.harvest, task_id, claim.hours, desk.seen.task.name))
    return lines


def _booking(known: KnownTask, desk: TaskContext, claim: Claim, hours: Hours, key: str | None) -> Booking:
    day = desk.terms.day(claim)
    return Booking(known.gid, claim.story_gid, BookingKind.CLAIM, claim.user.gid, day, hours, key)


def _taken(known: KnownTask, desk: TaskContext, taken: Taken) -> list[Booking]:
    """What was accepted to be less in Harvest is accounted for now, and so is no correction any more."""
    booking = _booking(known, desk, taken.claim, Hours(-taken.hours), taken.entry_key)
    if taken.entry_key is None:
        return [booking._replace(kind=BookingKind.DISCARDED)]
    back = booking._replace(source=f"{ACCEPTED}{booking.source}", kind=BookingKind.CORRECTION, hours=taken.hours)
    return [booking, back] if taken.is_accepted else [booking]
