"""Five hundred tasks whose hours change within a minute: what Harvest holds afterwards, and how webhooks are answered.

Everything is as in production: Harvest takes 100 requests in 15 s and refuses more, Asana's webhooks want their answer.
Repeat with `python -m bench.asana_storm [--tasks 500] [--seconds 60]`.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bot import logs
from bot.cli.demo import Doubles, demo_stack, doubles, open_office
from sandbox.asana.records import Task

_PROJECT = "Website relaunch"
_PATIENCE = 900.0
"""Seconds for Harvest to hold all of it."""


@dataclass(frozen=True)
class Storm:
    """Hours, seconds, and how many of what."""

    wanted: Decimal
    held: Decimal
    entries: int
    doubled: int
    seconds: float
    answers: list[float]
    refused: int
    asana_refused: int
    harvest_requests: int


async def storm(tasks: int, seconds: float) -> Storm:
    with tempfile.TemporaryDirectory(prefix="gleaner-storm-") as folder:
        async with doubles(f"sqlite:///{Path(folder) / 'storm.db'}") as around, demo_stack(around) as here:
            await open_office(here)
            added = _add_tasks(around, tasks)
            await asyncio.sleep(3)
            around.asana.deliveries.log.clear()
            around.harvest.requests.clear()
            began = time.perf_counter()
            wanted = await _type(around, added, seconds)
            await _arrived(around, added)
            return _found(around, added, wanted, time.perf_counter() - began)


def _add_tasks(around: Doubles, count: int) -> list[Task]:
    """Before the storm, each with its assignee: the tasks themselves are no news of hours."""
    state = around.asana.state
    project, ada = state.project_named(_PROJECT), state.user_by_email("ada@lumen.example")
    return [state.add_task(project, f"Storm {number}", assignee=ada) for number in range(count)]


async def _type(around: Doubles, tasks: list[Task], seconds: float) -> Decimal:
    """A quarter of an hour each, twice that on every second one, spread evenly; the sum."""
    state = around.asana.state
    field = state.field_named(state.project_named(_PROJECT), "Billable Hours")
    wanted = Decimal(0)
    for number, task in enumerate(tasks):
        hours = Decimal(number % 2 + 1) / 100
        state.set_field(task, field, float(hours), by=task.assignee)
        wanted += hours
        await asyncio.sleep(seconds / len(tasks))
    return wanted


async def _arrived(around: Doubles, tasks: list[Task]) -> None:
    gids = {task.gid for task in tasks}
    deadline = time.perf_counter() + _PATIENCE
    missing = len(gids)
    while missing and time.perf_counter() < deadline:
        await asyncio.sleep(0.5)
        missing = len(gids) - len(_entries(around, gids))
    # Whatever is doubled comes now.
    await asyncio.sleep(5)


def _entries(around: Doubles, gids: set[str]) -> list[Decimal]:
    every = around.harvest.state.entries.values()
    return [entry.booked for entry in every if entry.reference is not None and entry.reference.id in gids]


def _found(around: Doubles, tasks: list[Task], wanted: Decimal, seconds: float) -> Storm:
    held = _entries(around, {task.gid for task in tasks})
    requests = list(around.harvest.requests)
    return Storm(
        wanted=wanted,
        held=sum(held, Decimal(0)),
        entries=len(held),
        doubled=len(held) - len(tasks),
        seconds=seconds,
        answers=[one.seconds for one in around.asana.deliveries.log if one.events],
        refused=sum(seen.status == 429 for seen in requests),
        asana_refused=around.asana.answered(429),
        harvest_requests=len(requests),
    )


def table(found: Storm, tasks: int, seconds: float) -> str:
    slowest, median = max(found.answers), statistics.median(found.answers)
    return "\n".join(
        [
            f"{tasks} tasks changed within {seconds:.0f} s",
            f"hours typed {found.wanted}, in Harvest {found.held}, entries {found.entries}, too many {found.doubled}",
            f"all there after {found.seconds:.0f} s, {found.harvest_requests} requests to Harvest",
            f"429 from Harvest {found.refused}, from Asana {found.asana_refused}",
            f"{len(found.answers)} webhooks answered: median {median * 1000:.0f} ms, slowest {slowest * 1000:.0f} ms",
        ]
    )


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--tasks", type=int, default=500)
    wanted.add_argument("--seconds", type=float, default=60.0)
    given = wanted.parse_args()
    logs.set_up(level="ERROR")
    print(table(asyncio.run(storm(given.tasks, given.seconds)), given.tasks, given.seconds))


if __name__ == "__main__":
    main()
