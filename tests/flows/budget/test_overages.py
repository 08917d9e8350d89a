"""Hours that went over a lock are moved in Harvest first, and only what stands elsewhere then counts as moved."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.faults import Kind
from store.budget.records import OverageState
from store.harvest.records import HarvestEntry
from store.time_entries.records import EntryEdit, TimeEntry
from store.units import Hours
from sync.budget.overages import MoveFailure
from sync.people.permissions import NotYourBudget
from sync.time_entries.targets import Target
from tests.flows.conftest import World
from tests.flows.importing_steps import add, boss, look, rows


@pytest.fixture
async def inside(world: World) -> Target:
    """Another project, on which Ada may book; the first one is locked at 1 h."""
    state = world.harvest.state
    state.change(world.project, budget_by="project", budget=Decimal(1))
    state.assign_user(world.project, boss(world), is_project_manager=True)
    other = state.add_project(client_id=world.project.client_id, name="Internal", code="INT-1")
    state.assign_task(other, world.task)
    state.assign_user(other, world.user)
    await look(world)
    add(world, "1")
    await look(world)
    world.clock.advance(timedelta(minutes=2))
    found = await world.targets.find(await world.person("UBOSS"), "INT-1", "design", None)
    assert isinstance(found, Target)
    return found


async def went_over(world: World, *entries: Any) -> list[int]:
    await look(world)
    async with world.store.reading("T1") as tx:
        found = [one.harvest_id for one in await tx.budgets.overages(world.project.id, "", "")]
    assert set(found) == {entry.id for entry in entries}
    return found


async def states(world: World, ids: list[int]) -> list[OverageState]:
    async with world.store.reading("T1") as tx:
        return [one.state for one in await tx.budgets.overages_of(ids)]


async def test_what_harvest_refuses_is_not_moved_and_can_be_decided_again(world: World, inside: Target) -> None:
    state = world.harvest.state
    tom = state.add_user(first_name="Tom", last_name="Reed", email="u2@lumen.example")
    state.assign_user(world.project, tom)
    entries = [add(world, "2"), add(world, "1", user_id=tom.id)]
    ids = await went_over(world, *entries)
    manager = await world.person("UBOSS")
    result = await world.flows.budget.overages.move(manager, ids, inside.project, inside.task)
    assert result.count == 1
    (stays,) = result.stays
    assert (stays.who, stays.why) == ("Tom Reed", MoveFailure.REFUSED)
    assert stays.words
    assert [entry.project_id for entry in entries] == [inside.project.id, world.project.id]
    assert await states(world, ids) == [OverageState.MOVED, OverageState.SEEN]
    state.assign_user(state.projects[inside.project.id], tom)
    again = await world.flows.budget.overages.move(manager, ids, inside.project, inside.task)
    assert (again.count, again.stays) == (1, [])
    assert entries[1].project_id == inside.project.id


async def test_a_look_at_the_budget_in_between_hides_no_move(world: World, inside: Target) -> None:
    """The look drops the row of an entry that stands elsewhere; the manager is told of the move all the same."""

    class LookedAt:
        async def rebook(self, found: HarvestEntry, wanted: EntryEdit, *, by: str) -> TimeEntry:
            moved = await world.entries.rebook(found, wanted, by=by)
            await look(world)
            return moved

    ids = await went_over(world, add(world, "2"))
    overages = replace(world.flows.budget.overages, entries=LookedAt())
    result = await overages.move(await world.person("UBOSS"), ids, inside.project, inside.task)
    assert await states(world, ids) == []
    assert (result.count, result.stays) == (1, [])
    async with world.store.reading("T1") as tx:
        events = await tx.audit.of(f"project:{world.project.id}")
    assert [one.facts["entry"] for one in events if one.deed == "overage.moved"] == ids


async def test_its_owner_is_told_and_nobody_else(world: World, inside: Target) -> None:
    await world.person("U1")
    ids = await went_over(world, add(world, "2"), add(world, "2", user_id=boss(world).id))
    world.harvest.state.assign_user(world.harvest.state.projects[inside.project.id], boss(world))
    assert (
        await world.flows.budget.overages.move(await world.person("UBOSS"), ids, inside.project, inside.task)
    ).count == 2
    told = [await world.entries.any_entry(one["entry_key"]) for one in (await rows(world)).news("EntryArrived")]
    assert [(entry.slack_id, entry.project_id) for entry in told] == [("U1", inside.project.id)]


async def test_a_locked_target_takes_nothing(world: World, inside: Target) -> None:
    entry = add(world, "2")
    ids = await went_over(world, entry)
    manager = await world.person("UBOSS")
    await world.flows.budget.locks.lock(manager, inside.project.id)
    result = await world.flows.budget.overages.move(manager, ids, inside.project, inside.task)
    assert [one.why for one in result.stays] == [MoveFailure.LOCKED]
    assert "Internal is locked" in result.stays[0].words
    assert entry.project_id == world.project.id
    assert await states(world, ids) == [OverageState.SEEN]


async def test_another_task_of_the_same_budget_may_be_taken_though_it_is_locked(world: World, inside: Target) -> None:
    """It adds nothing to the line that is closed: a task that is not billed relieves a budget in money."""
    entry = add(world, "2")
    ids = await went_over(world, entry)
    del inside
    manager = await world.person("UBOSS")
    found = await world.targets.find(manager, "ACME-12", "development", None)
    assert isinstance(found, Target)
    assert (await world.flows.budget.overages.move(manager, ids, found.project, found.task)).count == 1
    assert entry.task_id == found.task.id


async def test_while_harvest_does_not_answer_it_is_on_its_way(world: World, inside: Target) -> None:
    await world.person("U1")
    entry = add(world, "2")
    ids = await went_over(world, entry)
    world.harvest.faults.next(Kind.DROP_BEFORE, matching="PATCH *", times=9)
    result = await world.flows.budget.overages.move(await world.person("UBOSS"), ids, inside.project, inside.task)
    assert [one.why for one in result.stays] == [MoveFailure.ON_ITS_WAY]
    assert await states(world, ids) == [OverageState.SEEN]
    world.harvest.faults.clear()
    for _ in range(3):
        world.clock.advance(timedelta(minutes=2))
        await world.outbox.push_due()
    assert entry.project_id == inside.project.id
    await look(world)
    assert await states(world, ids) == []


async def test_an_entry_that_its_owner_changes_just_now_stays(world: World, inside: Target) -> None:
    await world.person("U1")
    ids = await went_over(world, add(world, "2"))
    found = (await world.flows.budget.overages.of(ids))[0].entry
    assert found is not None
    entry = await world.entries.rebook(found, EntryEdit(note="looked at"), by="U1")
    world.harvest.faults.next(Kind.DROP_BEFORE, matching="PATCH *", times=9)
    changing = await world.entries.edit("U1", entry.key, entry.revision, EntryEdit(hours=Hours(50)))
    assert changing.state == "editing"
    result = await world.flows.budget.overages.move(await world.person("UBOSS"), ids, inside.project, inside.task)
    assert result.count == 0
    assert len(result.stays) == 1
    assert await states(world, ids) == [OverageState.SEEN]


async def test_who_may_not_decide_moves_nothing(world: World, inside: Target) -> None:
    entry = add(world, "2")
    ids = await went_over(world, entry)
    with pytest.raises(NotYourBudget):
        await world.flows.budget.overages.move(await world.person("U1"), ids, inside.project, inside.task)
    assert entry.project_id == world.project.id
    assert await states(world, ids) == [OverageState.SEEN]
