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


async def test_a_project_whose_time_is_tracked_needs_no_field(around: AsanaWorld) -> None:
    around.state.rename_field(around.hours, "Effort")
    await around.map(source=Source.TIME_ENTRIES)
    await rounds(around)
    assert await around.news() == []
