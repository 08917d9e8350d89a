"""What Harvest's directory held at the last import: users, clients, projects, tasks and who may book what."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa

from store.harvest.records import (
    BudgetBy,
    Client,
    HarvestUser,
    Project,
    Rate,
    Role,
    Task,
    TaskAssignment,
    UserAssignment,
)
from store.harvest.tables import (
    clients,
    harvest_users,
    projects,
    rates,
    roles,
    task_assignments,
    tasks,
    user_assignments,
)
from store.scope import Scope
from store.units import Amount

Listed = Client | HarvestUser | Project | Task | TaskAssignment | UserAssignment
"""What is kept as inactive when a complete list no longer holds it."""


@dataclass(frozen=True, slots=True)
class DirectoryChange:
    """What Harvest holds otherwise than at the last look; `before` is None for what is new."""

    before: Listed | None
    after: Listed


_IDS_A_STATEMENT = 2000
"""SQLite binds at most 32,766 values in one statement."""
_TABLES: dict[type, sa.Table] = {
    Client: clients,
    HarvestUser: harvest_users,
    Project: projects,
    Task: tasks,
    TaskAssignment: task_assignments,
    UserAssignment: user_assignments,
}


_READERS: dict[type, Callable[[sa.Row[Any]], Listed]] = {}
"""How a row of each kind becomes its record; filled at the end of this module."""


class Directory(Scope):
    async def save(self, listed: Sequence[Listed]) -> Sequence[DirectoryChange]:
        """Insert or update by Harvest id; all of one kind. The answer is what was new or different."""
        if not listed:
            return []
        kind = type(listed[0])
        known = {item.id: item for item in await self._listed(kind, [item.id for item in listed])}
        changes = [DirectoryChange(known.get(item.id), item) for item in listed if known.get(item.id) != item]
        await self._upsert(_TABLES[kind], [_row(change.after) for change in changes])
        return changes

    async def close_missing(self, kind: type[Listed], seen: Iterable[int]) -> Sequence[DirectoryChange]:
        """Mark inactive what a complete listing no longer held: Harvest deletes assignments without a trace."""
        table, ids = _TABLES[kind], set(seen)
        gone = await self._listed(kind, await self.active_ids(kind) - ids)
        for item in gone:
            here = (self._mine(table), table.c.id == item.id)
            await self._connection.execute(sa.update(table).where(*here).values(is_active=False))
        return [DirectoryChange(item, replace(item, is_active=False)) for item in gone]

    async def _listed(self, kind: type[Listed], ids: Collection[int]) -> Sequence[Listed]:
        table, wanted = _TABLES[kind], sorted(ids)
        found: list[Listed] = []
        for start in range(0, len(wanted), _IDS_A_STATEMENT):
            part = table.c.id.in_(wanted[start : start + _IDS_A_STATEMENT])
            rows = await self._connection.execute(sa.select(table).where(self._mine(table), part).order_by(table.c.id))
            found += [_READERS[kind](row) for row in rows]
        return found

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
        return [_user(row) for row in rows]

    async def project(self, project_id: int) -> Project | None:
        found = await self._projects(projects.c.id == project_id)
        return found[0] if found else None

    async def projects_of(self, user_id: int) -> Sequence[Project]:
        """Active projects this Harvest user may book on, by client and name; none that is tagged `sync_off`."""
        mine = sa.select(user_assignments.c.project_id).where(
            self._mine(user_assignments), user_assignments.c.user_id == user_id, user_assignments.c.is_active
        )
        return await self._projects(projects.c.is_active, ~projects.c.is_excluded, projects.c.id.in_(mine))

    async def all_projects(self) -> Sequence[Project]:
        """Active and archived ones, but none that is tagged `sync_off`."""
        return await self._projects(~projects.c.is_excluded)

    async def projects(self, ids: Iterable[int]) -> Sequence[Project]:
        """Those of the ids that are known, whatever their state."""
        return await self._projects(projects.c.id.in_(list(ids)))

    async def _projects(self, *wanted: sa.ColumnElement[bool]) -> Sequence[Project]:
        order = (projects.c.client_name, projects.c.name, projects.c.id)
        rows = await self._connection.execute(sa.select(projects).where(self._mine(projects), *wanted).order_by(*order))
        return [_project(row) for row in rows]

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

    async def users(self) -> Sequence[HarvestUser]:
        return await self._users()

    async def task_names(self, ids: Iterable[int]) -> dict[int, str]:
        rows = await self._connection.execute(
            sa.select(tasks.c.id, tasks.c.name).where(self._mine(tasks), tasks.c.id.in_(list(ids)))
        )
        return {row.id: row.name for row in rows}

    async def clients(self) -> Sequence[Client]:
        """Active ones, by name."""
        rows = await self._connection.execute(
            sa.select(clients).where(self._mine(clients), clients.c.is_active).order_by(clients.c.name)
        )
        return [_client(row) for row in rows]

    async def tasks(self) -> Sequence[Task]:
        """Active ones, by name, whatever project they may be booked on."""
        rows = await self._connection.execute(
            sa.select(tasks).where(self._mine(tasks), tasks.c.is_active).order_by(tasks.c.name)
        )
        return [_task(row) for row in rows]

    async def user_names(self, ids: Iterable[int]) -> dict[int, str]:
        return {user.id: user.name for user in await self._users(harvest_users.c.id.in_(list(ids)))}

    async def task_budgets(self, project_ids: Iterable[int]) -> Sequence[tuple[int, int, Amount]]:
        """Project, task and budget, where a budget by task is set."""
        return await self._budgets(task_assignments, task_assignments.c.task_id, project_ids)

    async def person_budgets(self, project_ids: Iterable[int]) -> Sequence[tuple[int, int, Amount]]:
        """Project, user and budget, where a budget by person is set."""
        return await self._budgets(user_assignments, user_assignments.c.user_id, project_ids)

    async def _budgets(
        self, table: sa.Table, group: sa.Column[Any], project_ids: Iterable[int]
    ) -> Sequence[tuple[int, int, Amount]]:
        rows = await self._connection.execute(
            sa.select(table.c.project_id, group, table.c.budget)
            .where(self._mine(table), table.c.project_id.in_(list(project_ids)), table.c.is_active)
            .where(table.c.budget.is_not(None))
            .order_by(table.c.project_id, group)
        )
        return [(row[0], row[1], Amount(row[2])) for row in rows]

    async def managers(self, project_id: int) -> Sequence[HarvestUser]:
        """Active users whom Harvest calls project managers of it."""
        chosen = sa.select(user_assignments.c.user_id).where(
            self._mine(user_assignments),
            user_assignments.c.project_id == project_id,
            user_assignments.c.is_active,
            user_assignments.c.is_project_manager,
        )
        return await self._users(harvest_users.c.is_active, harvest_users.c.id.in_(chosen))

    async def managed_by(self, user_id: int) -> set[int]:
        """Projects of which this user is a manager."""
        rows = await self._connection.execute(
            sa.select(user_assignments.c.project_id).where(
                self._mine(user_assignments),
                user_assignments.c.user_id == user_id,
                user_assignments.c.is_active,
                user_assignments.c.is_project_manager,
            )
        )
        return {row.project_id for row in rows}

    async def save_roles(self, listed: Sequence[Role]) -> None:
        """The whole list: roles it no longer holds go."""
        ids = [role.id for role in listed]
        await self._connection.execute(sa.delete(roles).where(self._mine(roles), roles.c.id.not_in(ids)))
        rows = [{"id": role.id, "name": role.name, "user_ids": list(role.user_ids)} for role in listed]
        await self._upsert(roles, rows)

    async def save_rates(self, user_id: int, listed: Sequence[Rate]) -> None:
        """All rates of one user: those that are no longer listed go."""
        await self._connection.execute(sa.delete(rates).where(self._mine(rates), rates.c.user_id == user_id))
        await self._upsert(rates, [asdict(rate) for rate in listed])

    async def rates_of(self, user_id: int) -> Sequence[Rate]:
        rows = await self._connection.execute(
            sa.select(rates).where(self._mine(rates), rates.c.user_id == user_id).order_by(rates.c.is_cost, rates.c.id)
        )
        return [
            Rate(row.id, row.user_id, row.is_cost, Amount(row.amount), row.start_date, row.end_date) for row in rows
        ]

    async def active_ids(self, kind: type[Listed]) -> set[int]:
        table = _TABLES[kind]
        rows = await self._connection.execute(sa.select(table.c.id).where(self._mine(table), table.c.is_active))
        return {row.id for row in rows}

    async def is_assigned(self, user_id: int, project_id: int) -> bool:
        """Whether this user may book on the project."""
        row = await self._connection.execute(
            sa.select(user_assignments.c.id).where(
                self._mine(user_assignments),
                user_assignments.c.user_id == user_id,
                user_assignments.c.project_id == project_id,
                user_assignments.c.is_active,
            )
        )
        return row.first() is not None

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
    for name in ("access_roles", "roles"):
        if name in row:
            row[name] = list(row[name])
    return row


def _project(row: sa.Row[Any]) -> Project:
    return Project(
        id=row.id,
        client_id=row.client_id,
        client_name=row.client_name,
        name=row.name,
        code=row.code,
        is_active=row.is_active,
        is_billable=row.is_billable,
        currency=row.currency,
        budget_by=BudgetBy(row.budget_by),
        budget=None if row.budget is None else Amount(row.budget),
        is_monthly=row.is_monthly,
        shows_budget=row.shows_budget,
        is_excluded=row.is_excluded,
    )


def _user(row: sa.Row[Any]) -> HarvestUser:
    return HarvestUser(
        id=row.id,
        name=row.name,
        email=row.email,
        is_active=row.is_active,
        access_roles=tuple(row.access_roles),
        timezone=row.timezone,
        roles=tuple(row.roles),
        weekly_capacity=row.weekly_capacity,
    )


def _client(row: sa.Row[Any]) -> Client:
    return Client(row.id, row.name, row.currency, row.is_active)


def _task(row: sa.Row[Any]) -> Task:
    return Task(row.id, row.name, row.is_active)


def _task_assignment(row: sa.Row[Any]) -> TaskAssignment:
    return TaskAssignment(row.id, row.project_id, row.task_id, row.is_active, row.billable, row.budget)


def _user_assignment(row: sa.Row[Any]) -> UserAssignment:
    return UserAssignment(row.id, row.project_id, row.user_id, row.is_active, row.is_project_manager, row.budget)


_READERS.update(
    {
        Client: _client,
        HarvestUser: _user,
        Project: _project,
        Task: _task,
        TaskAssignment: _task_assignment,
        UserAssignment: _user_assignment,
    }
)
