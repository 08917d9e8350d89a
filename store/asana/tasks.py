"""Tasks that were heard of: when they are due, who is at them, and what was seen when they were booked last."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from store.asana.allocations import Allocations
from store.asana.records.state import KnownTask
from store.asana.tables import asana_tasks

_FRESH = {"name": "", "is_trashed": False, "is_free": False, "asked": 0, "revision": 0, "attempts": 0}
_GIDS_A_STATEMENT = 1000
_LEVELS = 6
"""A task, and the five levels of subtasks that Asana has."""


class AsanaWork(Allocations):
    async def touch(self, gids: Iterable[str], due_at: datetime, project_gid: str | None = None) -> None:
        """Somebody heard of these tasks: they are looked at from `due_at` on, once for however many hints.

        `project_gid`: the project of those that nobody heard of before, until they are looked at.
        """
        wanted = sorted(set(gids))
        for start in range(0, len(wanted), _GIDS_A_STATEMENT):
            part = wanted[start : start + _GIDS_A_STATEMENT]
            rows = [{**_FRESH, "gid": gid, "project_gid": project_gid} for gid in part]
            await self._insert_all(asana_tasks, rows, asana_tasks.c.gid)
            of = asana_tasks.c
            sooner = sa.case((sa.and_(of.due_at.is_not(None), of.due_at < due_at), of.due_at), else_=due_at)
            await self._connection.execute(
                sa.update(asana_tasks)
                .where(self._mine(asana_tasks), of.gid.in_(part))
                .values(due_at=sooner, asked=of.asked + 1, attempts=0)
            )

    async def due(self, now: datetime, limit: int = 200) -> Sequence[str]:
        """Tasks that are due and that nobody is at, oldest first."""
        rows = await self._connection.execute(
            sa.select(asana_tasks.c.gid)
            .where(self._mine(asana_tasks), asana_tasks.c.due_at <= now, _is_free(now))
            .order_by(asana_tasks.c.due_at, asana_tasks.c.gid)
            .limit(limit)
        )
        return [row.gid for row in rows]

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next task that nobody is at is due; None if there is none."""
        found: datetime | None = await self._connection.scalar(
            sa.select(sa.func.min(asana_tasks.c.due_at)).where(self._mine(asana_tasks), _is_free(now))
        )
        return found

    async def lease(self, gid: str, now: datetime, until: datetime, *, is_due: bool = False) -> KnownTask | None:
        """The task, if nobody else is at it; it is the caller's until `until`. `is_due`: only if it is due still."""
        if not is_due:
            await self._insert(asana_tasks, {**_FRESH, "gid": gid})
        here = (self._mine(asana_tasks), asana_tasks.c.gid == gid)
        due = [asana_tasks.c.due_at <= now] if is_due else []
        done = await self._connection.execute(
            sa.update(asana_tasks)
            .where(*here, *due, _is_free(now))
            .values(leased_until=until, leased_by=self._me, attempts=asana_tasks.c.attempts + 1)
        )
        return await self.task(gid) if done.rowcount == 1 else None

    async def task(self, gid: str) -> KnownTask | None:
        found = await self.tasks([gid])
        return found[0] if found else None

    async def tasks(self, gids: Collection[str]) -> Sequence[KnownTask]:
        return await self._tasks(asana_tasks.c.gid.in_(sorted(gids)))

    async def tasks_of(self, project_gid: str) -> Sequence[KnownTask]:
        return await self._tasks(asana_tasks.c.project_gid == project_gid)

    async def time_looks(self, gids: Collection[str]) -> dict[str, tuple[str, datetime]]:
        """Which time entries made a task be looked at last, as a digest, and when."""
        of = asana_tasks.c
        found: dict[str, tuple[str, datetime]] = {}
        wanted = sorted(gids)
        for start in range(0, len(wanted), _GIDS_A_STATEMENT):
            part = of.gid.in_(wanted[start : start + _GIDS_A_STATEMENT])
            rows = await self._connection.execute(
                sa.select(of.gid, of.time_digest, of.time_looked_at).where(
                    self._mine(asana_tasks), part, of.time_digest.is_not(None)
                )
            )
            found |= {row.gid: (row.time_digest, row.time_looked_at) for row in rows}
        return found

    async def attempts(self, gid: str) -> int:
        """Looks in a row that came to nothing."""
        here = (self._mine(asana_tasks), asana_tasks.c.gid == gid)
        return await self._connection.scalar(sa.select(asana_tasks.c.attempts).where(*here)) or 0

    async def take(self, task: KnownTask, values: dict[str, Any]) -> bool:
        """Note what was seen, as the next revision; False if somebody else booked the task since it was leased.

        It stays due if somebody heard of it meanwhile.
        """
        of = asana_tasks.c
        here = (self._mine(asana_tasks), of.gid == task.gid, of.revision == task.revision)
        still = _unless_asked(task, values.pop("due_at", None))
        done = await self._connection.execute(
            sa.update(asana_tasks)
            .where(*here)
            .values(revision=task.revision + 1, leased_until=None, attempts=0, due_at=still, **_written(values))
        )
        return done.rowcount == 1

    async def overtake(self, task: KnownTask) -> bool:
        """Make whoever is at the task look again, as somebody decided about it; False if it was booked since."""
        of = asana_tasks.c
        here = (self._mine(asana_tasks), of.gid == task.gid, of.revision == task.revision)
        done = await self._connection.execute(sa.update(asana_tasks).where(*here).values(revision=task.revision + 1))
        return done.rowcount == 1

    async def postpone(self, task: KnownTask, due_at: datetime | None) -> None:
        """Give the lease back and look again then; sooner if somebody heard of it meanwhile."""
        await self.change(task.gid, leased_until=None, due_at=_unless_asked(task, due_at))

    async def change(self, gid: str, **values: Any) -> None:
        await self._connection.execute(
            sa.update(asana_tasks).where(self._mine(asana_tasks), asana_tasks.c.gid == gid).values(**_written(values))
        )

    async def release_dead(self) -> int:
        """Take back what processes that died have held."""
        return await self._release_dead(asana_tasks)

    async def release_all(self) -> None:
        """Take back every lease: for the start of the only process of an embedded store."""
        await self._connection.execute(sa.update(asana_tasks).where(self._mine(asana_tasks)).values(leased_until=None))

    async def completed_without_hours(self, project_gids: Collection[str], since: datetime) -> Sequence[KnownTask]:
        """Tasks completed since then in which no hours stand, and of which nobody said that they cost nothing.

        Hours that were booked on a subtask are the task's as well.
        """
        of = asana_tasks.c
        found = await self._tasks(
            of.project_gid.in_(sorted(project_gids)), of.completed_at >= since, ~of.is_free, ~of.is_trashed
        )
        free = [task for task in found if not task.value]
        booked = await self._booked_below([task.gid for task in free])
        return [task for task in free if task.gid not in booked]

    async def _booked_below(self, gids: Collection[str]) -> set[str]:
        """Those with anything booked, on themselves or on any level below."""
        of, level, found = asana_tasks.c, {gid: gid for gid in gids}, set[str]()
        for _ in range(_LEVELS):
            found |= {level[gid] for gid in await self.booked_tasks(level)}
            rows = await self._connection.execute(
                sa.select(of.gid, of.parent_gid).where(self._mine(asana_tasks), of.parent_gid.in_(sorted(level)))
            )
            level = {row.gid: level[row.parent_gid] for row in rows}
        return found

    async def _tasks(self, *wanted: sa.ColumnElement[bool]) -> Sequence[KnownTask]:
        columns = [asana_tasks.c[name] for name in KnownTask.__dataclass_fields__]
        rows = await self._connection.execute(
            sa.select(*columns).where(self._mine(asana_tasks), *wanted).order_by(asana_tasks.c.gid)
        )
        return [_task(row) for row in rows]


def _unless_asked(task: KnownTask, due_at: datetime | None) -> Any:
    """When it is due; as it stands, if somebody heard of the task since it was leased."""
    given = sa.literal(due_at, asana_tasks.c.due_at.type)
    return sa.case((asana_tasks.c.asked == task.asked, given), else_=asana_tasks.c.due_at)


def _is_free(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(asana_tasks.c.leased_until.is_(None), asana_tasks.c.leased_until < now)


def _written(values: dict[str, Any]) -> dict[str, Any]:
    value = values.get("value")
    return {**values, "value": str(value)} if value is not None else values


def _task(row: sa.Row[Any]) -> KnownTask:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to a row's mapping
    return KnownTask(**{**values, "value": None if row.value is None else Decimal(row.value)})
