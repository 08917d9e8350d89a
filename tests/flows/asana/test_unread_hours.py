"""Hours in the source that a project's hours are not read from: told once for the project, never dropped in silence."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from store.asana.records.state import Source
from sync.asana.mapping.mapping import MappingChange
from tests.flows.asana_world import AsanaWorld

DAY = date(2026, 11, 19)
BEFORE = date(2026, 11, 10)
"""Before go-live."""


async def rounds(around: AsanaWorld, count: int = 3) -> None:
    """A night and some minutes."""
    around.later(hours=25)
    for _ in range(count):
        around.later(minutes=11)
        await around.asana.rounds.run()
        await around.flows.outbox.push_due()


async def told(around: AsanaWorld) -> Sequence[str]:
    return [kind for kind in await around.news() if kind in {"HoursUnread", "BothSources"}]


async def count_from(around: AsanaWorld, source: Source) -> Any:
    person = await around.flows.people.person("UBOSS")
    return await around.asana.mapping.change(person, around.site.gid, MappingChange(source=source))


async def test_time_tracked_where_typed_hours_count_is_told_once(around: AsanaWorld) -> None:
    await rounds(around)
    around.state.add_time_entry(around.task, around.ada, 100, DAY)
    second = around.state.add_task(around.site, "Second", by=around.ada)
    around.state.add_time_entry(second, around.tom, 30, DAY)
    await rounds(around)
    assert (around.in_harvest(), await told(around)) == ([], ["HoursUnread"])
    around.state.add_time_entry(second, around.tom, 30, DAY)
    await rounds(around)
    assert await told(around) == ["HoursUnread"]


async def test_time_that_is_tracked_today_is_told_of_within_minutes(around: AsanaWorld) -> None:
    """On a task or on the project itself; and nothing more is read once it was told of."""
    await rounds(around)
    today = around.world.clock.now().date()
    around.state.add_time_entry(around.task, around.ada, 100, today)
    around.state.add_general_entry(around.site, around.tom, 30, today)
    for _ in range(12):
        around.later(minutes=1)
        await around.asana.rounds.run()
    assert await told(around) == ["HoursUnread"]
    around.double.requests.clear()
    for _ in range(12):
        around.later(minutes=1)
        await around.asana.rounds.run()
    assert not [one.path for one in around.double.requests if "time_tracking" in one.path]


async def test_they_are_logged_once_the_project_counts_them(around: AsanaWorld) -> None:
    around.state.add_time_entry(around.task, around.ada, 90, DAY)
    await rounds(around)
    await count_from(around, Source.TIME_ENTRIES)
    await rounds(around)
    assert around.logged() == {"Ada": Decimal("1.50")}


async def test_hours_typed_where_tracked_time_counts_are_told_once(around: AsanaWorld) -> None:
    await around.map(source=Source.TIME_ENTRIES)
    await rounds(around)
    around.type("1.5")
    await rounds(around)
    around.type("2")
    await rounds(around)
    assert (around.in_harvest(), await told(around)) == ([], ["HoursUnread"])
    await count_from(around, Source.FIELD)
    await rounds(around)
    assert around.logged() == {"Ada": Decimal("2.00")}


@pytest.mark.parametrize("source", list(Source))
async def test_both_on_one_task_is_told_once_for_the_project(around: AsanaWorld, source: Source) -> None:
    await around.map(source=source)
    for number in range(3):
        task = around.state.add_task(around.site, f"Task {number}", by=around.ada)
        around.type("1.5", task=task)
        around.state.add_time_entry(task, around.ada, 60, DAY)
    await rounds(around)
    assert await told(around) == ["BothSources"]


@pytest.mark.parametrize("source", list(Source))
async def test_hours_of_before_go_live_are_no_news(around: AsanaWorld, source: Source) -> None:
    await around.map(source=source)
    around.state.add_time_entry(around.task, around.ada, 60, BEFORE)
    with around.state.at(around.world.clock.now().replace(day=10)):
        around.state.set_field(around.task, around.hours, Decimal(2), around.ada)
    await rounds(around)
    assert await told(around) == []
