"""Slack, Harvest and Asana answer all sorts of things: no traceback, and what does not need them goes on."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import stamina

from bot.cli.demo import DemoStack
from bot.process.schedule import run_job
from sandbox.asana_seed import BOT_TOKEN
from sandbox.faults import Faults
from sandbox.oddities import Oddity
from sandbox.slack.person import Person
from sync.errors import OutsideError
from sync.ports.engine import Job
from tests.noise import Noise

COMMANDS = (
    ("/log", "1h ACME-12 #design stormy"),
    ("/timer", "start ACME-12 #design windy"),
    ("/timer", "stop"),
    ("/log", "list"),
    ("/budget", "ACME-12"),
    ("/gleaner", "status"),
    ("/gleaner", "import"),
    ("/gleaner", "map"),
    ("/gleaner", "connect"),
    ("/gleaner", "help"),
)
JOBS = (Job.IMPORT, Job.ASANA, Job.BUDGETS, Job.DELIVER, Job.SWEEP, Job.WEEKLY_REPORT)


@pytest.fixture
def settings_of() -> dict[str, Any]:
    return {"asana_access_token": BOT_TOKEN}


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """As many tries as the clients make, but none of their pauses."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


async def everything(here: DemoStack, person: Person) -> None:
    """Every job, every command, the sign-in. A job says what kept it; no other kind of fault comes out of it."""
    for name, text in COMMANDS:
        await person.command(name, text, "C0GENERAL")
    await here.gleaner.flows.inbox.drain()
    for job in JOBS:
        with suppress(OutsideError):
            await run_job(here.gleaner, job)


def faults_of(here: DemoStack) -> dict[str, Faults]:
    around = here.doubles
    return {"slack": around.slack.faults, "harvest": around.harvest.faults, "asana": around.asana.faults}


@pytest.mark.slow
@pytest.mark.parametrize("system", ["slack", "harvest", "asana"])
async def test_no_answer_makes_a_traceback(here: DemoStack, log: Noise, maya: Person, system: str) -> None:
    """Every answer of one system is spoilt, then every fifth; then it is well again, and so is all else."""
    faults = faults_of(here)[system]
    for share in (1.0, 0.2):
        faults.spoil(share)
        await everything(here, maya)
        faults.clear()
    assert faults.spoilt.total() > 10
    assert log.tracebacks == []
    await maya.command("/log", "0.5h ACME-12 #design calm again", "C0GENERAL")
    await maya.sees("Logged 0.5 h")


async def test_what_does_not_need_asana_goes_on(here: DemoStack, log: Noise, maya: Person) -> None:
    here.doubles.asana.faults.spoil()
    with suppress(OutsideError):
        await run_job(here.gleaner, Job.ASANA)
    await maya.command("/log", "1h ACME-12 #design without asana", "C0GENERAL")
    await maya.sees("Logged 1 h")
    assert log.tracebacks == []


async def test_what_does_not_need_harvest_goes_on(here: DemoStack, log: Noise, maya: Person) -> None:
    here.doubles.harvest.faults.spoil()
    await maya.command("/budget", "ACME-12", "C0GENERAL")
    await maya.sees("ACME-12")
    await maya.command("/gleaner", "help", "C0GENERAL")
    await maya.sees("/log")
    assert log.tracebacks == []


async def test_what_does_not_need_slack_goes_on(here: DemoStack, log: Noise) -> None:
    """Hours that somebody logs in Harvest itself are read while Slack answers with a page."""
    here.doubles.slack.faults.spoil(oddities=[Oddity.PAGE])
    state = here.doubles.harvest.state
    before = next(iter(state.entries.values()))
    made = state.add_entry(
        user_id=before.user_id,
        project_id=before.project_id,
        task_id=before.task_id,
        spent_date=date(2026, 11, 20),
        booked=Decimal(3),
        notes="in Harvest itself",
    )
    await run_job(here.gleaner, Job.IMPORT)
    await run_job(here.gleaner, Job.DELIVER)
    async with here.gleaner.tenant.reading() as tx:
        assert await tx.mirror.get(made.id) is not None
    assert log.tracebacks == []
