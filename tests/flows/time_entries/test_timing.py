"""Timers against Harvest: native, stoppable always, exactly once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.faults import Kind
from store.time_entries.records import EntryState
from sync.errors import Refused
from sync.time_entries.timers import NothingRuns, SeveralRun
from tests.flows.conftest import World

KEY = "22222222-2222-4222-8222-222222222222"
OTHER = "33333333-3333-4333-8333-333333333333"
NONE = timedelta(0)


async def started(world: World, key: str = KEY, note: str = "nav", back: timedelta = NONE) -> Any:
    asked = await world.asked()
    return await world.timers.start(await world.person(), asked.booking, note, key, back)


def in_harvest(world: World) -> list[Any]:
    return list(world.harvest.state.entries.values())


async def settle(world: World) -> None:
    for _ in range(12):
        world.clock.advance(timedelta(seconds=5))
        await world.outbox.push_due()


async def test_a_timer_starts_and_stops_in_harvest(world: World) -> None:
    begun = await started(world)
    assert begun.entry.state is EntryState.RUNNING
    assert [entry.is_running for entry in in_harvest(world)] == [True]
    world.clock.advance(timedelta(minutes=90))
    person = await world.person()
    stopped = await world.timers.stop_entry(person, await world.timers.only_running(person), "done")
    assert (stopped.state, stopped.hours, stopped.note) == (EntryState.LOGGED, 150, "nav\ndone")
    with pytest.raises(NothingRuns):
        await world.timers.only_running(person)


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_fault_on_the_start_ends_in_one_timer(world: World, kind: Kind) -> None:
    world.harvest.faults.next(kind, matching="POST /v2/time_entries")
    await started(world)
    await settle(world)
    assert [entry.is_running for entry in in_harvest(world)] == [True]


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_fault_on_the_stop_ends_in_a_stopped_timer_with_its_hours(world: World, kind: Kind) -> None:
    await started(world)
    world.clock.advance(timedelta(minutes=60))
    person = await world.person()
    world.harvest.faults.next(kind, matching="PATCH /v2/time_entries/*/stop")
    await world.timers.stop_entry(person, await world.timers.only_running(person), None)
    await settle(world)
    (entry,) = in_harvest(world)
    assert not entry.is_running
    assert abs(entry.booked - Decimal("1.00")) <= Decimal("0.02")


async def test_a_stop_that_reaches_harvest_late_gets_the_hours_it_had(world: World) -> None:
    await started(world)
    world.clock.advance(timedelta(minutes=60))
    person = await world.person()
    running = await world.timers.only_running(person)
    world.harvest.faults.next(Kind.ERROR_BEFORE, matching="PATCH *", times=1)
    kept = await world.timers.stop_entry(person, running, None)
    assert kept.state is EntryState.STOPPING
    world.clock.advance(timedelta(minutes=30))
    await world.outbox.push_due()
    assert [entry.booked for entry in in_harvest(world)] == [Decimal("1.00")]


async def test_several_running_timers_are_a_choice(world: World) -> None:
    """Through the API two can run at once; ruling 9 wants a list."""
    await started(world)
    state = world.harvest.state
    fields = {"user_id": world.user.id, "project_id": world.project.id, "task_id": world.task.id}
    state.add_entry(**fields, spent_date=world.clock.now().date(), timer_started_at=state.now())
    with pytest.raises(SeveralRun) as several:
        await world.timers.only_running(await world.person())
    assert len(several.value.running) == 2


async def test_starting_stops_what_ran_before(world: World) -> None:
    await started(world)
    world.clock.advance(timedelta(minutes=30))
    begun = await started(world, key=OTHER, note="second")
    assert [entry.hours for entry in begun.stopped] == [50]
    assert [entry.notes for entry in in_harvest(world) if entry.is_running] == ["second"]


async def test_a_backdated_timer_counts_from_then(world: World) -> None:
    begun = await started(world, back=timedelta(minutes=15))
    assert begun.entry.state is EntryState.RUNNING
    assert await world.timers.seconds(begun.entry) == pytest.approx(900, abs=5)
    assert [entry.booked for entry in in_harvest(world)] == [Decimal("0.25")]


async def test_a_timer_is_not_backdated_past_midnight(world: World) -> None:
    """It is 16:00 in Berlin."""
    with pytest.raises(Refused, match="midnight"):
        await started(world, back=timedelta(hours=17))


async def test_cancelling_a_resumed_timer_restores_its_earlier_hours(world: World) -> None:
    """Ruling 9."""
    await started(world)
    world.clock.advance(timedelta(minutes=60))
    person, asked = await world.person(), await world.asked()
    stopped = await world.timers.stop_entry(person, await world.timers.only_running(person), None)
    resumed = await world.timers.resume(person, stopped, asked.booking, OTHER)
    assert resumed.entry.key == KEY
    world.clock.advance(timedelta(minutes=30))
    await world.timers.cancel(person)
    assert [(entry.booked, entry.is_running) for entry in in_harvest(world)] == [(Decimal("1.00"), False)]


async def test_cancelling_a_fresh_timer_leaves_nothing(world: World) -> None:
    await started(world)
    assert (await world.timers.cancel(await world.person())).state is EntryState.UNDONE
    assert in_harvest(world) == []


class TestStartAndEnd:
    """Accounts that keep start and end times."""

    @pytest.fixture
    def uses_timestamps(self) -> bool:
        return True

    async def test_a_backdated_timer_has_its_start(self, world: World) -> None:
        begun = await started(world, back=timedelta(minutes=15))
        assert begun.entry.state is EntryState.RUNNING
        (entry,) = in_harvest(world)
        assert f"{entry.started:%H:%M}" == "15:45"

    async def test_resuming_makes_a_new_entry(self, world: World) -> None:
        """Harvest would do so by itself; we say it with a key of our own."""
        await started(world)
        world.clock.advance(timedelta(minutes=60))
        person, asked = await world.person(), await world.asked()
        stopped = await world.timers.stop_entry(person, await world.timers.only_running(person), None)
        resumed = await world.timers.resume(person, stopped, asked.booking, OTHER)
        assert resumed.entry.key == OTHER
        assert [entry.is_running for entry in in_harvest(world)] == [False, True]
