"""Where recurring work stands, kept by name: the newest entry read, the last run of a job, what was reported."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import sqlalchemy as sa

from store.engine.tables import cursors
from store.scope import Scope


class Cursor(StrEnum):
    """The names of all cursors. A comment that begins with "Of" names the thing of which each has its own."""

    ENTRIES = "entries"
    """When the newest Harvest entry that was read was changed."""
    SWEPT = "swept"
    """The first day of the last window that the sweep read."""
    DELETIONS = "deletions asked about"
    """The last question about many deletions at once, as JSON."""
    REREAD = "again"
    """Of a Harvest project: its entries have to be read whole."""
    RATES = "rates"
    """Of a Harvest user: the day on which the rates were read."""
    UNREAD = "unread"
    """Of a list of Harvest's, or of one user's rates: what Harvest does not show, as JSON."""

    ASANA_CRAWLED = "asana-crawled"
    """When all Asana projects were last read to the end."""
    ASANA_HARVEST = "asana-harvest"
    """Of an Asana project: how its Harvest project was last seen."""
    ASANA_LOST = "asana-lost"
    """Of a kind of loss and an Asana project: it was reported, and for which task."""
    ASANA_REJECTED = "asana-rejected"
    """When entries that Harvest refused are sent next."""

    ASANA_CRAWL_STEP = "asana-crawl"
    ASANA_HOOKS_STEP = "asana-hooks"
    ASANA_SWEEP_STEP = "asana-sweep"
    ASANA_TIME_STEP = "asana-time"
    ASANA_WATCH_STEP = "asana-watch"
    ASANA_UNREAD_STEP = "asana-unread"
    """These six: when that step of Asana's round last began, of those that succeeded."""

    def of(self, *parts: object) -> str:
        """The name of the cursor of one thing; at most 64 characters."""
        return ":".join([self.value, *map(str, parts)])


class Cursors(Scope):
    async def get(self, name: str) -> str | None:
        chosen = cursors.c.name == name
        return await self._connection.scalar(sa.select(cursors.c.value).where(self._mine(cursors), chosen))

    async def move(self, name: str, value: str) -> None:
        await self._upsert(cursors, [{"name": name, "value": value}])

    async def swap(self, name: str, before: str | None, value: str) -> bool:
        """Move it if it still is where it was read; of two that read the same, one moves it."""
        if before is None:
            return await self._insert(cursors, {"name": name, "value": value})
        stands = self._mine(cursors) & (cursors.c.name == name) & (cursors.c.value == before)
        done = await self._connection.execute(sa.update(cursors).where(stands).values(value=value))
        return done.rowcount == 1

    async def drop(self, name: str) -> None:
        await self._connection.execute(sa.delete(cursors).where(self._mine(cursors), cursors.c.name == name))

    async def begun_with(self, beginning: str) -> dict[str, str]:
        """By name, those whose names begin so."""
        named = cursors.c.name.startswith(beginning, autoescape=True)
        rows = await self._connection.execute(
            sa.select(cursors.c.name, cursors.c.value).where(self._mine(cursors), named).order_by(cursors.c.name)
        )
        return {row.name: row.value for row in rows}

    async def read_again(self, project_ids: Iterable[int]) -> None:
        """Mark Harvest projects whose entries have to be read whole."""
        rows = [{"name": Cursor.REREAD.of(project_id), "value": "due"} for project_id in sorted(set(project_ids))]
        if rows:
            await self._upsert(cursors, rows)

    async def to_read_again(self) -> Sequence[int]:
        start = Cursor.REREAD.of("")
        return sorted(int(name.removeprefix(start)) for name in await self.begun_with(start))

    async def was_read_again(self, project_id: int) -> None:
        await self.drop(Cursor.REREAD.of(project_id))
