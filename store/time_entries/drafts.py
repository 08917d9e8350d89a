"""Forms that people have not finished: one a person."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from store.scope import Scope
from store.time_entries.tables import drafts


class Drafts(Scope):
    async def get(self, slack_id: str) -> dict[str, str | None] | None:
        """What the form held when it was closed without sending."""
        fields: dict[str, str | None] | None = await self._connection.scalar(
            sa.select(drafts.c.fields).where(self._mine(drafts), drafts.c.slack_id == slack_id)
        )
        return fields

    async def saved_at(self, slack_id: str) -> datetime | None:
        """When that was."""
        saved: datetime | None = await self._connection.scalar(
            sa.select(drafts.c.saved_at).where(self._mine(drafts), drafts.c.slack_id == slack_id)
        )
        return saved

    async def save(self, slack_id: str, fields: Mapping[str, str | None], at: datetime) -> None:
        await self._upsert(drafts, [{"slack_id": slack_id, "fields": dict(fields), "saved_at": at}])

    async def drop(self, slack_id: str) -> None:
        await self._connection.execute(sa.delete(drafts).where(self._mine(drafts), drafts.c.slack_id == slack_id))
