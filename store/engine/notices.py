"""News that must be told: one row each, unique by key, posted once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store.engine.records import Notice, NoticeState, Posted
from store.engine.tables import notices
from store.scope import Scope


class Notices(Scope):
    async def add(self, key: str, news: str, facts: dict[str, Any], now: datetime) -> bool:
        """False if this news was kept before."""
        row = {"key": key, "news": news, "facts": facts, "state": NoticeState.DUE, "attempts": 0}
        return await self._insert(notices, {**row, "due_at": now, "created_at": now})

    async def was_kept(self, key_prefix: str) -> bool:
        """Whether there is news with a key that begins so, whatever became of it."""
        of = notices.c
        wanted = (self._mine(notices), of.key.startswith(key_prefix, autoescape=True))
        return await self._connection.scalar(sa.select(of.id).where(*wanted).limit(1)) is not None

    async def due(self, now: datetime, limit: int = 100) -> Sequence[int]:
        """Ids of what is not posted yet, whose time has come and which nobody is at."""
        rows = await self._connection.execute(
            sa.select(notices.c.id).where(self._mine(notices), *_free(now)).order_by(notices.c.id).limit(limit)
        )
        return [row.id for row in rows]

    async def lease(self, notice_id: int, now: datetime, until: datetime) -> Notice | None:
        """The notice in the state it was in before, now `posting` and the caller's until `until`."""
        before = (
            await self._connection.execute(
                sa.select(notices)
                .where(self._mine(notices), notices.c.id == notice_id, *_free(now))
                .with_for_update(skip_locked=True)
            )
        ).one_or_none()
        if before is None:
            return None
        await self._change(
            notice_id, state=NoticeState.POSTING, leased_until=until, leased_by=self._me, attempts=before.attempts + 1
        )
        state = NoticeState(before.state)
        return Notice(before.id, before.key, before.news, before.facts, state, before.attempts, before.created_at)

    async def posted(self, notice_id: int, channel_id: str, message_ts: str, note: str = "") -> None:
        """`note`: the small print on why it came there."""
        await self._change(
            notice_id,
            state=NoticeState.POSTED,
            leased_until=None,
            channel_id=channel_id,
            message_ts=message_ts,
            reason=note or None,
        )

    async def posted_as(self, key_prefix: str, since: datetime, limit: int = 20) -> Sequence[Posted]:
        """The newest messages whose notice has a key that begins so and was kept after `since`."""
        of = notices.c
        wanted = (of.key.startswith(key_prefix, autoescape=True), of.state == NoticeState.POSTED, of.created_at > since)
        rows = await self._connection.execute(
            sa.select(of.id, of.news, of.facts, of.channel_id, of.message_ts, sa.func.coalesce(of.reason, ""))
            .where(self._mine(notices), *wanted)
            .order_by(of.id.desc())
            .limit(limit)
        )
        return [Posted(*row) for row in rows]

    async def postpone(self, notice_id: int, due_at: datetime, *, is_unknown: bool) -> None:
        """Try again at `due_at`; `is_unknown`: the message may be out, so it must be looked for first."""
        state = NoticeState.POSTING if is_unknown else NoticeState.DUE
        await self._change(notice_id, state=state, leased_until=None, due_at=due_at)

    async def drop(self, notice_id: int, reason: str) -> None:
        await self._change(notice_id, state=NoticeState.DROPPED, leased_until=None, reason=reason)

    async def release_dead(self) -> int:
        """Take back what processes that died have held."""
        return await self._release_dead(notices)

    async def release_all(self) -> None:
        """Take back every lease: for the start of the only process of an embedded store."""
        await self._connection.execute(sa.update(notices).where(self._mine(notices)).values(leased_until=None))

    async def _change(self, notice_id: int, **values: Any) -> None:
        await self._connection.execute(
            sa.update(notices).where(self._mine(notices), notices.c.id == notice_id).values(**values)
        )


def _free(now: datetime) -> Sequence[sa.ColumnElement[bool]]:
    return (
        notices.c.state.in_([NoticeState.DUE, NoticeState.POSTING]),
        notices.c.due_at <= now,
        sa.or_(notices.c.leased_until.is_(None), notices.c.leased_until < now),
    )
