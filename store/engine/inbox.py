"""The inbox: what Slack was told "received" about, kept before it was told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from store.engine.records import InboxEvent, InboxState
from store.engine.tables import inbox
from store.scope import Scope


class InboxEvents(Scope):
    async def add(self, rows: Sequence[dict[str, Any]]) -> Sequence[InboxEvent]:
        """Keep events in one statement; those whose key was kept before are left out of the answer."""
        fresh = {"state": InboxState.RECEIVED, "attempts": 0, "leased_by": self._me}
        added = await self._insert_all(inbox, [{**fresh, **row} for row in rows], inbox)
        return [_event(row) for row in added]

    async def by_id(self, event_id: int) -> InboxEvent | None:
        row = (
            await self._connection.execute(sa.select(inbox).where(self._mine(inbox), inbox.c.id == event_id))
        ).one_or_none()
        return _event(row) if row else None

    async def due(self, now: datetime, limit: int = 100) -> Sequence[int]:
        """Ids of events that were not handled, whose time has come and which nobody is at, oldest first."""
        rows = await self._connection.execute(
            sa.select(inbox.c.id).where(self._mine(inbox), *_free(now)).order_by(inbox.c.id).limit(limit)
        )
        return [row.id for row in rows]

    async def lease(self, event_id: int, now: datetime, until: datetime) -> InboxEvent | None:
        """The event, if nobody else is at it; it is the caller's until `until`."""
        done = await self._connection.execute(
            sa.update(inbox)
            .where(self._mine(inbox), inbox.c.id == event_id, *_free(now))
            .values(leased_until=until, leased_by=self._me, attempts=inbox.c.attempts + 1)
        )
        if done.rowcount != 1:
            return None
        row = (await self._connection.execute(sa.select(inbox).where(self._mine(inbox), inbox.c.id == event_id))).one()
        return _event(row)

    async def close(self, event_id: int, state: InboxState) -> None:
        await self._change(event_id, state=state, leased_until=None)

    async def postpone(self, event_id: int, due_at: datetime) -> None:
        await self._change(event_id, due_at=due_at, leased_until=None)

    async def release_dead(self) -> int:
        """Take back what processes that died have held."""
        return await self._release_dead(inbox)

    async def release_all(self) -> None:
        """Take back every lease: for the start of the only process of an embedded store."""
        await self._connection.execute(sa.update(inbox).where(self._mine(inbox)).values(leased_until=None))

    async def forget(self, now: datetime, after: timedelta) -> int:
        """Delete handled events older than `after`; Slack repeats a delivery for at most a day."""
        done = await self._connection.execute(
            sa.delete(inbox).where(
                self._mine(inbox), inbox.c.state == InboxState.HANDLED, inbox.c.received_at < now - after
            )
        )
        return done.rowcount

    async def _change(self, event_id: int, **values: Any) -> None:
        await self._connection.execute(
            sa.update(inbox).where(self._mine(inbox), inbox.c.id == event_id).values(**values)
        )


def _free(now: datetime) -> Sequence[sa.ColumnElement[bool]]:
    return (
        inbox.c.state == InboxState.RECEIVED,
        inbox.c.due_at <= now,
        sa.or_(inbox.c.leased_until.is_(None), inbox.c.leased_until < now),
    )


def _event(row: sa.Row[Any]) -> InboxEvent:
    return InboxEvent(row.id, row.key, row.kind, row.payload, row.received_at, InboxState(row.state), row.attempts)
