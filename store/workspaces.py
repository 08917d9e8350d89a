"""The Slack workspace and its Harvest account."""

from datetime import datetime

import sqlalchemy as sa

from store.records import Account
from store.scope import Scope
from store.tables import accounts, workspaces


class Workspaces(Scope):
    async def remember(self, name: str, at: datetime) -> None:
        """The first call of all decides when Gleaner went live here."""
        await self._insert(workspaces, {"name": name, "started_at": at})

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

    async def account(self) -> Account | None:
        """None until the first import has read it."""
        row = (await self._connection.execute(sa.select(accounts).where(self._mine(accounts)))).one_or_none()
        if row is None:
            return None
        return Account(row.id, row.name, row.uses_timestamps, row.clock, row.web_url, row.imported_at)

    async def save_account(self, account: Account) -> None:
        row = {
            "id": account.id,
            "name": account.name,
            "uses_timestamps": account.uses_timestamps,
            "clock": account.clock,
            "web_url": account.web_url,
            "imported_at": account.imported_at,
        }
        await self._upsert(accounts, [row])
