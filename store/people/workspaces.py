"""The Slack workspace: since when Gleaner runs there, and whether its import stalls."""

from datetime import datetime

import sqlalchemy as sa

from store.people.tables import workspaces
from store.scope import Scope


class Workspaces(Scope):
    async def remember(self, name: str, at: datetime) -> None:
        """The first call of all decides when Gleaner went live here."""
        await self._insert(workspaces, {"name": name, "started_at": at})

    async def started_at(self) -> datetime | None:
        """When Gleaner first ran here."""
        return await self._connection.scalar(sa.select(workspaces.c.started_at).where(self._mine(workspaces)))

    async def is_stalled(self) -> bool:
        """Whether Harvest did not answer the last import."""
        since = await self._connection.scalar(sa.select(workspaces.c.stalled_at).where(self._mine(workspaces)))
        return since is not None

    async def stall(self, at: datetime | None) -> bool:
        """Note that the import stalls (None: runs again); True if that is news."""
        is_news = workspaces.c.stalled_at.is_not(None) if at is None else workspaces.c.stalled_at.is_(None)
        done = await self._connection.execute(
            sa.update(workspaces).where(self._mine(workspaces), is_news).values(stalled_at=at)
        )
        return done.rowcount == 1
