"""Books what a task's hours come to: entries, bookings and holds in one transaction, once for each of its revisions."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

import structlog

from store.asana.records.state import ACCEPTED, Allocation, AllocationKind, HoldKind, KnownTask, Source
from store.database import Transaction
from store.harvest.records import Project
from store.time_entries.records import EntryEdit, EntryState, TimeEntry, Transition
from store.units import Hours
from sync.asana.task.context import AsanaRules, TaskContext, load_context
from sync.asana.task.holds import TaskHolds
from sync.asana.task.reader import TaskSnapshot, has_hours
from sync.budget.locks import Locks
from sync.budget.status import locked_words
from sync.engine.tenant import Tenant
from sync.news import enqueue
from sync.news.asana import BothSources, HoursUnread, TaskMoved, new_project, unread
from sync.news.time_entries import EntryHeld
from sync.rules.asana.billable_hours import HOURS_FIELD
from sync.rules.asana.billable_share import find_field
from sync.rules.asana.billable_task import misplaced, move
from sync.rules.asana.claims import Billing, Claim
from sync.rules.asana.plan import plan
from sync.rules.asana.plan_records import EntryStanding, Plan, Taken
from sync.rules.asana.unread_hours import unread_hours
from sync.rules.time_entries import transitions

log = structlog.get_logger()

ASANA = "asana"
"""Who did it, in the audit."""
_LOOK_AGAIN, _LONG = timedelta(seconds=5), timedelta(minutes=5)


class Overtaken(Exception):
    """Somebody else booked the task, or its entry moved, between looking and writing; nothing was written."""


class PlannedEntry(NamedTuple):
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
    lines: list[PlannedEntry] = field(default_factory=list)


@dataclass(frozen=True)
class PlanWriter:
    tenant: Tenant
    locks: Locks
    rules: AsanaRules

    async def book(self, known: KnownTask, seen: TaskSnapshot, *, is_dry_run: bool = False) -> Booked:
        """Raises Overtaken with nothing written. `is_rehearsal`: say what would be done, and do nothing."""
        opened = self.tenant.reading if is_dry_run else self.tenant.transaction
        async with opened() as tx:
            context = await load_context(tx, known, seen, self.rules)
            if context.source is not seen.source:
                raise Overtaken(known.gid)
            billed = context.billed()
            planned = self._plan(context, billed)
            if is_dry_run:
                return replace(_outcome(planned), lines=_lines(context, billed, planned))
            return await self._write(tx, known, context, billed, planned)

    def _plan(self, context: TaskContext, billed: Billing) -> Plan:
        if context.is_ignored:
            return Plan()
        planned = plan(
            billed,
            context.bookings,
            context.synced,
            lambda claim: context.blocker(billed, claim),
            {gid: who.harvest_user_id for gid, who in context.seen.people.items()},
            is_netted=context.source is Source.FIELD,
            tolerance=context.tolerance,
        )
        if (sides := context.sides(billed)) is not None:
            move(planned, context.synced, sides)
        return planned

    async def _write(
        self, tx: Transaction, known: KnownTask, context: TaskContext, billed: Billing, planned: Plan
    ) -> Booked:
        now = self.tenant.now()
        # First of all: whoever else booked the task meanwhile has taken its revision.
        if not await tx.asana_work.take(known, self._noted(context, planned, now)):
            raise Overtaken(known.gid)
        await self._leave_to_the_link(tx, context, planned)
        await self._hold_moves_into_locked(tx, context, planned)
        booked = _outcome(planned)
        rows: list[Allocation] = []
        for claim in planned.logs:
            task_id = context.task_id(is_billable=context.is_billable(billed, claim))
            entry = await self.entry(tx, known, context, claim, task_id)
            rows.append(_booking(known, context, claim, claim.hours, entry.key))
            booked.wakes += [entry.key] if entry.state is EntryState.INTENDED else []
        rows += [row for taken in planned.taken for row in _taken(known, context, taken)]
        for key in dict.fromkeys([*planned.changes, *planned.moves]):
            entry = context.entries[key]
            booked.wakes += await self._change(tx, entry, planned.changes.get(key), planned.moves.get(key))
        await tx.asana_work.book(known, rows)
        await TaskHolds(self.tenant).enqueue(tx, known, context, planned.held, now, is_blind=planned.is_blind)
        await self._tell(tx, known, context)
        return booked

    async def entry(
        self, tx: Transaction, known: KnownTask, context: TaskContext, claim: Claim, task_id: int | None
    ) -> TimeEntry:
        """A new entry for what a claim brings, held where the budget is used up."""
        who = context.who(claim)
        if who is None or who.harvest_user_id is None or context.harvest is None or task_id is None:
            raise Overtaken(known.gid)
        day = context.terms.day(claim)
        key = self.tenant.uuid("asana", known.gid, known.revision, claim.story_gid)
        closed = await self.locks.closed_in(tx, context.harvest.id, task_id, who.harvest_user_id, day)
        entry = TimeEntry(
            key=key,
            slack_id=who.slack_id,
            harvest_user_id=who.harvest_user_id,
            project_id=context.harvest.id,
            task_id=task_id,
            spent_date=day,
            hours=claim.hours,
            note=context.seen.task.name,
            created_at=self.tenant.now(),
            asana_task_gid=known.gid,
            asana_project_gid=context.project_gid,
            asana_url=context.seen.task.url or f"https://app.asana.com/0/{context.project_gid}/{known.gid}",
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

    async def _leave_to_the_link(self, tx: Transaction, context: TaskContext, planned: Plan) -> None:
        """A new project's own card asks for a link; what it has by being a copy is asked about once it has one."""
        is_copied = any(one.kind is HoldKind.COPIED for one in planned.held)
        if context.mapping is None and is_copied and await tx.notices.was_kept(new_project(context.project_gid or "")):
            planned.held = [one for one in planned.held if one.kind is not HoldKind.COPIED]

    async def _hold_moves_into_locked(self, tx: Transaction, context: TaskContext, planned: Plan) -> None:
        """No entry moves from an open budget line to one that is used up (section 5.4)."""
        for one in context.synced:
            target, entry = planned.moves.get(one.key), context.entries[one.key]
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

    async def _tell(self, tx: Transaction, known: KnownTask, context: TaskContext) -> None:
        """What is no reason to hold anything, and still somebody should know."""
        task, now = context.seen.task, self.tenant.now()
        hours = Hours(sum(one.hours for one in context.bookings))
        if hours and context.mapping is not None and known.project_gid not in {None, context.project_gid}:
            key = f"moved:{known.gid}:{known.project_gid}:{context.project_gid}:{known.revision}"
            await enqueue(tx, key, TaskMoved(known.gid, task.name, task.url, hours, context.project_gid or ""), now)
        await self._tell_of_unread(tx, known, context)

    async def _tell_of_unread(self, tx: Transaction, known: KnownTask, context: TaskContext) -> None:
        """Hours in the source that does not count, of the first task of its project in which there are any."""
        task, source, project = context.seen.task, context.source, context.project
        hours = unread_hours(task, context.seen.stories.fields, context.seen.unread, source, context.terms)
        if context.mapping is None or project is None or not hours:
            return
        news: BothSources | HoursUnread = BothSources(known.gid, task.name, task.url, source.value)
        if not (task.actual_minutes and has_hours(task, context.terms.hours_gid)):
            gid, called = project.project.gid, project.project.name
            news = HoursUnread(gid, called, task.name, task.url, hours, source.value)
        await enqueue(tx, unread(project.project.gid, source.value), news, self.tenant.now())

    def _noted(self, context: TaskContext, planned: Plan, now: datetime) -> dict[str, object]:
        task = context.seen.task
        value = find_field(task.fields, HOURS_FIELD, context.terms.hours_gid)
        return {
            "project_gid": context.project_gid,
            "name": task.name,
            "url": task.url,
            "completed_at": task.completed_at if task.is_completed else None,
            "value": value.number if value else None,
            "modified_at": task.modified_at,
            "minutes": task.actual_minutes,
            "parent_gid": task.parent_gid,
            "is_trashed": False,
            "assignee_gid": task.assignee.gid if task.assignee else None,
            "due_at": now + _patience(context) if planned.waits else None,
        }


