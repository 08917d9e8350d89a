"""Two at one lock in the same moment: nothing is reported that did not happen, and nothing is left unlooked at."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from store.budget.records import BudgetState, LockState, OverageState
from sync.rules.budget.bands import POLICY
from tests.flows.conftest import World
from tests.flows.locking_steps import budget, full, managed, settle, states, told, unlock, used
from tests.waiting import held_up

pytestmark = pytest.mark.both_databases


async def test_an_unlock_waits_for_who_is_at_the_line_and_opens_it_then(world: World) -> None:
    await full(world)
    async with world.store.transaction("T1") as other:
        (before,) = await other.budgets.states([world.project.id], for_change=True)
        assert await other.budgets.save_state(before, replace(before, arming=before.arming + 1))
        unlocking = asyncio.create_task(unlock(world))
        await held_up(world.store)
        assert not unlocking.done()
    assert [line.key for _, line in (await unlocking).opened] == [""]
    assert (await states(world))["", ""].lock is LockState.OPEN


async def test_an_unlock_opens_a_line_that_was_first_noted_in_that_moment(world: World) -> None:
    """There was no row yet that could be waited for."""
    before = await _uncounted(world)
    async with world.store.transaction("T1") as other:
        closed = replace(before, band=100, lock=LockState.CLOSED, locked_by=POLICY)
        assert await other.budgets.save_state(before, closed)
        unlocking = asyncio.create_task(unlock(world))
        await held_up(world.store)
    assert (await unlocking).opened
    assert (await states(world))["", ""].lock is LockState.OPEN


async def test_a_lock_by_hand_closes_a_line_that_was_first_noted_in_that_moment(world: World) -> None:
    before = await _uncounted(world)
    boss = await world.person("UBOSS")
    async with world.store.transaction("T1") as other:
        assert await other.budgets.save_state(before, replace(before, arming=1))
        locking = asyncio.create_task(world.flows.budget.locks.lock(boss, world.project.id))
        await held_up(world.store)
    await locking
    assert (await states(world))["", ""].locked_by == "UBOSS"


async def test_a_look_that_came_second_is_made_again(world: World) -> None:
    before = await _uncounted(world)
    async with world.store.transaction("T1") as other:
        assert await other.budgets.save_state(before, replace(before, arming=1))
        settling = asyncio.create_task(world.flows.budget.review.run())
        await held_up(world.store)
    await settling
    await world.flows.budget.review.run()
    assert (await states(world))["", ""].lock is LockState.CLOSED
    assert len(await told(world, "BudgetCrossed")) == 1


async def test_an_overage_is_decided_once(world: World) -> None:
    managed(world)
    await full(world)
    world.clock.advance(timedelta(minutes=2))
    entry = used(world, "2")
    await settle(world)
    boss = await world.person("UBOSS")
    async with world.store.transaction("T1") as other:
        (one,) = await other.budgets.overages_of([entry.id])
        assert await other.budgets.decide_overage(one, OverageState.MOVED)
        accepting = asyncio.create_task(world.flows.budget.overages.accept(boss, [entry.id]))
        await held_up(world.store)
        assert not accepting.done()
    assert await accepting == 0
    (over,) = await world.flows.budget.overages.of([entry.id])
    assert over.overage.state is OverageState.MOVED


async def _uncounted(world: World) -> BudgetState:
    """All is used up and imported, and nobody has looked at the budget yet."""
    budget(world)
    await settle(world)
    used(world, "100")
    await world.flows.imports.run()
    assert await states(world) == {}
    return BudgetState(world.project.id, "", "")
