"""The Harvest account that a workspace imports from."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from store.harvest.records import Account
from store.harvest.tables import accounts
from store.scope import Scope


class Accounts(Scope):
    async def get(self) -> Account | None:
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

    async def save(self, account: Account) -> None:
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
