"""Turns: what several processes, jobs and people may begin is done by one of them at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from sync.engine.tenant import Tenant

_LEASE = timedelta(minutes=10)
"""After that a turn counts as given up: whoever had it has died."""


@dataclass(frozen=True)
class JobLeases:
    tenant: Tenant

    @asynccontextmanager
    async def take(self, name: str, owner: str) -> AsyncIterator[bool]:
        """Whether it is this owner's turn; no other owner has one of that name until the block ends."""
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            mine = await tx.leases.take(name, owner, now, now + _LEASE)
        try:
            yield mine
        finally:
            if mine:
                async with self.tenant.transaction() as tx:
                    await tx.leases.free(name, owner)


async def release_dead(tenant: Tenant) -> int:
    """Free what processes held that were killed, so that whoever is alive takes it up; the number of rows."""
    if tenant.store.is_embedded:
        return 0
    async with tenant.transaction() as tx:
        nouns = (tx.inbox, tx.time_entries, tx.notices, tx.asana_work)
        freed = sum([await noun.release_dead() for noun in nouns])
        return freed + await tx.leases.free_dead()
