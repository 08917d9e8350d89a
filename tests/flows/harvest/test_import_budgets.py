"""Budgets that are none, absurd or hidden, and projects that come, go, change and come back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from store.budget.records import LockState
from store.units import Hours
from sync.rules.budget.command import SetHours
from tests.flows.conftest import World
from tests.flows.importing_steps import TODAY, add, bands, boss, connect_manager, ids, look, settle
from tests.given import given


class TestBudgets:
    @pytest.mark.parametrize("budget", ["0", "0.00", "1000000000", "900000000.01", None])
    async def test_a_budget_that_is_none_or_absurd_alerts_and_locks_nothing(
        self, world: World, budget: str | None
    ) -> None:
        await look(world)
        state = world.harvest.state
        state.change(world.project, budget_by="project", budget=None if budget is None else Decimal(budget))
        add(world, "23.75")
        add(world, "0")
        seen = await look(world)
        assert seen.alerts() == {}
        assert not await closed(world)

    async def test_a_budget_beyond_all_measure_stops_nothing_and_is_told(self, world: World) -> None:
        await look(world)
        world.harvest.state.change(world.project, budget_by="project", budget=Decimal(10) ** 15)
        entry = add(world)
        for _ in range(2):
            seen = await look(world)
        assert entry.id in await ids(world)
        (told,) = seen.news("PartUnread")
        assert told["part"] == "projects"
        assert "budget" in told["why"]

    async def test_a_budget_that_comes_later_counts_what_was_logged_before(self, world: World) -> None:
        """Harvest calls old entries budgeted from then on, and none of them changed."""
        world.harvest.state.change(world.project, budget_by="none", budget=None)
        add(world, "9", day=TODAY - timedelta(days=40))
        await look(world)
        world.clock.advance(timedelta(hours=2))
        world.harvest.state.change(world.project, budget_by="project", budget=Decimal(10))
        assert bands(await look(world)) == [90]

    async def test_hours_set_in_slack_count_on_a_project_without_a_budget_in_harvest(self, world: World) -> None:
        world.harvest.state.change(world.project, budget_by="none", budget=None)
        add(world, "9")
        await look(world)
        person = await world.people.person("UBOSS")
        (project,) = [one for one in await world.targets.projects(await world.person()) if one.id == world.project.id]
        await world.flows.budget.budgets.set_hours(person, project, SetHours("ACME-12", Hours(1000)))
        assert bands(await settle(world)) == [90]

    async def test_a_stale_page_does_not_take_back_what_is_newer_here(self, world: World) -> None:
        await look(world)
        entry = await world.entries.log(await world.person(), await world.asked(), "k-1")
        async with world.store.transaction("T1") as tx:
            newest = given(await tx.mirror.get(given(entry.harvest_id)))
            older = newest._replace(hours=Hours(25), updated_at=newest.updated_at - timedelta(minutes=1))
            await tx.mirror.save([older], world.clock.now())
            assert await tx.mirror.get(given(entry.harvest_id)) == newest

    async def test_the_smallest_budget_is_a_budget(self, world: World) -> None:
        await look(world)
        world.harvest.state.change(world.project, budget_by="project", budget=Decimal("0.01"))
        add(world, "0.01")
        assert bands(await look(world)) == [100]
        assert await closed(world)

    async def test_money_that_the_token_may_not_see_is_judged_by_nobody(self, world: World) -> None:
        state = world.harvest.state
        await connect_manager(world)
        await look(world)
        money = {"budget_by": "project_cost", "cost_budget": Decimal(10), "bill_by": "Project"}
        state.change(world.project, hourly_rate=Decimal(100), **money)
        add(world, "8")
        seen = await look(world)
        assert seen.alerts() == {}
        assert not await closed(world)
        state.change(boss(world), access_roles=("manager", "billable_rates_manager"))
        state.change(next(iter(state.entries.values())), notes="seen again, with its rate")
        assert bands(await look(world)) == [100]

    async def test_an_entry_that_moves_on_takes_its_overage_along(self, world: World) -> None:
        state = world.harvest.state
        other = state.add_project(client_id=world.project.client_id, name="Other", code="OTHER-1")
        state.assign_task(other, world.task)
        state.change(world.project, budget_by="project", budget=Decimal(1))
        await look(world)
        add(world, "1")
        await look(world)
        over = add(world, "2")
        await look(world)
        assert await overages(world) == [over.id]
        state.change(over, project_id=other.id)
        await look(world)
        assert await overages(world) == []


class TestDirectory:
    async def test_sync_off_leaves_at_once_and_comes_back_with_its_data(self, world: World) -> None:
        state = world.harvest.state
        monthly = {"budget_by": "project", "budget": Decimal(1), "budget_is_monthly": True}
        state.change(world.project, **monthly)
        await look(world)
        add(world, "0.5")
        add(world, "0.5", date(2026, 10, 5))
        await look(world)
        state.change(world.project, notes="holiday, sync_off")
        add(world, "0.5")
        add(world, "0.5", date(2026, 10, 5))
        seen = await look(world)
        assert (len(seen.entries), seen.alerts()) == (4, {})
        found = await world.targets.find(await world.person(), "ACME-12", "design", None)
        assert type(found).__name__ == "UnclearTarget"
        state.change(world.project, notes="")
        seen = await look(world)
        assert len(seen.entries) == 4
        assert sorted(key[2] for key, _ in seen.alerts()) == ["2026-10", "2026-11"]

    async def test_an_entry_on_a_project_nobody_knows_yet_is_kept_and_counted_later(self, world: World) -> None:
        state = world.harvest.state
        await look(world)
        fields = {"budget_by": "project", "budget": Decimal(1), "budget_is_monthly": True}
        fresh = state.add_project(client_id=world.project.client_id, name="Fresh", code="FRESH-1", **fields)
        state.assign_task(fresh, world.task)
        entries = {add(world, "1", day, project_id=fresh.id).id for day in (TODAY, date(2026, 9, 1))}
        await world.imports.run(is_whole=False)
        seen = await settle(world)
        assert ({row["id"] for row in seen.entries}, seen.alerts()) == (entries, {})
        seen = await look(world)
        assert sorted(key[2] for key, _ in seen.alerts()) == ["2026-09", "2026-11"]

    async def test_an_entry_of_somebody_harvest_does_not_list_is_kept_and_flagged(self, world: World) -> None:
        """A manager's token lists who is on the projects; who was taken off still has hours there."""
        state = world.harvest.state
        former = state.add_user(first_name="Kim", last_name="Gone", email="kim@lumen.example")
        await connect_manager(world)
        entry = add(world, user_id=former.id)
        await look(world)
        assert entry.id in await ids(world)
        assert (await world.flows.roster.read()).unknown == [former.id]

    async def test_archived_and_renamed_projects_propagate(self, world: World) -> None:
        state = world.harvest.state
        add(world)
        state.change(world.project, name="Website, again", code="ACME-13")
        state.archive(world.project)
        seen = await look(world)
        (project,) = seen.projects
        assert (project["name"], project["code"], project["is_active"]) == ("Website, again", "ACME-13", False)
        assert len(seen.entries) == 1
        async with world.store.reading("T1") as tx:
            (event,) = await tx.audit.of(f"project:{project['id']}")
        assert event.facts["name"] == ["Website relaunch", "Website, again"]
        state.restore(world.project)
        (project,) = (await look(world)).projects
        assert project["is_active"]


async def closed(world: World) -> bool:
    async with world.store.reading("T1") as tx:
        states = await tx.budgets.states([world.project.id])
    return any(state.lock is LockState.CLOSED for state in states)


async def overages(world: World) -> list[int]:
    async with world.store.reading("T1") as tx:
        return [one.harvest_id for one in await tx.budgets.overages(world.project.id, "", "")]
