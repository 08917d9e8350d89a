"""What disappeared in Harvest, which tells nobody of it.

The account's total count betrays deletions, and halved windows of spent dates find them. Each missing entry is asked
for by itself before it is taken out of the mirror; very many at once are a question to a person first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import structlog

from sync.engine.tenant import Tenant
from sync.harvest.deletion_question import DeletionQuestion
from sync.harvest.directory_import import require_rights
from sync.harvest.entry_reading import EntryReading, Tally
from sync.harvest.whole_lists import Wanted
from sync.ports.harvest import Harvest
from sync.rules.harvest.deletion_search import ALL_TIME, LISTED, Span, halves, held

log = structlog.get_logger()


@dataclass(frozen=True)
class Deletions:
    tenant: Tenant
    reading: EntryReading
    question: DeletionQuestion

    async def look(self, harvest: Harvest, tally: Tally) -> None:
        """One request if the counts agree; otherwise the windows in which they differ are read whole."""
        theirs = await harvest.count_entries()
        async with self.tenant.reading() as tx:
            if await tx.mirror.count() == theirs:
                return
            days = await tx.mirror.days()
        log.info("counts differ", harvest=theirs, here=sum(count for _, count in days))
        await self._search(harvest, ALL_TIME, theirs, days, tally)

    async def recheck(self, harvest: Harvest, span: Span, tally: Tally) -> None:
        """List a window whole: differences are saved, what is not listed any more is noted."""
        async with self.tenant.reading() as tx:
            before = await tx.mirror.ids(span.first, span.last)
        read = Tally()
        await self.reading.read(harvest, Wanted(span), read)
        tally.added += read.added
        tally.changed += read.changed
        tally.listed |= read.ids
        if missing := before - read.ids:
            tally.missing |= missing
            tally.known += len(before)

    async def confirm(self, harvest: Harvest, tally: Tally) -> None:
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
        released = await self.question.released(missing, tally.known)
        async for entry_id in self.reading.gone(harvest, released, tally):
            tally.removed += len(await self.question.remove(entry_id))

    async def _search(
        self, harvest: Harvest, span: Span, theirs: int, days: Sequence[tuple[date, int]], tally: Tally
    ) -> None:
        """Halve the window while its counts differ, until one request can list it."""
        ours = held(span, days)
        if ours == theirs:
            return
        parts = halves(span, days)
        if max(ours, theirs) <= LISTED or parts is None:
            await self.recheck(harvest, span, tally)
            return
        earlier = await harvest.count_entries(parts[0])
        await self._search(harvest, parts[0], earlier, days, tally)
        await self._search(harvest, parts[1], theirs - earlier, days, tally)

    async def _still_shown(self, harvest: Harvest, missing: set[int], user_id: int) -> set[int]:
        """A manager's token shows managed projects: what is not shown because one is no longer managed, is not gone."""
        rows = [row async for page in harvest.user_assignments() for row in page if row.user_id == user_id]
        managed = {row.project_id for row in rows if row.is_active and row.is_project_manager}
        async with self.tenant.reading() as tx:
            entries = [await tx.mirror.get(entry_id) for entry_id in missing]
        return {entry.id for entry in entries if entry and (entry.project_id in managed or entry.user_id == user_id)}
