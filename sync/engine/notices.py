"""Takes news that is due, one at a time and by one process, and notes what became of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from store.engine.records import NoticeState, Posted
from sync.engine.tenant import Tenant
from sync.news.engine import NoticeLost
from sync.ports.engine import Job, Jobs
from sync.rules.time_entries.retry_pace import Pace

log = structlog.get_logger()

_GIVE_UP = 2_000
"""Attempts; with pauses of up to a minute, nearly a day and a half."""
_REASON = 200
"""Characters that are kept of why a notice was dropped."""
_BROUGHT_UP_TO_DATE = timedelta(days=40)
"""Age of messages that are still changed: this month's, and last month's until its hours are settled."""


@dataclass(frozen=True, slots=True)
class Due:
    """News to be posted now. `was` POSTING: an earlier attempt may have posted it."""

    id: int
    key: str
    news: str
    facts: dict[str, Any]
    was: NoticeState
    attempts: int
    created_at: datetime


@dataclass(frozen=True)
class Notices:
    tenant: Tenant
    jobs: Jobs
    pace: Pace

    async def due(self) -> Sequence[int]:
        async with self.tenant.reading() as tx:
            return await tx.notices.due(self.tenant.now())

    async def take(self, notice_id: int) -> Due | None:
        """The notice, leased; None if it is not due or somebody else is at it."""
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            notice = await tx.notices.lease(notice_id, now, now + self.pace.lease)
        if notice is None:
            return None
        return Due(notice.id, notice.key, notice.news, notice.facts, notice.state, notice.attempts, notice.created_at)

    async def posted(self, due: Due, channel_id: str, message_ts: str, note: str = "") -> None:
        async with self.tenant.transaction() as tx:
            await tx.notices.posted(due.id, channel_id, message_ts, note)

    async def posted_as(self, key_prefix: str) -> Sequence[Posted]:
        """Messages that stand in Slack and are still brought up to date, by the beginning of their notices' keys."""
        async with self.tenant.reading() as tx:
            return await tx.notices.posted_as(key_prefix, self.tenant.now() - _BROUGHT_UP_TO_DATE)

    async def postpone(self, due: Due, *, is_unknown: bool) -> None:
        """Try again later; given up after a day and a half, which the coordinator is told once."""
        if due.attempts >= _GIVE_UP:
            await self._give_up(due)
            return
        due_at = self.tenant.now() + self.pace.pause(due.attempts)
        async with self.tenant.transaction() as tx:
            await tx.notices.postpone(due.id, due_at, is_unknown=is_unknown)
        self.jobs.wake(Job.NOTICE, str(due.id), at=due_at)

    async def drop(self, due: Due, reason: str) -> None:
        async with self.tenant.transaction() as tx:
            await tx.notices.drop(due.id, reason)

    async def lose(self, due: Due, why: str) -> None:
        """Nobody could be told, and no later attempt changes that; the coordinator hears of it."""
        log.warning("notice dropped", notice=due.id, news=due.news, why=why)
        await self._lost(due, why[:_REASON])

    async def _give_up(self, due: Due) -> None:
        log.error("notice given up", notice=due.id, news=due.news, attempts=due.attempts)
        await self._lost(due, "")

    async def _lost(self, due: Due, why: str) -> None:
        async with self.tenant.transaction() as tx:
            await tx.notices.drop(due.id, why or "gave up")
            if due.news != NoticeLost.__name__:
                facts = asdict(NoticeLost(due.news, due.id, why))
                await tx.notices.add(f"lost:{due.id}", NoticeLost.__name__, facts, self.tenant.now())
