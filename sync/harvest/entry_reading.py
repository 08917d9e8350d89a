"""Reads entries of Harvest into the mirror, and tells what that brought."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

import structlog

from store.harvest.records import HarvestEntry
from sync.engine.tenant import Tenant
from sync.errors import Gone, Rejected, Unavailable
from sync.harvest.whole_lists import Wanted, read_whole
from sync.ports.harvest import EntryPage, Harvest

log = structlog.get_logger()


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


def no_progress(done: int, total: int) -> None:
    del done, total


@dataclass(frozen=True)
class EntryReading:
    tenant: Tenant

    async def read(
        self,
        harvest: Harvest,
        wanted: Wanted,
        tally: Tally,
        *,
        is_first: bool = False,
        progress: Progress = no_progress,
    ) -> None:
        """Save a list whole. `is_first`: nothing was kept before, so that only what comes twice is compared."""

        async def take(page: EntryPage) -> None:
            is_new = is_first and tally.ids.isdisjoint(entry.id for entry in page.entries)
            await self.save(page.entries, tally, is_first=is_new)
            progress(len(tally.ids), page.total)

        await read_whole(harvest, wanted, take)

    async def save(self, entries: Sequence[HarvestEntry], tally: Tally, *, is_first: bool = False) -> None:
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

    async def gone(self, harvest: Harvest, ids: Sequence[int], tally: Tally) -> AsyncIterator[int]:
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
                await self.save([found], tally)
