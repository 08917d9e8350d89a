"""New and copied projects are noticed within minutes, and each is one card, however many tasks it has."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sandbox.asana.records import Project
from sync.asana.mapping.mapping import MappingChange
from tests.flows.asana_world import AsanaWorld

TASKS = 12
DAY = date(2026, 11, 20)


async def rounds(around: AsanaWorld, minutes: int) -> None:
    """One round a minute, as the schedule has it."""
    for _ in range(minutes):
        around.later(minutes=1)
        await around.asana.rounds.run()
        await around.flows.outbox.push_due()


async def copied(around: AsanaWorld) -> Project:
    """The site with hours on every task, duplicated."""
    await rounds(around, 1)
    for number in range(TASKS):
        around.type("1", task=around.state.add_task(around.site, f"Task {number}", by=around.ada))
    await rounds(around, 2)
    return around.state.duplicate_project(around.site, by=around.ada)


async def cards(around: AsanaWorld) -> Counter[str]:
    """What was told anew: changes of a card that stands are none."""
    return Counter(kind for kind in await around.news() if not kind.endswith(("Released", "Changed")))


async def boss(around: AsanaWorld) -> Any:
    return await around.flows.people.person("UBOSS")


async def test_a_new_project_is_told_within_minutes(around: AsanaWorld) -> None:
    await rounds(around, 1)
    around.state.add_project("Acme shop", around.site.workspace, owner=around.ada)
    await rounds(around, 5)
    assert await cards(around) == {"ProjectUnmapped": 1}
    await rounds(around, 10)
    assert await cards(around) == {"ProjectUnmapped": 1}


async def test_a_copied_project_is_one_card(around: AsanaWorld) -> None:
    await copied(around)
    await rounds(around, 10)
    assert await cards(around) == {"ProjectUnmapped": 1}


async def test_what_a_copied_project_brought_is_one_card_once_it_is_linked(around: AsanaWorld) -> None:
    """Discarded with one press, or said one by one whose hours they are."""
    copy = await copied(around)
    await rounds(around, 5)
    person, design = await boss(around), MappingChange(default_task_id=around.world.task.id)
    await around.asana.mapping.link(person, copy.gid, around.world.project.id, design)
    await rounds(around, 5)
    assert await cards(around) == {"ProjectUnmapped": 1, "HoursHeld": 1}
    waiting = await around.asana.board.waiting((await around.hold("copied")).key)
    assert waiting is not None
    assert (len(waiting.lines), waiting.hours) == (TASKS, TASKS * 100)
    await around.asana.decisions.log_for(person, waiting.hold.key, 0, around.tom.gid, DAY)
    await rounds(around, 1)
    assert (await cards(around))["HoursHeld"] == 2, "the card of the next one"
    waiting = await around.asana.board.waiting((await around.hold("copied")).key)
    assert waiting is not None
    assert len(waiting.lines) == TASKS - 1
    await around.asana.decisions.discard(person, waiting.hold.key, waiting.hold.revision, waiting.mark)
    await rounds(around, 3)
    assert [around.logged(task) for task in copy.tasks if around.logged(task)] == [{"Tom": Decimal("1.00")}]
    assert (await cards(around))["HoursHeld"] == 2


@pytest.mark.parametrize("deed", ["archived", "renamed"])
async def test_changes_of_a_linked_project_are_told_within_minutes(around: AsanaWorld, deed: str) -> None:
    await rounds(around, 1)
    if deed == "archived":
        around.state.archive_project(around.site, around.ada)
    else:
        around.state.rename_project(around.site, "Shop", around.ada)
    await rounds(around, 5)
    assert await cards(around) == {f"Project{deed.title()}": 1}


async def test_watching_costs_two_requests_in_three_minutes(around: AsanaWorld) -> None:
    await rounds(around, 5)
    around.double.requests.clear()
    await rounds(around, 9)
    lists = [one.path for one in around.double.requests if re.search(r"workspaces|sections|settings", one.path)]
    assert len(lists) == 3 * 2


async def test_hours_typed_into_a_copy_are_booked_once_it_is_linked(around: AsanaWorld) -> None:
    copy = await copied(around)
    await rounds(around, 5)
    task = copy.tasks[-1]
    around.type("2.5", task=task)
    await rounds(around, 5)
    assert await around.held(task) == {"unmapped": 150}
    await around.asana.mapping.link(
        await boss(around), copy.gid, around.world.project.id, MappingChange(default_task_id=around.world.task.id)
    )
    await rounds(around, 5)
    assert around.logged(task) == {"Ada": Decimal("1.50")}
    assert await around.held(task) == {"copied": 100}, "it was there before somebody typed 2.5 over it"
