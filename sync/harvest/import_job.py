"""The import: Harvest's directory every few minutes, its time entries every minute, a sweep every hour."""

from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from sync.engine.tenant import Tenant
from sync.errors import OutsideError
from sync.harvest.directory_import import DirectoryImport, is_old
from sync.harvest.entry_import import EntryImport
from sync.harvest.entry_reading import Tally
from sync.harvest.rates_import import RatesImport
from sync.news import enqueue
from sync.news.harvest import ImportResumed, ImportStalled

log = structlog.get_logger()

DIRECTORY_EVERY = timedelta(minutes=5)
"""How old the directory may grow: a new project is bookable within that time (S3-11)."""


@dataclass(frozen=True, slots=True)
class Imported:
    """`directory`: how many of each of Harvest's lists were read, empty if it was fresh enough."""

    directory: dict[str, int]
    entries: Tally

    def __str__(self) -> str:
        listed = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in self.directory.items())
        return f"entries: {self.entries}" + (f"; directory: {listed}" if listed else "")


@dataclass
class ImportProgress:
    """How far an import has come, for whoever waits: what was read of each list, and of how many time entries."""

    directory: dict[str, int] = field(default_factory=dict)
    read: int = 0
    total: int = 0

    def note(self, read: int, total: int) -> None:
        self.read, self.total = read, total


@dataclass(frozen=True)
class HarvestImport:
    tenant: Tenant
    directory: DirectoryImport
    entries: EntryImport
    rates: RatesImport

    async def run(self, *, is_whole: bool = True, progress: ImportProgress | None = None) -> Imported:
        """Read what is new. `is_whole`: the directory as well, even if it was read a minute ago.

        `progress` is kept up to date meanwhile.
        An outage is told once when it begins and once when it ends; no cursor moves over what was not read.
        """
        progress = progress or ImportProgress()
        async with self.tenant.reading() as tx:
            account = await tx.accounts.get()
            is_stalled = await tx.workspaces.is_stalled()
        try:
            wants_directory = is_whole or is_stalled or is_old(account, self.tenant.now(), DIRECTORY_EVERY)
            seen = await self.directory.run(progress.directory) if wants_directory else {}
            tally = await self.entries.tick(progress.note)
            # Last, because nobody's hours or budgets wait for them.
            imported = Imported(seen | (await self.rates.run() if wants_directory else {}), tally)
        except OutsideError as error:
            await self._stalled(error)
            raise
        await self._resumed()
        return imported

    async def sweep(self) -> Tally:
        """Read a share of all entries again; an outage is told as that of an import is."""
        try:
            return await self.entries.sweep()
        except OutsideError as error:
            await self._stalled(error)
            raise

    async def _stalled(self, error: OutsideError) -> None:
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            if await tx.workspaces.stall(now):
                await enqueue(tx, f"stalled:{now.isoformat()}", ImportStalled(str(error)), now)
                log.warning("import stalls", why=str(error))

    async def _resumed(self) -> None:
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            if await tx.workspaces.stall(None):
                await enqueue(tx, f"resumed:{now.isoformat()}", ImportResumed(), now)
                log.info("import runs again")
