"""Hours typed in Asana become entries in Harvest: once, of the right person, on the right day."""

import asyncio
from datetime import date
from decimal import Decimal

import pytest

from sandbox.harvest.records import Reference
from store.asana.records.state import Source, WhoseHours
from sync.rules.asana.hold_policy import CHANGED_IN_HARVEST
from tests.flows.asana_world import AsanaWorld
from tests.given import given


async def test_typed_hours_become_one_entry_of_who_typed_them(around: AsanaWorld) -> None:
    around.type("1.5")
    await around.settle()
    await around.settle()
    (entry,) = around.in_harvest()
    assert (entry.user_id, entry.booked, entry.spent_date) == (
        around.world.user.id,
        Decimal("1.50"),
        date(2026, 11, 20),
    )
    assert (entry.project_id, entry.task_id) == (around.world.project.id, around.world.task.id)
    assert entry.notes == "Homepage copy"
    assert given(entry.reference).group_id == around.site.gid
    assert given(given(entry.reference).permalink).startswith(around.task.permalink_url + "#gleaner:")
    assert await around.held() == {}


async def test_each_change_is_an_entry_of_its_own_person(around: AsanaWorld) -> None:
    around.type("1.5")
    around.type("3.25", around.tom)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.50"), "Tom": Decimal("1.75")}


async def test_hours_before_go_live_are_ignored(around: AsanaWorld) -> None:
    with around.state.at(around.world.clock.now().replace(day=15)):
        around.state.set_field(around.task, around.hours, Decimal(2), around.ada)
    around.type("3")
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.00")}
    assert await around.held() == {}


async def test_taken_back_before_it_was_sent_is_never_logged(around: AsanaWorld) -> None:
    around.type("1.5")
    around.type(None)
    await around.settle()
    assert around.in_harvest() == []
    assert await around.held() == {}


@pytest.mark.parametrize("is_seen", [True, False])
async def test_a_correction_below_zero_and_back_ends_where_the_field_ends(around: AsanaWorld, is_seen: bool) -> None:
    """Nothing is below 0 h: typing 1.5 over a slipped -2 brings 1.5 h, not 3.5, whether the slip was seen or not."""
    around.type("-2")
    if is_seen:
        await around.settle()
        assert (around.in_harvest(), await around.held()) == ([], {"unfit": -200})
    around.type("1.5", around.tom)
    await around.settle()
    assert around.logged() == {"Tom": Decimal("1.50")}
    assert await around.held() == {}


async def test_below_zero_over_logged_hours_is_asked_about_and_then_corrected(around: AsanaWorld) -> None:
    around.type("3")
    await around.settle()
    around.type("-2", around.tom)
    await around.settle()
    assert (around.logged(), await around.held()) == ({"Ada": Decimal("3.00")}, {"unfit": -500})
    around.type("0.5", around.tom)
    await around.settle()
    assert (around.logged(), await around.held()) == ({"Tom": Decimal("0.50")}, {})


async def test_lowering_takes_off_the_newest_entry_and_deletes_what_is_empty(around: AsanaWorld) -> None:
    around.type("1.5")
    await around.settle()
    around.type("2.5")
    await around.settle()
    around.type("1.25")
    await around.settle()
    assert [one.booked for one in around.in_harvest()] == [Decimal("1.25")]
    around.type("0")
    await around.settle()
    assert around.in_harvest() == []


async def test_what_no_entry_can_give_is_held(around: AsanaWorld) -> None:
    around.type("2")
    await around.settle()
    around.world.harvest.state.invoice(around.in_harvest())
    await around.flows.imports.run()
    around.type("0.5")
    await around.settle()
    assert around.logged() == {"Ada": Decimal("2.00")}
    assert await around.held() == {"lowering": -150}
    assert "HoursHeld" in await around.news()


async def test_a_percentage_scales_what_was_logged_before(around: AsanaWorld) -> None:
    share = around.state.add_field(around.site, "Billable Percentage", "percentage")
    around.type("1.25")
    await around.settle()
    around.state.set_field(around.task, share, Decimal("0.5"), around.ada)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("0.63")}
    around.state.set_field(around.task, share, Decimal(1), around.ada)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.25")}


