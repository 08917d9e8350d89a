"""Everything needed to plan one Asana task's entries: mapping, Harvest's project, what was booked, and the entries.

Read in the planning transaction, so that nothing moves between looking and writing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from store.asana.records.api import AsanaUser, FieldKind
from store.asana.records.state import (
    Allocation,
    AllocationKind,
    HoldKind,
    KnownProject,
    KnownTask,
    ProjectMapping,
    Source,
)
from store.database import Transaction
from store.harvest.records import HarvestEntry, Project
from store.time_entries.records import EntryState, TimeEntry
from store.units import Hours
from sync.asana.task.reader import TaskSnapshot
from sync.asana.task.users import MatchedUser
from sync.rules.asana.billable_hours import billing
from sync.rules.asana.billable_task import Sides
from sync.rules.asana.claims import Attribution, Billing, Claim, Terms
from sync.rules.asana.plan_records import Blocker, EntryStanding, SyncedEntry
from sync.rules.asana.task_project import Nowhere, Place, Placed, Several, place
from sync.rules.asana.tracked_time import billed_time, not_billable, source_of
from sync.time_entries.harvest_drafts import key_in

_STANDINGS = {
    EntryState.LOGGED: EntryStanding.LOGGED,
    EntryState.RUNNING: EntryStanding.LOGGED,
    EntryState.HELD: EntryStanding.HELD,
    EntryState.DISCARDED: EntryStanding.DISCARDED,
    EntryState.REFUSED: EntryStanding.DISCARDED,
    EntryState.UNDONE: EntryStanding.DELETED,
}
_MINUTE = 2
"""Hundredths of an hour that a start/end account may be off, as it keeps whole minutes."""


@dataclass(frozen=True, slots=True)
class AsanaRules:
    """What the operator set. `go_live` None: when Gleaner first ran here."""

    go_live: datetime | None
    timezone: tzinfo


@dataclass(frozen=True, slots=True)
class TaskContext:
    """`tasks`: Harvest's tasks that may be booked on the project. `troubles`: of people, by Asana's gids."""

    seen: TaskSnapshot
    where: Place
    project: KnownProject | None
    mapping: ProjectMapping | None
    harvest: Project | None
    tasks: frozenset[int]
    mapped_tasks: Mapping[str, int]
    bookings: Sequence[Allocation]
    synced: Sequence[SyncedEntry]
    entries: Mapping[str, TimeEntry]
    blockers: Mapping[str, Blocker | None]
    terms: Terms
    tolerance: int
    is_below_booked: bool = False
    """Hours of the task above it are in Harvest already, so these may be the same."""

    @property
    def project_gid(self) -> str | None:
        if isinstance(self.where, Placed):
            return self.where.project_gid
        return self.where.projects[0].project_gid if isinstance(self.where, Several) else None

    @property
    def is_ignored(self) -> bool:
        return isinstance(self.where, Nowhere) and self.where.is_ignored

    @property
    def source(self) -> Source:
        """Of the task: a project's setting counts for tasks of which nothing was booked yet."""
        return source_of(self.bookings) or (self.mapping.source if self.mapping else Source.FIELD)

    def billed(self) -> Billing:
        if self.source is Source.TIME_ENTRIES:
            booked = {
                one.source: self.user(one.user_gid)
                for one in self.bookings
                if one.kind is not AllocationKind.CORRECTION
            }
            return billed_time(self.seen.task, self.seen.entries, booked, self.terms)
        return billing(self.seen.task, self.seen.stories.fields, self.terms)

    def user(self, gid: str) -> AsanaUser:
        known = self.seen.people.get(gid)
        return known.user if known else AsanaUser(gid, "", None)

    def who(self, claim: Claim) -> MatchedUser | None:
        return self.seen.people.get(claim.user.gid)

    def is_billable(self, billed: Billing, claim: Claim) -> bool:
        return billed.is_billable and claim.story_gid not in not_billable(self.seen.entries)

    def task_id(self, *, is_billable: bool) -> int | None:
        """By the option that is chosen, else by the section, else the project's default (S1-26)."""
        if self.mapping is None:
            return None
        if not is_billable:
            return self.mapping.non_billable_task_id
        section = self.where.section_gid if isinstance(self.where, Placed) else None
        options = [value.option_gid for value in self.seen.task.fields if value.kind is FieldKind.ENUM]
        found = [self.mapped_tasks[gid] for gid in [*options, section] if gid and gid in self.mapped_tasks]
        return found[0] if found else self.mapping.default_task_id

    def sides(self, billed: Billing) -> Sides | None:
        """None where nothing moves: time entries are booked anew when they are marked otherwise."""
        if billed.is_blocked or self.mapping is None or self.harvest is None or self.source is not Source.FIELD:
            return None
        billable, other = self.task_id(is_billable=True), self.mapping.non_billable_task_id
        return Sides(self.harvest.id, billed.is_billable, billable, other, self.tasks)

    def blocker(self, billed: Billing, claim: Claim) -> Blocker | None:
        """Why these hours cannot be logged now, the project's troubles first."""
        return self.place_blocker() or self._of_task(billed, claim) or self.blockers.get(claim.user.gid)

    def place_blocker(self) -> Blocker | None:
        """Why nothing of the task can be logged, whoever did it."""
        if isinstance(self.where, Several):
            return Blocker(HoldKind.SEVERAL_PROJECTS, ", ".join(one.project_name for one in self.where.projects))
        if isinstance(self.where, Nowhere):
            return Blocker(HoldKind.NO_PROJECT)
        if self.mapping is None:
            return Blocker(HoldKind.UNMAPPED)
        if self.project is not None and self.project.project.is_archived:
            return Blocker(HoldKind.ASANA_ARCHIVED)
        if self.harvest is None or not self.harvest.is_active:
            return Blocker(HoldKind.HARVEST_ARCHIVED, self.harvest.name if self.harvest else "")
        return Blocker(HoldKind.PARENT) if self.seen.is_parent or self.is_below_booked else None

    def _of_task(self, billed: Billing, claim: Claim) -> Blocker | None:
        is_billable = self.is_billable(billed, claim)
        if self.task_id(is_billable=is_billable) in self.tasks:
            return None
        return Blocker(HoldKind.NO_TASK if is_billable else HoldKind.NO_NON_BILLABLE_TASK)


