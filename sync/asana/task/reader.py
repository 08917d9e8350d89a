"""Everything about one Asana task that decides about its hours, asked of Asana anew: a hint is never believed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.asana.records.api import AsanaTask, AsanaTimeEntry, AsanaUser, Membership, Stories
from store.asana.records.state import KnownProject, KnownTask, Source
from store.database import Transaction
from sync.asana.task.users import AsanaUsers, MatchedUser
from sync.engine.tenant import Tenant
from sync.errors import Gone, Rejected
from sync.news.asana import unread
from sync.ports.asana import Asana
from sync.rules.asana.billable_hours import HOURS_FIELD
from sync.rules.asana.billable_share import find_field
from sync.rules.asana.task_project import Placed, memberships, place
from sync.rules.asana.tracked_time import source_of

_DEEPEST = 5
"""Levels of subtasks that Asana has."""


@dataclass(frozen=True, slots=True)
class TaskSnapshot:
    """A task as Asana has it now. `is_parent`: hours stand in its subtasks as well.

    `unread`: time entries of a task whose hours are typed, read until somebody was told of such in its project.
    """

    task: AsanaTask
    memberships: tuple[Membership, ...]
    source: Source
    stories: Stories
    entries: Sequence[AsanaTimeEntry]
    is_parent: bool
    people: Mapping[str, MatchedUser]
    unread: Sequence[AsanaTimeEntry] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a task's hours belong, as the store has it. `tells`: hours in the other source are to be told of."""

    project: KnownProject | None
    source: Source
    counts_parents: bool
    tells: bool


@dataclass(frozen=True)
class TaskReader:
    tenant: Tenant
    people: AsanaUsers

    async def read(self, asana: Asana, known: KnownTask) -> TaskSnapshot:
        """Raises Gone for a task in the trash, and whatever else Asana says."""
        task = await asana.task(known.gid)
        found = memberships(await self._line(asana, task))
        place = await self._place(found, known)
        stories = await asana.stories(task.gid)
        entries = await asana.task_time_entries(task.gid) if place.source is Source.TIME_ENTRIES else []
        unread = await self._unread(asana, task) if place.source is Source.FIELD and place.tells else []
        people = await self.people.find(_everybody(task, stories, entries))
        is_parent = not place.counts_parents and await self._has_filled_subtasks(asana, task, place.project)
        return TaskSnapshot(task, found, place.source, stories, entries, is_parent, people, unread)

    async def _unread(self, asana: Asana, task: AsanaTask) -> Sequence[AsanaTimeEntry]:
        """Only for telling, so that a refusal stops nothing."""
        try:
            return await asana.task_time_entries(task.gid) if task.actual_minutes else []
        except (Gone, Rejected):
            return []

    async def _line(self, asana: Asana, task: AsanaTask) -> Sequence[AsanaTask]:
        """The task, and its ancestors up to the first in a project."""
        line = [task]
        while not line[-1].memberships and line[-1].parent_gid and len(line) <= _DEEPEST:
            try:
                line.append(await asana.task(line[-1].parent_gid))
            except (Gone, Rejected):
                break
        return line

    async def _place(self, found: Sequence[Membership], known: KnownTask) -> _Place:
        gids = [one.project_gid for one in found]
        async with self.tenant.reading() as tx:
            mapped = await tx.mappings.of(gids)
            ignored = [one.project.gid for one in await tx.asana.projects(gids) if one.is_ignored]
            where = place(found, mapped, ignored, known.chosen_project)
            booked = source_of(await tx.asana_work.bookings(known.gid))
            project = await tx.asana.project(where.project_gid) if isinstance(where, Placed) else None
            mapping = mapped.get(where.project_gid) if isinstance(where, Placed) else None
            source = booked or (mapping.source if mapping else Source.FIELD)
            tells = mapping is not None and not await is_told(tx, mapping.project_gid, source)
        return _Place(project, source, mapping is not None and mapping.counts_parents, tells)

    async def _has_filled_subtasks(self, asana: Asana, task: AsanaTask, project: KnownProject | None) -> bool:
        """Whether hours stand on any level below a task that has hours itself."""
        gid = project.hours_gid if project else None
        below = [task] if task.subtask_count and has_hours(task, gid) else []
        for _ in range(_DEEPEST):
            below = [one for above in below if above.subtask_count for one in await asana.subtasks(above.gid)]
            if any(has_hours(one, gid) for one in below):
                return True
        return False


async def is_told(tx: Transaction, project_gid: str, source: Source) -> bool:
    """Whether somebody was told that hours of the project stand in the other source than `source`."""
    return await tx.notices.was_kept(unread(project_gid, source.value))


def has_hours(task: AsanaTask, hours_gid: str | None) -> bool:
    value = find_field(task.fields, HOURS_FIELD, hours_gid)
    return value is not None and bool(value.number)


def _everybody(task: AsanaTask, stories: Stories, entries: Iterable[AsanaTimeEntry]) -> Iterable[AsanaUser]:
    everybody = [task.assignee, *(one.created_by for one in stories.fields), *(one.created_by for one in entries)]
    return [user for user in everybody if user is not None]
