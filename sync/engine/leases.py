"""Turns: what several processes, jobs and people may begin is done by one of them at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from store.database import Store
from sync.ports.engine import Clock

_LEASE = timedelta(minutes=10)
"""After that a turn counts as given up: whoever had it has died."""


@dataclass(frozen=True)
class Turns:
    store: Store
    workspace_id: str
    clock: Clock

    @asynccontextmanager
    async def take(self, name: str, owner: str) -> AsyncIterator[bool]:
        """Whether it is this owner's turn; no other owner has one of that name until the block ends."""
        now = self.clock.now()
        async with self.store.transaction(self.workspace_id) as tx:
            mine = await tx.leases.take(name, owner, now, now + _LEASE)
        try:
            yield mine
        finally:
            if mine:
                async with self.store.transaction(self.workspace_id) as tx:
                    await tx.leases.free(name, owner)
