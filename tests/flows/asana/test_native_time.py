"""Native time entries are found wherever they stand, told of where they cannot be booked, and not asked for in vain."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from store.asana.records.state import Source
from tests.flows.asana_world import AsanaWorld

DAY = date(2026, 11, 19)
BEFORE = date(2026, 11, 10)
"""Before go-live."""


@pytest.fixture
async def by_time(around: AsanaWorld) -> AsanaWorld:
    """The site's hours stand in Asana's time tracking."""
    await around.asana.projects.sync_all()
    await around.map(source=Source.TIME_ENTRIES)
    return around


async def rounds(around: AsanaWorld, count: int = 3, *, is_whole: bool = False) -> None:
    for _ in range(count):
        around.later(minutes=11)
        await around.asana.rounds.run(is_whole=is_whole)
        await around.flows.outbox.push_due()


async def test_time_on_no_task_is_told_once_for_each_entry(by_time: AsanaWorld) -> None:
    by_time.state.add_general_entry(by_time.site, by_time.ada, 90, DAY)
    by_time.state.add_general_entry(by_time.site, by_time.tom, 30, DAY)
    by_time.state.add_general_entry(by_time.site, by_time.tom, 60, BEFORE)
    await rounds(by_time)
    assert await by_time.news() == ["TimeWithoutTask", "TimeWithoutTask"]


async def test_an_entry_of_no_project_is_found_by_its_task(by_time: AsanaWorld) -> None:
    entry = by_time.state.add_time_entry(by_time.task, by_time.ada, 90, DAY)
    entry.attributable_to = None
    await rounds(by_time, is_whole=True)
    assert by_time.logged() == {"Ada": Decimal("1.50")}


async def test_an_entry_for_a_day_long_ago_is_found_and_taken_back(by_time: AsanaWorld) -> None:
    await rounds(by_time)
    by_time.later(days=60)
    entry = by_time.state.add_time_entry(by_time.task, by_time.ada, 90, DAY)
    await rounds(by_time, is_whole=True)
    assert by_time.logged() == {"Ada": Decimal("1.50")}
    by_time.state.delete_time_entry(entry)
    await rounds(by_time, is_whole=True)
    assert by_time.logged() == {}


def looks(around: AsanaWorld) -> int:
    """How often a task was asked for since; forgets the requests."""
    found = sum(bool(re.fullmatch(r"/api/1.0/tasks/\d+", one.path)) for one in around.double.requests)
    around.double.requests.clear()
    return found


async def test_time_that_is_never_booked_is_looked_at_once_a_day(by_time: AsanaWorld) -> None:
    eve = by_time.state.add_user("Eve", "eve@lumen.example", by_time.site.workspace)
    for number in range(5):
        task = by_time.state.add_task(by_time.site, f"Old {number}", by=by_time.ada)
        by_time.state.add_time_entry(task, by_time.ada, 60, BEFORE)
        by_time.state.add_time_entry(task, eve, 60, DAY)
    await rounds(by_time)
    assert looks(by_time)
    await rounds(by_time, 6)
    assert looks(by_time) == 0
    by_time.state.add_time_entry(task, by_time.tom, 30, DAY)
    await rounds(by_time, 1)
    assert by_time.logged(task) == {"Tom": Decimal("0.50")}
    assert looks(by_time) == 1
    by_time.world.clock.advance(timedelta(days=1))
    await rounds(by_time, 1)
    assert looks(by_time) >= 5
