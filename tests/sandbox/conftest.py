"""Doubles for their own tests, each with a small account."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.manifest import manifest
from sandbox.asana.server import AsanaDouble
from sandbox.clock import SandboxClock
from sandbox.faults import Faults
from sandbox.harvest.server import HarvestDouble
from sandbox.slack.server import SlackDouble
from tests.sandbox.asana_organization import AsanaVisitor, HookTarget
from tests.sandbox.asana_organization import fill as fill_organization
from tests.sandbox.harvest_account import Visitor, fill
from tests.sandbox.slack_fake_bot import ADA, CHANNEL, FakeBot

NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SandboxClock:
    """A Thursday noon in London, one o'clock in Stockholm."""
    return SandboxClock(NOON)


@asynccontextmanager
async def visiting(clock: SandboxClock, *, uses_timestamps: bool) -> AsyncIterator[Visitor]:
    faults = Faults(hang=0.3, late=0.1, slow=0.1)
    double = HarvestDouble(clock, uses_timestamps=uses_timestamps, rate=10_000, faults=faults)
    await double.start()
    account = fill(double.state)
    async with httpx.AsyncClient(timeout=5.0) as http:
        yield Visitor(double, account, http)
    await double.stop()


@pytest.fixture
async def harvest(clock: SandboxClock) -> AsyncIterator[Visitor]:
    """An account that keeps durations."""
    async with visiting(clock, uses_timestamps=False) as visitor:
        yield visitor


@pytest.fixture
async def stamped(clock: SandboxClock) -> AsyncIterator[Visitor]:
    """An account that keeps start and end times."""
    async with visiting(clock, uses_timestamps=True) as visitor:
        yield visitor


@pytest.fixture
async def asana(clock: SandboxClock) -> AsyncIterator[AsanaVisitor]:
    """A small organization."""
    double = AsanaDouble(clock, faults=Faults(hang=0.3, late=0.1, slow=0.1), retry_seconds=(0.02,), answer_seconds=0.5)
    await double.start()
    organization = fill_organization(double.state)
    async with httpx.AsyncClient(timeout=5.0) as http:
        yield AsanaVisitor(double, organization, http, clock)
    await double.stop()


@pytest.fixture
async def target() -> AsyncIterator[HookTarget]:
    """Where webhooks lead."""
    listening = HookTarget()
    await listening.start()
    yield listening
    await listening.stop()


@pytest.fixture
async def bot() -> AsyncIterator[FakeBot]:
    fake = FakeBot()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def slack(bot: FakeBot) -> AsyncIterator[SlackDouble]:
    """Ada and Tom in one channel, with an app that listens at the fake bot's address."""
    double = SlackDouble(SandboxClock())
    await double.start()
    double.add_person(ADA, "Ada Nilsson", "ada@lumen.example", "Europe/Stockholm")
    double.add_person("U0TOM", "Tom Whitfield", "tom@lumen.example")
    double.add_channel(CHANNEL, "general", [ADA, "U0TOM"])
    double.install(manifest(url="https://bot.example"), bot.url)
    yield double
    await double.stop()


@pytest.fixture
async def client(slack: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])
