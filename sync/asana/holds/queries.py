"""What waits of Asana's hours, with the names a person needs to decide about it, and how Asana stands as a whole."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from store.asana.records.state import (
    Hold,
    HoldKind,
    HoldState,
    HookState,
    KnownProject,
    KnownTask,
    KnownUser,
    ProjectMapping,
)
from store.database import Transaction
from store.engine.cursors import Cursor
from store.harvest.records import Client, HarvestUser, Project, Task
from store.people.records import Person
from store.time_entries.records import TimeEntry
from store.units import Hours
from sync.asana.mapping.watched_projects import covered
from sync.asana.task.hold_causes import beside, mark, mend
from sync.engine.tenant import Tenant
from sync.people.permissions import Managers
from sync.ports.task_links import LinkedTask, TaskReference
from sync.rules.asana.project_match import Proposal, is_certain, proposals

_LATELY = 60


@dataclass(frozen=True, slots=True)
class PendingHours:
    """Hours that wait: whose, and on which task."""

    task: str
    url: str | None
    who: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class ProjectLink:
    """An Asana project and what it is linked to. `harvest` None though there is a mapping: that project is gone."""

    project: KnownProject
    mapping: ProjectMapping | None
    harvest: Project | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A hold as it stands now. `lines`: what waits for the same mend, itself first.

    `found`: Harvest projects that may be meant, of what is linked to none; `is_certain`: the first one surely is.
    `entry`: what was booked and stands otherwise in Harvest. `others`: the holds of the lines but the first.
    `is_trashed`: its task is in Asana's trash.
    """

    hold: Hold
    lines: Sequence[PendingHours]
    project: KnownProject | None
    mapping: ProjectMapping | None
    harvest: Project | None
    found: Sequence[tuple[Proposal, Project]] = ()
    is_certain: bool = False
    entry: TimeEntry | None = None
    others: Sequence[Hold] = ()
    is_trashed: bool = False

    @property
    def mark(self) -> str:
        """What a button about all of them carries, so that nothing is decided but what was shown."""
        return mark([self.hold, *self.others]) if self.others else ""

    @property
    def is_open(self) -> bool:
        return self.hold.state is HoldState.OPEN

    @property
    def is_linked(self) -> bool:
        """Its project was linked since; it goes out by itself."""
        return self.hold.kind is HoldKind.UNMAPPED and self.mapping is not None

    @property
    def hours(self) -> Hours:
        return Hours(sum(line.hours for line in self.lines))


@dataclass(frozen=True, slots=True)
class AsanaStanding:
    """`heard_at`: when Asana last told of anything, or was read. `held`: hours in hundredths that wait."""

    is_connected: bool
    heard_at: datetime | None
    linked: int
    unmapped: int
    holds: int
    held: Hours


