"""A month that has ended: its limit alone is told, and to the manager (ruling 19)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handlers.budget.news import BudgetWords
from sync.news.budget import BudgetCrossed
from tests.flows.alert_model import Rows
from tests.flows.conftest import World
from tests.flows.locking_steps import budget, managed, settle, used

OCTOBER = date(2026, 10, 14)


async def crossed(world: World) -> list[BudgetCrossed]:
    facts: list[Any] = list((await Rows.read(world.store, "T1")).news("BudgetCrossed"))
    return [BudgetCrossed(**one) for one in facts]


async def places(world: World, news: BudgetCrossed) -> list[str]:
    flows = world.flows
    addressed = await BudgetWords(flows.budget, flows.clock, flows.entries, flows.people, "C0ALERTS", "UBOSS").word(
        news
    )
    return [place.address for place in addressed.places] if addressed else []


@pytest.fixture
async def monthly(world: World) -> World:
    managed(world)
    budget(world, budget_is_monthly=True)
    await settle(world)
    return world


async def test_a_band_below_the_limit_is_no_news(monthly: World) -> None:
    used(monthly, "95", OCTOBER)
    await settle(monthly)
    assert await crossed(monthly) == []


async def test_of_the_limit_the_managers_hear_by_the_card_about_the_lock(monthly: World) -> None:
    used(monthly, "101", OCTOBER)
    await settle(monthly)
    (news,) = await crossed(monthly)
    assert await places(monthly, news) == []
    assert len((await Rows.read(monthly.store, "T1")).news("LockTriggered")) == 1


async def test_where_nothing_locks_the_manager_hears_and_no_channel(monthly: World) -> None:
    used(monthly, "101", OCTOBER)
    await settle(monthly)
    (news,) = await crossed(monthly)
    told = await places(monthly, replace(news, has_locked=False))
    assert told[0].startswith("user:")
    assert "C0ALERTS" not in told


async def test_the_present_month_is_told_to_the_channel_as_ever(monthly: World) -> None:
    used(monthly, "80")
    await settle(monthly)
    (news,) = await crossed(monthly)
    assert (await places(monthly, news))[0] == "C0ALERTS"
