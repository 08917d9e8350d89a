"""What was booked of Asana's tasks: the record that lets nothing be booked twice, and where Harvest differs from it."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from store.asana.records.state import Allocation, AllocationKind, HoldKind, HoldState, KnownTask
from store.asana.tables import asana_bookings, asana_holds, asana_tasks
from store.harvest.tables import harvest_entries
from store.scope import Scope
from store.time_entries.entries import read_entry
from store.time_entries.records import EntryState, TimeEntry
from store.time_entries.tables import time_entries
from store.units import Hours


class Allocations(Scope):
    async def book(self, task: KnownTask, bookings: Sequence[Allocation]) -> None:
        """What the task's next revision books; a row that stands already is a fault, and raises."""
        rows = [
            {"workspace_id": self._workspace, "revision": task.revision + 1, "place": place, **booking._asdict()}
            for place, booking in enumerate(bookings)
        ]
        if rows:
            await self._connection.execute(sa.insert(asana_bookings), rows)

    async def bookings(self, task_gid: str) -> Sequence[Allocation]:
        """Oldest first."""
        of = asana_bookings.c
        rows = await self._connection.execute(
            sa.select(*(of[name] for name in Allocation._fields))
            .where(self._mine(asana_bookings), of.task_gid == task_gid)
            .order_by(of.revision, of.place)
        )
        return [Allocation(*row)._replace(kind=AllocationKind(row.kind), hours=Hours(row.hours)) for row in rows]

    async def booked_tasks(self, gids: Collection[str] | None = None) -> set[str]:
        """Tasks with anything booked."""
        of = asana_bookings.c
        wanted = [] if gids is None else [of.task_gid.in_(sorted(gids))]
        rows = await self._connection.execute(
            sa.select(of.task_gid).where(self._mine(asana_bookings), *wanted).distinct()
        )
        return {row.task_gid for row in rows}

    async def entries(self, task_gid: str) -> Sequence[TimeEntry]:
        """Entries that were made from the task, oldest first, whatever their state."""
        booked = sa.select(asana_bookings.c.entry_key).where(
            self._mine(asana_bookings), asana_bookings.c.task_gid == task_gid, asana_bookings.c.entry_key.is_not(None)
        )
        rows = await self._connection.execute(
            sa.select(*(time_entries.c[name] for name in TimeEntry.__dataclass_fields__))
            .where(self._mine(time_entries), time_entries.c.key.in_(booked))
            .order_by(time_entries.c.created_at, time_entries.c.key)
        )
        return [read_entry(row) for row in rows]

    async def mismatched(self, kinds: Collection[HoldKind]) -> set[str]:
        """Tasks with an entry at rest of which Harvest holds other hours than were booked, or which it lost.

        Those are left out of which somebody was asked already, by a hold of `kinds` about the same hours, and those in
        the trash.
        """
        mine = sa.and_(
            time_entries.c.workspace_id == asana_bookings.c.workspace_id,
            time_entries.c.key == asana_bookings.c.entry_key,
        )
        theirs = sa.and_(
            harvest_entries.c.workspace_id == time_entries.c.workspace_id,
            harvest_entries.c.id == time_entries.c.harvest_id,
        )
        asked = (
            sa.select(asana_holds.c.entry_key, sa.func.sum(asana_holds.c.hours).label("hours"))
            .where(self._mine(asana_holds), asana_holds.c.state == HoldState.OPEN, asana_holds.c.kind.in_(kinds))
            .group_by(asana_holds.c.entry_key)
            .subquery()
        )
        trashed = sa.select(asana_tasks.c.gid).where(self._mine(asana_tasks), asana_tasks.c.is_trashed)
        missing = sa.func.sum(asana_bookings.c.hours) - sa.func.coalesce(sa.func.max(harvest_entries.c.hours), 0)
        rows = await self._connection.execute(
            sa.select(asana_bookings.c.task_gid)
            .select_from(
                asana_bookings.join(time_entries, mine)
                .outerjoin(harvest_entries, theirs)
                .outerjoin(asked, asked.c.entry_key == asana_bookings.c.entry_key)
            )
            .where(
                self._mine(asana_bookings),
                time_entries.c.state.in_([EntryState.LOGGED, EntryState.UNDONE]),
                asana_bookings.c.task_gid.not_in(trashed),
            )
            .group_by(asana_bookings.c.task_gid, asana_bookings.c.entry_key)
            .having(missing != sa.func.coalesce(sa.func.max(asked.c.hours), 0))
        )
        return {row.task_gid for row in rows}
