"""What Asana does not show of a project any more: told once, and again only after it was shown in between.

A refusal proves no deletion. What is booked stays, and what is typed meanwhile is read once it is shown again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus

import structlog

from store.asana.records.state import KnownTask
from store.database import Transaction
from store.engine.cursors import Cursor
from sync.engine.tenant import Tenant
from sync.errors import Gone, OutsideError, Rejected
from sync.news import enqueue
from sync.news.asana import AccessLost, Lost
from sync.ports.asana import Asana

log = structlog.get_logger()


@dataclass(frozen=True)
class LostAccess:
    tenant: Tenant

    async def lost(self, project_gid: str, what: Lost, error: OutsideError, mark: str = "lost") -> None:
        """`mark`: of what; for a project in which no hours can come, it is only logged."""
        log.warning("asana does not show", what=what.value, project=project_gid, why=str(error))
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            known = await tx.asana.project(project_gid)
            before = await tx.cursors.get(_cursor(project_gid, what))
            if known is None or known.is_ignored or before:
                return
            if known.hours_gid is None and await tx.mappings.get(project_gid) is None:
                return
            # Several of its tasks are looked at at once, and each may find the loss.
            if not await tx.cursors.swap(_cursor(project_gid, what), before, mark):
                return
            news = AccessLost(project_gid, known.project.name, known.project.url, what.value, error.message)
            await enqueue(tx, f"asana-lost:{project_gid}:{what}:{now.isoformat()}", news, now)

    async def refused(self, asana: Asana, project_gid: str, error: Gone | Rejected) -> None:
        """A project could not be read whole, though it may be shown; a task of it that is gone meanwhile is no loss."""
        if not await self.is_gone(asana, project_gid) and isinstance(error, Rejected):
            await self.lost(project_gid, Lost.TASKS, error)

    async def task_lost(self, known: KnownTask, error: Rejected) -> None:
        """402: it is the time tracking of its project that the plan does not have."""
        if known.project_gid is None:
            log.warning("asana does not show a task", task=known.gid, why=str(error))
            return
        what = Lost.TIME if error.status == HTTPStatus.PAYMENT_REQUIRED else Lost.TASKS
        await self.lost(known.project_gid, what, error, known.gid)

    async def shown(self, project_gids: Collection[str], *what: Lost) -> None:
        """It can be read: if it is lost again, that is told again."""
        async with self.tenant.reading() as tx:
            names = [_cursor(gid, one) for gid in project_gids for one in what]
            marked = [name for name in names if await tx.cursors.get(name)]
        await self._forget(marked)

    async def swept(self, project_gid: str, seen: Collection[str]) -> None:
        """A project was read whole. One of its tasks may still be hidden: the one that was told of has to be seen."""
        await self.shown([project_gid], Lost.PROJECT)
        cursor = _cursor(project_gid, Lost.TASKS)
        async with self.tenant.reading() as tx:
            hidden = await tx.cursors.get(cursor)
            task = await tx.asana_work.task(hidden) if hidden else None
        if hidden and (hidden in seen or task is None or task.is_trashed or task.project_gid != project_gid):
            await self._forget([cursor])

    async def is_project_gone(self, asana: Asana, known: KnownTask) -> bool:
        """Whether a task that is gone went with its whole project, which is told once for all of them."""
        return known.project_gid is not None and not known.is_trashed and await self.is_gone(asana, known.project_gid)

    async def is_gone(self, asana: Asana, project_gid: str) -> bool:
        """Whether Asana shows nothing of a project that is known; then that is told."""
        try:
            await asana.project(project_gid)
        except (Gone, Rejected) as error:
            async with self.tenant.reading() as tx:
                project, mapping = await tx.asana.project(project_gid), await tx.mappings.get(project_gid)
            # Of a mapped one that the last crawl missed already it was told that it is archived or gone.
            if project is not None and not (project.project.is_archived and mapping):
                await self.lost(project_gid, Lost.PROJECT, error)
            return project is not None
        return False

    async def is_told(self, tx: Transaction, project_gid: str, what: Lost = Lost.PROJECT) -> bool:
        """Whether it was told that this of the project is not shown."""
        return bool(await tx.cursors.get(_cursor(project_gid, what)))

    async def _forget(self, names: Collection[str]) -> None:
        if names:
            async with self.tenant.transaction() as tx:
                for name in names:
                    await tx.cursors.move(name, "")


def _cursor(project_gid: str, what: Lost) -> str:
    return Cursor.ASANA_LOST.of(what, project_gid)
