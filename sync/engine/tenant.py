"""Whose data it is, as one value: the database, the workspace in it, and the time there.

It is handed down from where a request or a job enters; nothing else knows a workspace id.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from store.database import Store, Transaction
from store.engine.records import AuditEvent
from sync.ports.engine import Clock


@dataclass(frozen=True, repr=False)
class Tenant:
    store: Store
    workspace_id: str
    clock: Clock

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return self.clock.now()

    def transaction(self, *, is_urgent: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """Commits at the end of the block, rolls back on an exception; see `Store.transaction`."""
        return self.store.transaction(self.workspace_id, is_urgent=is_urgent)

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """A consistent view for reads only."""
        return self.store.reading(self.workspace_id)

    async def audit(self, tx: Transaction, actor: str, action: str, subject: str, facts: Mapping[str, object]) -> None:
        """Note who did what to which row, in the transaction that does it."""
        await tx.audit.add(AuditEvent(self.now(), actor, action, subject, {**facts}))

    def uuid(self, *parts: object) -> str:
        """The same UUID for the same parts, always: what is asked for twice gets one row."""
        return str(uuid5(NAMESPACE_URL, ":".join([self.workspace_id, *map(str, parts)])))

    def at(self, clock: Clock) -> "Tenant":
        """The same data by another clock."""
        return replace(self, clock=clock)
