"""Whole journeys: a person in the double of Slack, the bot between, the double of Harvest behind it."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bench.hurried import HURRIED
from bot.cli.demo import Outside, Town, outside, town
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
async def around(database_url: str, settings_of: dict[str, Any]) -> AsyncIterator[Outside]:
    given = {"asana_access_token": None, **settings_of}
    async with outside(database_url, clock=SandboxClock(FRIDAY), harvest_rate=10_000, **given) as running:
        running.harvest.faults.hang = 0.3
        yield running


@pytest.fixture
async def here(around: Outside) -> AsyncIterator[Town]:
    async with town(around, tempo=HURRIED) as running:
        await running.gleaner.flows.imports.run()
        yield running


@pytest.fixture
def ada(here: Town) -> Person:
    """A member of the agency who may book on ACME-12."""
    return here.outside.slack.person(here.outside.agency.people[0].slack_id)


@pytest.fixture
def entries_of(here: Town) -> Callable[[str], list[Entry]]:
    """What Harvest holds with a reference of ours and that text in its notes."""

    def found(note: str) -> list[Entry]:
        every = here.outside.harvest.state.entries.values()
        return [entry for entry in every if entry.reference and note in (entry.notes or "")]

    return found


@pytest.fixture
def maya(here: Town) -> Person:
    return person_called(here, "Maya")


@pytest.fixture
def tom(here: Town) -> Person:
    return person_called(here, "Tom")


@pytest.fixture
async def trail(here: Town) -> Trail:
    state = here.outside.harvest.state
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
