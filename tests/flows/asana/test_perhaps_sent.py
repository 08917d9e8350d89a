"""Held entries whose create may have reached Harvest: nobody knows, so nothing is dropped or changed here alone."""

from decimal import Decimal

import pytest

from sandbox.faults import Kind, Refusal
from store.time_entries.records import EntryEdit, EntryState, TimeEntry
from store.units import Hours
from tests.flows.asana_world import AsanaWorld


async def perhaps_sent(around: AsanaWorld, kind: Kind) -> TimeEntry:
    """1.5 h whose create was not answered, and which could not be looked for: held, until somebody presses Retry."""
    faults = around.world.harvest.faults
    faults.next(kind, matching="POST /v2/time_entries")
    faults.sprinkle(1.0, kinds=[Refusal.FORBIDDEN], matching="GET /v2/time_entries")
    around.type("1.5")
    await around.settle(rounds=3)
    faults.clear()
    async with around.world.store.reading("T1") as tx:
        entry: TimeEntry
        (entry,) = await tx.asana_work.entries(around.task.gid)
    assert (entry.state, entry.may_be_out) == (EntryState.HELD, True)
    return entry


async def end(around: AsanaWorld) -> None:
    await around.flows.imports.run()
    around.later(minutes=6)
    await around.settle(rounds=10)


@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.DROP_AFTER])
@pytest.mark.parametrize("typed", ["0", "0.5"])
async def test_what_is_taken_back_meanwhile_is_taken_out_of_harvest(around: AsanaWorld, kind: Kind, typed: str) -> None:
    entry = await perhaps_sent(around, kind)
    around.type(typed)
    await around.settle(rounds=3)
    await around.flows.entries.retry("U1", entry.key)
    await end(around)
    assert sum(one.booked for one in around.in_harvest()) == Decimal(typed)
    assert await around.held() == {}


@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.DROP_AFTER])
async def test_it_is_looked_for_before_it_is_undone(around: AsanaWorld, kind: Kind) -> None:
    entry = await perhaps_sent(around, kind)
    await around.flows.entries.undo("U1", entry.key)
    around.later(minutes=1)
    await around.flows.outbox.push_due()
    assert around.in_harvest() == []
    undone = await around.flows.entries.get("U1", entry.key)
    assert undone.state in {EntryState.UNDONE, EntryState.DISCARDED}


@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.DROP_AFTER])
async def test_an_edit_reaches_harvest_whether_it_was_there_or_not(around: AsanaWorld, kind: Kind) -> None:
    entry = await perhaps_sent(around, kind)
    await around.flows.entries.edit("U1", entry.key, entry.revision, EntryEdit(hours=Hours(75)))
    around.later(minutes=1)
    await around.flows.outbox.push_due()
    assert [one.booked for one in around.in_harvest()] == [Decimal("0.75")]
