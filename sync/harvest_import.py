"""Reads Harvest's directory: clients, projects, tasks, users and who may book what. Pickers answer from it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

import structlog

from store.database import Store
from store.directory import Listed
from store.harvest_records import Client, HarvestUser, Project, Task, TaskAssignment, UserAssignment
from sync.errors import OutsideError
from sync.harvest_access import HarvestAccess
from sync.news import ImportResumed, ImportStalled, keep
from sync.ports import Clock

log = structlog.get_logger()


@dataclass(frozen=True)
class HarvestImport:
    store: Store
    workspace_id: str
    access: HarvestAccess
    clock: Clock

    async def run(self) -> dict[str, int]:
        """Read everything once; how many of each were seen. An outage is told once when it begins and once after."""
        try:
            seen = await self._read()
        except OutsideError as error:
            await self._stalled(error)
            raise
        await self._resumed()
        return seen

    async def _read(self) -> dict[str, int]:
        account = await self.access.refresh_account()
        harvest = self.access.importer(account.clock)
        lists: dict[type[Listed], AsyncIterator[Sequence[Listed]]] = {
            Client: harvest.clients(),
            HarvestUser: harvest.users(),
            Task: harvest.tasks(),
            Project: harvest.projects(),
            TaskAssignment: harvest.task_assignments(),
            UserAssignment: harvest.user_assignments(),
        }
        seen = {kind.__name__: await self._take(kind, pages) for kind, pages in lists.items()}
        async with self.store.transaction(self.workspace_id) as tx:
            await tx.workspaces.save_account(replace(account, imported_at=self.clock.now()))
        return seen

    async def _take(self, kind: type[Listed], pages: AsyncIterator[Sequence[Listed]]) -> int:
        """One list to its end, a transaction a page; what a complete list no longer holds is closed."""
        ids: set[int] = set()
        async for page in pages:
            async with self.store.transaction(self.workspace_id) as tx:
                await tx.directory.save(page)
            ids.update(item.id for item in page)
        async with self.store.transaction(self.workspace_id) as tx:
            await tx.directory.close_missing(kind, ids)
        return len(ids)

    async def _stalled(self, error: OutsideError) -> None:
        now = self.clock.now()
        async with self.store.transaction(self.workspace_id) as tx:
            if await tx.workspaces.stall(now):
                await keep(tx, f"stalled:{now.isoformat()}", ImportStalled(str(error)), now)
                log.warning("import stalls", why=str(error))

    async def _resumed(self) -> None:
        now = self.clock.now()
        async with self.store.transaction(self.workspace_id) as tx:
            if await tx.workspaces.stall(None):
                await keep(tx, f"resumed:{now.isoformat()}", ImportResumed(), now)
                log.info("import runs again")
