"""Timers: since when they run and what they held before."""

import sqlalchemy as sa

from store.scope import Scope
from store.time_entries.records import Timer
from store.time_entries.tables import timers


class Timers(Scope):
    async def save(self, timer: Timer) -> None:
        row = {
            "entry_key": timer.entry_key,
            "started_at": timer.started_at,
            "seconds_before": timer.seconds_before,
        }
        await self._upsert(timers, [row])

    async def get(self, entry_key: str) -> Timer | None:
        row = (
            await self._connection.execute(sa.select(timers).where(self._mine(timers), timers.c.entry_key == entry_key))
        ).one_or_none()
        return Timer(row.entry_key, row.started_at, row.seconds_before) if row else None
