"""What somebody typed into the form and did not send: it survives closing it (S2-20)."""

from dataclasses import dataclass
from typing import Any

from store.database import Store
from sync.ports.engine import Clock


@dataclass(frozen=True)
class FormDrafts:
    store: Store
    workspace_id: str
    clock: Clock

    async def get(self, slack_id: str) -> dict[str, Any] | None:
        async with self.store.reading(self.workspace_id) as tx:
            return await tx.people.draft(slack_id)

    async def save(self, slack_id: str, fields: dict[str, Any]) -> None:
        async with self.store.transaction(self.workspace_id) as tx:
            await tx.people.save_draft(slack_id, fields, self.clock.now())

    async def drop(self, slack_id: str) -> None:
        async with self.store.transaction(self.workspace_id) as tx:
            await tx.people.drop_draft(slack_id)
