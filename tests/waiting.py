"""Waiting for something that happens, instead of for some time."""

import asyncio

import sqlalchemy as sa

from store.database import Store

_LOOKS = 2000
_WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def held_up(store: Store, many: int = 1) -> None:
    """Until so many are held up by the transaction that the test has open."""
    for _ in range(_LOOKS):
        if await _count(store) >= many:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"{many} should wait for the open transaction, {await _count(store)} do")


async def _count(store: Store) -> int:
    """On SQLite only whether anybody is: its writers stand in one queue."""
    if store.is_embedded:
        return int(store._waiting.locked())
    async with store.engine.connect() as connection:
        return int(await connection.scalar(_WAITING) or 0)
