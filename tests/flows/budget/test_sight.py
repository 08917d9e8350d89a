"""Who sees what of a budget: hours, money, percentages, entries and their notes (BUDGET_VISIBILITY)."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from handlers.budget.views import cards as views
from sandbox.clock import SandboxClock
from sandbox.harvest.server import HarvestDouble
from store.database import Store
from sync.budget.budgets import Card, Visibility
from sync.flows import Flows
from tests.flows.conftest import World, flows_over
from tests.flows.importing_steps import add, boss, look

BANDS = (75, 90, 100)


@pytest.fixture
async def strict(world: World, store: Store, harvest: HarvestDouble, clock: SandboxClock) -> AsyncIterator[Flows]:
    """The same account where Harvest decides who sees a budget."""
    del world
    async with httpx.AsyncClient(trust_env=False) as http:
        yield flows_over(store, harvest, clock, http, budget_visibility="harvest")


async def card(world: World, flows: Flows, slack_id: str | None, period: str | None = None) -> Card:
    person = await flows.people.person(slack_id) if slack_id else None
    return await flows.budget.budgets.card(person, await flows.budget.overages.project(world.project.id), period)


async def in_use(world: World, **budget: Any) -> None:
    """76 of 100 h."""
    world.harvest.state.change(world.project, **({"budget_by": "project", "budget": Decimal(100)} | budget))
    add(world, "70", date(2026, 11, 19), notes="of Ada")
    add(world, "6", user_id=boss(world).id, notes="of the boss")
    await look(world)


class TestHours:
    async def test_by_default_everybody_sees_them(self, world: World) -> None:
        await in_use(world)
        for reader in ("U1", "UNOBODY", None):
            shown = await card(world, world.flows, reader)
            assert (shown.sight.hours, shown.sight.money_shares) == (True, True)
            assert shown.forecast
            assert "76 h of 100 h" in views.card(shown, BANDS).text

    async def test_where_harvest_decides_nothing_of_them_is_told(self, world: World, strict: Flows) -> None:
        await in_use(world)
        world.harvest.state.add_entry(
            user_id=world.user.id,
            project_id=world.project.id,
            task_id=world.task.id,
            spent_date=date(2026, 11, 20),
            timer_started_at=world.harvest.state.now(),
        )
        await look(world)
        for reader in ("U1", "UNOBODY", None):
            shown = await card(world, strict, reader)
            assert shown.sight == Visibility(hours=False, money=False, money_shares=False)
            assert (shown.forecast, list(shown.burn), list(shown.last)) == (None, [], [])
            assert [line.timers for line in shown.standing.lines] == [0]
            text = views.card(shown, BANDS).text
            assert "its budget is not shown to you" in text
            assert not set("%▰▱") & set(text)
        assert "76 h of 100 h" in views.card(await card(world, strict, "UBOSS"), BANDS).text
        world.harvest.state.change(world.project, show_budget_to_all=True)
        await look(world)
        assert "76 h of 100 h" in views.card(await card(world, strict, "UNOBODY"), BANDS).text

    async def test_an_entrys_card_says_nothing_of_a_hidden_budget(self, world: World, strict: Flows) -> None:
        await in_use(world)
        entry = await world.entries.log(await world.person(), await world.asked(), "6f1d7a52-key")
        assert await strict.budget.budgets.glance(await world.person(), entry) is None
        assert await world.flows.budget.budgets.glance(await world.person(), entry) is not None

    async def test_a_hidden_budget_stands_last_however_full_it_is(self, world: World, strict: Flows) -> None:
        await in_use(world)
        state = world.harvest.state
        seen = state.add_project(
            client_id=world.project.client_id, name="Seen", code="SEEN-1", budget_by="project", budget=Decimal(100)
        )
        state.change(seen, show_budget_to_all=True)
        state.assign_user(seen, world.user)
        await look(world)
        cards = await strict.budget.budgets.overview(await world.person())
        assert [one.standing.project.code for one in cards] == ["SEEN-1", "ACME-12"]
        cards = await world.flows.budget.budgets.overview(await world.person())
        assert [one.standing.project.code for one in cards] == ["ACME-12", "SEEN-1"]


class TestMoney:
    async def test_amounts_go_by_right_and_percentages_to_all_unless_harvest_decides(
        self, world: World, strict: Flows
    ) -> None:
        rated = {"bill_by": "Project", "hourly_rate": Decimal(100), "is_billable": True}
        await in_use(world, budget_by="project_cost", cost_budget=Decimal(10_000), budget=None, **rated)
        for entry in world.harvest.state.entries.values():
            world.harvest.state.change(entry, notes="now at a rate")
        await look(world)
        for flows, reader, says in (
            (world.flows, "U1", "76 % used"),
            (world.flows, None, "76 % used"),
            (world.flows, "UBOSS", "7,600.00"),
            (strict, "U1", "its budget is not shown to you"),
            (strict, None, "its budget is not shown to you"),
            (strict, "UBOSS", "7,600.00"),
        ):
            text = views.card(await card(world, flows, reader), BANDS).text
            assert says in text
            assert ("10,000.00" in text) is (reader == "UBOSS")


class TestLastEntries:
    async def test_only_for_who_decides_or_works_on_it_and_notes_only_of_ones_own(self, world: World) -> None:
        state = world.harvest.state
        state.add_user(first_name="Cy", last_name="Elsewhere", email="u3@lumen.example")
        await in_use(world)
        deciding = await card(world, world.flows, "UBOSS")
        assert {entry.notes for entry, _ in deciding.last} == {"of Ada", "of the boss"}
        working = await card(world, world.flows, "U1")
        assert {entry.notes for entry, _ in working.last} == {"of Ada", ""}
        for reader in ("U3", "UNOBODY", None):
            assert list((await card(world, world.flows, reader)).last) == []


class TestTime:
    @pytest.mark.parametrize("is_monthly", [True, False])
    async def test_hours_that_all_lie_ahead_draw_no_chart(self, world: World, is_monthly: bool) -> None:
        budget = {"budget_by": "project", "budget": Decimal(100), "budget_is_monthly": is_monthly}
        world.harvest.state.change(world.project, **budget)
        add(world, "80", date(2026, 11, 25))
        await look(world)
        for reader in ("UBOSS", None):
            shown = await card(world, world.flows, reader)
            assert list(shown.burn) == []
            assert "80 h of 100 h" in views.card(shown, BANDS).text

    async def test_hours_booked_ahead_stand_in_no_point_of_the_chart(self, world: World) -> None:
        await in_use(world)
        add(world, "20", date(2026, 12, 1))
        await look(world)
        shown = await card(world, world.flows, "UBOSS")
        assert [hours for _, hours in shown.burn] == [7000, 7600]

    async def test_a_month_that_is_over_has_its_own_chart_and_no_forecast(self, world: World) -> None:
        await in_use(world, budget_is_monthly=True)
        add(world, "30", date(2026, 10, 5))
        await look(world)
        shown = await card(world, world.flows, None, "2026-10")
        assert shown.forecast is None
        assert (shown.burn[0], shown.burn[-1]) == ((date(2026, 10, 5), 3000), (date(2026, 10, 31), 3000))