async def load_context(tx: Transaction, known: KnownTask, seen: TaskSnapshot, rules: AsanaRules) -> TaskContext:
    """`known`: the task as it was planned last; `seen`: as Asana has it now."""
    gids = [one.project_gid for one in seen.memberships]
    projects = {one.project.gid: one for one in await tx.asana.projects(gids)}
    mapped = await tx.mappings.of(gids)
    where = place(
        seen.memberships, mapped, [gid for gid, one in projects.items() if one.is_ignored], known.chosen_project
    )
    gid = where.project_gid if isinstance(where, Placed) else ""
    mapping, project = mapped.get(gid), projects.get(gid)
    harvest = await tx.directory.project(mapping.harvest_project_id) if mapping else None
    bookings = await tx.asana_work.bookings(known.gid)
    entries = {entry.key: entry for entry in await tx.asana_work.entries(known.gid)}
    account = await tx.accounts.get()
    return TaskContext(
        seen=seen,
        where=where,
        project=project,
        mapping=mapping,
        harvest=harvest,
        tasks=frozenset(task.id for task in await tx.directory.tasks_of(harvest.id)) if harvest else frozenset(),
        mapped_tasks=await tx.mappings.tasks(gid) if mapping else {},
        bookings=bookings,
        synced=await _synced(tx, bookings, entries),
        entries=entries,
        blockers=await _blockers(tx, known, seen, harvest, entries),
        terms=await _terms(tx, known, seen, mapping, project, rules),
        tolerance=_MINUTE if account and account.uses_timestamps else 0,
        is_below_booked=not (mapping and mapping.counts_parents) and await _is_below_booked(tx, seen, bookings),
    )


async def _is_below_booked(tx: Transaction, seen: TaskSnapshot, bookings: Sequence[Allocation]) -> bool:
    """Whoever was first stays as it is: a task of which hours are booked goes on."""
    if seen.task.parent_gid is None or any(one.hours for one in bookings):
        return False
    return sum(one.hours for one in await tx.asana_work.bookings(seen.task.parent_gid)) > 0


