"""What was held goes out by itself as soon as nothing keeps it, once, whatever opened its lock."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from store.budget.records import LockState, RequestState
from store.time_entries.records import EntryState
from sync.errors import Refused
from tests.flows.conftest import World, flows_over
from tests.flows.locking_steps import (
    DECEMBER,
    TODAY,
    ask,
    booking,
    budget,
    full,
    log,
    pending,
    person_lines,
    settle,
    state_of,
    states,
    told,
    unlock,
    used,
)


async def test_held_by_hours_on_their_way_it_goes_out_once_they_are_taken_back(world: World) -> None:
    budget(world)
    await settle(world)
    used(world, "95")
    await settle(world)
    key = await pending(world, 500)
    held = await log(world, 100)
    assert held.state is EntryState.HELD
    await world.entries.undo("U1", key)
    await world.flows.budget.review.run()
    assert await state_of(world, held.key) is EntryState.INTENDED
    await world.outbox.push_due()
    assert await state_of(world, held.key) is EntryState.LOGGED


async def test_a_policy_that_is_switched_off_lets_go(world: World) -> None:
    await full(world)
    held = await log(world, 100, "first")
    async with httpx.AsyncClient(trust_env=False) as http:
        flows = flows_over(world.store, world.harvest, world.clock, http, lock_policy="off")
        await flows.budget.review.run()
        await flows.outbox.push_due()
        await flows.budget.review.run()
        await flows.outbox.push_due()
    assert await state_of(world, held.key) is EntryState.LOGGED
    assert [one.notes for one in world.harvest.state.entries.values()].count("first") == 1


async def test_a_budget_that_becomes_monthly_lets_go_of_what_its_month_has_room_for(world: World) -> None:
    budget(world)
    await settle(world)
    used(world, "100", TODAY - timedelta(days=46))
    await settle(world)
    held = await log(world, 100)
    assert held.state is EntryState.HELD
    budget(world, budget_is_monthly=True)
    await settle(world)
    assert await state_of(world, held.key) is EntryState.INTENDED


async def test_asking_for_what_is_open_already_sends_it_instead(world: World) -> None:
    """Between two looks at the budgets; logged again it would be there twice."""
    budget(world)
    await settle(world)
    used(world, "95")
    await settle(world)
    key = await pending(world, 500)
    held = await log(world, 100, "first")
    await world.entries.undo("U1", key)
    assert (await ask(world, held, "r1")).key == held.key
    with pytest.raises(Refused, match="no longer waiting for this; `/log list`"):
        await ask(world, held, "r2")
    await world.flows.budget.review.run()
    await world.outbox.push_due()
    assert [one.notes for one in world.harvest.state.entries.values()].count("first") == 1
    assert await told(world, "UnlockAsked") == []


async def test_what_goes_out_counts_before_the_next_goes(world: World) -> None:
    await full(world)
    entries = [await log(world, 300, note) for note in "abc"]
    assert (await unlock(world, 400)).released == 2
    await world.flows.budget.review.run()
    assert [await state_of(world, one.key) for one in entries] == [
        EntryState.INTENDED,
        EntryState.INTENDED,
        EntryState.HELD,
    ]


async def test_a_held_timer_is_asked_about_each_time_it_could_start(world: World) -> None:
    await full(world)
    started = await world.timers.start(await world.person(), await booking(world), "t", "timer-1", timedelta(0))
    assert started.entry.state is EntryState.HELD
    for count in (1, 2):
        world.clock.advance(timedelta(minutes=1))
        await unlock(world, 100)
        await world.flows.budget.review.run()
        await world.flows.budget.review.run()
        assert len(await told(world, "TimerReady")) == count
        used(world, "1")
        await settle(world)


async def test_hours_of_another_person_on_their_way_do_not_count_to_mine(world: World) -> None:
    ben = person_lines(world)
    await settle(world)
    used(world, "9")
    used(world, "9", user=ben)
    await settle(world)
    await pending(world, 100, "U2")
    assert (await log(world, 25)).state is EntryState.LOGGED
    assert (await log(world, 25, "mine", "U2")).state is EntryState.HELD


async def test_hours_of_another_month_on_their_way_do_not_count_to_this(world: World) -> None:
    budget(world, budget_is_monthly=True)
    await settle(world)
    used(world, "95")
    await settle(world)
    await pending(world, 500, day=TODAY - timedelta(days=30))
    assert (await log(world, 100)).state is EntryState.LOGGED


class TestMonthsEnd:
    async def test_unlock_in_december_opens_november_and_lets_its_hours_go(self, world: World) -> None:
        await full(world, budget_is_monthly=True)
        held = await log(world, 100)
        world.clock.advance(timedelta(days=12))
        assert world.clock.now().date() == DECEMBER
        opened = await unlock(world)
        assert [period for period, _ in opened.opened] == ["2026-11"]
        assert await state_of(world, held.key) is EntryState.INTENDED

    async def test_a_button_of_november_leaves_october_locked(self, world: World) -> None:
        budget(world, budget_is_monthly=True)
        await settle(world)
        used(world, "100", TODAY - timedelta(days=40))
        used(world, "100")
        await settle(world)
        world.clock.advance(timedelta(days=12))
        await unlock(world, period="2026-11")
        assert {period: one.lock for (_, period), one in (await states(world)).items() if period < "2026-12"} == {
            "2026-10": LockState.CLOSED,
            "2026-11": LockState.OPEN,
        }

    async def test_a_request_of_november_is_about_november(self, world: World) -> None:
        await full(world, budget_is_monthly=True)
        held = await log(world, 100)
        world.clock.advance(timedelta(days=12))
        assert (await ask(world, held, "r1")).period == "2026-11"
        assert (await ask(world, None, "r2", period="2026-11")).period == "2026-11"
        with pytest.raises(Refused, match="is open"):
            await ask(world, None, "r3")
        await unlock(world, key="r1")
        assert await state_of(world, held.key) is EntryState.INTENDED

    async def test_a_budget_raised_in_december_opens_november(self, world: World) -> None:
        await full(world, budget_is_monthly=True)
        held = await log(world, 100)
        await ask(world, held, "r1")
        world.clock.advance(timedelta(days=12))
        world.harvest.state.change(world.project, budget=Decimal(200))
        await settle(world)
        assert (await states(world))["", "2026-11"].lock is LockState.OPEN
        assert await state_of(world, held.key) is EntryState.INTENDED
        assert (await world.flows.budget.requests.get("r1")).state is RequestState.GRANTED
