"""The way into the database: `Store.open`, transactions, and what SQLite and PostgreSQL need to be safe.

SQLite transactions that write begin with BEGIN IMMEDIATE: with the driver's default ten concurrent read-then-write
transactions lose nine updates in silence. Writers of one process queue on a lock of ours, because SQLite's own waiting
polls with growing pauses.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from store.asana.holds import AsanaHolds
from store.asana.mappings import Mappings
from store.asana.projects import Asana
from store.asana.tasks import AsanaWork
from store.asana.timer_offers import TimerOffers
from store.budget.budgets import Budgets
from store.engine.audit import AuditEvents
from store.engine.cursors import Cursors
from store.engine.inbox import InboxEvents
from store.engine.leases import Leases
from store.engine.notices import Notices
from store.harvest.accounts import Accounts
from store.harvest.directory import Directory
from store.harvest.mirror import Mirror
from store.people.connections import Connections
from store.people.people import People
from store.people.workspaces import Workspaces
from store.time_entries.channels import Channels
from store.time_entries.drafts import Drafts
from store.time_entries.entries import TimeEntries
from store.time_entries.timers import Timers

BUSY_TIMEOUT = 30_000
"""Milliseconds SQLite waits for another process's write lock."""


_OURS = "gleaner-"
_OTHERS = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE :ours AND application_name <> current_setting('application_name')"
)
_LONGEST_LOG = 20_000
"""Pages (80 MB) of write-ahead log before a commit has to move them; `tidy` does so long before, in nobody's way."""


class Transaction:
    """One transaction in one workspace; each noun's queries hang on it and know the workspace already."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self.workspaces = Workspaces(connection, workspace_id)
        self.accounts = Accounts(connection, workspace_id)
        self.directory = Directory(connection, workspace_id)
        self.mirror = Mirror(connection, workspace_id)
        self.budgets = Budgets(connection, workspace_id)
        self.people = People(connection, workspace_id)
        self.connections = Connections(connection, workspace_id)
        self.time_entries = TimeEntries(connection, workspace_id)
        self.timers = Timers(connection, workspace_id)
        self.channels = Channels(connection, workspace_id)
        self.drafts = Drafts(connection, workspace_id)
        self.notices = Notices(connection, workspace_id)
        self.inbox = InboxEvents(connection, workspace_id)
        self.audit = AuditEvents(connection, workspace_id)
        self.leases = Leases(connection, workspace_id)
        self.cursors = Cursors(connection, workspace_id)
        self.asana = Asana(connection, workspace_id)
        self.asana_work = AsanaWork(connection, workspace_id)
        self.asana_holds = AsanaHolds(connection, workspace_id)
        self.mappings = Mappings(connection, workspace_id)
        self.timer_offers = TimerOffers(connection, workspace_id)


class Store:
    """The database of one process. Open with `Store.open(url)`, close with `close()`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.is_embedded = engine.dialect.name == "sqlite"
        self._writing = asyncio.Lock()
        self._waiting = asyncio.Lock()
        """Held by the one writer that is next; the others queue here, out of an urgent writer's way."""

    @classmethod
    def open(cls, url: str) -> "Store":
        """`url` is `sqlite:///path` or `postgresql://…`; the driver is chosen here."""
        target = driver_url(url)
        if target.get_backend_name() != "sqlite":
            named = {"application_name": f"{_OURS}{uuid4().hex[:12]}"}
            return cls(
                create_async_engine(target, pool_size=10, max_overflow=10, pool_pre_ping=True, connect_args=named)
            )
        engine = create_async_engine(target)
        sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        sa.event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return cls(engine)

    async def close(self) -> None:
        await self.engine.dispose()

    @asynccontextmanager
    async def transaction(self, workspace_id: str, *, is_urgent: bool = False) -> AsyncIterator[Transaction]:
        """Commits at the end of the block, rolls back on an exception. Never hold it open over an outside call.

        `is_urgent`: before all others that wait to write, so after one of them at most.
        """
        if not self.is_embedded:
            async with self.engine.begin() as connection:
                yield Transaction(connection, workspace_id)
            return
        async with nullcontext() if is_urgent else self._waiting, self._writing, self.engine.begin() as connection:
            yield Transaction(connection, workspace_id)

    @asynccontextmanager
    async def reading(self, workspace_id: str) -> AsyncIterator[Transaction]:
        """A consistent view for reads only; on SQLite it waits for no writer."""
        async with self.engine.connect() as connection:
            await connection.execution_options(reads_only=True)
            async with connection.begin():
                yield Transaction(connection, workspace_id)

    async def tidy(self) -> None:
        """Move SQLite's write-ahead log into its file, beside the writers: in a commit it would hold up everybody."""
        if self.is_embedded:
            async with self.engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                if driver is not None:
                    await (await driver.execute("PRAGMA wal_checkpoint(PASSIVE)")).close()

    async def has_company(self) -> bool:
        """Whether another process of ours is connected to the same PostgreSQL database; it is in its every tick."""
        if self.is_embedded:
            return False
        async with self.engine.connect() as connection:
            await connection.execution_options(reads_only=True)
            return bool(await connection.scalar(_OTHERS, {"ours": f"{_OURS}%"}))

    async def ping(self) -> None:
        """Raises if the database cannot be reached."""
        async with self.engine.connect() as connection:
            await connection.execution_options(reads_only=True)
            await connection.execute(sa.select(1))


def driver_url(url: str) -> sa.URL:
    """The same database with the asynchronous driver we use; raises ValueError for any other kind."""
    try:
        target = make_url(url)
    except sa.exc.ArgumentError:
        raise ValueError("it is no database URL") from None
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
    backend = target.drivername.partition("+")[0]
    if backend not in drivers:
        raise ValueError(f"{backend} is not supported")
    return target.set(drivername=drivers[backend])


def embedded_file(url: str) -> str | None:
    """The file of an SQLite database; None for PostgreSQL and for a database in memory."""
    target = driver_url(url)
    if target.get_backend_name() != "sqlite" or target.database in {None, "", ":memory:"}:
        return None
    return target.database


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT}",
        "foreign_keys=ON",
        f"wal_autocheckpoint={_LONGEST_LOG}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only")
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
