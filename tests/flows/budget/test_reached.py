"""Whom news of budgets goes to: those nearest first, and in the end somebody who is there."""

from dataclasses import replace

import pytest

from handlers.budget.news import BudgetWords
from sync.news.budget import BudgetNews, FoundOver, LockTriggered
from tests.flows.conftest import World
from tests.flows.locking_steps import budget, managed, settle, used


@pytest.fixture
async def locked(world: World) -> World:
    managed(world)
    budget(world)
    await settle(world)
    used(world, "101")
    await settle(world)
    return world


async def _told(world: World, news: BudgetNews, coordinator: str | None) -> list[str]:
    flows = world.flows
    words = BudgetWords(flows.budget, flows.clock, flows.entries, flows.people, None, coordinator)
    addressed = await words.word(news)
    return [place.address for place in addressed.places] if addressed else []


async def _administrators(world: World) -> list[str]:
    return [one.address for one in await world.flows.budget.locks.administrators()]


async def _leaves(world: World, harvest_user_id: int) -> None:
    """They are known in Slack, and have left it."""
    async with world.store.transaction("T1") as tx:
        person = await tx.people.get("U1")
        assert person
        gone = replace(person, slack_id="U0GONE", harvest_user_id=harvest_user_id, is_deactivated=True)
        await tx.people.save(gone)


async def test_without_a_coordinator_administrators_read_what_the_first_import_found(locked: World) -> None:
    news = FoundOver([locked.project.id])
    assert await _told(locked, news, "UBOSS") == ["UBOSS", *await _administrators(locked)]
    assert await _told(locked, news, None) == await _administrators(locked) != []


async def test_a_card_for_a_manager_has_somewhere_else_to_go(locked: World) -> None:
    (manager,) = [one.address for one in await locked.flows.budget.locks.managing(locked.project.id)]
    news = LockTriggered(locked.project.id, "", [""], manager)
    assert await _told(locked, news, "UBOSS") == [manager, "UBOSS", *await _administrators(locked)]


async def test_who_has_left_slack_manages_nothing_there(locked: World) -> None:
    await locked.person("U1")
    (manager,) = [one.address for one in await locked.flows.budget.locks.managing(locked.project.id)]
    await _leaves(locked, int(manager.removeprefix("user:")))
    assert await locked.flows.budget.locks.managing(locked.project.id) == []
    async with locked.store.reading("T1") as tx:
        assert await locked.flows.budget.locks.addresses(tx, locked.project.id) == ["UBOSS"]
