"""Which Harvest project and tasks an Asana project's hours go to; by gid and id."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from store.asana.records.state import ProjectMapping, Source, WhoseHours
from store.asana.tables import mappings, task_mappings
from store.scope import Scope


class Mappings(Scope):
    async def get(self, project_gid: str) -> ProjectMapping | None:
        return (await self.of([project_gid])).get(project_gid)

    async def of(self, project_gids: Collection[str]) -> dict[str, ProjectMapping]:
        """Those of the projects that are mapped."""
        found = await self._many(mappings.c.project_gid.in_(sorted(project_gids)))
        return {one.project_gid: one for one in found}

    async def every(self) -> Sequence[ProjectMapping]:
        return await self._many()

    async def save(self, mapping: ProjectMapping) -> None:
        await self._upsert(mappings, [asdict(mapping)])

    async def drop(self, project_gid: str) -> bool:
        """False if it was not mapped."""
        for table in (task_mappings, mappings):
            done = await self._connection.execute(
                sa.delete(table).where(self._mine(table), table.c.project_gid == project_gid)
            )
        return done.rowcount == 1

    async def tasks(self, project_gid: str) -> dict[str, int]:
        """Harvest's task by the gid of a section or option."""
        rows = await self._connection.execute(
            sa.select(task_mappings.c.gid, task_mappings.c.task_id).where(
                self._mine(task_mappings), task_mappings.c.project_gid == project_gid
            )
        )
        return {row.gid: row.task_id for row in rows}

    async def save_tasks(self, project_gid: str, tasks: Mapping[str, int | None]) -> None:
        """Those given; None takes one away."""
        gone = [gid for gid, task_id in tasks.items() if task_id is None]
        here = (self._mine(task_mappings), task_mappings.c.project_gid == project_gid)
        await self._connection.execute(sa.delete(task_mappings).where(*here, task_mappings.c.gid.in_(gone)))
        rows = [
            {"project_gid": project_gid, "gid": gid, "task_id": task_id}
            for gid, task_id in tasks.items()
            if task_id is not None
        ]
        await self._upsert(task_mappings, rows)

    async def _many(self, *wanted: sa.ColumnElement[bool]) -> Sequence[ProjectMapping]:
        rows = await self._connection.execute(
            sa.select(mappings).where(self._mine(mappings), *wanted).order_by(mappings.c.project_gid)
        )
        return [_mapping(row) for row in rows]


def _mapping(row: sa.Row[Any]) -> ProjectMapping:
    return ProjectMapping(
        project_gid=row.project_gid,
        harvest_project_id=row.harvest_project_id,
        default_task_id=row.default_task_id,
        non_billable_task_id=row.non_billable_task_id,
        source=Source(row.source),
        attribution=WhoseHours(row.attribution),
        counts_parents=row.counts_parents,
        ignores_percentage=row.ignores_percentage,
        linked_by=row.linked_by,
        linked_at=row.linked_at,
    )
