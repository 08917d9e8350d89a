"""The mapping table out to CSV and back in: looked through whole first, then all of it or none (S1-54)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from store.asana.records.state import ProjectMapping, Source, WhoseHours
from store.database import Transaction
from sync.asana.mapping.let_through import let_through
from sync.engine.tenant import Tenant
from sync.rules.asana.mapping_csv import Line, LineFault, ProjectLine, TaskLine, read, write

_TASKS = ("default_task_id", "non_billable_task_id")
_SETTINGS = (*_TASKS, "source", "attribution", "counts_parents", "ignores_percentage")


@dataclass(frozen=True, slots=True)
class MappingImported:
    """`added`, `changed`, `same`: lines of projects; `tasks`: lines of sections and options.

    `dropped`: sections and options whose task the project's other Harvest project does not have.
    """

    added: int
    changed: int
    same: int
    tasks: int
    dropped: int
    faults: Sequence[LineFault]

    def __str__(self) -> str:
        said = f"{self.added} new, {self.changed} changed, {self.same} as they were, {self.tasks} sections and options"
        if not self.dropped:
            return said
        return f"{said}; {self.dropped} sections and options lose a task that Harvest's other project does not have"


@dataclass(frozen=True, slots=True)
class _Row:
    """A project as the file wants it. `dropped`: gids of its sections and options that lose their task."""

    before: ProjectMapping | None
    after: ProjectMapping
    dropped: Collection[str]

    @property
    def is_same(self) -> bool:
        return self.before is not None and _settings(self.before) == _settings(self.after)


@dataclass(frozen=True)
class MappingFiles:
    """Whoever calls has asked whether it may be done: the operator may, by having the command line."""

    tenant: Tenant

    async def export(self) -> str:
        async with self.tenant.reading() as tx:
            names = {one.project.gid: one.project.name for one in await tx.asana.projects()}
            rows = [row for mapping in await tx.mappings.every() for row in await _rows(tx, mapping, names)]
        return write(rows)

    async def take(self, text: str, *, by: str, is_dry_run: bool) -> MappingImported:
        """With any fault nothing is changed. `is_rehearsal`: say what would be, and change nothing."""
        lines, faults = read(text)
        async with self.tenant.transaction() as tx:
            faults = [*faults, *[fault for line in lines for fault in await _faults(tx, line, lines)]]
            tasks = [one for one in lines if isinstance(one, TaskLine)]
            rows = [await self._row(tx, one, tasks, by) for one in lines if isinstance(one, ProjectLine)]
            added = sum(one.before is None for one in rows)
            same = sum(one.is_same for one in rows)
            dropped = sum(len(one.dropped) for one in rows)
            taken = MappingImported(
                added, len(rows) - added - same, same, len(tasks), dropped, sorted(faults, key=_place)
            )
            if not (faults or is_dry_run):
                await self._save(tx, rows, tasks)
                facts = {"added": added, "changed": taken.changed, "tasks": len(tasks), "dropped": dropped}
                await self.tenant.audit(tx, by, "mapping.import", "asana:mapping", facts)
        return taken

    async def _save(self, tx: Transaction, rows: Sequence[_Row], tasks: Sequence[TaskLine]) -> None:
        for row in rows:
            if not row.is_same:
                await tx.mappings.save(row.after)
                await tx.mappings.save_tasks(row.after.project_gid, dict.fromkeys(row.dropped))
                await tx.asana.ignore_project(row.after.project_gid, is_ignored=False)
        for task in tasks:
            await tx.mappings.save_tasks(task.project_gid, {task.choice_gid: task.task_id})
        changed = [row.after.project_gid for row in rows if not row.is_same] + [task.project_gid for task in tasks]
        for gid in dict.fromkeys(changed):
            await let_through(tx, gid, self.tenant.now())

    async def _row(self, tx: Transaction, line: ProjectLine, tasks: Iterable[TaskLine], by: str) -> _Row:
        """What the file does not say stays, as far as the Harvest project still has it."""
        before = await tx.mappings.get(line.project_gid)
        fresh = ProjectMapping(
            project_gid=line.project_gid,
            harvest_project_id=line.harvest_project_id,
            default_task_id=None,
            non_billable_task_id=None,
            source=Source.FIELD,
            attribution=WhoseHours.TYPED,
            counts_parents=False,
            ignores_percentage=False,
            linked_by=by,
            linked_at=self.tenant.now(),
        )
        if before is None:
            return _Row(None, replace(fresh, **line.settings), ())
        kept = {name: getattr(before, name) for name in _SETTINGS}
        dropped: list[str] = []
        if before.harvest_project_id != line.harvest_project_id:
            bookable = {task.id for task in await tx.directory.tasks_of(line.harvest_project_id)}
            kept |= {name: None for name in _TASKS if kept[name] not in bookable}
            said = {one.choice_gid for one in tasks if one.project_gid == line.project_gid}
            mapped = await tx.mappings.tasks(line.project_gid)
            dropped = [gid for gid, task_id in mapped.items() if task_id not in bookable and gid not in said]
        return _Row(before, replace(fresh, **{**kept, **line.settings}), dropped)


async def _rows(tx: Transaction, mapping: ProjectMapping, names: dict[str, str]) -> list[tuple[object, ...]]:
    project = await tx.directory.project(mapping.harvest_project_id)
    tasks = await tx.mappings.tasks(mapping.project_gid)
    called = await tx.directory.task_names([*tasks.values(), mapping.default_task_id or 0])
    choices = {one.gid: one.name for one in await tx.asana.choices(mapping.project_gid)}
    gid, name = mapping.project_gid, names.get(mapping.project_gid, "")
    there = (mapping.harvest_project_id, project.name if project else "")
    default = mapping.default_task_id
    settings = (
        mapping.source.value,
        mapping.attribution.value,
        mapping.counts_parents,
        mapping.ignores_percentage,
    )
    first = (gid, name, *there, None, None, default, called.get(default or 0), mapping.non_billable_task_id, *settings)
    more = [(gid, name, *there, one, choices.get(one), task, called.get(task)) for one, task in sorted(tasks.items())]
    return [first, *more]


async def _faults(tx: Transaction, line: Line, lines: Sequence[Line]) -> list[LineFault]:
    """What a line says that Asana or Harvest does not have."""
    if await tx.asana.project(line.project_gid) is None:
        return [LineFault(line.line, f"there is no Asana project {line.project_gid}, as far as is known here")]
    if isinstance(line, TaskLine):
        return await _task_faults(tx, line, lines)
    project = await tx.directory.project(line.harvest_project_id)
    if project is None or not project.is_active:
        return [LineFault(line.line, f"there is no active Harvest project {line.harvest_project_id}")]
    bookable = {task.id for task in await tx.directory.tasks_of(project.id)}
    return [
        LineFault(line.line, f"Harvest's task {one} is not on {project.name}")
        for one in line.task_ids
        if one not in bookable
    ]


async def _task_faults(tx: Transaction, line: TaskLine, lines: Sequence[Line]) -> list[LineFault]:
    of = next((one for one in lines if isinstance(one, ProjectLine) and one.project_gid == line.project_gid), None)
    mapping = await tx.mappings.get(line.project_gid)
    project_id = of.harvest_project_id if of else mapping.harvest_project_id if mapping else None
    if project_id is None:
        return [LineFault(line.line, "its project is linked to nothing, neither here nor in this file")]
    faults = []
    if line.choice_gid not in {one.gid for one in await tx.asana.choices(line.project_gid)}:
        faults.append(LineFault(line.line, f"the project has no section or option {line.choice_gid}"))
    if line.task_id not in {task.id for task in await tx.directory.tasks_of(project_id)}:
        faults.append(LineFault(line.line, f"Harvest's task {line.task_id} is not on that project"))
    return faults


def _settings(mapping: ProjectMapping) -> tuple[object, ...]:
    return (mapping.harvest_project_id, *(getattr(mapping, name) for name in _SETTINGS))


def _place(fault: LineFault) -> int:
    return fault.line
