"""Keeps the mirror true: what was added or changed in Harvest each minute, and what disappeared there.

Harvest tells nobody of deletions. The account's total count betrays them; halved windows of spent dates find them.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter

import structlog

from store.engine.cursors import Cursor
from store.harvest.records import HarvestEntry
from sync.engine.tenant import Tenant
from sync.errors import Gone, Rejected, Unavailable
from sync.harvest.access import HarvestAccess
from sync.harvest.deletions import Deletions
from sync.harvest.directory_import import require_rights
from sync.harvest.whole_lists import Wanted, read_whole
from sync.ports.harvest import EntryPage, Harvest
from sync.rules.harvest.deletion_search import ALL_TIME, LISTED, Span, halves, held, share_of_day, windows

log = structlog.get_logger()

_OVERLAP = timedelta(minutes=5)
"""Read again before the newest change that was seen: Harvest may store what it stamped earlier a little later."""
_SWEEPS_A_DAY = 24


@dataclass
class Tally:
    """What one look at Harvest brought."""

    seen: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    newest: datetime | None = None
    ids: set[int] = field(default_factory=set)
    missing: set[int] = field(default_factory=set)
    """Kept here and not shown where they should be; judged together once everything has been looked at."""
    listed: set[int] = field(default_factory=set)
    """Shown in any of the windows that were read whole: re-dated rather than missing."""
    known: int = 0
    """Entries of the windows in which some are missing."""

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.removed} removed"


Progress = Callable[[int, int], None]
"""Called with how many entries were read and how many there are."""


def _no_progress(done: int, total: int) -> None:
    del done, total


@dataclass(frozen=True)
class EntryImport:
    tenant: Tenant
    access: HarvestAccess
    deletions: Deletions

    async def tick(self, progress: Progress = _no_progress) -> Tally:
        """Running timers, changes since the last tick, and the total count: three requests if nothing happened."""
        harvest, began = await self.access.reader(), self.tenant.now()
        async with self.tenant.reading() as tx:
            cursor = await tx.cursors.get(Cursor.ENTRIES)
            is_first = cursor is None and not await tx.mirror.count()
        # Running ones first: what stops meanwhile comes again among the changes, in its final shape.
        running = await harvest.entries(is_running=True)
        since = _earlier(cursor, began)
        tally = Tally()
        await self._read(harvest, Wanted(since=since), tally, is_first=is_first, progress=progress)
        await self._save([entry for entry in running if entry.id not in tally.ids], tally)
        await self._stopped_unseen(harvest, {entry.id for entry in running} | tally.ids, tally)
        await self._read_again(harvest, tally)
        await self._look_for_deletions(harvest, tally)
        await self._confirm(harvest, tally)
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
            await self._recheck(harvest, span, tally)
        await self._confirm(harvest, tally)
        async with self.tenant.transaction() as tx:
            last = chosen[-1].first
            await tx.cursors.move(Cursor.SWEPT, last.isoformat() if last else "")
        return tally

    async def backfill(self, span: Span, *, is_dry_run: bool, progress: Progress = _no_progress) -> Tally:
        """Read a span of spent dates whole. `is_rehearsal`: say what would change, and change nothing."""
        harvest, tally = await self.access.reader(), Tally()

        async def take(page: EntryPage) -> None:
            await (self._compare if is_dry_run else self._save)(page.entries, tally)
            progress(len(tally.ids), page.total)

        await read_whole(harvest, Wanted(span), take)
        async with self.tenant.reading() as tx:
            before = await tx.mirror.ids(span.first, span.last)
        tally.missing, tally.known = before - tally.ids, len(before)
        if is_dry_run:
            tally.removed = len(tally.missing)
        else:
            await self._confirm(harvest, tally)
        return tally

    async def _read(
        self,
        harvest: Harvest,
        wanted: Wanted,
        tally: Tally,
        *,
        is_first: bool = False,
        progress: Progress = _no_progress,
    ) -> None:
        """Save a list whole. `is_first`: nothing was kept before, so that only what comes twice is compared."""

        async def take(page: EntryPage) -> None:
            is_new = is_first and tally.ids.isdisjoint(entry.id for entry in page.entries)
            await self._save(page.entries, tally, is_first=is_new)
            progress(len(tally.ids), page.total)

        await read_whole(harvest, wanted, take)

    async def _read_again(self, harvest: Harvest, tally: Tally) -> None:
        """Projects of which Harvest changed what every entry says, without calling the entries changed."""
        async with self.tenant.reading() as tx:
            project_ids = await tx.cursors.to_read_again()
        for project_id in project_ids:
            try:
                await self._read(harvest, Wanted(project_id=project_id), tally)
            except (Rejected, Gone) as error:
                log.warning("project's entries are not shown", project=project_id, why=str(error))
            async with self.tenant.transaction() as tx:
                await tx.cursors.was_read_again(project_id)

    async def _save(self, entries: Sequence[HarvestEntry], tally: Tally, *, is_first: bool = False) -> None:
        if not entries:
            return
        # A page may hold an entry twice where rows shifted while it was made. By id, whatever order the list has:
        # two processes that wrote the same rows in different orders would wait for each other for ever.
        fresh = sorted({entry.id: entry for entry in entries}.values(), key=attrgetter("id"))
        async with self.tenant.transaction() as tx:
            saved = await tx.mirror.save(fresh, self.tenant.now(), is_first=is_first)
        newest = max(entry.updated_at for entry in fresh)
        tally.newest = max(tally.newest, newest) if tally.newest else newest
        tally.seen += len(fresh)
        tally.ids.update(entry.id for entry in fresh)
        tally.added += saved.added
        tally.changed += saved.changed

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
        async for entry_id in self._gone(harvest, vanished, tally):
            tally.missing.add(entry_id)

    async def _gone(self, harvest: Harvest, ids: Sequence[int], tally: Tally) -> AsyncIterator[int]:
        """Save each as it is now; those that are gone are given. One that Harvest does not show stays as it is here.

        It is asked for again at the next look; two that fail running are an outage.
        """
        has_failed = False
        for entry_id in ids:
            try:
                found = await harvest.entry(entry_id)
            except Gone:
                yield entry_id
            except (Rejected, Unavailable) as error:
                if has_failed:
                    raise
                has_failed = isinstance(error, Unavailable)
                log.warning("entry is not shown", entry=entry_id, why=str(error))
            else:
                has_failed = False
                await self._save([found], tally)

    async def _move_cursor(self, cursor: str | None, newest: datetime | None, began: datetime) -> None:
        """To the newest change that was seen, by Harvest's own clock; only after all was read to its end.

        Never beyond the beginning: a row may have changed after its page was read, long before the last one came.
        """
        seen = [newest] if newest else []
        known = [datetime.fromisoformat(cursor)] if cursor else []
        latest = min(max([*seen, *known], default=began), began)
        async with self.tenant.transaction() as tx:
            await tx.cursors.move(Cursor.ENTRIES, latest.isoformat())

    async def _look_for_deletions(self, harvest: Harvest, tally: Tally) -> None:
        theirs = await harvest.count_entries()
        async with self.tenant.reading() as tx:
            if await tx.mirror.count() == theirs:
                return
            days = await tx.mirror.days()
        log.info("counts differ", harvest=theirs, here=sum(count for _, count in days))
        await self._search(harvest, ALL_TIME, theirs, days, tally)

    async def _search(
        self, harvest: Harvest, span: Span, theirs: int, days: Sequence[tuple[date, int]], tally: Tally
    ) -> None:
        """Halve the window while its counts differ, until one request can list it."""
        ours = held(span, days)
        if ours == theirs:
            return
        parts = halves(span, days)
        if max(ours, theirs) <= LISTED or parts is None:
            await self._recheck(harvest, span, tally)
            return
        earlier = await harvest.count_entries(parts[0])
        await self._search(harvest, parts[0], earlier, days, tally)
        await self._search(harvest, parts[1], theirs - earlier, days, tally)

    async def _recheck(self, harvest: Harvest, span: Span, tally: Tally) -> None:
        """List a window whole: differences are saved, what is not listed any more is noted."""
        async with self.tenant.reading() as tx:
            before = await tx.mirror.ids(span.first, span.last)
        read = Tally()
        await self._read(harvest, Wanted(span), read)
        tally.added += read.added
        tally.changed += read.changed
        tally.listed |= read.ids
        if missing := before - read.ids:
            tally.missing |= missing
            tally.known += len(before)

    async def _confirm(self, harvest: Harvest, tally: Tally) -> None:
        """Each that is missing is asked for by itself: moved elsewhere, or gone. Very many are asked about first."""
        missing = tally.missing - tally.listed
        if not missing:
            return
        async with self.tenant.reading() as tx:
            account = await tx.accounts.get()
        me = await harvest.me()
        if account is not None:
            require_rights(account, me)
        if not me.is_administrator:
            missing = await self._still_shown(harvest, missing, me.id)
        released = await self.deletions.released(missing, tally.known)
        async for entry_id in self._gone(harvest, released, tally):
            tally.removed += len(await self.deletions.remove(entry_id))

    async def _still_shown(self, harvest: Harvest, missing: set[int], user_id: int) -> set[int]:
        """A manager's token shows managed projects: what is not shown because one is no longer managed, is not gone."""
        rows = [row async for page in harvest.user_assignments() for row in page if row.user_id == user_id]
        managed = {row.project_id for row in rows if row.is_active and row.is_project_manager}
        async with self.tenant.reading() as tx:
            entries = [await tx.mirror.get(entry_id) for entry_id in missing]
        return {entry.id for entry in entries if entry and (entry.project_id in managed or entry.user_id == user_id)}


def _earlier(cursor: str | None, now: datetime) -> datetime | None:
    """From when on changes are asked for; None: everything."""
    if cursor is None:
        return None
    return min(datetime.fromisoformat(cursor).astimezone(UTC), now) - _OVERLAP


def _starts_after(span: Span, swept: str | None) -> bool:
    return span.first is not None and swept is not None and span.first.isoformat() > swept
