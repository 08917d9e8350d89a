"""Marks tasks to be looked at, in the transaction of what was heard or decided: neither goes without the other."""

from collections.abc import Collection
from datetime import datetime, timedelta

from store.database import Transaction

QUIET = timedelta(seconds=2)
"""Edits and decisions come in flurries, several events each; one look serves them all."""


async def mark_due(
    tx: Transaction,
    gids: Collection[str],
    now: datetime,
    *,
    after: timedelta | None = None,
    project_gid: str | None = None,
) -> datetime:
    """When to wake whoever looks, once the transaction is committed: a wake-up that is lost only makes it later.

    `after`: None means QUIET. `project_gid`: where the tasks were heard of, if it was one project.
    """
    after = QUIET if after is None else after
    if gids:
        await tx.asana_work.touch(gids, now + after, project_gid)
    # There is one wake-up for all: that of what was heard of first must not be put off by what came later.
    return await tx.asana_work.next_due(now) or now + after
