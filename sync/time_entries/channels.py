"""Which project a channel stands for."""

from dataclasses import dataclass

from store.engine.records import AuditEvent
from store.harvest.records import Project
from store.people.records import Person
from sync.engine.tenant import Tenant


@dataclass(frozen=True)
class Channels:
    tenant: Tenant

    async def link(self, person: Person, channel_id: str, project: Project) -> None:
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            await tx.channels.link(channel_id, project.id, person.slack_id, now)
            facts = {"project": project.id}
            await tx.audit.add(AuditEvent(now, person.slack_id, "channel.link", channel_id, facts))
