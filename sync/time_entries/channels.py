"""Which project a channel stands for."""

from dataclasses import dataclass

from store.database import Transaction
from store.harvest.records import Project
from store.people.records import Person
from sync.engine.tenant import Tenant


@dataclass(frozen=True)
class Channels:
    tenant: Tenant

    async def link(self, person: Person, channel_id: str, project: Project) -> Project | None:
        """What it stood for before; the same project: nothing was changed."""
        async with self.tenant.transaction() as tx:
            before = await self._linked(tx, channel_id)
            if before is None or before.id != project.id:
                await tx.channels.link(channel_id, project.id, person.slack_id, self.tenant.now())
                await self.tenant.audit(tx, person.slack_id, "channel.link", channel_id, {"project": project.id})
        return before

    async def unlink(self, person: Person, channel_id: str) -> Project | None:
        """What it stood for; None: it was linked to nothing."""
        async with self.tenant.transaction() as tx:
            before = await self._linked(tx, channel_id)
            if before is not None:
                await tx.channels.unlink(channel_id)
                await self.tenant.audit(tx, person.slack_id, "channel.unlink", channel_id, {"project": before.id})
        return before

    async def _linked(self, tx: Transaction, channel_id: str) -> Project | None:
        project_id = await tx.channels.project(channel_id)
        return await tx.directory.project(project_id) if project_id else None
