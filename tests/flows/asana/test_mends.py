"""What a decision about hours that wait puts into Harvest: where, how much, and not while the budget is locked."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from store.time_entries.records import EntryState, HeldFor, TimeEntry
from store.units import Hours
from sync.asana.holds.decisions import Decided, NotTheirHours, NotYourHours, NotYourTask
from sync.budget.status import Locked
from sync.errors import Refused
from tests.flows.asana_world import AsanaWorld

DAY = date(2026, 11, 19)


async def boss(around: AsanaWorld) -> Any:
    return await around.flows.people.person("UBOSS")


async def lock(around: AsanaWorld) -> None:
    around.world.harvest.state.change(around.world.project, budget_by="project", budget=Decimal(10))
    await around.flows.imports.run()
    await around.flows.budget.locks.lock(await boss(around), around.world.project.id)


async def copied(around: AsanaWorld) -> tuple[Any, Any]:
    """A copy of the task, and the hold of the hours that came with it."""
    around.type("2")
    copy = around.state.duplicate_task(around.task, around.ada)
    await around.asana.projects.sync_all()
    await around.settle(copy)
    return copy, await around.hold("copied")


async def changed_in_harvest(around: AsanaWorld, hours: int) -> None:
    around.later(minutes=2)
    around.world.harvest.state.change(around.in_harvest()[0], booked=Decimal(hours))
    await around.flows.imports.run()


async def edited(around: AsanaWorld) -> Any:
    """5 h were typed, and somebody made 3 h of them in Harvest."""
    around.type("5")
    await around.settle()
    await changed_in_harvest(around, 3)
    await around.asana.rounds.retries.run()
    await around.settle()
    return await around.hold("edited")


async def deleted(around: AsanaWorld) -> Any:
    around.type("1.5")
    await around.settle()
    around.world.harvest.state.delete_entry(around.in_harvest()[0].id)
    await around.flows.imports.run()
    await around.asana.rounds.retries.run()
    await around.settle()
    return await around.hold("deleted")


async def entries(around: AsanaWorld, task: Any = None) -> list[TimeEntry]:
    async with around.world.store.reading("T1") as tx:
        return list(await tx.asana_work.entries((task or around.task).gid))


async def test_hours_given_to_somebody_wait_while_the_budget_is_locked(around: AsanaWorld) -> None:
    copy, hold = await copied(around)
    await lock(around)
    before = (await around.news()).count("EntryHeld")
    await around.asana.decisions.log_for(await boss(around), hold.key, hold.revision, around.tom.gid, DAY)
    await around.settle(copy)
    assert around.logged(copy) == {}
    (entry,) = await entries(around, copy)
    assert (entry.state, entry.held_for) == (EntryState.HELD, HeldFor.LOCKED)
    assert (await around.news()).count("EntryHeld") == before + 1
    await around.flows.budget.locks.unlock(await boss(around), around.world.project.id, None, None, None)
    await around.settle(copy)
    assert around.logged(copy) == {"Tom": Decimal(2)}


async def test_a_deleted_entry_comes_back_once_the_budget_is_unlocked(around: AsanaWorld) -> None:
    hold = await deleted(around)
    await lock(around)
    restored = await around.asana.decisions.restore(await boss(around), hold.key, hold.revision)
    assert (restored.state, restored.held_for) == (EntryState.HELD, HeldFor.LOCKED)
    await around.settle()
    assert (around.logged(), await around.held()) == ({}, {})
    await around.flows.budget.locks.unlock(await boss(around), around.world.project.id, None, None, None)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.5")}


async def test_an_edit_is_not_put_back_upwards_while_the_budget_is_locked(around: AsanaWorld) -> None:
    """It still waits afterwards; downwards is no question of the budget."""
    hold = await edited(around)
    await lock(around)
    with pytest.raises(Locked, match="Request unlock"):
        await around.asana.decisions.restore(await boss(around), hold.key, hold.revision)
    await around.settle()
    assert (around.logged(), await around.held()) == ({"Ada": Decimal(3)}, {"edited": 200})
    await changed_in_harvest(around, 7)
    await around.asana.rounds.retries.run()
    await around.settle()
    hold = await around.hold("edited")
    await around.asana.decisions.restore(await boss(around), hold.key, hold.revision)
    await around.settle()
    assert (around.logged(), await around.held()) == ({"Ada": Decimal(5)}, {})


async def test_what_harvest_refused_is_not_sent_again_while_the_budget_is_locked(around: AsanaWorld) -> None:
    state = around.world.harvest.state
    await around.asana.rounds.run()
    state.unassign_user(around.world.project, around.world.user)
    around.type("1.5")
    await around.settle()
    (entry,) = await entries(around)
    assert (entry.state, entry.held_for) == (EntryState.HELD, HeldFor.REJECTED)
    state.assign_user(around.world.project, around.world.user)
    await lock(around)
    around.later(hours=2)
    await around.asana.rounds.retries.run()
    await around.flows.outbox.push_due()
    assert around.logged() == {}
    (entry,) = await entries(around)
    assert (entry.state, entry.held_for) == (EntryState.HELD, HeldFor.LOCKED)
    await around.flows.budget.locks.unlock(await boss(around), around.world.project.id, None, None, None)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.5")}


async def test_what_is_restored_is_what_was_booked_whatever_stands_there_now(around: AsanaWorld) -> None:
    """Somebody went on changing the entry after the card was written."""
    hold = await edited(around)
    await changed_in_harvest(around, 4)
    await around.asana.decisions.restore(await boss(around), hold.key, hold.revision)
    await around.settle()
    assert (around.logged(), await around.held()) == ({"Ada": Decimal(5)}, {})


async def test_what_is_accepted_is_what_stands_there_now(around: AsanaWorld) -> None:
    hold = await edited(around)
    await changed_in_harvest(around, 4)
    await around.asana.decisions.discard(await boss(around), hold.key, hold.revision)
    await around.asana.rounds.retries.run()
    await around.settle()
    assert (around.logged(), await around.held()) == ({"Ada": Decimal(4)}, {})


async def test_a_further_change_in_harvest_is_noticed_while_one_waits(around: AsanaWorld) -> None:
    """What the card says is what stands there; a card of before decides nothing."""
    before = await edited(around)
    assert before.hours == Hours(200)
    await changed_in_harvest(around, 4)
    await around.asana.rounds.retries.run()
    await around.settle()
    hold = await around.hold("edited")
    assert (hold.hours, hold.revision) == (Hours(100), before.revision + 1)
    with pytest.raises(Decided):
        await around.asana.decisions.restore(await boss(around), before.key, before.revision)
    assert "HoursChanged" in await around.news()
    await changed_in_harvest(around, 5)
    await around.asana.rounds.retries.run()
    await around.settle()
    assert await around.held() == {}


async def test_nothing_is_restored_that_is_right_already(around: AsanaWorld) -> None:
    hold = await edited(around)
    await changed_in_harvest(around, 5)
    with pytest.raises(Decided):
        await around.asana.decisions.restore(await boss(around), hold.key, hold.revision)
    assert around.logged() == {"Ada": Decimal(5)}


async def test_hours_given_to_somebody_go_to_the_task_of_their_section(around: AsanaWorld) -> None:
    other = next(one for one in around.world.harvest.state.tasks.values() if one.name == "Development")
    await around.asana.projects.sync_all()
    await around.asana.mapping.map_task(await boss(around), around.site.gid, around.section.gid, other.id)
    around.state.move_to_section(around.task, around.section, around.ada)
    copy, hold = await copied(around)
    around.state.move_to_section(copy, around.section, around.ada)
    await around.asana.decisions.log_for(await boss(around), hold.key, hold.revision, around.tom.gid, DAY)
    await around.settle(copy)
    (entry,) = around.in_harvest(copy)
    assert entry.task_id == other.id


async def test_hours_that_are_not_billable_go_to_that_task(around: AsanaWorld) -> None:
    kind = around.state.add_field(around.site, "Billing type", "enum", options=("100 %", "Non-billable"))
    other = next(one for one in around.world.harvest.state.tasks.values() if one.name == "Development")
    await around.map(non_billable_task_id=other.id)
    await around.asana.projects.sync_all()
    around.state.set_field(around.task, kind, "Non-billable", around.ada)
    copy, hold = await copied(around)
    (made,) = await around.asana.decisions.log_for(await boss(around), hold.key, hold.revision, around.tom.gid, DAY)
    assert made.task_id == other.id
    await around.settle(copy)
    (entry,) = around.in_harvest(copy)
    assert (entry.task_id, around.logged(copy)) == (other.id, {"Tom": Decimal(2)})


async def test_hours_without_a_place_in_harvest_wait_on(around: AsanaWorld) -> None:
    copy, hold = await copied(around)
    await around.map(default_task_id=None)
    with pytest.raises(Refused, match="Link the task's project"):
        await around.asana.decisions.log_for(await boss(around), hold.key, hold.revision, around.tom.gid, DAY)
    around.state.trash_task(copy, around.ada)
    with pytest.raises(Refused, match="trash"):
        await around.asana.decisions.log_for(await boss(around), hold.key, hold.revision, around.tom.gid, DAY)
    assert await around.held(copy) == {"copied": 200}


async def test_people_give_their_own_hours_to_nobody_else(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    around.type("20")
    around.type("27")
    await around.settle()
    hold = await around.hold("over_a_day")
    ada, tom = await around.flows.people.person("U1"), await around.flows.people.person("U2")
    with pytest.raises(NotTheirHours):
        await around.asana.decisions.log_for(ada, hold.key, hold.revision, around.tom.gid, DAY)
    with pytest.raises(NotYourHours):
        await around.asana.decisions.log_for(tom, hold.key, hold.revision, around.tom.gid, DAY)
    assert await around.held() == {"over_a_day": 2700}
    await around.asana.decisions.log_for(ada, hold.key, hold.revision, around.ada.gid, DAY)
    await around.settle()
    assert around.logged() == {"Ada": Decimal(27)}


async def test_only_a_project_the_task_is_in_can_be_chosen(around: AsanaWorld) -> None:
    other = around.state.add_project("Other", around.site.workspace, owner=around.ada)
    third = around.state.add_project("Third", around.site.workspace, owner=around.ada)
    around.state.add_to_project(around.task, other, by=around.ada)
    await around.asana.projects.sync_all()
    await around.map(project_gid=other.gid)
    await around.map(project_gid=third.gid)
    around.type("1")
    await around.settle()
    hold = await around.hold("several_projects")
    offered = {one.project.gid for one in await around.asana.board.linked(hold.key)}
    assert offered == {around.site.gid, other.gid}
    for forged in (third.gid, "404"):
        with pytest.raises(Refused, match="Press Edit and choose one"):
            await around.asana.decisions.choose_project(await boss(around), hold.key, hold.revision, forged)
    assert await around.held() == {"several_projects": 100}
    await around.asana.decisions.choose_project(await boss(around), hold.key, hold.revision, other.gid)
    await around.settle()
    assert around.logged() == {"Ada": Decimal(1)}


async def test_an_assignee_says_that_a_task_cost_nothing(around: AsanaWorld) -> None:
    await around.settle()
    ada, tom = await around.flows.people.person("U1"), await around.flows.people.person("U2")
    with pytest.raises(NotYourTask):
        await around.asana.decisions.mark_free(tom, around.task.gid)
    await around.asana.decisions.mark_free(ada, around.task.gid)
    assert await around.asana.board.free([around.task.gid]) == {around.task.gid}
