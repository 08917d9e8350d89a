"""Whole journeys: a person in the double of Slack, the bot between, the double of Harvest behind it."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bench.hurried import HURRIED
from bot.cli.demo import DemoStack, Doubles, demo_stack, doubles
from sandbox.clock import SandboxClock
from sandbox.harvest.records import Entry
from sandbox.slack.person import Person
from tests.journeys.trail_project import Trail, person_called

FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def settings_of() -> dict[str, Any]:
    """Override to run a journey under other settings. Most have no Asana, as reading it whole takes a while."""
    return {}


@pytest.fixture
async def around(database_url: str, settings_of: dict[str, Any]) -> AsyncIterator[Doubles]:
    given = {"asana_access_token": None, **settings_of}
    async with doubles(database_url, clock=SandboxClock(FRIDAY), harvest_rate=10_000, **given) as running:
        running.harvest.faults.hang = 0.3
        yield running


@pytest.fixture
async def here(around: Doubles) -> AsyncIterator[DemoStack]:
    async with demo_stack(around, timing=HURRIED) as running:
        await running.gleaner.flows.imports.run()
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
