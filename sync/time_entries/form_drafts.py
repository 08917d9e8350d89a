"""What somebody typed into the form and did not send: it survives closing it (S2-20)."""

from dataclasses import dataclass
from typing import Any

from sync.engine.tenant import Tenant


@dataclass(frozen=True)
class FormDrafts:
    tenant: Tenant

    async def get(self, slack_id: str) -> dict[str, Any] | None:
        async with self.tenant.reading() as tx:
            return await tx.drafts.get(slack_id)

    async def save(self, slack_id: str, fields: dict[str, Any]) -> None:
        async with self.tenant.transaction() as tx:
            await tx.drafts.save(slack_id, fields, self.tenant.now())

    async def drop(self, slack_id: str) -> None:
        async with self.tenant.transaction() as tx:
            await tx.drafts.drop(slack_id)
