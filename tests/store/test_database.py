"""The store keeps its promises on both databases: no lost update, no other workspace's rows, one schema."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from store.columns import metadata
from store.database import Store, driver_url, embedded_file
from store.people.records import Person
from store.schema import is_current, migrate
from store.time_entries.records import EntryEdit, EntryState, TimeEntry, TimerStop, Transition
from store.units import Hours

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def entry(key: str, note: str = "nav") -> TimeEntry:
    return TimeEntry(
        key=key,
        slack_id="U1",
        harvest_user_id=1,
        project_id=2,
        task_id=3,
        spent_date=date(2026, 11, 20),
        hours=Hours(150),
        note=note,
        created_at=NOW,
    )


WANTED = [
    None,
    EntryEdit(project_id=4, spent_date=date(2026, 11, 19), hours=Hours(25)),
    EntryEdit(note="other"),
    TimerStop(NOW, Hours(75), "done"),
    TimerStop(NOW, Hours(0), None),
]


@pytest.mark.parametrize("wanted", WANTED)
async def test_what_is_wanted_of_an_entry_comes_back_as_it_went_in(
    store: Store, wanted: EntryEdit | TimerStop | None
) -> None:
    async with store.transaction("T1") as tx:
        assert await tx.time_entries.add(replace(entry("k1"), wanted=wanted))
        assert await tx.time_entries.add(entry("k2"))
        await tx.time_entries.apply("k2", Transition((EntryState.INTENDED,), {"wanted": wanted}))
    async with store.reading("T1") as tx:
        kept = [await tx.time_entries.get(key) for key in ("k1", "k2")]
    assert [one and one.wanted for one in kept] == [wanted, wanted]


async def test_an_entry_comes_back_as_it_went_in(store: Store) -> None:
    """Every field survives the row, times with their zone."""
    async with store.transaction("T1") as tx:
        assert await tx.time_entries.add(entry("k1"))
    async with store.reading("T1") as tx:
        assert await tx.time_entries.get("k1") == entry("k1")


async def test_the_same_key_is_kept_once(store: Store) -> None:
    async with store.transaction("T1") as tx:
        assert await tx.time_entries.add(entry("k1"))
        assert not await tx.time_entries.add(entry("k1", note="other"))
    async with store.reading("T1") as tx:
        kept = await tx.time_entries.get("k1")
    assert kept is not None
    assert kept.note == "nav"


async def test_a_workspace_never_sees_anothers_rows(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.time_entries.add(entry("k1"))
        await tx.people.save(Person("U1", "Ada", None, "UTC", None, NOW))
    async with store.transaction("T2") as tx:
        assert await tx.time_entries.get("k1") is None
        assert await tx.people.get("U1") is None
        assert await tx.time_entries.apply("k1", Transition(tuple(EntryState), {"note": "stolen"})) is None


async def test_concurrent_changes_lose_nothing(store: Store) -> None:
    """Ten read-then-write transactions at once, each on the row the last one left."""
    async with store.transaction("T1") as tx:
        await tx.time_entries.add(entry("k1"))

    async def attempt() -> bool:
        async with store.transaction("T1") as tx:
            lease = await tx.time_entries.lease("k1", NOW, NOW + timedelta(seconds=60))
            return lease is not None

    assert sorted(await asyncio.gather(*(attempt() for _ in range(10)))) == [False] * 9 + [True]


async def test_migrating_twice_and_at_once_is_safe(bare_database_url: str) -> None:
    stores = [Store.open(bare_database_url) for _ in range(3)]
    assert not await is_current(stores[0])
    await asyncio.gather(*(migrate(one) for one in stores))
    await migrate(stores[0])
    assert await is_current(stores[1])
    for one in stores:
        await one.close()


async def test_the_migrations_make_the_tables_as_written(store: Store) -> None:
    """Columns and their nullability are those of store/tables.py."""

    def columns(connection: sa.Connection) -> dict[str, dict[str, bool]]:
        inspector = sa.inspect(connection)
        return {
            name: {column["name"]: column["nullable"] for column in inspector.get_columns(name)}
            for name in inspector.get_table_names()
            if name != "alembic_version"
        }

    async with store.engine.connect() as connection:
        found = await connection.run_sync(columns)
    assert found == {
        table.name: {column.name: bool(column.nullable) for column in table.columns} for table in metadata.sorted_tables
    }


def test_every_table_carries_the_workspace() -> None:
    assert [table.name for table in metadata.sorted_tables if "workspace_id" not in table.columns] == []


@pytest.mark.parametrize(
    ("url", "driver", "file"),
    [
        ("sqlite:///gleaner.db", "sqlite+aiosqlite", "gleaner.db"),
        ("postgresql://u:p@h/n", "postgresql+psycopg", None),
        # As hosting platforms write it.
        ("postgres://u:p@h/n", "postgresql+psycopg", None),
        ("postgresql+asyncpg://u:p@h/n", "postgresql+psycopg", None),
    ],
)
def test_the_driver_is_our_choice(url: str, driver: str, file: str | None) -> None:
    assert driver_url(url).drivername == driver
    assert embedded_file(url) == file


@pytest.mark.parametrize("url", ["mysql://h/n", "nonsense", ""])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"supported|no database URL"):
        driver_url(url)


async def test_a_statement_without_its_workspace_is_caught(store: Store) -> None:
    """The watch in conftest.py, under which every store and flow test runs, does see."""
    with pytest.raises(AssertionError, match="without its workspace"):
        async with store.engine.connect() as connection:
            await connection.execute(sa.text("SELECT key FROM time_entries"))


async def test_another_process_is_seen_on_postgresql(store: Store) -> None:
    """Where it is not, `gleaner job --now` may go by its own clock; an SQLite file has a lock of its own."""
    assert not await store.has_company()
    other = Store.open(store.engine.url.render_as_string(hide_password=False))
    try:
        await other.ping()
        assert await store.has_company() is not store.is_embedded
    finally:
        await other.close()
