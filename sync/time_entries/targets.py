"""From what was typed to the project and task it means: a code, the channel's project, the task last used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from store.database import Transaction
from store.harvest.records import Project, Task
from store.people.records import Person
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.ports.task_links import LinkedTask, TaskLinks, TaskReference
from sync.rules.text.slack import as_command, escape, quote
from sync.rules.time_entries import suggestions
from sync.rules.time_entries.project_names import ProjectNames

_ASKED = 5
"""Projects of one name that are told apart in one sentence."""


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
    names: Mapping[int, str] = field(default_factory=dict)
    """What to type for each of the nearest, where that is neither its code nor its name."""
    tasks: Sequence[Task] = ()
    """What can be chosen, where the project is clear and only its task is not."""

    def called(self, project: Project) -> str:
        """Typed in a command, it means that project."""
        return self.names.get(project.id, project.code or project.name)


class NoTasks(Refused):
    """A project on which nothing can be booked. `managers`: who can mend that, as plain text."""

    def __init__(self, project: Project, managers: str) -> None:
        super().__init__(
            f"{escape(project.name)} has no tasks in Harvest, so no time can go there. Ask {escape(managers)} to add a "
            "task to the project; after `/gleaner import`, type this once more. Nothing was logged or started."
        )


@dataclass(frozen=True)
class Targets:
    tenant: Tenant
    links: TaskLinks

    async def codes(self) -> frozenset[str]:
        """Every project code, to tell targets from notes (ruling 1); with their clients, those that share one."""
        return (await self._names()).codes()

    async def codes_and_names(self) -> frozenset[str]:
        """What a project can be called in commands that take more than codes."""
        return (await self._names()).codes_and_names()

    async def find(
        self, person: Person, target: str | None, task: str | None, channel: str | None
    ) -> Target | UnclearTarget:
        """The booking, if there is exactly one it can be. Raises Refused for an Asana task that cannot be booked on."""
        if target and (linked := await self.links.find(target)) is not None:
            return await self._of_asana(person, linked, task)
        project = await (self.named(person, target) if target else self._linked(person, channel))
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
        """The project with that code, else the one with that name."""
        names = await self._names()
        found = names.find(name)
        if len(found) == 1:
            return found[0]
        nearest = found[:_ASKED] or suggestions.nearest(name, await self.projects(person))
        called = {one.id: names.called(one) for one in nearest}
        if found:
            typed = " or ".join(f"`{as_command(called[one.id])}`" for one in nearest)
            return UnclearTarget(
                f"“{quote(name)}” is {len(found)} projects. Whose do you mean? Type {typed} in its place.",
                nearest,
                names=called,
            )
        return UnclearTarget(f"I can't find a project called “{quote(name)}”.", nearest, names=called)

    async def _names(self) -> ProjectNames:
        async with self.tenant.reading() as tx:
            return ProjectNames.of(await tx.directory.all_projects())

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
            managers = await tx.directory.managers(project.id)
        if not tasks:
            raise NoTasks(project, ", ".join(one.name for one in managers) or "a Harvest administrator")
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
            return UnclearTarget(f"Which task on {escape(project.name)}? Add it as `#task`.", [], project, tasks=tasks)
        return Target(project, usual)


async def last_task(tx: Transaction, person: Person, project_id: int) -> int | None:
    """The task this person last used on that project, in Harvest or on the way there (ruling 3)."""
    coming = await tx.time_entries.coming(person.slack_id, project_id)
    if coming is not None:
        return coming.task_id
    made = await tx.mirror.newest(person.harvest_user_id or 0, project_id)
    return made[0].task_id if made else None
