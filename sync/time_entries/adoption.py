"""Entries that stand in Harvest, as values and as rows of ours.

Looking makes no row: a list shows an entry typed in Harvest under the key `h:<its id>`. Its row is made when a person
presses a button that names it, for then there is something to keep that Harvest cannot know.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from store.database import Transaction
from store.harvest.records import HarvestEntry
from store.time_entries.records import EntryState, TimeEntry
from store.units import Hours
from sync.ports.engine import Clock
from sync.rules.time_entries import transitions
from sync.time_entries.harvest_drafts import key_in

_THEIRS = "h:"


def as_entry(found: HarvestEntry, slack_id: str, clock: Clock) -> TimeEntry:
    """The entry as lists show it; nothing is kept."""
    return TimeEntry(
        key=f"{_THEIRS}{found.id}",
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


def id_in(key: str) -> int | None:
    """Harvest's id in the key of an entry that was only looked at."""
    number = key.removeprefix(_THEIRS)
    return int(number) if number != key and number.isdecimal() and len(number) <= 15 else None


async def named(tx: Transaction, key: str, clock: Clock) -> TimeEntry | None:
    """The entry that a button names, by our key or Harvest's id; without an owner in Slack if it has no row."""
    harvest_id = id_in(key)
    if harvest_id is None:
        return await tx.time_entries.get(key)
    ours = await tx.time_entries.by_harvest_id(harvest_id)
    if ours is not None:
        return ours
    found = await tx.mirror.get(harvest_id)
    return as_entry(found, "", clock) if found else None


async def adopt(tx: Transaction, slack_id: str, found: HarvestEntry, clock: Clock) -> TimeEntry:
    """A row of ours for an entry that stands in Harvest, so that something can be asked of it."""
    await tx.mirror.save([found], clock.now())
    known = await tx.time_entries.by_harvest_id(found.id)
    if known is not None:
        return await tx.time_entries.apply(known.key, transitions.adopt(found)) or known
    key = key_in(found)
    if key and (ours := await tx.time_entries.get(key)) is not None:
        return ours
    entry = replace(as_entry(found, slack_id, clock), key=adopted_key(found.id))
    await tx.time_entries.add(entry)
    return entry


def adopted_key(harvest_id: int) -> str:
    """The same key whoever adopts the entry, so that two who do so at once make one row."""
    return str(uuid5(NAMESPACE_URL, f"harvest:{harvest_id}"))
