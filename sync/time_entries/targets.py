"""From what was typed to the project and task it means: a code, the channel's project, the task last used."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from store.database import Transaction
from store.harvest.records import Project, Task
from store.people.records import Person
from sync.engine.tenant import Tenant
from sync.ports.task_links import LinkedTask, TaskLinks, TaskReference
from sync.rules.text.slack import escape, quote
from sync.rules.time_entries import suggestions


@dataclass(frozen=True, slots=True)
class Target:
    """Where time goes."""

    project: Project
    task: Task
    reference: TaskReference | None = None
    """The Asana task whose address was given."""

    def note(self, typed: str) -> str:
        """What was typed, else the name of the Asana task."""
        return typed or (self.reference.name if self.reference else "")


@dataclass(frozen=True, slots=True)
class UnclearTarget:
    """The project or task could not be told; the form asks. `why` is a sentence, `nearest` at most three projects."""

    why: str
    nearest: Sequence[Project]
    project: Project | None = None
    reference: TaskReference | None = None


@dataclass(frozen=True)
class Targets:
    tenant: Tenant
    links: TaskLinks

    async def codes(self) -> frozenset[str]:
        """Every project code, to tell targets from notes (ruling 1)."""
        async with self.tenant.reading() as tx:
            return frozenset(project.code for project in await tx.directory.all_projects() if project.code)

    async def codes_and_names(self) -> frozenset[str]:
        """What a project can be called in commands that take more than codes."""
        async with self.tenant.reading() as tx:
            return frozenset(said for one in await tx.directory.all_projects() for said in (one.code, one.name) if said)

    async def find(
        self, person: Person, target: str | None, task: str | None, channel: str | None
    ) -> Target | UnclearTarget:
        """The booking, if there is exactly one it can be. Raises Refused for an Asana task that cannot be booked on."""
        if target and (linked := await self.links.find(target)) is not None:
            return await self._of_asana(person, linked, task)
        project = await self._project(person, target, channel)
        if isinstance(project, UnclearTarget):
            return project
        return await self._task(person, project, task)

    async def projects(self, person: Person) -> Sequence[Project]:
        """What this person may book on, by client and name."""
        async with self.tenant.reading() as tx:
            return await tx.directory.projects_of(person.harvest_user_id or 0)

    async def tasks(self, project_id: int) -> Sequence[Task]:
        async with self.tenant.reading() as tx:
            return await tx.directory.tasks_of(project_id)

    async def project(self, project_id: int) -> Project | None:
        async with self.tenant.reading() as tx:
            return await tx.directory.project(project_id)

    async def named(self, person: Person, name: str) -> Project | UnclearTarget:
        """The project with that code, else the one with that name; for `/gleaner link`."""
        found = await self._coded(name)
        if len(found) == 1:
            return found[0]
        mine = await self.projects(person)
        same = [project for project in mine if project.name.casefold() == name.casefold()]
        if len(same) == 1:
            return same[0]
        return UnclearTarget(f"I can't find a project called “{quote(name)}”.", suggestions.nearest(name, mine))

    async def _project(self, person: Person, target: str | None, channel: str | None) -> Project | UnclearTarget:
        if target is None:
            return await self._linked(person, channel)
        found = await self._coded(target)
        if len(found) == 1:
            return found[0]
        near = suggestions.nearest(target, found or await self.projects(person))
        if found:
            return UnclearTarget(f"“{quote(target)}” is the code of {len(found)} projects. Choose one.", near)
        return UnclearTarget(f"I can't find a project called “{quote(target)}”.", near)

    async def _coded(self, code: str) -> Sequence[Project]:
        """Projects with that code; archived ones only if no active one has it, for Harvest to say why it refuses."""
        async with self.tenant.reading() as tx:
            every = await tx.directory.all_projects()
        same = [project for project in every if project.code and project.code.casefold() == code.casefold()]
        return [project for project in same if project.is_active] or same

    async def _linked(self, person: Person, channel: str | None) -> Project | UnclearTarget:
        async with self.tenant.reading() as tx:
            linked = await tx.channels.project(channel) if channel else None
            project = await tx.directory.project(linked) if linked else None
            mine = await tx.directory.projects_of(person.harvest_user_id or 0)
        if project:
            return project
        why = "This channel is linked to no project, so tell me which: put its code after the duration."
        return UnclearTarget(why, mine[:3])

    async def _of_asana(self, person: Person, linked: LinkedTask, typed: str | None) -> Target | UnclearTarget:
        """The mapped task, unless another one was typed."""
        if linked.task is not None and typed is None:
            return Target(linked.project, linked.task, linked.reference)
        return replace(await self._task(person, linked.project, typed), reference=linked.reference)

    async def _task(self, person: Person, project: Project, typed: str | None) -> Target | UnclearTarget:
        async with self.tenant.reading() as tx:
            tasks = await tx.directory.tasks_of(project.id)
            last = await last_task(tx, person, project.id)
        if typed is not None:
            found = suggestions.match_tasks(typed, tasks)
            if len(found) == 1:
                return Target(project, found[0])
            what = "no task" if not found else "more than one task"
            names = ", ".join(f"#{escape(task.name.replace(' ', '-'))}" for task in tasks)
            return UnclearTarget(
                f"{escape(project.name)} has {what} that starts with “#{quote(typed)}”. It has: {names}.", [], project
            )
        usual = next((task for task in tasks if task.id == last), None)
        if usual is None and len(tasks) == 1:
            usual = tasks[0]
        if usual is None:
            return UnclearTarget(
                f"Which task on {escape(project.name)}? Add it as `#task`, or choose it in the form.", [], project
            )
        return Target(project, usual)


async def last_task(tx: Transaction, person: Person, project_id: int) -> int | None:
    """The task this person last used on that project, in Harvest or on the way there (ruling 3)."""
    coming = await tx.time_entries.coming(person.slack_id, project_id)
    if coming is not None:
        return coming.task_id
    made = await tx.mirror.newest(person.harvest_user_id or 0, project_id)
    return made[0].task_id if made else None
