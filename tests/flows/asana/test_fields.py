"""The field that hours stand in is found as people call it; where there is none, somebody is told."""

from decimal import Decimal

import pytest

from store.asana.records.state import Source
from tests.flows.asana_world import AsanaWorld


async def rounds(around: AsanaWorld, count: int = 3) -> None:
    for _ in range(count):
        around.later(minutes=5)
        await around.asana.rounds.run()
        await around.flows.outbox.push_due()


@pytest.mark.parametrize("name", ["Billable hours", "BILLABLE HOURS", " Billable  Hours ", "Billable\u00a0hours\u200b"])
async def test_case_and_blanks_of_the_fields_name_do_not_matter(around: AsanaWorld, name: str) -> None:
    around.state.rename_field(around.hours, name)
    around.type("1.5")
    await rounds(around)
    assert around.logged() == {"Ada": Decimal("1.50")}
    assert await around.news() == []


async def test_a_linked_project_without_the_field_is_told_once(around: AsanaWorld) -> None:
    around.state.rename_field(around.hours, "Effort")
    around.type("1.5")
    await rounds(around)
    await rounds(around)
    assert await around.news() == ["NoHoursField"]
    around.state.rename_field(around.hours, "Billable hours")
    await rounds(around)
    assert around.logged() == {"Ada": Decimal("1.50")}


async def test_a_second_field_of_that_name_is_told_once_and_read_in_place_of_the_first(around: AsanaWorld) -> None:
    """A field is known by its gid, so a renamed one goes on being read; people type into the new one."""
    await rounds(around, 1)
    around.state.rename_field(around.hours, "Estimate")
    second = around.state.add_field(around.site, "Billable Hours")
    await rounds(around)
    assert await around.news() == ["SecondHoursField"]
    around.state.disable_field(around.site, around.hours)
    around.later(minutes=1)
    around.state.set_field(around.task, second, Decimal("1.5"), around.ada)
    await rounds(around)
    assert around.logged() == {"Ada": Decimal("1.50")}
    assert await around.news() == ["SecondHoursField"]


async def test_a_field_that_vanishes_is_one_card_and_takes_nothing_back(around: AsanaWorld) -> None:
    """Somebody deletes it from the library, or hides it from the token's user: no task shows it any more."""
    tasks = [around.state.add_task(around.site, f"Task {number}", by=around.ada) for number in range(5)]
    for task in tasks:
        around.type("1", task=task)
    await rounds(around)
    around.state.disable_field(around.site, around.hours, around.ada)
    values = [task.values.pop(around.hours) for task in tasks]
    around.later(hours=25)
    await rounds(around)
    assert [around.logged(task) for task in tasks] == [{"Ada": Decimal("1.00")}] * 5
    assert {kind for kind in await around.news() if kind != "HoursChanged"} == {"NoHoursField", "HoursHeld"}
    assert (await around.news()).count("HoursHeld") == 1
    around.state.share_field(around.site, around.hours, around.ada)
    for task, value in zip(tasks, values, strict=True):
        task.values[around.hours] = value
    around.later(hours=25)
    await rounds(around)
    assert [await around.held(task) for task in tasks] == [{}] * 5
    assert [around.logged(task) for task in tasks] == [{"Ada": Decimal("1.00")}] * 5


async def test_a_project_whose_time_is_tracked_needs_no_field(around: AsanaWorld) -> None:
    around.state.rename_field(around.hours, "Effort")
    await around.map(source=Source.TIME_ENTRIES)
    await rounds(around)
    assert await around.news() == []
