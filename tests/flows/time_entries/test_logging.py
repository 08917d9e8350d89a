"""Log, edit and undo against Harvest: exactly once, whatever fails."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from sandbox.faults import Kind
from store.time_entries.records import EntryEdit, EntryState, EntryValues, HeldFor, Transition
from store.units import Hours
from sync.time_entries.entries import NotYours
from tests.flows.conftest import World
from tests.given import given

KEY = "11111111-1111-4111-8111-111111111111"


def in_harvest(world: World) -> list[Any]:
    return [entry for entry in world.harvest.state.entries.values() if entry.reference]


async def settle(world: World) -> None:
    """Let a minute pass in steps, as the deliver tick would."""
    for _ in range(12):
        world.clock.advance(timedelta(seconds=5))
        await world.outbox.push_due()


async def test_a_log_becomes_one_entry_on_behalf_of_the_person(world: World) -> None:
    entry = await world.entries.log(await world.person(), await world.asked(), KEY)
    (kept,) = in_harvest(world)
    assert entry.state is EntryState.LOGGED
    assert entry.harvest_id == kept.id
    assert (kept.user_id, kept.booked, kept.spent_date) == (world.user.id, Decimal("1.50"), date(2026, 11, 20))
    assert kept.reference.id == f"gleaner:{KEY}"


async def test_the_same_request_twice_is_one_entry(world: World) -> None:
    person, asked = await world.person(), await world.asked()
    await world.entries.log(person, asked, KEY)
    again = await world.entries.log(person, asked, KEY)
    assert again.state is EntryState.LOGGED
    assert len(in_harvest(world)) == 1


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_fault_on_the_create_ends_in_exactly_one_entry(world: World, kind: Kind) -> None:
    world.harvest.faults.next(kind, matching="POST /v2/time_entries")
    entry = await world.entries.log(await world.person(), await world.asked(), KEY)
    assert entry.state in {EntryState.LOGGED, EntryState.INTENDED}
    await settle(world)
    assert len(in_harvest(world)) == 1
    assert (await world.entries.get("U1", KEY)).state is EntryState.LOGGED


async def test_a_request_performed_late_is_not_sent_again(world: World) -> None:
    """Looked for and not found is believed only once nothing can still be on its way."""
    world.harvest.faults.next(Kind.DROP_BEFORE, matching="POST /v2/time_entries")
    await world.entries.log(await world.person(), await world.asked(), KEY)
    world.clock.advance(timedelta(seconds=3))
    await world.outbox.push_due()
    assert in_harvest(world) == []
    await settle(world)
    assert len(in_harvest(world)) == 1


async def test_what_was_told_as_kept_is_told_when_it_arrives(world: World) -> None:
    world.harvest.faults.next(Kind.BUSY, matching="POST /v2/time_entries")
    entry = await world.entries.log(await world.person(), await world.asked(), KEY)
    assert entry.told_at is not None
    await settle(world)
    async with world.store.reading("T1") as tx:
        assert len(await tx.notices.due(world.clock.now())) == 1


async def test_a_refusal_holds_the_entry_with_harvests_reason(world: World) -> None:
    world.harvest.state.archive(world.project)
    entry = await world.entries.log(await world.person(), await world.asked(), KEY)
    assert (entry.state, entry.held_for) == (EntryState.HELD, HeldFor.REJECTED)
    assert "Project isn't active" in (entry.reason or "")
    world.harvest.state.change(world.project, is_active=True)
    assert (await world.entries.retry("U1", KEY)).state is EntryState.LOGGED


async def test_edit_and_undo_reach_harvest(world: World) -> None:
    entry = await world.entries.log(await world.person(), await world.asked(), KEY)
    changed = await world.entries.edit("U1", KEY, entry.revision, EntryEdit(hours=Hours(200), note="other"))
    assert changed.state is EntryState.LOGGED
    assert [(one.booked, one.notes) for one in in_harvest(world)] == [(Decimal("2.00"), "other")]
    assert (await world.entries.undo("U1", KEY)).state is EntryState.UNDONE
    assert in_harvest(world) == []
    # Pressed twice, it is done.
    assert (await world.entries.undo("U1", KEY)).state is EntryState.UNDONE


async def test_nobody_touches_another_persons_entry(world: World) -> None:
    await world.entries.log(await world.person(), await world.asked(), KEY)
    with pytest.raises(NotYours):
        await world.entries.undo("U2", KEY)
    with pytest.raises(NotYours):
        await world.entries.edit("U2", KEY, 0, EntryEdit(hours=Hours(25)))
    assert len(in_harvest(world)) == 1


async def test_an_entry_that_may_be_on_its_way_is_looked_for_and_deleted(world: World) -> None:
    """Its create went out and no answer came: discarding it could leave hours in Harvest that nobody knows of."""
    world.harvest.faults.next(Kind.DROP_AFTER, matching="POST /v2/time_entries")
    await world.entries.log(await world.person(), await world.asked(), KEY)
    assert (await world.entries.undo("U1", KEY)).state is EntryState.UNDONE
    assert in_harvest(world) == []


async def test_an_entry_that_surely_was_not_sent_is_discarded_at_once(world: World) -> None:
    world.harvest.faults.next(Kind.BUSY, matching="POST /v2/time_entries")
    await world.entries.log(await world.person(), await world.asked(), KEY)
    assert (await world.entries.undo("U1", KEY)).state is EntryState.DISCARDED
    await settle(world)
    assert in_harvest(world) == []


async def test_taken_back_between_lease_and_sending_nothing_is_sent(world: World) -> None:
    """The other process holds the entry's lease when Undo is pressed."""
    world.harvest.faults.next(Kind.BUSY, matching="POST /v2/time_entries")
    await world.entries.log(await world.person(), await world.asked(), KEY)
    world.clock.advance(timedelta(minutes=1))
    async with world.store.transaction("T1") as tx:
        now = world.clock.now()
        leased = await tx.time_entries.lease(KEY, now, now + timedelta(seconds=30))
    await world.entries.undo("U1", KEY)
    assert (await world.outbox.push_leased(given(leased))).state is EntryState.DISCARDED
    assert in_harvest(world) == []


