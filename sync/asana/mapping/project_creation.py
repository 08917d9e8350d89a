"""Makes a Harvest project for an Asana one and links the two; never twice, whatever was lost on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import structlog

from store.asana.records.state import Choice, ChoiceKind, KnownProject, ProjectMapping
from store.harvest.records import Project, Task
from store.people.records import Person
from sync.asana.mapping.mapping import AsanaMapping, MappingChange
from sync.engine.tenant import Tenant
from sync.errors import Gone, Refused, Rejected, UnknownOutcome
from sync.harvest.access import HarvestAccess
from sync.harvest.import_job import HarvestImport
from sync.ports.harvest import Harvest, ProjectDraft

log = structlog.get_logger()

_LEASE = timedelta(minutes=10)
"""After that whoever had it has died, and what was on its way to Harvest is there or never will be."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the project shall be. Fixed fees are billed as such; not billable: none of its time is (S1-24, S1-47)."""

    client_id: int
    name: str = ""
    """Empty: as in Asana."""
    code: str = ""
    is_billable: bool = True
    is_fixed_fee: bool = False
    sections: frozenset[str] | None = None
    """Gids of the sections that become its tasks; None: all of them."""

    def takes(self, choice: Choice) -> bool:
        is_section = choice.kind is ChoiceKind.SECTION
        return is_section and (self.sections is None or choice.gid in self.sections)


@dataclass(frozen=True)
class ProjectCreation:
    tenant: Tenant
    access: HarvestAccess
    imports: HarvestImport
    mapping: AsanaMapping

    async def create(self, person: Person, project_gid: str, wish: Wish) -> ProjectMapping:
        """Asked again, it finds what was made before by its mark, and goes on from there.

        One at a time for each project: two that look at once would both find nothing, and both create it.
        """
        await self.mapping.require(person, "mapping.create", project_gid)
        name, owner, now = f"create-project:{project_gid}", uuid4().hex, self.tenant.now()
        async with self.tenant.transaction() as tx:
            if not await tx.leases.take(name, owner, now, now + _LEASE):
                raise Refused(
                    "This project is being created in Harvest at this moment, or Harvest has not said whether it was. "
                    "Press Create project again in ten minutes: I look for it there first, so it is never made twice."
                )
        try:
            return await self._create(person, project_gid, wish)
        except UnknownOutcome:
            # It may yet appear there: nobody is to look too soon, find nothing, and create another.
            owner = ""
            raise
        finally:
            if owner:
                async with self.tenant.transaction() as tx:
                    await tx.leases.free(name, owner)

    async def _create(self, person: Person, project_gid: str, wish: Wish) -> ProjectMapping:
        async with self.tenant.reading() as tx:
            known = await tx.asana.project(project_gid)
            choices = await tx.asana.choices(project_gid)
            tasks = await tx.directory.tasks()
            clients = {client.id for client in await tx.directory.clients()}
        if known is None:
            raise Refused("That Asana project is not known here. `/gleaner map` reads them anew and lists them.")
        if wish.client_id not in clients:
            raise Refused("Choose one of Harvest's active clients, or add the client in Harvest first.")
        harvest = await self.access.reader()
        project = await self._project(harvest, known, wish)
        names = [one.name for one in choices if wish.takes(one)]
        await self._add_tasks(harvest, project, names, tasks)
        await self._add_people(harvest, project, project_gid)
        await self.imports.directory.run()
        return await self.mapping.link(person, project_gid, project.id, await self._first(project))

    async def _first(self, project: Project) -> MappingChange:
        """What no section says has to go somewhere, or it would wait."""
        async with self.tenant.reading() as tx:
            tasks = await tx.directory.tasks_of(project.id)
        return MappingChange(default_task_id=tasks[0].id if tasks else None)

    async def _project(self, harvest: Harvest, known: KnownProject, wish: Wish) -> Project:
        mark = f"gleaner:asana:{known.project.gid}"
        found = await harvest.project_marked(mark)
        if found is not None:
            return found
        name = wish.name.strip() or known.project.name
        draft = ProjectDraft(wish.client_id, name, wish.code, wish.is_billable, wish.is_fixed_fee, mark)
        try:
            return await harvest.create_project(draft)
        except UnknownOutcome:
            made = await harvest.project_marked(mark)
            if made is None:
                raise
            return made
        except Rejected as error:
            raise Refused(
                f"Harvest does not create the project: {error.message} Its token must be an administrator's or a "
                "manager's; or create the project in Harvest and press Link project."
            ) from None

    async def _add_tasks(self, harvest: Harvest, project: Project, names: Sequence[str], tasks: Sequence[Task]) -> None:
        """Asana's sections are the project's tasks; those that Harvest does not have are made where it lets us."""
        known = {task.name.casefold(): task.id for task in tasks}
        for name in names:
            try:
                task_id = known.get(name.casefold()) or (await harvest.create_task(name)).id
                await harvest.assign_task(project.id, task_id)
            except (Gone, Rejected) as error:
                log.warning("harvest takes no task", task=name, why=str(error))

    async def _add_people(self, harvest: Harvest, project: Project, project_gid: str) -> None:
        """Those whose hours wait."""
        async with self.tenant.reading() as tx:
            gids = {hold.user_gid for hold in await tx.asana_holds.open(project_gid=project_gid) if hold.user_gid}
            users = await tx.asana.users(gids)
            found = [await tx.directory.user_by_email(user.email) for user in users if user.email]
            ids = {user.harvest_user_id for user in users} | {user.id for user in found if user}
        for user_id in sorted(one for one in ids if one):
            try:
                await harvest.assign_user(project.id, user_id)
            except Rejected as error:
                log.warning("harvest takes nobody onto the project", user=user_id, why=str(error))