async def test_an_unmapped_project_holds_and_is_told_once(around: AsanaWorld) -> None:
    async with around.world.store.transaction("T1") as tx:
        await tx.mappings.drop(around.site.gid)
    other = around.state.add_task(around.site, "Second", by=around.ada)
    around.type("1.5")
    around.type("2", task=other)
    await around.settle()
    await around.settle(other)
    assert (await around.held(), await around.held(other)) == ({"unmapped": 150}, {"unmapped": 200})
    assert (await around.news()).count("HoursHeld") == 1
    await around.map()
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.50")}
    assert await around.held() == {}


async def test_somebody_who_is_not_in_harvest_is_held(around: AsanaWorld) -> None:
    place = around.site.workspace
    eve = around.state.add_user("Eve", "eve@lumen.example", place)
    around.type("1", eve)
    await around.settle()
    assert await around.held() == {"not_in_harvest": 100}
    there = around.world.harvest.state.add_user(first_name="Eve", last_name="X", email="eve@lumen.example")
    await around.flows.imports.run()
    await around.settle()
    assert await around.held() == {"not_assigned": 100}
    around.world.harvest.state.assign_user(around.world.project, there)
    await around.flows.imports.run()
    await around.settle()
    assert around.logged() == {"Eve": Decimal("1.00")}


async def test_an_archived_harvest_project_holds(around: AsanaWorld) -> None:
    around.world.harvest.state.archive(around.world.project)
    await around.flows.imports.run()
    around.type("1")
    await around.settle()
    assert await around.held() == {"harvest_archived": 100}


async def test_harvests_own_integration_is_a_probable_duplicate(around: AsanaWorld) -> None:
    state = around.world.harvest.state
    state.add_entry(
        user_id=around.world.user.id, project_id=around.world.project.id, task_id=around.world.task.id,
        spent_date=date(2026, 11, 20), booked=Decimal("1.5"),
        reference=Reference(id=around.task.gid, group_id=around.site.gid, permalink="https://app.asana.com/0/1/2"),
    )  # fmt: skip
    await around.flows.imports.run()
    around.type("1.5")
    await around.settle()
    assert await around.held() == {"duplicate": 150}
    around.type("2.5", around.tom)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.5"), "Tom": Decimal("1.00")}


async def test_a_deleted_entry_is_never_made_again(around: AsanaWorld) -> None:
    around.type("1.5")
    await around.settle()
    around.world.harvest.state.delete_entry(around.in_harvest()[0].id)
    await around.flows.imports.run()
    async with around.world.store.reading("T1") as tx:
        assert await tx.asana_work.mismatched(CHANGED_IN_HARVEST) == {around.task.gid}
    await around.settle()
    assert around.in_harvest() == []
    assert await around.held() == {"deleted": 150}
    around.type("1")
    await around.settle()
    assert await around.held() == {"deleted": 100}
    async with around.world.store.reading("T1") as tx:
        assert await tx.asana_work.mismatched(CHANGED_IN_HARVEST) == set()


async def test_a_number_that_nobody_typed_is_held(around: AsanaWorld) -> None:
    around.type("2")
    copy = around.state.duplicate_task(around.task, around.ada)
    await around.settle(copy)
    assert around.in_harvest(copy) == []
    assert await around.held(copy) == {"copied": 200}


async def test_a_subtask_goes_to_its_nearest_ancestors_project(around: AsanaWorld) -> None:
    below = around.state.add_subtask(around.task, "Proof", assignee=around.tom, by=around.ada)
    deeper = around.state.add_subtask(below, "Commas", assignee=around.tom, by=around.ada)
    around.type("0.5", around.tom, deeper)
    await around.settle(deeper)
    assert around.logged(deeper) == {"Tom": Decimal("0.50")}


async def test_a_parent_with_filled_subtasks_is_held_unless_parents_count(around: AsanaWorld) -> None:
    below = around.state.add_subtask(around.task, "Proof", by=around.ada)
    around.type("0.5", task=below)
    around.type("3")
    await around.settle()
    assert await around.held() == {"parent": 300}
    await around.map(counts_parents=True)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("3.00")}


