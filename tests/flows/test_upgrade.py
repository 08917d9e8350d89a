"""A database that release 0.1 wrote opens, migrates and goes on: nothing is lost, and what was on its way arrives."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from alembic import command

from sandbox.clock import SandboxClock
from sandbox.harvest.server import HarvestDouble
from store import schema
from store.database import Store
from store.schema import migrate
from store.time_entries.records import EntryState
from store.units import Hours
from tests.flows.conftest import fill_harvest, flows_over
from tests.store.rows_0005 import ENTRY, HOLD, KEY, REQUEST, ROWS


def _at_0005(connection: sa.Connection) -> None:
    """The old schema, with the rows of the old release in it."""
    config = schema._config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0005")
    tables = sa.MetaData()
    tables.reflect(connection)
    assert set(tables.tables) - {"alembic_version"} == set(ROWS)
    for name, row in ROWS.items():
        connection.execute(sa.insert(tables.tables[name]).values(workspace_id="T1", **_for(connection, row)))


def _for(connection: sa.Connection, row: dict[str, Any]) -> dict[str, Any]:
    """SQLite keeps times without a zone, in UTC."""
    if connection.dialect.name != "sqlite":
        return row
    return {name: one.replace(tzinfo=None) if isinstance(one, datetime) else one for name, one in row.items()}


@pytest.fixture
async def upgraded(bare_database_url: str) -> AsyncIterator[Store]:
    store = Store.open(bare_database_url)
    async with store.engine.begin() as connection:
        await connection.run_sync(_at_0005)
    await migrate(store)
    yield store
    await store.close()


async def test_every_row_is_still_there(upgraded: Store) -> None:
    async with upgraded.engine.connect() as connection:
        await connection.execution_options(reads_only=True)
        counts = {name: await connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) for name in ROWS}  # noqa: S608
    assert counts == dict.fromkeys(ROWS, 1)


async def test_entries_and_people_read_as_they_were(upgraded: Store) -> None:
    async with upgraded.reading("T1") as tx:
        entry = await tx.time_entries.get(KEY)
        assert entry is not None
        assert (entry.hours, entry.state, entry.asana_task_gid) == (Hours(150), EntryState.INTENDED, "8801")
        assert (await tx.time_entries.by_short_id(KEY[:8])) == entry
        assert await tx.timers.get(KEY) is not None
        person = await tx.people.get("U1")
        assert person is not None
        assert person.harvest_user_id == 12
        assert await tx.connections.get("U2") is not None
        assert await tx.connections.sign_in("d" * 64) is not None
        assert await tx.channels.project("C1") == 21
        assert await tx.drafts.get("U1") == {"note": "half a note"}


async def test_budgets_and_the_mirror_read_as_they_were(upgraded: Store) -> None:
    async with upgraded.reading("T1") as tx:
        assert (await tx.budgets.settings(21)).hours == 9000
        assert (await tx.budgets.state(21, "project", "")).band == 75
        assert await tx.budgets.request(REQUEST) is not None
        assert await tx.budgets.overages(21, "project", "") != []
        assert await tx.budgets.named_managers(21) == ["U1"]
        account = await tx.accounts.get()
        assert account is not None
        assert account.settled_at is not None
        assert await tx.mirror.get(81) is not None
        assert await tx.mirror.deleted(82) is not None
        assert await tx.directory.project(21) is not None
        assert await tx.directory.rates_of(12) != []


async def test_asana_reads_as_it_was(upgraded: Store) -> None:
    async with upgraded.reading("T1") as tx:
        project = await tx.asana.project("8800")
        assert project is not None
        assert not project.project.is_archived
        assert await tx.mappings.get("8800") is not None
        assert await tx.mappings.tasks("8800") == {"8811": 31}
        assert await tx.asana_work.task("8801") is not None
        assert await tx.asana_work.bookings("8801") != []
        assert await tx.asana_holds.get(HOLD) is not None
        assert await tx.asana.hook("hook") is not None


async def test_what_was_on_its_way_arrives(upgraded: Store) -> None:
    """The old entry goes out to Harvest, onto the project as it is called there now, once."""
    clock = SandboxClock(ENTRY["created_at"] + timedelta(hours=1))
    double = HarvestDouble(clock, rate=10_000)
    await double.start()
    project, task, user = fill_harvest(double)
    async with upgraded.engine.begin() as connection:
        await connection.execute(
            sa.text("UPDATE time_entries SET project_id = :project, task_id = :task, harvest_user_id = :user"),
            {"project": project.id, "task": task.id, "user": user.id},
        )
    try:
        async with httpx.AsyncClient(trust_env=False) as http:
            flows = flows_over(upgraded, double, clock, http)
            await flows.imports.run()
            await flows.outbox.push_due()
            await asyncio.gather(flows.outbox.push_due(), flows.outbox.push_due())
        async with upgraded.reading("T1") as tx:
            entry = await tx.time_entries.get(KEY)
        assert entry is not None
        assert entry.state is EntryState.LOGGED
        assert [one.booked for one in double.state.entries.values()] == [Decimal("1.50")]
    finally:
        await double.stop()
