"""How a person's time stands in Harvest: asked for at once where it answers, else as the mirror has it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from store.database import Transaction
from store.harvest.records import HarvestEntry
from store.people.records import Person
from store.time_entries.records import EntryEdit, EntryState, TimeEntry, TimerStop
from store.units import Hours
from sync.engine.tenant import Tenant
from sync.errors import Gone, OutsideError
from sync.harvest.access import HarvestAccess, SignInNeeded, Writer
from sync.time_entries.adoption import as_entry

_PATIENCE = 2.0
"""Seconds that somebody who looks waits for Harvest; then they see the mirror."""
_LOOKED_AT = 10
"""Entries missing from a day that are asked for one by one; more are left to the import, which asks people first."""
_GONE = frozenset({EntryState.UNDONE, EntryState.DISCARDED, EntryState.REFUSED})


@dataclass(frozen=True, slots=True)
class DaySheet:
    """A person's day. `total`: finished hours in Harvest and what is on its way there.

    `is_current`: Harvest answered just now; if not, it is the mirror's of `as_of` (None: nothing was ever read).
    """

    rows: Sequence[TimeEntry]
    total: Hours
    is_current: bool
    as_of: datetime | None


@dataclass(frozen=True)
class InHarvest:
    tenant: Tenant
    access: HarvestAccess

    async def look(self, entry: TimeEntry) -> bool:
        """Bring the mirror's row of this entry up to date; False if Harvest does not answer."""
        if entry.harvest_id is None:
            return False
        try:
            async with asyncio.timeout(_PATIENCE):
                writer = await self.access.writer(entry.slack_id, entry.harvest_user_id)
                await self._refresh(writer, entry.harvest_id)
        except (OutsideError, SignInNeeded, TimeoutError):
            return False
        return True

    async def day(self, person: Person, user_id: int, day: date) -> DaySheet:
        """Every entry of that day: Harvest's, and those of ours that wait. No row is made by looking."""
        is_current = await self._read_day(person, user_id, day)
        async with self.tenant.reading() as tx:
            ours = [row for row in await tx.time_entries.of_day(person.slack_id, day) if row.state not in _GONE]
            known = {row.harvest_id for row in ours}
            theirs = [one for one in await tx.mirror.of_day(user_id, day) if one.id not in known]
            total = await day_total(tx, user_id, day)
            account = await tx.accounts.get()
        rows = [*ours, *(as_entry(one, person.slack_id, self.tenant.clock) for one in theirs)]
        rows.sort(key=lambda row: (row.harvest_id is None, row.harvest_id or 0))
        return DaySheet(rows, total, is_current, account.imported_at if account else None)

    async def _read_day(self, person: Person, user_id: int, day: date) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                writer = await self.access.writer(person.slack_id, user_id)
                found = await writer.harvest.entries(user_id=user_id, from_date=day, to_date=day)
                await self._keep_day(writer, user_id, day, found)
        except (OutsideError, SignInNeeded, TimeoutError):
            return False
        return True

    async def _keep_day(self, writer: Writer, user_id: int, day: date, found: Sequence[HarvestEntry]) -> None:
        """What is missing was deleted or moved to another day, so each is asked for."""
        async with self.tenant.transaction() as tx:
            await tx.mirror.save(found, self.tenant.now())
            kept = {one.id for one in await tx.mirror.of_day(user_id, day)}
        missing = sorted(kept - {one.id for one in found})
        for entry_id in missing if len(missing) <= _LOOKED_AT else []:
            await self._refresh(writer, entry_id)

    async def _refresh(self, writer: Writer, entry_id: int) -> None:
        try:
            found = await writer.harvest.entry(entry_id)
        except Gone:
            async with self.tenant.transaction() as tx:
                await tx.mirror.remove([entry_id], self.tenant.now())
            return
        async with self.tenant.transaction() as tx:
            await tx.mirror.save([found], self.tenant.now())


async def day_total(tx: Transaction, user_id: int, day: date) -> Hours:
    """Finished hours of a person's day in the mirror, with what is on its way to Harvest (ruling 20)."""
    stands = sum(one.hours for one in await tx.mirror.of_day(user_id, day) if not one.is_running)
    coming = await tx.time_entries.on_the_way_of(user_id)
    return Hours(stands + sum(_after(row, day) - _before(row, day) for row in coming))


def _before(row: TimeEntry, day: date) -> int:
    """Hours of it that the mirror counts to the day."""
    return (row.hours or 0) if row.harvest_id is not None and row.spent_date == day else 0


def _after(row: TimeEntry, day: date) -> int:
    """Hours of it that the day will have once Harvest has done what was asked."""
    wanted = row.wanted
    if row.state is EntryState.UNDOING or (row.state is EntryState.INTENDED and row.is_timer):
        return 0
    if isinstance(wanted, TimerStop):
        return wanted.hours if row.spent_date == day else 0
    change = wanted if isinstance(wanted, EntryEdit) else EntryEdit()
    hours = row.hours if change.hours is None else change.hours
    return (hours or 0) if (change.spent_date or row.spent_date) == day else 0
