"""Which Harvest project an Asana project's hours go to: proposed, linked, changed, by those who decide everywhere.

A link makes what waited for it go through, whenever it was typed after go-live.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from store.asana.records.state import Choice, Hold, KnownProject, ProjectMapping, Source, WhoseHours
from store.database import Transaction
from store.harvest.records import Project
from store.people.records import Person
from store.units import Hours
from sync.asana.mapping.let_through import let_through
from sync.asana.task.due import mark_due
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.people.permissions import Managers
from sync.ports.engine import Job, Jobs
from sync.rules.asana.project_match import Origin, Proposal, is_certain, origin, proposals
from sync.rules.text.slack import escape


class NotYourMapping(Refused):
    """Only the coordinator or a Harvest administrator can decide where hours from Asana go; ask one of them."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """An Asana project, what it is linked to, and what waits of it. `harvest` None: not linked, or gone there."""

    project: KnownProject
    mapping: ProjectMapping | None
    harvest: Project | None
    waiting: int
    hours: Hours
    """Of what waits."""

    @property
    def origin(self) -> Origin:
        return origin(self.project.project.name)


@dataclass(frozen=True, slots=True)
class Proposed:
    """`is_certain`: may be ticked beforehand."""

    project: KnownProject
    found: Sequence[tuple[Proposal, Project]]
    is_certain: bool
    waiting: Sequence[Hold]


@dataclass(frozen=True, slots=True)
class MappingChange:
    """What of a mapping is to be changed; None leaves it. A task id of 0 takes the task away."""

    default_task_id: int | None = None
    non_billable_task_id: int | None = None
    source: Source | None = None
    attribution: WhoseHours | None = None
    counts_parents: bool | None = None
    ignores_percentage: bool | None = None


_NO_CHANGE = MappingChange()


@dataclass(frozen=True)
class AsanaMapping:
    tenant: Tenant
    managers: Managers
    jobs: Jobs

    async def overview(self) -> list[Mapped]:
        """Every project that is not ignored, archived ones only if they are linked; by name."""
        async with self.tenant.reading() as tx:
            mapped = {one.project_gid: one for one in await tx.mappings.every()}
            ids = {one.harvest_project_id for one in mapped.values()}
            harvest = {one.id: one for one in await tx.directory.projects(ids)}
            holds = await tx.asana_holds.open()
            known = await tx.asana.projects()
        rows = []
        for project in known:
            mapping = mapped.get(project.project.gid)
            if mapping is None and (project.is_ignored or project.project.is_archived):
                continue
            mine = [hold for hold in holds if hold.project_gid == project.project.gid]
            there = harvest.get(mapping.harvest_project_id) if mapping else None
            rows.append(Mapped(project, mapping, there, len(mine), Hours(sum(hold.hours for hold in mine))))
        return rows

    async def propose(self, project_gid: str) -> Proposed:
        """The Harvest projects that fit best, and what linking would let through."""
        async with self.tenant.reading() as tx:
            known = await _known(tx, project_gid)
            every = {one.id: one for one in await tx.directory.all_projects()}
            waiting = await tx.asana_holds.open(project_gid=project_gid)
        found = proposals(known.project, every.values())
        pairs = [(one, every[one.project_id]) for one in found]
        return Proposed(known, pairs, is_certain(known.project, found), waiting)

    async def choices(self, project_gid: str) -> tuple[Sequence[Choice], Mapping[str, int]]:
        """Sections and options of a project, and the Harvest tasks they are mapped to."""
        async with self.tenant.reading() as tx:
            return await tx.asana.choices(project_gid), await tx.mappings.tasks(project_gid)

    async def link(
        self, person: Person, project_gid: str, harvest_project_id: int, change: MappingChange = _NO_CHANGE
    ) -> ProjectMapping:
        """Link, or link otherwise; settings that are not given stay, or begin as usual."""
        await self.require(person, "mapping.link", project_gid)
        async with self.tenant.transaction() as tx:
            mapping = await self.link_in(tx, person, project_gid, harvest_project_id, change)
            due_at = await let_through(tx, project_gid, self.tenant.now())
        self.jobs.wake(Job.ASANA_TASKS, "", at=due_at)
        return mapping

    async def link_in(
        self, tx: Transaction, person: Person, project_gid: str, harvest_project_id: int, change: MappingChange
    ) -> ProjectMapping:
        """The same inside a transaction; the caller has asked whether the person may."""
        await _known(tx, project_gid)
        project = await tx.directory.project(harvest_project_id)
        if project is None or project.is_excluded:
            raise Refused(
                "That Harvest project is not known here. `/gleaner import` reads Harvest anew; then try again."
            )
        if not project.is_active:
            raise Refused(
                f"{escape(project.name)} is archived in Harvest. Restore it there, or choose another project."
            )
        before = await tx.mappings.get(project_gid)
        mapping = await self._begun(tx, person, project_gid, project, before)
        mapping = await _changed(tx, mapping, change)
        await tx.mappings.save(mapping)
        # Whoever links a project wants its hours, whatever was said of it before.
        await tx.asana.ignore_project(project_gid, is_ignored=False)
        if before is None or before.harvest_project_id != project.id:
            await self._map_sections(tx, project_gid, project.id)
        facts = {"harvest_project": project.id, "was": before.harvest_project_id if before else None}
        await self._audit(tx, person, "mapping.link", project_gid, facts)
        return mapping

    async def unlink(self, person: Person, project_gid: str) -> None:
        """What was logged stays; new hours wait."""
        await self.require(person, "mapping.unlink", project_gid)
        async with self.tenant.transaction() as tx:
            if not await tx.mappings.drop(project_gid):
                raise Refused("That project is linked to nothing. `/gleaner map` shows which are.")
            await self._audit(tx, person, "mapping.unlink", project_gid, {})

    async def change(self, person: Person, project_gid: str, change: MappingChange) -> ProjectMapping:
        """Source, whose hours, tasks: for what is typed from now on."""
        await self.require(person, "mapping.change", project_gid)
        async with self.tenant.transaction() as tx:
            mapping = await tx.mappings.get(project_gid)
            if mapping is None:
                raise Refused("That project is not linked yet. Press Link project first.")
            mapping = await _changed(tx, mapping, change)
            await tx.mappings.save(mapping)
            await self._audit(tx, person, "mapping.change", project_gid, _facts(change))
            due_at = await let_through(tx, project_gid, self.tenant.now())
        self.jobs.wake(Job.ASANA_TASKS, "", at=due_at)
        return mapping

    async def map_task(self, person: Person, project_gid: str, choice_gid: str, task_id: int | None) -> None:
        """Which Harvest task a section or option stands for; None: the project's default again."""
        await self.require(person, "mapping.task", project_gid)
        async with self.tenant.transaction() as tx:
            mapping = await tx.mappings.get(project_gid)
            if mapping is None or choice_gid not in {one.gid for one in await tx.asana.choices(project_gid)}:
                raise Refused("I can't find that section or option any more. `/gleaner map` shows the current ones.")
            if task_id is not None:
                await _bookable(tx, mapping.harvest_project_id, task_id)
            await tx.mappings.save_tasks(project_gid, {choice_gid: task_id})
            await self._audit(tx, person, "mapping.task", project_gid, {"choice": choice_gid, "task": task_id})
            due_at = await let_through(tx, project_gid, self.tenant.now())
        self.jobs.wake(Job.ASANA_TASKS, "", at=due_at)

    async def ignore(self, person: Person, project_gid: str, *, is_ignored: bool = True) -> None:
        """Its hours are of no interest: nothing is held and nobody is told."""
        await self.require(person, "mapping.ignore", project_gid)
        async with self.tenant.transaction() as tx:
            await _known(tx, project_gid)
            if is_ignored and await tx.mappings.get(project_gid) is not None:
                raise Refused(
                    "Somebody linked that project meanwhile. `/gleaner map NAME` shows it; press Unlink first."
                )
            await tx.asana.ignore_project(project_gid, is_ignored=is_ignored)
            await self._audit(tx, person, "mapping.ignore", project_gid, {"is_ignored": is_ignored})
            due_at = await let_through(tx, project_gid, self.tenant.now())
        self.jobs.wake(Job.ASANA_TASKS, "", at=due_at)

    async def name_user(self, person: Person, user_gid: str, harvest_user_id: int | None) -> None:
        """Who somebody of Asana is in Harvest, where the address does not tell; None: go by the address again."""
        await self.require(person, "mapping.person", user_gid)
        async with self.tenant.transaction() as tx:
            if harvest_user_id is not None and await tx.directory.user(harvest_user_id) is None:
                raise Refused(
                    "That Harvest user is not known here. `/gleaner import` reads Harvest anew; then try again."
                )
            if not await tx.asana.name_harvest_user(user_gid, harvest_user_id):
                raise Refused("That person is not known from Asana. `/gleaner people` shows who is.")
            await self._audit(tx, person, "mapping.person", user_gid, {"harvest_user": harvest_user_id})
            waiting = {hold.task_gid for hold in await tx.asana_holds.open(user_gid=user_gid)}
            due_at = await mark_due(tx, waiting, self.tenant.now())
        self.jobs.wake(Job.ASANA_TASKS, "", at=due_at)

    async def require(self, person: Person, deed: str, subject: str) -> None:
        """Asked when a button is pressed; who else tries is noted and refused."""
        async with self.tenant.transaction() as tx:
            if await self.managers.decides_everywhere(tx, person):
                return
            await self._audit(tx, person, f"{deed}.refused", subject[:64], {})
        _refuse()

    async def _begun(
        self, tx: Transaction, person: Person, project_gid: str, project: Project, before: ProjectMapping | None
    ) -> ProjectMapping:
        tasks = [task.id for task in await tx.directory.tasks_of(project.id)]
        usual = tasks[0] if len(tasks) == 1 else None
        now = self.tenant.now()
        if before is None:
            by = person.slack_id
            typed, field = WhoseHours.TYPED, Source.FIELD
            return ProjectMapping(
                project_gid, project.id, usual, None, field, typed, counts_parents=False, ignores_percentage=False,
                linked_by=by, linked_at=now,
            )  # fmt: skip
        default = before.default_task_id if before.default_task_id in tasks else usual
        other = before.non_billable_task_id if before.non_billable_task_id in tasks else None
        here = {"harvest_project_id": project.id, "default_task_id": default, "non_billable_task_id": other}
        return replace(before, **here, linked_by=person.slack_id, linked_at=now)  # type: ignore[arg-type]  # all ids

    async def _map_sections(self, tx: Transaction, project_gid: str, harvest_project_id: int) -> None:
        """Sections and options that are called as a task are that task."""
        tasks = {task.name.casefold(): task.id for task in await tx.directory.tasks_of(harvest_project_id)}
        found = {one.gid: tasks.get(one.name.casefold()) for one in await tx.asana.choices(project_gid)}
        await tx.mappings.save_tasks(project_gid, found)

    async def _audit(
        self, tx: Transaction, person: Person, deed: str, subject: str, facts: Mapping[str, object]
    ) -> None:
        await self.tenant.audit(tx, person.slack_id, deed, f"asana:{subject}", facts)


