"""What people decide about hours that wait, and that nobody else can."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sandbox.harvest.records import Reference
from store.units import Hours
from sync.asana.holds.decisions import Decided, NotYourHours
from tests.flows.asana_world import AsanaWorld
from tests.given import given

DAY = date(2026, 11, 19)


async def boss(around: AsanaWorld) -> Any:
    return await around.flows.people.person("UBOSS")


async def deleted(around: AsanaWorld) -> Any:
    around.type("1.5")
    await around.settle()
    around.world.harvest.state.delete_entry(around.in_harvest()[0].id)
    await around.flows.imports.run()
    await around.asana.rounds.retries.run()
    await around.settle()
    return await around.hold("deleted")


async def test_a_deleted_entry_is_restored_when_somebody_says_so(around: AsanaWorld) -> None:
    hold = await deleted(around)
    await around.asana.decisions.restore(await boss(around), hold.key, hold.revision)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.50")}
    assert await around.held() == {}
    around.type("1")
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.00")}


async def test_a_deletion_is_accepted_for_good(around: AsanaWorld) -> None:
    hold = await deleted(around)
    await around.asana.decisions.discard(await boss(around), hold.key, hold.revision)
    await around.settle()
    assert (around.in_harvest(), await around.held()) == ([], {})
    around.type("2")
    await around.settle()
    assert around.logged() == {"Ada": Decimal("0.50")}


async def test_an_edit_in_harvest_is_asked_about_and_restored(around: AsanaWorld) -> None:
    around.type("1.5")
    await around.settle()
    around.world.harvest.state.change(around.in_harvest()[0], booked=Decimal(2))
    await around.flows.imports.run()
    await around.asana.rounds.retries.run()
    await around.settle()
    hold = await around.hold("edited")
    assert hold.hours == -50
    await around.asana.decisions.restore(await boss(around), hold.key, hold.revision)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.50")}
    assert await around.held() == {}


async def test_copied_hours_go_in_for_whom_somebody_names(around: AsanaWorld) -> None:
    around.type("2")
    copy = around.state.duplicate_task(around.task, around.ada)
    await around.asana.projects.sync_all()
    await around.settle(copy)
    hold = await around.hold("copied")
    await around.asana.decisions.log_for(await boss(around), hold.key, hold.revision, around.tom.gid, DAY)
    await around.settle(copy)
    assert around.logged(copy) == {"Tom": Decimal("2.00")}
    assert await around.held(copy) == {}


async def test_discarded_hours_never_come_back_and_are_taken_back_first(around: AsanaWorld) -> None:
    around.type("2")
    copy = around.state.duplicate_task(around.task, around.ada)
    await around.settle(copy)
    hold = await around.hold("copied")
    await around.asana.decisions.discard(await boss(around), hold.key, hold.revision)
    around.type("3", task=copy)
    await around.settle(copy)
    assert around.logged(copy) == {"Ada": Decimal("1.00")}
    around.type("1.5", task=copy)
    await around.settle(copy)
    assert around.logged(copy) == {"Ada": Decimal("1.00")}
    assert await around.held(copy) == {}


async def test_a_duplicate_is_decided_by_its_person_and_by_nobody_else(around: AsanaWorld) -> None:
    around.world.harvest.state.add_entry(
        user_id=around.world.user.id,
        project_id=around.world.project.id,
        task_id=around.world.task.id,
        spent_date=DAY,
        booked=Decimal("1.5"),
        reference=Reference(id=around.task.gid, group_id=around.site.gid, permalink="https://app.asana.com/0/1/2"),
    )
    await around.flows.imports.run()
    around.type("1.5")
    await around.settle()
    hold = await around.hold("duplicate")
    ada, tom = await around.flows.people.person("U1"), await around.flows.people.person("U2")
    with pytest.raises(NotYourHours):
        await around.asana.decisions.count(tom, hold.key, hold.revision)
    with pytest.raises(Decided):
        await around.asana.decisions.count(ada, hold.key, hold.revision + 1)
    assert [one.key for one in await around.asana.decisions.waiting(ada)] == [hold.key]
    assert await around.asana.decisions.waiting(tom) == []
    await around.asana.decisions.count(ada, hold.key, hold.revision)
    with pytest.raises(Decided):
        await around.asana.decisions.discard(ada, hold.key, hold.revision)
    around.type("2")
    await around.settle()
    assert around.logged() == {"Ada": Decimal("3.50")}


async def test_one_of_several_projects_is_chosen(around: AsanaWorld) -> None:
    other = around.state.add_project("Other", around.site.workspace, owner=around.ada)
    around.state.add_to_project(around.task, other, by=around.ada)
    await around.map(project_gid=other.gid)
    around.type("1")
    await around.settle()
    hold = await around.hold("several_projects")
    await around.asana.decisions.choose_project(await boss(around), hold.key, hold.revision, around.site.gid)
    await around.settle()
    (entry,) = around.in_harvest()
    assert given(entry.reference).group_id == around.site.gid


async def test_more_than_a_day_of_one_person_is_asked_about(around: AsanaWorld) -> None:
    around.type("20")
    around.type("27")
    await around.settle()
    assert await around.held() == {"over_a_day": Hours(2700)}
    hold = await around.hold("over_a_day")
    await around.asana.decisions.log_for(await boss(around), hold.key, hold.revision, around.ada.gid, DAY)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("27.00")}
    assert await around.held() == {}