async def _synced(
    tx: Transaction, bookings: Sequence[Allocation], entries: Mapping[str, TimeEntry]
) -> list[SyncedEntry]:
    synced = []
    for key, entry in entries.items():
        mine = [one for one in bookings if one.entry_key == key]
        theirs = await tx.mirror.get(entry.harvest_id) if entry.harvest_id else None
        standing = EntryStanding.MOVING if entry.may_be_out else _STANDINGS.get(entry.state, EntryStanding.MOVING)
        if standing is EntryStanding.LOGGED and theirs is not None and theirs.is_running:
            standing = EntryStanding.MOVING
        if standing is EntryStanding.LOGGED and theirs is None:
            standing = EntryStanding.DELETED
        there = await _as_open(tx, theirs) if theirs and standing is EntryStanding.LOGGED else None
        synced.append(_one_synced(entry, standing, there, mine))
    return synced


def _one_synced(
    entry: TimeEntry, standing: EntryStanding, there: HarvestEntry | None, bookings: Sequence[Allocation]
) -> SyncedEntry:
    return SyncedEntry(
        key=entry.key,
        user_id=entry.harvest_user_id,
        standing=standing,
        booked=Hours(sum(one.hours for one in bookings)),
        entry=there,
        source=bookings[0].source,
        project_id=entry.project_id,
        task_id=entry.task_id,
        refusal=entry.reason if standing is EntryStanding.LOGGED else None,
    )


async def _as_open(tx: Transaction, entry: HarvestEntry) -> HarvestEntry:
    """Harvest changes nothing on an archived project."""
    project = await tx.directory.project(entry.project_id)
    return entry if project is None or project.is_active else entry._replace(is_locked=True)


async def _blockers(
    tx: Transaction, known: KnownTask, seen: TaskSnapshot, harvest: Project | None, entries: Mapping[str, TimeEntry]
) -> dict[str, Blocker | None]:
    if harvest is None:
        return {}
    foreign = await _foreign(tx, known, entries)
    blockers: dict[str, Blocker | None] = {}
    for gid, who in seen.people.items():
        twice = tuple(one.id for one in foreign if one.user_id == who.harvest_user_id)
        if who.harvest_user_id is None:
            blockers[gid] = Blocker(HoldKind.NOT_IN_HARVEST, who.user.name)
        elif not await tx.directory.is_assigned(who.harvest_user_id, harvest.id):
            blockers[gid] = Blocker(HoldKind.NOT_ASSIGNED, harvest.name)
        else:
            blockers[gid] = Blocker(HoldKind.DUPLICATE, entry_ids=twice) if twice else None
    return blockers


async def _foreign(tx: Transaction, known: KnownTask, entries: Mapping[str, TimeEntry]) -> list[HarvestEntry]:
    """Entries on this task that were not made from it: by Harvest's own integration, or by `/log` on the task.

    Those that somebody has decided about are left out.
    """
    ours = {entry.harvest_id for entry in entries.values()}
    holds = await tx.asana_holds.of_task(known.gid)
    settled = {one for hold in holds if hold.decided_by for one in hold.entry_ids}
    found = await tx.mirror.referring_to(known.gid)
    return [one for one in found if one.id not in ours | settled and key_in(one) not in entries]


async def _terms(
    tx: Transaction,
    known: KnownTask,
    seen: TaskSnapshot,
    mapping: ProjectMapping | None,
    project: KnownProject | None,
    rules: AsanaRules,
) -> Terms:
    live = rules.go_live or await tx.workspaces.started_at() or datetime.max.replace(tzinfo=UTC)
    terms = Terms(
        go_live=min(live, known.since) if known.since else live,
        pause=(known.until, live) if known.until else None,
        zones={gid: who.zone for gid, who in seen.people.items()},
        timezone=rules.timezone,
    )
    if project is not None:
        terms = replace(
            terms, hours_gid=project.hours_gid, percentage_gid=project.percentage_gid, type_gid=project.type_gid
        )
    if mapping is not None:
        attribution = Attribution(mapping.attribution.value)
        terms = replace(terms, attribution=attribution, ignores_percentage=mapping.ignores_percentage)
    return terms
