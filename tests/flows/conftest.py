"""Flows over a real store and the double of Harvest, without Slack."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from time import perf_counter
from typing import Any

import httpx
import pytest
import stamina
from aiohttp import web

from bot.engine import NoJobs
from bot.settings import Settings
from bot.wiring.flows import FlowDeps, build_flows
from sandbox.asana.server import AsanaDouble
from sandbox.clock import SandboxClock
from sandbox.harvest.records import Project, Task, User
from sandbox.harvest.server import HarvestDouble
from store.database import Store
from store.people.records import Person
from store.units import Hours
from sync.asana.intake.webhooks import Delivered, Handshake
from sync.clients.harvest.client import HarvestClient
from sync.clients.limiter import Limiter
from sync.engine.tenant import Tenant
from sync.flows import Flows
from sync.harvest.import_job import HarvestImport
from sync.people.people import People
from sync.ports.harvest import Harvest, HarvestFactory
from sync.ports.slack import Profile
from sync.rules.time_entries.retry_pace import Pace
from sync.time_entries.entries import NewEntry, TimeEntries
from sync.time_entries.outbox import Outbox
from sync.time_entries.targets import Target, Targets
from sync.time_entries.timers import Timers
from tests.databases import Template
from tests.flows import asana_world

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ADMIN = "harvest-admin-token-fake"
SECOND = timedelta(seconds=1)
PACE = Pace(look=SECOND, settle=10 * SECOND, retry=SECOND, most=60 * SECOND, lease=30 * SECOND)


class OneProfile:
    """Slack, as far as the people flow asks: everybody's address is their id's."""

    async def profile(self, slack_id: str) -> Profile:
        return Profile("Ada Park", f"{slack_id.lower()}@lumen.example", "Europe/Berlin")

    async def find(self, email: str) -> str | None:
        return email.partition("@")[0].upper()


@dataclass
class World:
    """The flows and the double behind them."""

    clock: SandboxClock
    harvest: HarvestDouble
    store: Store
    flows: Flows
    project: Project
    task: Task
    user: User

    @property
    def imports(self) -> HarvestImport:
        return self.flows.imports

    @property
    def outbox(self) -> Outbox:
        return self.flows.outbox

    @property
    def entries(self) -> TimeEntries:
        return self.flows.entries

    @property
    def timers(self) -> Timers:
        return self.flows.timers

    @property
    def people(self) -> People:
        return self.flows.people

    @property
    def targets(self) -> Targets:
        return self.flows.targets

    async def person(self, slack_id: str = "U1") -> Person:
        person, _ = await self.people.logger(slack_id)
        return person

    async def asked(self, note: str = "nav", hours: int = 150) -> NewEntry:
        found = await self.targets.find(await self.person(), "ACME-12", "design", None)
        assert isinstance(found, Target)
        return NewEntry(found, self.clock.now().date(), Hours(hours), note)


def flows_over(
    store: Store,
    harvest: HarvestDouble,
    clock: SandboxClock,
    http: httpx.AsyncClient,
    workspace: str = "T1",
    **more: Any,
) -> Flows:
    """Every flow on that store, against the double, in a hurry. `more`: settings that differ."""
    settings = Settings(
        _env_file=None,
        database_url="sqlite:///unused.db",
        slack_bot_token="xoxb-fake",
        slack_signing_secret="fake",
        harvest_access_token=ADMIN,
        harvest_account_id=harvest.state.account_id,
        harvest_api_url=harvest.api_url,
        harvest_id_url=harvest.id_url,
        timezone="Europe/Berlin",
        **{"coordinator": "UBOSS", **more},
    )
    deps = FlowDeps(settings, Tenant(store, workspace, clock), NoJobs(), PACE)
    return build_flows(deps, clients(harvest, clock, http), None, OneProfile())


def clients(harvest: HarvestDouble, clock: SandboxClock, http: httpx.AsyncClient) -> HarvestFactory:
    async def sleep(seconds: float) -> None:
        clock.advance(timedelta(seconds=seconds))

    limiter = Limiter(10_000, 15.0, clock=lambda: clock.now().timestamp(), sleep=sleep)

    def make(*, token: str, account_id: int, clock_format: str, is_patient: bool = False) -> Harvest:
        del is_patient
        return HarvestClient(http, harvest.api_url, account_id, token, limiter, "test", clock_format=clock_format)

    return make


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    """A read that failed is tried again at once, as often as ever."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def uses_timestamps() -> bool:
    return False


