"""The mapping table out to CSV and back in: looked through whole first, then all of it or none (S1-54)."""

from collections.abc import Sequence
from dataclasses import dataclass

from store import mapping_records as records
from store.database import Store, Transaction
from store.records import AuditEvent
from sync.ports import Clock
from sync.rules.mapping_csv import Fault, Line, ProjectLine, TaskLine, read, write


@dataclass(frozen=True, slots=True)
class Taken:
    """`added`, `changed`, `same`: lines of projects; `tasks`: lines of sections and options."""

    added: int
    changed: int
    same: int
    tasks: int
    faults: Sequence[Fault]

    def __str__(self) -> str:
        return f"{self.added} new, {self.changed} changed, {self.same} as they were, {self.tasks} sections and options"


@dataclass(frozen=True)
class MappingFiles:
    """Whoever calls has asked whether it may be done: the operator may, by having the command line."""

    store: Store
    workspace_id: str
    clock: Clock

    async def export(self) -> str:
        async with self.store.reading(self.workspace_id) as tx:
            names = {one.project.gid: one.project.name for one in await tx.asana.projects()}
            rows = [row for mapping in await tx.mappings.every() for row in await _rows(tx, mapping, names)]
        return write(rows)

    async def take(self, text: str, *, by: str, is_rehearsal: bool) -> Taken:
        """With any fault nothing is changed. `is_rehearsal`: say what would be, and change nothing."""
        lines, faults = read(text)
        async with self.store.transaction(self.workspace_id) as tx:
            faults = [*faults, *[fault for line in lines for fault in await _faults(tx, line, lines)]]
            before = {one.project_gid: one for one in await tx.mappings.every()}
            wanted = {one.project_gid: self._mapping(one, by) for one in lines if isinstance(one, ProjectLine)}
            new = [gid for gid in wanted if gid not in before]
            same = [gid for gid, one in wanted.items() if gid in before and _like(before[gid], one)]
            tasks = [one for one in lines if isinstance(one, TaskLine)]
            changed = [gid for gid in wanted if gid in before and gid not in same]
            if not (faults or is_rehearsal):
                for gid in [*new, *changed]:
                    await tx.mappings.save(wanted[gid])
                    await tx.asana.forget_sweep(gid)
                for task in tasks:
                    await tx.mappings.save_tasks(task.project_gid, {task.choice_gid: task.task_id})
                facts = {"added": len(new), "changed": len(changed), "tasks": len(tasks)}
                await tx.audit.add(AuditEvent(self.clock.now(), by, "mapping.import", "asana:mapping", facts))
        return Taken(len(new), len(changed), len(same), len(tasks), sorted(faults, key=lambda one: one.line))

    def _mapping(self, line: ProjectLine, by: str) -> records.Mapping:
        return records.Mapping(
            project_gid=line.project_gid,
            harvest_project_id=line.harvest_project_id,
            default_task_id=line.task_id,
            non_billable_task_id=line.non_billable_task_id,
            source=line.source,
            attribution=line.attribution,
            counts_parents=line.counts_parents,
            ignores_percentage=line.ignores_percentage,
            linked_by=by,
            linked_at=self.clock.now(),
        )


async def _rows(tx: Transaction, mapping: records.Mapping, names: dict[str, str]) -> list[tuple[object, ...]]:
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


async def _faults(tx: Transaction, line: Line, lines: Sequence[Line]) -> list[Fault]:
    """What a line says that Asana or Harvest does not have."""
    if await tx.asana.project(line.project_gid) is None:
        return [Fault(line.line, f"there is no Asana project {line.project_gid}, as far as is known here")]
    if isinstance(line, TaskLine):
        return await _task_faults(tx, line, lines)
    project = await tx.directory.project(line.harvest_project_id)
    if project is None or not project.is_active:
        return [Fault(line.line, f"there is no active Harvest project {line.harvest_project_id}")]
    bookable = {task.id for task in await tx.directory.tasks_of(project.id)}
    wrong = [one for one in (line.task_id, line.non_billable_task_id) if one is not None and one not in bookable]
    return [Fault(line.line, f"Harvest's task {one} is not on {project.name}") for one in wrong]


async def _task_faults(tx: Transaction, line: TaskLine, lines: Sequence[Line]) -> list[Fault]:
    of = next((one for one in lines if isinstance(one, ProjectLine) and one.project_gid == line.project_gid), None)
    mapping = await tx.mappings.get(line.project_gid)
    project_id = of.harvest_project_id if of else mapping.harvest_project_id if mapping else None
    if project_id is None:
        return [Fault(line.line, "its project is linked to nothing, neither here nor in this file")]
    faults = []
    if line.choice_gid not in {one.gid for one in await tx.asana.choices(line.project_gid)}:
        faults.append(Fault(line.line, f"the project has no section or option {line.choice_gid}"))
    if line.task_id not in {task.id for task in await tx.directory.tasks_of(project_id)}:
        faults.append(Fault(line.line, f"Harvest's task {line.task_id} is not on that project"))
    return faults


def _like(before: records.Mapping, after: records.Mapping) -> bool:
    return _settings(before) == _settings(after)


def _settings(mapping: records.Mapping) -> tuple[object, ...]:
    names = [name for name in records.Mapping.__dataclass_fields__ if not name.startswith("linked_")]
    return tuple(getattr(mapping, name) for name in names)