def _patience(context: TaskContext) -> timedelta:
    """Until the entries that are on their way may be at rest: longer with each attempt that Harvest did not take."""
    keys = [one.key for one in context.synced if one.standing is EntryStanding.MOVING]
    # A person ends these.
    if any(context.entries[key].state in {EntryState.RUNNING, EntryState.HELD} for key in keys):
        return _LONG
    return _LOOK_AGAIN * (1 << min(max((context.entries[key].attempts for key in keys), default=0), 7))


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


def _lines(context: TaskContext, billed: Billing, planned: Plan) -> list[PlannedEntry]:
    lines = []
    for claim in planned.logs:
        who, task_id = context.who(claim), context.task_id(is_billable=context.is_billable(billed, claim))
        if who and who.harvest_user_id and context.harvest and task_id:
            day = context.terms.day(claim)
            lines.append(
                PlannedEntry(day, who.harvest_user_id, context.harvest, task_id, claim.hours, context.seen.task.name)
            )
    return lines


def _booking(known: KnownTask, context: TaskContext, claim: Claim, hours: Hours, key: str | None) -> Allocation:
    day = context.terms.day(claim)
    return Allocation(known.gid, claim.story_gid, AllocationKind.CLAIM, claim.user.gid, day, hours, key)


def _taken(known: KnownTask, context: TaskContext, taken: Taken) -> list[Allocation]:
    """What was accepted to be less in Harvest is accounted for now, and so is no correction any more."""
    booking = _booking(known, context, taken.claim, Hours(-taken.hours), taken.entry_key)
    if taken.entry_key is None:
        return [booking._replace(kind=AllocationKind.DISCARDED)]
    back = booking._replace(source=f"{ACCEPTED}{booking.source}", kind=AllocationKind.CORRECTION, hours=taken.hours)
    return [booking, back] if taken.is_accepted else [booking]