@dataclass(frozen=True)
class HoldQueries:
    tenant: Tenant
    managers: Managers
    is_connected: bool

    async def waiting(self, key: str) -> Waiting | None:
        """None if there is no such hold."""
        async with self.tenant.reading() as tx:
            hold = await tx.asana_holds.get(key)
            return await self._waiting(tx, hold) if hold else None

    async def all(self, holds: Collection[Hold]) -> Sequence[Waiting]:
        """Of holds that wait for one mend only the first, which stands for all."""
        seen: set[object] = set()
        found = []
        async with self.tenant.reading() as tx:
            for hold in holds:
                if (waits_for := mend(hold)) not in seen:
                    seen.add(waits_for)
                    found.append(await self._waiting(tx, hold))
        return found

    async def keys_of(self, project_gid: str) -> Sequence[str]:
        """Of what waits in a project."""
        async with self.tenant.reading() as tx:
            return [hold.key for hold in await tx.asana_holds.open(project_gid=project_gid)]

    async def lines_of(self, project_gid: str) -> Sequence[PendingHours]:
        """What waits in a project, whatever for."""
        async with self.tenant.reading() as tx:
            return await _lines(tx, await tx.asana_holds.open(project_gid=project_gid))

    async def standing(self) -> AsanaStanding:
        async with self.tenant.reading() as tx:
            mapped = {one.project_gid for one in await tx.mappings.every()}
            heard = [hook.heard_at for hook in await tx.asana.hooks(HookState.ACTIVE)]
            heard += [one.swept_at for one in await tx.asana.projects()]
            crawled = await tx.cursors.get(Cursor.ASANA_CRAWLED)
            listened = {one.project.gid for one in await covered(tx)}
            holds = await tx.asana_holds.open()
        heard += [datetime.fromisoformat(crawled)] if crawled else []
        held = Hours(sum(max(0, hold.hours) for hold in holds))
        last = max((at for at in heard if at), default=None)
        return AsanaStanding(self.is_connected, last, len(mapped), len(listened - mapped), len(holds), held)

    async def decides(self, person: Person) -> bool:
        async with self.tenant.reading() as tx:
            return await self.managers.decides_everywhere(tx, person)

    async def project(self, gid: str) -> ProjectLink | None:
        """None if the project is not known."""
        async with self.tenant.reading() as tx:
            known = await tx.asana.project(gid)
            mapping = await tx.mappings.get(gid)
            harvest = await tx.directory.project(mapping.harvest_project_id) if mapping else None
        return ProjectLink(known, mapping, harvest) if known else None

    async def ignored(self) -> Sequence[KnownProject]:
        async with self.tenant.reading() as tx:
            return [one for one in await tx.asana.projects() if one.is_ignored]

    async def harvest_projects(self) -> Sequence[Project]:
        """Active ones, whoever works on them."""
        async with self.tenant.reading() as tx:
            return [one for one in await tx.directory.all_projects() if one.is_active]

    async def clients(self) -> Sequence[Client]:
        async with self.tenant.reading() as tx:
            return await tx.directory.clients()

    async def harvest_users(self) -> Sequence[HarvestUser]:
        async with self.tenant.reading() as tx:
            return [user for user in await tx.directory.users() if user.is_active]

    async def administrators(self) -> Sequence[str]:
        """Addresses of those who decide everywhere by Harvest's word."""
        return [f"user:{user.id}" for user in await self.harvest_users() if user.is_administrator]

    async def people(self) -> Sequence[KnownUser]:
        """Everybody in Asana, by name."""
        async with self.tenant.reading() as tx:
            return await tx.asana.users()

    async def linked(self, hold_key: str) -> Sequence[KnownProject]:
        """Linked projects that a hold names; all, if they are called otherwise since."""
        async with self.tenant.reading() as tx:
            hold = await tx.asana_holds.get(hold_key)
            every = await tx.asana.projects([one.project_gid for one in await tx.mappings.every()])
        return [one for one in every if hold and one.project.name in hold.words] or every

    async def usual_task(self, harvest_project_id: int) -> Task | None:
        """What most of the project's latest entries are on, else its first task."""
        async with self.tenant.reading() as tx:
            tasks = {task.id: task for task in await tx.directory.tasks_of(harvest_project_id)}
            recent = await tx.mirror.recent(harvest_project_id, limit=_LATELY)
        counted = Counter(entry.task_id for entry in recent if entry.task_id in tasks).most_common(1)
        if counted:
            return tasks[counted[0][0]]
        return next(iter(tasks.values()), None)

    async def task(self, gid: str) -> LinkedTask | None:
        """Where a task's time goes, as far as is known here; None if it is not, or its project is linked to nothing."""
        async with self.tenant.reading() as tx:
            known = await tx.asana_work.task(gid)
            mapping = await tx.mappings.get(known.project_gid or "") if known else None
            if known is None or mapping is None:
                return None
            project = await tx.directory.project(mapping.harvest_project_id)
            task = await tx.directory.task(mapping.default_task_id) if mapping.default_task_id else None
        url = known.url or f"https://app.asana.com/0/{mapping.project_gid}/{gid}"
        reference = TaskReference(gid, mapping.project_gid, url, known.name)
        return LinkedTask(project, task, reference) if project else None

    async def free(self, task_gids: Collection[str]) -> set[str]:
        """Those of which somebody said that they cost nothing."""
        async with self.tenant.reading() as tx:
            return {task.gid for task in await tx.asana_work.tasks(task_gids) if task.is_free}

    async def _waiting(self, tx: Transaction, hold: Hold) -> Waiting:
        project = await tx.asana.project(hold.project_gid) if hold.project_gid else None
        mapping = await tx.mappings.get(hold.project_gid) if hold.project_gid else None
        holds = await beside(tx, hold)
        task = await tx.asana_work.task(hold.task_gid)
        waiting = Waiting(
            hold=hold,
            lines=await _lines(tx, holds),
            project=project,
            mapping=mapping,
            harvest=await tx.directory.project(mapping.harvest_project_id) if mapping else None,
            entry=await tx.time_entries.get(hold.entry_key) if hold.entry_key else None,
            others=holds[1:],
            is_trashed=task is not None and task.is_trashed,
        )
        if hold.kind is not HoldKind.UNMAPPED or mapping is not None or project is None:
            return waiting
        pairs, surely = await _propose(tx, project)
        return replace(waiting, found=pairs, is_certain=surely)


async def _propose(tx: Transaction, known: KnownProject) -> tuple[Sequence[tuple[Proposal, Project]], bool]:
    every = {one.id: one for one in await tx.directory.all_projects()}
    found = proposals(known.project, every.values())
    return [(one, every[one.project_id]) for one in found], is_certain(known.project, found)


async def _lines(tx: Transaction, holds: Sequence[Hold]) -> list[PendingHours]:
    tasks = {task.gid: task for task in await tx.asana_work.tasks([hold.task_gid for hold in holds])}
    users = {user.gid: user.name for user in await tx.asana.users([hold.user_gid for hold in holds if hold.user_gid])}
    return [_line(hold, tasks, users) for hold in holds]


def _line(hold: Hold, tasks: Mapping[str, KnownTask], users: Mapping[str, str]) -> PendingHours:
    task = tasks.get(hold.task_gid)
    return PendingHours(
        task.name if task else "", task.url if task else None, users.get(hold.user_gid or "", ""), hold.hours
    )
