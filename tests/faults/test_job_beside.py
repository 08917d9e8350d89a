"""`gleaner job --now` beside a running Gleaner: another time is no reason to send again what is being sent."""

import asyncio
import sys
from datetime import timedelta

import pytest

from bench.processes import environment
from bot.cli.demo import demo_stack, doubles
from sandbox.faults import Kind


@pytest.mark.slow
@pytest.mark.both_databases
async def test_a_job_of_tomorrow_sends_nothing_that_is_on_its_way(database_url: str) -> None:
    """The connection broke and Harvest performs the create later: nobody may create it meanwhile, by whatever clock."""
    async with doubles(database_url, harvest_rate=100_000, asana_access_token=None) as around:
        around.harvest.faults.hang = 8.0
        async with demo_stack(around) as here:
            await here.gleaner.flows.imports.run()
            ada = around.slack.person(around.agency.people[0].slack_id)
            around.harvest.faults.next(Kind.LATE, matching="POST /v2/time_entries")
            await ada.command("/log", "1h ACME-12 #design on its way", "C0GENERAL")
            await ada.sees("Kept:", within=15)
            tomorrow = (around.clock.now() + timedelta(days=1)).isoformat()
            command = (sys.executable, "-m", "bot", "job", "sweep", "--now", tomorrow)
            job = await asyncio.create_subprocess_exec(*command, env=environment(around.settings))
            assert await job.wait() == 0
            await ada.sees("Logged 1 h", within=90)
        mine = [one for one in around.harvest.state.entries.values() if one.notes == "on its way"]
        assert len(mine) == 1
