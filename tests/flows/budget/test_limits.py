"""Locks and badges over the real store: what a manager granted outlives its lock, and over is 100 % in any case."""

from datetime import date
from decimal import Decimal

import httpx
import pytest

from sandbox.clock import SandboxClock
from sandbox.harvest.records import Entry, Project
from sandbox.harvest.server import HarvestDouble
from store.budget.records import LockState
from store.database import Store
from store.units import Hours
from sync.flows import Flows
from tests.flows.conftest import World, flows_over

TODAY = date(2026, 11, 20)


@pytest.fixture
def project(world: World) -> Project:
    """Of 100 h; imported before, so that what is used from now on is news."""
    world.harvest.state.change(world.project, budget_by="project", budget=Decimal(100))
    return world.project


def used(world: World, hours: str, day: date = TODAY) -> Entry:
    return world.harvest.state.add_entry(
        user_id=world.user.id,
        project_id=world.project.id,
        task_id=world.task.id,
        spent_date=day,
        booked=Decimal(hours),
    )


async def settle(flows: Flows) -> None:
    await flows.imports.run()
    await flows.budget.review.run()


async def is_closed(world: World) -> bool:
    async with world.store.reading("T1") as tx:
        standing = await world.flows.budget.locks.standing(
            tx, (await tx.directory.projects([world.project.id]))[0], TODAY
        )
        state = await tx.budgets.state(world.project.id, "", "")
    assert (state.lock is LockState.CLOSED) == bool(standing.closed)
    return bool(standing.closed)


async def grant(world: World, hours: int) -> None:
    assert await world.flows.budget.locks.unlock(
        await world.person("UBOSS"), world.project.id, Hours(hours), None, None
    )


@pytest.mark.usefixtures("project")
async def test_hours_taken_out_below_a_granted_limit_open_the_lock(world: World) -> None:
    await settle(world.flows)
    used(world, "100")
    await settle(world.flows)
    assert await is_closed(world)
    await grant(world, 4_00)
    entry = used(world, "4")
    await settle(world.flows)
    assert await is_closed(world)
    world.harvest.state.change(entry, booked=Decimal(3))
    await settle(world.flows)
    assert not await is_closed(world)


@pytest.mark.usefixtures("project")
async def test_hours_granted_again_come_on_top_of_those_before(world: World) -> None:
    await settle(world.flows)
    used(world, "100")
    await settle(world.flows)
    await grant(world, 4_00)
    used(world, "4")
    await settle(world.flows)
    await grant(world, 4_00)
    used(world, "3.99")
    await settle(world.flows)
    assert not await is_closed(world)
    used(world, "0.01")
    await settle(world.flows)
    assert await is_closed(world)


@pytest.mark.parametrize("bands", ["75,90,100", "50,80", "75,120", "110,120"])
async def test_over_is_a_hundred_per_cent_whatever_the_bands_are(
    world: World, project: Project, store: Store, harvest: HarvestDouble, clock: SandboxClock, bands: str
) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        flows = flows_over(store, harvest, clock, http, budget_bands=bands, lock_policy="off")
        await settle(flows)
        used(world, "99.99")
        await settle(flows)
        assert await flows.budget.budgets.over() == set()
        used(world, "0.01")
        await settle(flows)
        assert await flows.budget.budgets.over() == {project.id}


@pytest.mark.parametrize("bands", ["75,90,100", "50,80"])
async def test_last_months_overrun_is_no_badge_of_this_month(
    world: World, project: Project, store: Store, harvest: HarvestDouble, clock: SandboxClock, bands: str
) -> None:
    harvest.state.change(project, budget_is_monthly=True)
    async with httpx.AsyncClient(trust_env=False) as http:
        flows = flows_over(store, harvest, clock, http, budget_bands=bands, lock_policy="off")
        used(world, "120", date(2026, 10, 31))
        await settle(flows)
        assert await flows.budget.budgets.over() == set()
        used(world, "100")
        await settle(flows)
        assert await flows.budget.budgets.over() == {project.id}
