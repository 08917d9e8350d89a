"""What a project's new link or setting lets through."""

from datetime import datetime

from store.database import Transaction
from sync.asana.task.due import mark_due


async def let_through(tx: Transaction, project_gid: str, now: datetime) -> datetime:
    """What waits, and what was never looked at because nobody listened: the next sweep reads it whole.

    When to wake for it.
    """
    waiting = {hold.task_gid for hold in await tx.asana_holds.open(project_gid=project_gid)}
    known = {task.gid for task in await tx.asana_work.tasks_of(project_gid)}
    await tx.asana.forget_sweep(project_gid)
    return await mark_due(tx, waiting | known, now)
