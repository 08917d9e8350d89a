"""Forms that people have not finished: one a person."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store.scope import Scope
from store.time_entries.tables import drafts


class Drafts(Scope):
    async def get(self, slack_id: str) -> dict[str, Any] | None:
        """What the form held when it was closed without sending."""
        fields: dict[str, Any] | None = await self._connection.scalar(
            sa.select(drafts.c.fields).where(self._mine(drafts), drafts.c.slack_id == slack_id)
        )
        return fields

    async def saved_at(self, slack_id: str) -> datetime | None:
        """When that was."""
        saved: datetime | None = await self._connection.scalar(
            sa.select(drafts.c.saved_at).where(self._mine(drafts), drafts.c.slack_id == slack_id)
        )
        return saved

    async def save(self, slack_id: str, fields: dict[str, Any], at: datetime) -> None:
        await self._upsert(drafts, [{"slack_id": slack_id, "fields": fields, "saved_at": at}])

    async def drop(self, slack_id: str) -> None:
        await self._connection.execute(sa.delete(drafts).where(self._mine(drafts), drafts.c.slack_id == slack_id))
