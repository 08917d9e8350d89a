"""Which project a channel stands for."""

from dataclasses import dataclass

from store.database import Store
from store.engine.records import AuditEvent
from store.harvest.records import Project
from store.people.records import Person
from sync.ports.engine import Clock


@dataclass(frozen=True)
class Channels:
    store: Store
    workspace_id: str
    clock: Clock

    async def link(self, person: Person, channel_id: str, project: Project) -> None:
        now = self.clock.now()
        async with self.store.transaction(self.workspace_id) as tx:
            await tx.people.link_channel(channel_id, project.id, person.slack_id, now)
            facts = {"project": project.id}
            await tx.audit.add(AuditEvent(now, person.slack_id, "channel.link", channel_id, facts))
