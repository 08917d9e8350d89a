"""What Asana's side costs: requests for each task, seconds for each webhook, and no wait for the next tick."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from bot.engine import EmbeddedJobs
from sandbox.asana.records import Task
from sandbox.faults import Kind
from sync.clients.asana.rate_limit import FREE, PAID, AsanaShare
from sync.ports.engine import Job
from tests.flows import asana_world
from tests.flows.asana_world import AsanaWorld
from tests.flows.conftest import clients

MANY = 50


def calls(requests: Iterable[Any]) -> Counter[str]:
    """By method and kind of path."""
    return Counter(f"{one.method} {re.sub('[0-9]{4,}', '*', one.path)}" for one in requests)


def many(around: AsanaWorld, count: int = MANY) -> list[Task]:
    with around.state.at(asana_world.BEFORE):
        return [around.state.add_task(around.site, f"Task {number}", by=around.ada) for number in range(count)]


@pytest.mark.both_databases
async def test_a_task_costs_two_requests_of_asana_and_one_of_harvest(outside: AsanaWorld) -> None:
    await outside.asana.rounds.run()
    tasks = many(outside)
    outside.double.requests.clear()
    outside.world.harvest.requests.clear()
    for number, task in enumerate(tasks):
        outside.state.set_field(task, outside.hours, Decimal("0.25"), (outside.ada, outside.tom)[number % 2])
        if number % 10 == 0:  # several deliveries, while those before are looked at
            await outside.double.deliveries.gathered()
    await outside.double.deliveries.gathered()
    await outside.double.deliveries.settle()
    outside.later(seconds=5)
    # A tick and a wake-up at the same time.
    await asyncio.gather(outside.asana.tasks.run_due(), outside.asana.tasks.run_due())
    while await outside.flows.outbox.push_due():
        pass
    assert all(outside.logged(task) == {("Ada", "Tom")[at % 2]: Decimal("0.25")} for at, task in enumerate(tasks))
    asana, harvest = calls(outside.double.requests), calls(outside.world.harvest.requests)
    print(dict(asana), dict(harvest), f"{max(outside.answer_seconds):.3f} s")  # noqa: T201 - figures, shown with -s
    assert asana == {"GET /api/1.0/tasks/*": MANY, "GET /api/1.0/tasks/*/stories": MANY}
    assert harvest == {"POST /v2/time_entries": MANY}
    seen = [*outside.double.requests, *outside.world.harvest.requests]
    assert all(one.status in {200, 201} for one in seen)
    assert max(outside.answer_seconds) < 1


@pytest.mark.parametrize("plan", [FREE, PAID])
def test_no_minute_of_asanas_sees_more_than_the_plan_allows(plan: int) -> None:
    """However late a request arrives: seven bursts are further apart than a minute."""
    limiter = AsanaShare.of(plan).limiter
    most = int(60 // limiter._seconds) + 1
    assert most * limiter._requests <= plan
    assert (most * limiter._seconds) > 61


class Wakes:
    """Keeps when the job was to be woken."""

    def __init__(self) -> None:
        self.at: list[datetime | None] = []

    def wake(self, job: str, key: str, at: datetime | None = None, lane: str | None = None) -> None:
        del key, lane
        if job == Job.ASANA_TASKS:
            self.at.append(at)


async def flows_with(around: AsanaWorld, jobs: Any, http: httpx.AsyncClient) -> Any:
    harvests = clients(around.world.harvest, around.world.clock, http)
    return asana_world.asana_flows(around.world, harvests, around.double, http, jobs=jobs)


async def test_later_hints_do_not_put_off_earlier_ones_and_what_failed_is_woken_for(around: AsanaWorld) -> None:
    wakes, start = Wakes(), around.world.clock.now()
    async with httpx.AsyncClient(trust_env=False) as http:
        tasks = (await flows_with(around, wakes, http)).asana.tasks
        await tasks.mark_due([around.task.gid])
        around.later(seconds=1)
        await tasks.mark_due(["999"])
        first, again = wakes.at
        assert first == again
        assert first - start < timedelta(seconds=2.5)
        around.double.faults.next(Kind.ERROR_BEFORE, matching="GET /api/1.0/tasks/*", times=100)
        around.later(seconds=5)
        await tasks.run_due()
        pause = wakes.at[-1] - around.world.clock.now()
        assert timedelta(seconds=1) <= pause <= timedelta(seconds=60)
        around.double.faults.clear()
        around.later(seconds=61)
        await tasks.run_due()
        count = len(wakes.at)
        await tasks.run_due()
        assert len(wakes.at) == count  # nothing is left to wake for


async def test_a_flurry_is_booked_without_a_tick(around: AsanaWorld) -> None:
    jobs, tasks = EmbeddedJobs(around.world.clock), many(around, 12)
    async with httpx.AsyncClient(trust_env=False) as http:
        flows = await flows_with(around, jobs, http)

        async def look(_key: str) -> None:
            await flows.asana.tasks.run_due()

        async def nothing(_key: str) -> None:
            pass

        jobs.runs.update({Job.ASANA_TASKS: look, Job.ENTRY: flows.outbox.push, Job.BUDGETS: nothing})
        jobs.start()
        try:
            for value in ("2", "1"):  # taken back while the entry is on its way
                for task in tasks:
                    around.state.set_field(task, around.hours, Decimal(value), around.ada)
                    await flows.asana.tasks.mark_due([task.gid])
                    await asyncio.sleep(0.1)
                await asyncio.sleep(1)
            for _ in range(250):
                if all(around.logged(task) == {"Ada": Decimal("1.00")} for task in tasks):
                    return
                await asyncio.sleep(0.1)
            raise AssertionError([around.logged(task) for task in tasks])
        finally:
            jobs.pause()
            await jobs.drain()
            jobs.stop()
