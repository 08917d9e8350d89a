"""Rows of ours for what stands in Harvest already, so that buttons and flows can name it."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from store.database import Transaction
from store.harvest.records import HarvestEntry
from store.time_entries.records import EntryState, TimeEntry
from sync.ports.engine import Clock
from sync.time_entries.harvest_drafts import as_held_by_harvest, key_in


async def adopt(tx: Transaction, slack_id: str, found: HarvestEntry, clock: Clock) -> TimeEntry:
    """A row of ours for an entry that stands in Harvest, so that buttons can name it; fresh if it has one already."""
    known = await tx.time_entries.by_harvest_id(found.id)
    state = EntryState.RUNNING if found.is_running else EntryState.LOGGED
    held = as_held_by_harvest(found) | {"state": state}
    if known is not None:
        at_rest = [EntryState.LOGGED, EntryState.RUNNING]
        return await tx.time_entries.change(known.key, was=at_rest, **held) or known
    key = key_in(found)
    if key and (ours := await tx.time_entries.get(key)) is not None:
        return ours
    entry = TimeEntry(
        key=adopted_key(found.id),
        slack_id=slack_id,
        harvest_user_id=found.user_id,
        is_timer=found.is_running,
        held_for=None,
        reason=None,
        wanted=None,
        revision=0,
        attempts=0,
        sent_at=None,
        due_at=None,
        told_at=None,
        created_at=clock.now() - timedelta(seconds=1),
        **held,
    )
    await tx.time_entries.add(entry)
    return entry


def adopted_key(harvest_id: int) -> str:
    """The same key whoever adopts the entry, so that two who do so at once make one row."""
    return str(uuid5(NAMESPACE_URL, f"harvest:{harvest_id}"))