async def test_a_killed_process_leaves_a_row_that_the_sweep_settles(world: World) -> None:
    """Sent and not noted: found by its reference, not sent again."""
    person, asked = await world.person(), await world.asked()
    await world.entries.log(person, asked, KEY)
    async with world.store.transaction("T1") as tx:
        crashed: EntryValues = {"state": EntryState.INTENDED, "harvest_id": None, "sent_at": world.clock.now()}
        await tx.time_entries.apply(KEY, Transition((EntryState.LOGGED,), crashed))
    await world.outbox.push_due(ahead=timedelta(days=1))
    assert (await world.entries.get("U1", KEY)).state is EntryState.LOGGED
    assert len(in_harvest(world)) == 1


class TestStartAndEnd:
    """Accounts that keep start and end times."""

    @pytest.fixture
    def uses_timestamps(self) -> bool:
        return True

    async def test_a_typed_duration_follows_the_days_last_entry(self, world: World) -> None:
        """Ruling 4: from 09:00, then from the end of the last one."""
        person = await world.person()
        await world.entries.log(person, await world.asked(), KEY)
        second = await world.entries.log(person, await world.asked(hours=50), KEY.replace("1", "2"))
        assert (second.started, second.ended) == (time(10, 30), time(11, 0))

    async def test_hours_past_midnight_are_held_for_the_form(self, world: World) -> None:
        person = await world.person()
        await world.entries.log(person, await world.asked(hours=1400), KEY)
        second = await world.entries.log(person, await world.asked(hours=200), KEY.replace("1", "2"))
        assert (second.state, second.held_for) == (EntryState.HELD, HeldFor.NO_SLOT)

    async def test_a_mode_that_was_changed_in_harvest_is_learnt_from_its_answer(self, world: World) -> None:
        """The wrong mode fails in silence: a running timer of 0 h; it is taken back and the entry made anew."""
        world.harvest.state.company.wants_timestamp_timers = False
        entry = await world.entries.log(await world.person(), await world.asked(), KEY)
        await settle(world)
        assert (await world.entries.get("U1", KEY)).state is EntryState.LOGGED
        assert [one.booked for one in in_harvest(world)] == [Decimal("1.50")]
        assert entry.key == KEY


async def test_a_log_costs_one_request_and_three_writes(world: World) -> None:
    """The intent, that it goes out, and what became of it; the inbox adds its own two."""
    person, asked = await world.person(), await world.asked()
    writes: list[Any] = []
    sa.event.listen(world.store.engine.sync_engine, "begin", writes.append)
    seen = len(world.harvest.requests)
    await world.entries.log(person, asked, KEY)
    kept = [one for one in writes if not one.get_execution_options().get("reads_only")]
    assert len(kept) == 3
    assert len(world.harvest.requests) - seen == 1
