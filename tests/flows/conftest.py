"""Flows over a real store and the double of Harvest, without Slack."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.jobs import NoJobs
from sandbox.clock import SandboxClock
from sandbox.harvest.records import Project, Task, User
from sandbox.harvest.server import HarvestDouble
from store.database import Store
from store.records import Hours, Person
from sync.clients.harvest import HarvestClient
from sync.clients.limiter import Limiter
from sync.harvest_access import HarvestAccess
from sync.harvest_import import HarvestImport
from sync.outbox import Outbox
from sync.people import People
from sync.ports import Harvest, Profile
from sync.rules.settling import Pace
from sync.targets import Booking, Targets
from sync.time_entries import Asked, TimeEntries
from sync.timers import Timers
from sync.vault import Vault

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ADMIN = "harvest-admin-token-fake"


class OneProfile:
    """Slack, as far as the people flow asks."""

    async def profile(self, slack_id: str) -> Profile:
        return Profile("Ada Park", f"{slack_id.lower()}@lumen.example", "Europe/Berlin")


@dataclass
class World:
    """The flows and the double behind them."""

    clock: SandboxClock
    harvest: HarvestDouble
    store: Store
    access: HarvestAccess
    imports: HarvestImport
    outbox: Outbox
    entries: TimeEntries
    timers: Timers
    people: People
    targets: Targets
    project: Project
    task: Task
    user: User

    async def person(self) -> Person:
        person, _ = await self.people.logger("U1")
        return person

    async def asked(self, note: str = "nav", hours: int = 150) -> Asked:
        found = await self.targets.find(await self.person(), "ACME-12", "design", None)
        assert isinstance(found, Booking)
        return Asked(found, self.clock.now().date(), Hours(hours), note)


@pytest.fixture
def uses_timestamps() -> bool:
    return False


@pytest.fixture
async def world(store: Store, uses_timestamps: bool) -> AsyncIterator[World]:
    clock = SandboxClock(NOW)
    harvest = HarvestDouble(clock, uses_timestamps=uses_timestamps, rate=10_000)
    harvest.faults.hang = 0.2
    await harvest.start()
    state = harvest.state
    boss = state.add_user(
        first_name="Boss", last_name="One", email="boss@lumen.example", access_roles=("administrator",)
    )
    user = state.add_user(first_name="Ada", last_name="Park", email="u1@lumen.example", timezone="Europe/Berlin")
    state.grant(boss, ADMIN)
    project = state.add_project(client_id=state.add_client(name="ACME").id, name="Website relaunch", code="ACME-12")
    design, other = state.add_task(name="Design"), state.add_task(name="Development")
    for task in (design, other):
        state.assign_task(project, task)
    state.assign_user(project, user)
    async with httpx.AsyncClient(trust_env=False) as http:

        async def sleep(seconds: float) -> None:
            clock.advance(timedelta(seconds=seconds))

        limiter = Limiter(10_000, 15.0, clock=lambda: clock.now().timestamp(), sleep=sleep)

        def clients(*, token: str, account_id: int, clock_format: str) -> Harvest:
            return HarvestClient(http, harvest.api_url, account_id, token, limiter, "test", clock_format=clock_format)

        access = HarvestAccess(
            store, "T1", clock, clients, state.account_id, ADMIN, Vault([]), None, writes_on_behalf=True
        )
        second = timedelta(seconds=1)
        pace = Pace(look=second, settle=10 * second, retry=second, most=60 * second, lease=30 * second)
        outbox = Outbox(store, "T1", access, clock, NoJobs(), pace)
        entries = TimeEntries(store, "T1", access, outbox, clock)
        made = World(
            clock=clock,
            harvest=harvest,
            store=store,
            access=access,
            imports=HarvestImport(store, "T1", access, clock),
            outbox=outbox,
            entries=entries,
            timers=Timers(store, "T1", access, outbox, entries, clock),
            people=People(store, "T1", clock, OneProfile()),
            targets=Targets(store, "T1"),
            project=project,
            task=design,
            user=user,
        )
        async with store.transaction("T1") as tx:
            await tx.workspaces.remember("Lumen", clock.now())
        await made.imports.run()
        yield made
    await harvest.stop()
