"""`gleaner demo`: a pretend Slack, Harvest and Asana full of work, and the bot among them. Tests use the same."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from bot.cli.manifest import manifest
from bot.process.service import Part, service
from bot.settings import Settings
from bot.wiring.app import Gleaner, Timing
from sandbox.asana.server import AsanaDouble
from sandbox.asana_seed import BOT_TOKEN, fill_asana
from sandbox.clock import SandboxClock
from sandbox.harvest.server import HarvestDouble
from sandbox.ports import free_port
from sandbox.seed import Agency, agency, fill_harvest, fill_slack
from sandbox.slack.server import SlackDouble
from sync.asana.mapping.mapping import MappingChange

_ALERTS = "C0GENERAL"
"""Where the demo's alerts go, unless `/budget channel` says otherwise."""


@dataclass(frozen=True, repr=False)
class Doubles:
    """The doubles and the settings that point at them."""

    clock: SandboxClock
    slack: SlackDouble
    harvest: HarvestDouble
    asana: AsanaDouble
    agency: Agency
    settings: Settings


@dataclass(frozen=True, repr=False)
class DemoStack:
    """The doubles with Gleaner among them."""

    doubles: Doubles
    gleaner: Gleaner
    address: str


@asynccontextmanager
async def doubles(
    database_url: str,
    *,
    page_port: int = 0,
    bot_port: int = 0,
    clock: SandboxClock | None = None,
    harvest_rate: int = 100,
    **more: Any,
) -> AsyncIterator[Doubles]:
    """Slack, Harvest and Asana, running and filled. `more`: settings that differ from the demo's."""
    clock = clock or SandboxClock()
    harvest, slack = HarvestDouble(clock, rate=harvest_rate), SlackDouble(clock)
    asana = AsanaDouble(clock)
    async with AsyncExitStack() as stack:
        await harvest.start()
        stack.push_async_callback(harvest.stop)
        await asana.start()
        stack.push_async_callback(asana.stop)
        await slack.start(port=page_port)
        stack.push_async_callback(slack.stop)
        people = agency(clock.now())
        fill_harvest(harvest, people)
        fill_slack(slack, people)
        fill_asana(asana, people)
        slack.panels |= {"harvest": harvest.id_url, "asana": asana.api_url}
        bot_port = bot_port or free_port()
        given = {
            "database_url": database_url,
            "slack_bot_token": slack.bot_token,
            "slack_signing_secret": slack.signing_secret,
            "slack_api_url": slack.api_url,
            "harvest_access_token": "harvest-admin-token-fake",
            "harvest_account_id": harvest.state.account_id,
            "harvest_client_id": harvest.state.app.client_id,
            "harvest_client_secret": harvest.state.app.client_secret,
            "harvest_api_url": harvest.api_url,
            "harvest_id_url": harvest.id_url,
            "asana_access_token": BOT_TOKEN,
            "asana_api_url": asana.api_url,
            "public_url": f"http://127.0.0.1:{bot_port}",
            "secret_keys": Fernet.generate_key().decode(),
            "host": "127.0.0.1",
            "port": bot_port,
            "coordinator": people.coordinator,
        }
        yield Doubles(clock, slack, harvest, asana, people, Settings(_env_file=None, **{**given, **more}))


@asynccontextmanager
async def demo_stack(around: Doubles, *, timing: Timing | None = None) -> AsyncIterator[DemoStack]:
    """Gleaner among the doubles, its directory imported and Slack told where it is."""
    async with service(around.settings, Part.ALL, clock=around.clock, timing=timing) as (built, address):
        uses_socket = around.settings.uses_socket
        url = None if uses_socket else address
        around.slack.install(manifest(url=url), None if uses_socket else f"{address}/slack/events")
        yield DemoStack(around, built, address)


async def open_office(here: DemoStack) -> None:
    """As an agency that uses Gleaner already: all is read, and projects that are called alike are linked."""
    await here.gleaner.flows.imports.run()
    await here.gleaner.flows.budget.review.run()
    await link_alike(here)


async def link_alike(here: DemoStack) -> None:
    flows = here.gleaner.flows
    if await flows.asana.projects.synced_at() is None:
        await flows.asana.projects.sync_all()
    person = await flows.people.person(here.doubles.agency.coordinator)
    for one in await flows.asana.mapping.overview():
        gid, called = one.project.project.gid, one.project.project.name
        found = (await flows.asana.mapping.propose(gid)).found
        project = next((project for _, project in found if project.name == called), None)
        if one.mapping is None and project is not None:
            usual = await flows.asana.board.usual_task(project.id)
            await flows.asana.mapping.link(person, gid, project.id, MappingChange(usual.id if usual else None))
    await flows.asana.webhooks.watch()


async def run(port: int) -> None:
    """The demo: prints one address and runs until it is stopped; nothing of it is kept."""
    stopping = asyncio.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(wanted, stopping.set)
    with tempfile.TemporaryDirectory(prefix="gleaner-demo-") as folder:
        database_url = f"sqlite:///{Path(folder) / 'demo.db'}"
        async with (
            doubles(database_url, page_port=free_port(port), alert_channel=_ALERTS) as around,
            demo_stack(around) as here,
        ):
            await open_office(here)
            print(f"Gleaner's demo is at {around.slack.page_url}  (Ctrl+C ends it)", flush=True)  # noqa: T201 - its one line
            await stopping.wait()
