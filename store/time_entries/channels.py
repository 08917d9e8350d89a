"""The projects that channels stand for."""

from datetime import datetime

import sqlalchemy as sa

from store.scope import Scope
from store.time_entries.tables import channel_links


class Channels(Scope):
    async def project(self, channel_id: str) -> int | None:
        """The project a channel stands for."""
        chosen = channel_links.c.channel_id == channel_id
        return await self._connection.scalar(
            sa.select(channel_links.c.project_id).where(self._mine(channel_links), chosen)
        )

    async def link(self, channel_id: str, project_id: int, by: str, at: datetime) -> None:
        row = {"channel_id": channel_id, "project_id": project_id, "linked_by": by, "linked_at": at}
        await self._upsert(channel_links, [row])

    async def unlink(self, channel_id: str) -> None:
        chosen = channel_links.c.channel_id == channel_id
        await self._connection.execute(sa.delete(channel_links).where(self._mine(channel_links), chosen))
