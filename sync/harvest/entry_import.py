"""Keeps the mirror true: each minute what is new in Harvest, each hour a share of all entries, on demand any span."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from store.engine.cursors import Cursor
from store.harvest.records import HarvestEntry
from sync.engine.tenant import Tenant
from sync.errors import Gone, Rejected
from sync.harvest.access import HarvestAccess
from sync.harvest.deletions import Deletions
from sync.harvest.entry_reading import EntryReading, Progress, Tally, no_progress
from sync.harvest.whole_lists import Wanted, read_whole
from sync.ports.harvest import EntryPage, Harvest
from sync.rules.harvest.deletion_search import Span, share_of_day, windows

log = structlog.get_logger()

_OVERLAP = timedelta(minutes=5)
"""Read again before the newest change that was seen: Harvest may store what it stamped earlier a little later."""
_SWEEPS_A_DAY = 24


@dataclass(frozen=True)
class EntryImport:
    tenant: Tenant
    access: HarvestAccess
    reading: EntryReading
    deletions: Deletions

    async def tick(self, progress: Progress = no_progress) -> Tally:
        """Running timers, changes since the last tick, and the total count: three requests if nothing happened."""
        harvest, began = await self.access.reader(), self.tenant.now()
        async with self.tenant.reading() as tx:
            cursor = await tx.cursors.get(Cursor.ENTRIES)
            is_first = cursor is None and not await tx.mirror.count()
        # Running ones first: what stops meanwhile comes again among the changes, in its final shape.
        running = await harvest.entries(is_running=True)
        since = _earlier(cursor, began)
        tally = Tally()
        await self.reading.read(harvest, Wanted(since=since), tally, is_first=is_first, progress=progress)
        await self.reading.save([entry for entry in running if entry.id not in tally.ids], tally)
        await self._stopped_unseen(harvest, {entry.id for entry in running} | tally.ids, tally)
        await self._read_again(harvest, tally)
        await self.deletions.look(harvest, tally)
        await self.deletions.confirm(harvest, tally)
        await self._move_cursor(cursor, tally.newest, began)
        return tally

    async def sweep(self) -> Tally:
        """Read a share of all windows whole, so that each is within a day, whatever cancels out in the counts."""
        harvest = await self.access.reader()
        async with self.tenant.reading() as tx:
            spans = windows(await tx.mirror.days())
            swept = await tx.cursors.get(Cursor.SWEPT)
        share = share_of_day(spans, _SWEEPS_A_DAY)
        start = next((at for at, span in enumerate(spans) if _starts_after(span, swept)), 0)
        tally = Tally()
        chosen = [spans[(start + at) % len(spans)] for at in range(min(share, len(spans)))]
        for span in chosen:
            await self.deletions.recheck(harvest, span, tally)
        await self.deletions.confirm(harvest, tally)
        async with self.tenant.transaction() as tx:
            last = chosen[-1].first
            await tx.cursors.move(Cursor.SWEPT, last.isoformat() if last else "")
        return tally

    async def backfill(self, span: Span, *, is_dry_run: bool, progress: Progress = no_progress) -> Tally:
        """Read a span of spent dates whole. `is_dry_run`: say what would change, and change nothing."""
        harvest, tally = await self.access.reader(), Tally()

        async def take(page: EntryPage) -> None:
            await (self._compare if is_dry_run else self.reading.save)(page.entries, tally)
            progress(len(tally.ids), page.total)

        await read_whole(harvest, Wanted(span), take)
        async with self.tenant.reading() as tx:
            before = await tx.mirror.ids(span.first, span.last)
        tally.missing, tally.known = before - tally.ids, len(before)
        if is_dry_run:
            tally.removed = len(tally.missing)
        else:
            await self.deletions.confirm(harvest, tally)
        return tally

    async def _read_again(self, harvest: Harvest, tally: Tally) -> None:
        """Projects of which Harvest changed what every entry says, without calling the entries changed."""
        async with self.tenant.reading() as tx:
            project_ids = await tx.cursors.to_read_again()
        for project_id in project_ids:
            try:
                await self.reading.read(harvest, Wanted(project_id=project_id), tally)
            except (Rejected, Gone) as error:
                log.warning("project's entries are not shown", project=project_id, why=str(error))
            async with self.tenant.transaction() as tx:
                await tx.cursors.was_read_again(project_id)

    async def _compare(self, entries: Sequence[HarvestEntry], tally: Tally) -> None:
        tally.ids.update(entry.id for entry in entries)
        async with self.tenant.reading() as tx:
            known = {entry.id: await tx.mirror.get(entry.id) for entry in entries}
        tally.added += sum(found is None for found in known.values())
        tally.changed += sum(known[entry.id] not in {None, entry} for entry in entries)

    async def _stopped_unseen(self, harvest: Harvest, seen: set[int], tally: Tally) -> None:
        """Timers that ran here and are in neither list: each is asked for by itself."""
        async with self.tenant.reading() as tx:
            vanished = [entry.id for entry in await tx.mirror.running() if entry.id not in seen]
        async for entry_id in self.reading.gone(harvest, vanished, tally):
            tally.missing.add(entry_id)

    async def _move_cursor(self, cursor: str | None, newest: datetime | None, began: datetime) -> None:
        """To the newest change that was seen, by Harvest's own clock; only after all was read to its end.

        Never beyond the beginning: a row may have changed after its page was read, long before the last one came.
        """
        seen = [newest] if newest else []
        known = [datetime.fromisoformat(cursor)] if cursor else []
        latest = min(max([*seen, *known], default=began), began)
        async with self.tenant.transaction() as tx:
            await tx.cursors.move(Cursor.ENTRIES, latest.isoformat())


def _earlier(cursor: str | None, now: datetime) -> datetime | None:
    """From when on changes are asked for; None: everything."""
    if cursor is None:
        return None
    return min(datetime.fromisoformat(cursor).astimezone(UTC), now) - _OVERLAP


def _starts_after(span: Span, swept: str | None) -> bool:
    return span.first is not None and swept is not None and span.first.isoformat() > swept
