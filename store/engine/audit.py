"""Who did what to whose hours, and when. Rows are added and never changed."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from store.engine.records import AuditEvent
from store.engine.tables import audit_events
from store.scope import Scope


class AuditEvents(Scope):
    async def add(self, event: AuditEvent) -> None:
        await self._insert(audit_events, asdict(event))

    async def of(self, subject: str) -> Sequence[AuditEvent]:
        """Everything done to one subject, oldest first."""
        rows = await self._connection.execute(
            sa.select(audit_events)
            .where(self._mine(audit_events), audit_events.c.subject == subject)
            .order_by(audit_events.c.id)
        )
        return [AuditEvent(row.at, row.actor, row.deed, row.subject, row.facts) for row in rows]