def _refuse() -> NoReturn:
    raise NotYourMapping


async def _known(tx: Transaction, project_gid: str) -> KnownProject:
    known = await tx.asana.project(project_gid)
    if known is None:
        raise Refused("That Asana project is not known here. `/gleaner map` reads them anew and lists them.")
    return known


async def _bookable(tx: Transaction, harvest_project_id: int, task_id: int) -> None:
    tasks = await tx.directory.tasks_of(harvest_project_id)
    if task_id not in {task.id for task in tasks}:
        names = ", ".join(escape(task.name) for task in tasks) or "none yet: add one in Harvest"
        raise Refused(f"That task is not on the Harvest project. Choose one of its tasks: {names}.")


async def _changed(tx: Transaction, mapping: ProjectMapping, change: MappingChange) -> ProjectMapping:
    given: dict[str, Any] = {**_facts(change)}
    for name in ("default_task_id", "non_billable_task_id"):
        if given.get(name):
            await _bookable(tx, mapping.harvest_project_id, given[name])
        elif name in given:
            given[name] = None
    return replace(mapping, **given)


def _facts(change: MappingChange) -> dict[str, object]:
    names: Iterable[str] = MappingChange.__dataclass_fields__
    return {name: value for name in names if (value := getattr(change, name)) is not None}
