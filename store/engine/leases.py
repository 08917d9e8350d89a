"""Job leases: several schedulers may fire, one runs."""

from datetime import datetime

import sqlalchemy as sa

from store.engine.tables import leases
from store.scope import ALIVE, Scope


class Leases(Scope):
    async def take(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        """True for the one owner that may run the job until `until`."""
        if await self._insert(leases, {"name": name, "owner": owner, "until": until, "leased_by": self._me}):
            return True
        free = sa.or_(leases.c.until < now, leases.c.owner == owner)
        done = await self._connection.execute(
            sa.update(leases)
            .where(self._mine(leases), leases.c.name == name, free)
            .values(owner=owner, until=until, leased_by=self._me)
        )
        return done.rowcount == 1

    async def free_dead(self) -> int:
        """Give up the turns of processes that died."""
        if self._me is None:
            return 0
        is_dead = (leases.c.leased_by.is_not(None), leases.c.leased_by.not_in(ALIVE))
        return (await self._connection.execute(sa.delete(leases).where(self._mine(leases), *is_dead))).rowcount

    async def free_all(self) -> None:
        """For the start of the only process of an embedded store."""
        await self._connection.execute(sa.delete(leases).where(self._mine(leases)))

    async def free(self, name: str, owner: str) -> None:
        await self._connection.execute(
            sa.delete(leases).where(self._mine(leases), leases.c.name == name, leases.c.owner == owner)
        )
