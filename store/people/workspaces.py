"""The Slack workspace and its Harvest account."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from store.harvest.records import Account
from store.harvest.tables import accounts
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

    async def account(self) -> Account | None:
        """None until the first import has read it."""
        row = (await self._connection.execute(sa.select(accounts).where(self._mine(accounts)))).one_or_none()
        if row is None:
            return None
        return Account(
            id=row.id,
            name=row.name,
            uses_timestamps=row.uses_timestamps,
            clock=row.clock,
            web_url=row.web_url,
            imported_at=row.imported_at,
            access_roles=tuple(row.access_roles),
            settled_at=row.settled_at,
        )

    async def save_account(self, account: Account) -> None:
        """All but `settled_at`, which only `settle_first` sets."""
        row = {**asdict(account), "access_roles": list(account.access_roles)}
        del row["settled_at"]
        await self._upsert(accounts, [row])

    async def settle_first(self, at: datetime) -> bool:
        """Note that budgets were looked at for the first time; False if they were before."""
        done = await self._connection.execute(
            sa.update(accounts).where(self._mine(accounts), accounts.c.settled_at.is_(None)).values(settled_at=at)
        )
        return done.rowcount == 1