@asynccontextmanager
async def account(clock: SandboxClock, *, uses_timestamps: bool) -> AsyncIterator[HarvestDouble]:
    double = HarvestDouble(clock, uses_timestamps=uses_timestamps, rate=10_000)
    # The clock jumps while no real time passes: what is done late is done before it does.
    double.faults.hang, double.faults.late, double.faults.slow = 0.2, 0.0, 0.05
    await double.start()
    yield double
    await double.stop()


@pytest.fixture
async def harvest(clock: SandboxClock, uses_timestamps: bool) -> AsyncIterator[HarvestDouble]:
    async with account(clock, uses_timestamps=uses_timestamps) as double:
        yield double


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(NOW)


def fill_harvest(harvest: HarvestDouble) -> tuple[Project, Task, User]:
    """An administrator, Ada on one project with two tasks; the project, its task Design and Ada."""
    state = harvest.state
    boss = state.add_user(
        first_name="Boss", last_name="One", email="uboss@lumen.example", access_roles=("administrator",)
    )
    user = state.add_user(first_name="Ada", last_name="Park", email="u1@lumen.example", timezone="Europe/Berlin")
    state.grant(boss, ADMIN)
    project = state.add_project(client_id=state.add_client(name="ACME").id, name="Website relaunch", code="ACME-12")
    design, other = state.add_task(name="Design"), state.add_task(name="Development")
    for task in (design, other):
        state.assign_task(project, task)
    state.assign_user(project, user)
    return project, design, user


@asynccontextmanager
async def world_over(store: Store, harvest: HarvestDouble, clock: SandboxClock) -> AsyncIterator[World]:
    project, design, user = fill_harvest(harvest)
    async with httpx.AsyncClient(trust_env=False) as http:
        yield World(clock, harvest, store, flows_over(store, harvest, clock, http), project, design, user)


@asynccontextmanager
async def asana_around(world: World) -> AsyncIterator[asana_world.AsanaWorld]:
    double = AsanaDouble(world.clock, retry_seconds=(0.02,), answer_seconds=2.0)
    double.faults.hang = 0.2
    await double.start()
    found = asana_world.fill(world, double)
    async with httpx.AsyncClient(trust_env=False) as http:
        flows = asana_world.asana_flows(world, clients(world.harvest, world.clock, http), double, http)
        yield asana_world.AsanaWorld(world, double, flows, **found)
    await double.stop()


@pytest.fixture
def template(request: pytest.FixtureRequest, uses_timestamps: bool) -> Template:
    """All that stands in the account of `world`, or of `around`, has been read; it stands there alike in every test."""
    has_asana = "around" in request.fixturenames
    name = f"flows{'_asana' if has_asana else ''}{'_timestamps' if uses_timestamps else ''}"
    return Template(name, partial(_read_all, uses_timestamps=uses_timestamps, has_asana=has_asana))


async def _read_all(url: str, *, uses_timestamps: bool, has_asana: bool) -> None:
    store, clock = Store.open(url), SandboxClock(NOW)
    async with account(clock, uses_timestamps=uses_timestamps) as harvest, world_over(store, harvest, clock) as world:
        async with store.transaction("T1") as tx:
            await tx.workspaces.remember("Lumen", clock.now())
        await world.imports.run()
        if has_asana:
            async with asana_around(world) as around:
                await around.flows.imports.run()
    await store.close()


@pytest.fixture
async def world(store: Store, harvest: HarvestDouble, clock: SandboxClock) -> AsyncIterator[World]:
    async with world_over(store, harvest, clock) as made:
        yield made


@pytest.fixture
async def around(world: World) -> AsyncIterator[Any]:
    """The same with the double of Asana: one mapped project with a task in it."""
    async with asana_around(world) as made:
        await made.map()
        yield made


@pytest.fixture
async def outside(around: Any) -> AsyncIterator[Any]:
    """With a public address at which Asana finds us, as bot/web/app.py would answer there."""
    webhooks = around.asana.webhooks

    async def answer(request: web.Request) -> web.Response:
        hook, secret = request.match_info["hook"], request.headers.get("X-Hook-Secret")
        if secret is not None:
            shaken = await webhooks.handshake(hook, secret)
            return web.Response(status=200 if shaken is Handshake.WELCOME else 403, headers={"X-Hook-Secret": secret})
        began = perf_counter()
        outcome, event = await webhooks.receive(hook, await request.read(), request.headers.get("X-Hook-Signature"))
        around.answer_seconds.append(perf_counter() - began)
        if event is not None:
            # Before it is answered: who waits for deliveries waits for what they bring.
            await webhooks.handle(event)
        return web.Response(status=200 if outcome is Delivered.KEPT else 401)

    app = web.Application()
    app.router.add_post("/asana/webhooks/{hook}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    object.__setattr__(webhooks, "public_url", f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield around
    await around.double.deliveries.stop()
    await runner.cleanup()