async def test_several_mapped_projects_are_asked_about(around: AsanaWorld) -> None:
    other = around.state.add_project("Other", around.site.workspace, owner=around.ada)
    around.state.add_to_project(around.task, other, by=around.ada)
    await around.map(project_gid=other.gid)
    around.type("1")
    await around.settle()
    assert await around.held() == {"several_projects": 100}


async def test_a_trashed_task_keeps_its_entry_and_tells(around: AsanaWorld) -> None:
    around.type("1")
    await around.settle()
    around.state.trash_task(around.task, around.ada)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.00")}
    assert await around.news() == ["TaskTrashed"]


async def test_non_billable_work_goes_to_its_own_task(around: AsanaWorld) -> None:
    kind = around.state.add_field(around.site, "Billing type", "enum", options=("100 %", "Non-billable"))
    around.state.set_field(around.task, kind, "Non-billable", around.ada)
    around.type("1")
    await around.settle()
    assert await around.held() == {"no_non_billable_task": 100}
    other = next(t for t in around.world.harvest.state.tasks.values() if t.name == "Development")
    await around.map(non_billable_task_id=other.id)
    await around.settle()
    (entry,) = around.in_harvest()
    assert (entry.task_id, entry.booked) == (other.id, Decimal("1.00"))


async def test_time_entries_are_mirrored_one_by_one(around: AsanaWorld) -> None:
    await around.map(source=Source.TIME_ENTRIES)
    first = around.state.add_time_entry(around.task, around.ada, 90, date(2026, 11, 19))
    second = around.state.add_time_entry(around.task, around.tom, 50, date(2026, 11, 20))
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.50"), "Tom": Decimal("0.83")}
    around.state.edit_time_entry(first, entered_on=date(2026, 11, 18))
    around.state.delete_time_entry(second)
    await around.settle()
    assert [(one.spent_date, one.booked) for one in around.in_harvest()] == [(date(2026, 11, 18), Decimal("1.50"))]


@pytest.mark.both_databases
async def test_two_at_once_book_once(around: AsanaWorld) -> None:
    around.type("1.5")
    await asyncio.gather(*(around.asana.tasks.handle(around.task.gid) for _ in range(4)))
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.50")}


async def test_completion_counts_for_the_assignee_on_the_completion_day(around: AsanaWorld) -> None:
    await around.map(attribution=WhoseHours.COMPLETION)
    around.type("1.5", around.tom)
    await around.settle()
    assert around.in_harvest() == []
    around.later(hours=20)
    around.state.complete_task(around.task, around.tom)
    await around.settle()
    (entry,) = around.in_harvest()
    assert (entry.user_id, entry.spent_date) == (around.world.user.id, date(2026, 11, 21))


async def test_a_used_up_budget_holds_and_an_unlock_sends(around: AsanaWorld) -> None:
    around.world.harvest.state.change(around.world.project, budget_by="project", budget=Decimal(10))
    await around.flows.imports.run()
    boss = await around.flows.people.person("UBOSS")
    await around.flows.budget.locks.lock(boss, around.world.project.id)
    around.type("1.5")
    around.type("1")
    await around.settle()
    around.type("0.75")
    await around.settle()
    assert around.in_harvest() == []
    (waiting,) = await around.flows.budget.locks.held(around.world.project.id)
    assert waiting.hours == 75
    assert "EntryHeld" in await around.news()
    await around.flows.budget.locks.unlock(boss, around.world.project.id, None, None, None)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("0.75")}


async def test_a_lowered_percentage_gives_back_to_whom_it_was_taken_from(around: AsanaWorld) -> None:
    share = around.state.add_field(around.site, "Billable Percentage", "percentage")
    around.type("2")
    around.type("1", around.tom)
    await around.settle()
    around.state.set_field(around.task, share, Decimal("0.5"), around.tom)
    await around.settle()
    assert around.logged() == {"Ada": Decimal("0.50")}


async def test_what_is_taken_back_never_comes_off_later_hours(around: AsanaWorld) -> None:
    around.type("2")
    await around.settle()
    around.world.harvest.state.invoice(around.in_harvest())
    await around.flows.imports.run()
    around.type("1")
    around.type("1.5")
    await around.settle()
    await around.settle()
    assert around.logged() == {"Ada": Decimal("2.50")}
    assert await around.held() == {"lowering": -100}
