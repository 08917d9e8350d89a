"""Whole journeys: a person in the double of Slack, the bot between, the double of Harvest behind it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from bench.hurried import HURRIED
from bot.cli.demo import DemoStack, Doubles, demo_stack, doubles
from bot.engine import EmbeddedJobs
from sandbox.clock import SandboxClock
from sandbox.harvest.records import Entry
from sandbox.slack.person import Person
from sync.asana.task import due
from sync.clients import http
from tests.databases import Template
from tests.journeys.trail_project import Trail, person_called
from tests.noise import Noise, noise

FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def settings_of() -> dict[str, Any]:
    """Override to run a journey under other settings. Most have no Asana, as reading it whole takes a while."""
    return {}


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a 429 that names no time; longer than it takes to look what it brought. And after an edit in Asana."""
    monkeypatch.setattr(http, "RETRY_AFTER", 0.5)
    monkeypatch.setattr(due, "QUIET", timedelta(seconds=0.3))


@asynccontextmanager
async def agency_doubles(database_url: str, **settings: Any) -> AsyncIterator[Doubles]:
    """The agency of a Friday afternoon, the same one each time."""
    given = {"asana_access_token": None, **settings}
    async with doubles(database_url, clock=SandboxClock(FRIDAY), harvest_rate=10_000, **given) as running:
        running.harvest.faults.hang, running.harvest.faults.slow = 0.3, 0.3
        yield running


@asynccontextmanager
async def gleaner_among(around: Doubles) -> AsyncIterator[DemoStack]:
    """Started, with the jobs over that every start begins."""
    async with demo_stack(around, timing=HURRIED) as running:
        assert isinstance(running.gleaner.jobs, EmbeddedJobs)
        await running.gleaner.jobs.drain()
        yield running


@pytest.fixture
def template(settings_of: dict[str, Any]) -> Template:
    """The agency's Harvest has been read by an earlier run of Gleaner; and its Asana, where the test has one."""
    token = settings_of.get("asana_access_token")
    return Template("agency_asana" if token else "agency", partial(_read_all, asana_access_token=token))


async def _read_all(url: str, **settings: Any) -> None:
    async with agency_doubles(url, **settings) as around, gleaner_among(around) as here:
        await here.gleaner.flows.imports.run()


@pytest.fixture
async def around(database_url: str, settings_of: dict[str, Any]) -> AsyncIterator[Doubles]:
    async with agency_doubles(database_url, **settings_of) as running:
        yield running


@pytest.fixture
async def here(around: Doubles) -> AsyncIterator[DemoStack]:
    async with gleaner_among(around) as running:
        yield running


@pytest.fixture
def ada(here: DemoStack) -> Person:
    """A member of the agency who may book on ACME-12."""
    return here.doubles.slack.person(here.doubles.agency.people[0].slack_id)


@pytest.fixture
def entries_of(here: DemoStack) -> Callable[[str], list[Entry]]:
    """What Harvest holds with a reference of ours and that text in its notes."""

    def found(note: str) -> list[Entry]:
        every = here.doubles.harvest.state.entries.values()
        return [entry for entry in every if entry.reference and note in (entry.notes or "")]

    return found


@pytest.fixture
def log() -> Iterator[Noise]:
    """What is logged while the test runs."""
    with noise() as heard:
        yield heard


@pytest.fixture
def maya(here: DemoStack) -> Person:
    return person_called(here, "Maya")


@pytest.fixture
def tom(here: DemoStack) -> Person:
    return person_called(here, "Tom")


@pytest.fixture
async def trail(here: DemoStack) -> Trail:
    state = here.doubles.harvest.state
    users = {user.first_name: user for user in state.users.values()}
    project = state.add_project(
        client_id=next(iter(state.clients)),
        name="Trail app",
        code="TRAIL-1",
        budget_by="project",
        budget=Decimal(100),
    )
    task = next(task for task in state.tasks.values() if task.name == "Design")
    state.assign_task(project, task)
    for name in ("Ada", "Tom"):
        state.assign_user(project, users[name])
    state.assign_user(project, users["Maya"], is_project_manager=True)
    made = Trail(here, project, users["Ada"], users["Tom"], task.id)
    made.used("74")
    await made.imported()
    return made
