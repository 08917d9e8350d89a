"""kill -9 while hours are typed in Asana and Harvest fails: afterwards Harvest holds what stands in Asana, once."""

import asyncio
import random
import signal
import sys
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bench.crash import Bot
from bench.processes import environment
from bot.cli.demo import Doubles, demo_stack, doubles, open_office
from sandbox.asana.records import Field, Task
from sandbox.faults import ALL
from sandbox.ports import free_port

_TASKS, _EDITS, _KILLS = 6, 60, 4
_SETTLED_WITHIN = 90.0


@pytest.mark.slow
async def test_what_is_typed_is_in_harvest_once_whenever_the_bot_dies(tmp_path: Path) -> None:
    chance = random.Random(11)  # noqa: S311 - repeatable, not secret
    async with doubles(f"sqlite:///{tmp_path / 'crash.db'}", bot_port=free_port(), harvest_rate=100_000) as around:
        around.harvest.faults.hang = 0.3
        async with demo_stack(around) as here:
            await open_office(here)
        state = around.asana.state
        site, ada = state.project_named("Website relaunch"), state.user_by_email("ada@lumen.example")
        hours = state.field_named(site, "Billable Hours")
        tasks = [state.add_task(site, f"Work {number}", assignee=ada, by=ada) for number in range(_TASKS)]
        bot = Bot(around.settings)
        await bot.start()
        try:
            around.harvest.faults.sprinkle(share=0.1, seed=5, kinds=ALL, matching="* /v2/time_entries*")
            await asyncio.gather(_type(around, tasks, hours, chance), _kill(bot, chance))
            await _settle(around, tasks, hours)
        finally:
            await bot.kill(signal.SIGTERM)
        assert _logged(around, tasks) == _typed(tasks, hours)
        assert around.harvest.faults.injected


async def _type(around: Doubles, tasks: list[Task], hours: Field, chance: random.Random) -> None:
    """Mostly upwards; now and then somebody corrects a figure."""
    for _ in range(_EDITS):
        task = chance.choice(tasks)
        step = Decimal(chance.choice(["0.25", "0.5", "1", "-0.25"]))
        value = max(Decimal(str(task.values.get(hours, 0))) + step, Decimal(0))
        around.asana.state.set_field(task, hours, value, by=task.assignee)
        await asyncio.sleep(chance.uniform(0.02, 0.3))


async def _kill(bot: Bot, chance: random.Random) -> None:
    for _ in range(_KILLS):
        await asyncio.sleep(chance.uniform(0.3, 1.5))
        await bot.kill()
        await bot.start()


async def _settle(around: Doubles, tasks: list[Task], hours: Field) -> None:
    """What no webhook told, as nobody listened, the nightly sweep finds."""
    night = around.clock.now() + timedelta(days=1)
    around.harvest.faults.clear()
    sweep = ("-m", "bot", "job", "asana", "--now", night.isoformat())
    swept = await asyncio.create_subprocess_exec(sys.executable, *sweep, env=environment(around.settings))
    assert await swept.wait() == 0
    changes = around.harvest.state.changes
    with suppress(TimeoutError):
        async with asyncio.timeout(_SETTLED_WITHIN):
            seen = changes.version
            while _logged(around, tasks) != _typed(tasks, hours):
                seen = await changes.since(seen)
    await asyncio.sleep(3)  # Whatever is doubled comes now.


def _logged(around: Doubles, tasks: list[Task]) -> dict[str, Decimal]:
    sums = {task.gid: Decimal(0) for task in tasks}
    for entry in around.harvest.state.entries.values():
        if entry.reference is not None and entry.reference.id in sums:
            sums[entry.reference.id] += entry.booked
    return sums


def _typed(tasks: list[Task], hours: Field) -> dict[str, Decimal]:
    return {task.gid: Decimal(str(task.values.get(hours) or 0)) for task in tasks}
