"""Rows of ours for what stands in Harvest already, so that buttons and flows can name it."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from store.database import Transaction
from store.harvest.records import HarvestEntry
from store.time_entries.records import EntryState, TimeEntry
from store.units import Hours
from sync.ports.engine import Clock
from sync.rules.time_entries import transitions
from sync.time_entries.harvest_drafts import key_in


async def adopt(tx: Transaction, slack_id: str, found: HarvestEntry, clock: Clock) -> TimeEntry:
    """A row of ours for an entry that stands in Harvest, so that buttons can name it; fresh if it has one already."""
    await tx.mirror.save([found], clock.now())
    known = await tx.time_entries.by_harvest_id(found.id)
    if known is not None:
        return await tx.time_entries.apply(known.key, transitions.adopt(found)) or known
    key = key_in(found)
    if key and (ours := await tx.time_entries.get(key)) is not None:
        return ours
    entry = TimeEntry(
        key=adopted_key(found.id),
        slack_id=slack_id,
        harvest_user_id=found.user_id,
        project_id=found.project_id,
        task_id=found.task_id,
        spent_date=found.spent_date,
        hours=None if found.is_running else Hours(found.hours),
        started=found.started,
        ended=found.ended,
        note=found.notes,
        is_timer=found.is_running,
        state=EntryState.RUNNING if found.is_running else EntryState.LOGGED,
        harvest_id=found.id,
        created_at=clock.now() - timedelta(seconds=1),
    )
    await tx.time_entries.add(entry)
    return entry


def adopted_key(harvest_id: int) -> str:
    """The same key whoever adopts the entry, so that two who do so at once make one row."""
    return str(uuid5(NAMESPACE_URL, f"harvest:{harvest_id}"))
