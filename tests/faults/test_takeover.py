"""What a killed process held on PostgreSQL is taken over by whoever is alive, long before its leases run out."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.clock import SandboxClock
from store.database import Store
from store.time_entries.records import TimeEntry
from store.units import Hours
from sync.engine.leases import JobLeases, release_dead
from sync.engine.tenant import Tenant

pytestmark = pytest.mark.postgresql

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
KEY = "11111111-1111-4111-8111-111111111111"
ENTRY = TimeEntry(
    key=KEY, slack_id="U1", harvest_user_id=1, project_id=2, task_id=3, spent_date=date(2026, 11, 20),
    hours=Hours(100), note="", created_at=NOW,
)  # fmt: skip
_HOLDER = """
import asyncio, sys
from datetime import datetime, timedelta, UTC
from store.database import Store

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

async def hold():
    store = Store.open(sys.argv[1])
    async with store.transaction("T1") as tx:
        assert await tx.time_entries.lease(sys.argv[2], NOW, NOW + timedelta(hours=1))
        assert await tx.leases.take("import", "killed", NOW, NOW + timedelta(hours=1))
        row = {"kind": "command", "key": "k", "payload": {}, "received_at": NOW, "due_at": NOW}
        assert await tx.inbox.add([{**row, "leased_until": NOW + timedelta(hours=1)}])
    print("held", flush=True)
    await asyncio.sleep(60)

asyncio.run(hold())
"""


@asynccontextmanager
async def holder(url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another process that leases the entry and the import, and lives on."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _HOLDER, url, KEY, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert (await process.stdout.readline()).startswith(b"held")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def tenant(store: Store) -> Tenant:
    async with store.transaction("T1") as tx:
        await tx.time_entries.add(ENTRY)
    return Tenant(store, "T1", SandboxClock(NOW))


async def test_what_a_killed_process_held_is_free_at_the_next_tick(tenant: Tenant, database_url: str) -> None:
    async with holder(database_url) as other:
        assert await release_dead(tenant) == 0, "it lives"
        assert not await _is_free(tenant)
        os.kill(other.pid, signal.SIGKILL)
        await other.wait()
        # The server notices that the connection is gone, as soon as it looks.
        freed = 0
        for _ in range(150):
            if freed := await release_dead(tenant):
                break
            await asyncio.sleep(0.1)
    assert freed == 3
    assert await _is_free(tenant)
    async with tenant.reading() as tx:
        assert len(await tx.inbox.due(NOW)) == 1


async def test_leases_of_ones_own_stay(tenant: Tenant) -> None:
    async with tenant.transaction() as tx:
        assert await tx.time_entries.lease(KEY, NOW, NOW + timedelta(hours=1))
    assert await release_dead(tenant) == 0
    async with JobLeases(tenant).take("import", "me") as is_mine:
        assert is_mine
        assert await release_dead(tenant) == 0


async def _is_free(tenant: Tenant) -> bool:
    async with tenant.transaction() as tx:
        due = await tx.time_entries.due(NOW, NOW)
    async with JobLeases(tenant).take("import", "me") as is_mine:
        return is_mine and due == [KEY]
