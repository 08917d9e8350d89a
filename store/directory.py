"""What Harvest's directory held at the last import: users, clients, projects, tasks and who may book what."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from store.records import Client, HarvestUser, Project, Task, TaskAssignment, UserAssignment
from store.scope import Scope
from store.tables import clients, harvest_users, projects, task_assignments, tasks, user_assignments

Listed = Client | HarvestUser | Project | Task | TaskAssignment | UserAssignment

_TABLES: dict[type, sa.Table] = {
    Client: clients,
    HarvestUser: harvest_users,
    Project: projects,
    Task: tasks,
    TaskAssignment: task_assignments,
    UserAssignment: user_assignments,
}


class Directory(Scope):
    async def save(self, listed: Sequence[Listed]) -> None:
        """Insert or update by Harvest id; all of one kind."""
        if listed:
            rows = [_row(item) for item in listed]
            await self._upsert(_TABLES[type(listed[0])], rows)

    async def close_missing(self, kind: type[Listed], seen: Iterable[int]) -> None:
        """Mark inactive what a complete listing no longer held: Harvest deletes assignments without a trace."""
        table = _TABLES[kind]
        gone = table.c.id.not_in(sorted(seen))
        await self._connection.execute(sa.update(table).where(self._mine(table), gone).values(is_active=False))

    async def user(self, user_id: int) -> HarvestUser | None:
        users = await self._users(harvest_users.c.id == user_id)
        return users[0] if users else None

    async def user_by_email(self, email: str) -> HarvestUser | None:
        """An active user with this address, whatever its case."""
        same = sa.func.lower(harvest_users.c.email) == email.lower()
        users = await self._users(same, harvest_users.c.is_active)
        return users[0] if users else None

    async def _users(self, *wanted: sa.ColumnElement[bool]) -> Sequence[HarvestUser]:
        rows = await self._connection.execute(
            sa.select(harvest_users).where(self._mine(harvest_users), *wanted).order_by(harvest_users.c.id)
        )
        return [
            HarvestUser(row.id, row.name, row.email, row.is_active, tuple(row.access_roles), row.timezone)
            for row in rows
        ]

    async def project(self, project_id: int) -> Project | None:
        found = await self._projects(projects.c.id == project_id)
        return found[0] if found else None

    async def projects_of(self, user_id: int) -> Sequence[Project]:
        """Active projects this Harvest user may book on, by client and name."""
        mine = sa.select(user_assignments.c.project_id).where(
            self._mine(user_assignments), user_assignments.c.user_id == user_id, user_assignments.c.is_active
        )
        return await self._projects(projects.c.is_active, projects.c.id.in_(mine))

    async def all_projects(self) -> Sequence[Project]:
        """Active and archived ones."""
        return await self._projects()

    async def _projects(self, *wanted: sa.ColumnElement[bool]) -> Sequence[Project]:
        order = (projects.c.client_name, projects.c.name, projects.c.id)
        rows = await self._connection.execute(sa.select(projects).where(self._mine(projects), *wanted).order_by(*order))
        return [Project(r.id, r.client_id, r.client_name, r.name, r.code, r.is_active, r.is_billable) for r in rows]

    async def tasks_of(self, project_id: int) -> Sequence[Task]:
        """Tasks that may be booked on this project, by name."""
        joined = tasks.join(
            task_assignments,
            sa.and_(task_assignments.c.workspace_id == tasks.c.workspace_id, task_assignments.c.task_id == tasks.c.id),
        )
        bookable = (task_assignments.c.project_id == project_id, task_assignments.c.is_active, tasks.c.is_active)
        rows = await self._connection.execute(
            sa.select(tasks).select_from(joined).where(self._mine(tasks), *bookable).order_by(tasks.c.name)
        )
        return [Task(row.id, row.name, row.is_active) for row in rows]

    async def task(self, task_id: int) -> Task | None:
        row = (
            await self._connection.execute(sa.select(tasks).where(self._mine(tasks), tasks.c.id == task_id))
        ).one_or_none()
        return Task(row.id, row.name, row.is_active) if row else None

    async def is_manager(self, user_id: int, project_id: int) -> bool:
        """Harvest's `is_project_manager` on an active assignment."""
        row = await self._connection.execute(
            sa.select(user_assignments.c.id).where(
                self._mine(user_assignments),
                user_assignments.c.user_id == user_id,
                user_assignments.c.project_id == project_id,
                user_assignments.c.is_active,
                user_assignments.c.is_project_manager,
            )
        )
        return row.first() is not None


def _row(item: Listed) -> dict[str, Any]:
    row = asdict(item)
    if "access_roles" in row:
        row["access_roles"] = list(row["access_roles"])
    return row
