"""Marks tasks to be looked at, in the transaction of what somebody decided: neither goes without the other."""

from collections.abc import Collection
from datetime import datetime, timedelta

from store.database import Transaction

_AFTER = timedelta(seconds=2)
"""Decisions come in flurries, too: one look serves them all."""


async def mark_due(tx: Transaction, gids: Collection[str], now: datetime) -> datetime:
    """When to wake whoever looks, once the transaction is committed: a wake-up that is lost only makes it later."""
    if gids:
        await tx.asana_work.touch(gids, now + _AFTER)
    # There is one wake-up for all: that of what was heard of first must not be put off by what came later.
    return await tx.asana_work.next_due(now) or now + _AFTER
