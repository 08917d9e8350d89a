"""A task that becomes billable, or is so no more, after its hours were booked: entries move, none is made twice."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from sandbox.faults import Kind
from sync.asana.mapping.mapping import MappingChange
from sync.errors import Refused
from tests.flows.asana_world import AsanaWorld
from tests.given import given

Bill = Callable[[str], None]


@pytest.fixture
def bill(around: AsanaWorld) -> Bill:
    kind = around.state.add_field(around.site, "Billing type", "enum", options=("100 %", "50 %", "Non-billable"))

    def choose(option: str) -> None:
        around.later(minutes=1)
        around.state.set_field(around.task, kind, option, around.ada)

    return choose


def other(around: AsanaWorld) -> Any:
    return next(one for one in around.world.harvest.state.tasks.values() if one.name == "Development")


def placed(around: AsanaWorld) -> list[tuple[int, str, Decimal]]:
    """Harvest's ids, tasks and hours."""
    tasks = around.world.harvest.state.tasks
    return [(one.id, tasks[one.task_id].name, one.booked) for one in around.in_harvest()]


async def lock(around: AsanaWorld) -> None:
    around.world.harvest.state.invoice(around.in_harvest())
    await around.flows.imports.run()


async def test_an_entry_moves_there_and_back_and_stays_the_same_entry(around: AsanaWorld, bill: Bill) -> None:
    await around.map(non_billable_task_id=other(around).id)
    around.type("1.5")
    around.type("2", around.tom)
    await around.settle()
    before = placed(around)
    assert {task for _, task, _ in before} == {"Design"}
    bill("Non-billable")
    await around.settle()
    assert placed(around) == [(one, "Development", hours) for one, _, hours in before]
    bill("100 %")
    await around.settle()
    assert placed(around) == before
    assert await around.held() == {}


async def test_lowering_and_moving_are_one_edit(around: AsanaWorld, bill: Bill) -> None:
    await around.map(non_billable_task_id=other(around).id)
    around.type("2")
    await around.settle()
    ((entry, _, _),) = placed(around)
    around.world.harvest.requests.clear()
    around.type("1.25")
    bill("Non-billable")
    await around.settle()
    assert placed(around) == [(entry, "Development", Decimal("1.25"))]
    assert [one.method for one in around.world.harvest.requests] == ["PATCH"]
    bill("100 %")
    around.type("0")
    await around.settle()
    assert placed(around) == []


async def test_locked_entries_are_held_and_asked_about_until_they_can_move(around: AsanaWorld, bill: Bill) -> None:
    await around.map(non_billable_task_id=other(around).id)
    around.type("2")
    await around.settle()
    await lock(around)
    around.type("3")
    await around.settle()
    bill("Non-billable")
    await around.settle()
    assert sorted((task, hours) for _, task, hours in placed(around)) == [
        ("Design", Decimal("2.00")),
        ("Development", Decimal("1.00")),
    ]
    assert await around.held() == {"misplaced": 200}
    assert (await around.news()).count("HoursHeld") == 1
    await around.settle()
    assert (await around.news()).count("HoursHeld") == 1
    assert await around.asana.rounds.retries.run() == 0
    for one in around.in_harvest():
        around.world.harvest.state.change(one, invoice_id=None)
    await around.flows.imports.run(is_whole=True)
    assert await around.asana.rounds.retries.run() == 1
    await around.settle()
    assert {task for _, task, _ in placed(around)} == {"Development"}
    assert await around.held() == {}


async def test_what_cannot_move_may_be_left_as_it_is(around: AsanaWorld, bill: Bill) -> None:
    await around.map(non_billable_task_id=other(around).id)
    around.type("2")
    await around.settle()
    await lock(around)
    bill("Non-billable")
    await around.settle()
    hold = await around.hold("misplaced")
    boss = await around.flows.people.person("UBOSS")
    with pytest.raises(Refused):
        await around.asana.decisions.log_for(
            boss, hold.key, hold.revision, around.tom.gid, given(hold.opened_at).date()
        )
    await around.asana.decisions.discard(boss, hold.key, hold.revision)
    await around.settle()
    assert await around.held() == {}
    around.type("2.5")
    await around.settle()
    assert await around.held() == {}
    assert sorted(hours for _, _, hours in placed(around)) == [Decimal("0.50"), Decimal("2.00")]


async def test_without_a_task_for_it_nothing_moves_until_one_is_set(around: AsanaWorld, bill: Bill) -> None:
    await around.asana.projects.sync_all()
    around.type("1.5")
    await around.settle()
    bill("Non-billable")
    await around.settle()
    assert await around.held() == {"misplaced": 150}
    boss = await around.flows.people.person("UBOSS")
    await around.asana.mapping.change(boss, around.site.gid, MappingChange(non_billable_task_id=other(around).id))
    await around.settle()
    assert [task for _, task, _ in placed(around)] == ["Development"]
    assert await around.held() == {}


async def test_what_is_on_its_way_moves_once_it_is_there(around: AsanaWorld, bill: Bill) -> None:
    await around.map(non_billable_task_id=other(around).id)
    around.type("1.5")
    await around.asana.tasks.handle(around.task.gid)
    around.world.harvest.faults.next(Kind.TIMEOUT_AFTER, matching="POST /v2/time_entries")
    await around.flows.outbox.push_due()
    bill("Non-billable")
    await around.settle(rounds=12)
    assert [(task, hours) for _, task, hours in placed(around)] == [("Development", Decimal("1.50"))]


async def test_a_refused_move_is_asked_about_and_not_tried_for_ever(around: AsanaWorld, bill: Bill) -> None:
    await around.map(non_billable_task_id=other(around).id)
    around.type("1.5")
    await around.settle()
    around.world.harvest.state.invoice(around.in_harvest())  # which the import did not tell yet
    bill("Non-billable")
    await around.settle(rounds=12)
    assert [task for _, task, _ in placed(around)] == ["Design"]
    assert await around.held() == {"misplaced": 150}
    assert sum(one.method == "PATCH" for one in around.world.harvest.requests) == 1


async def test_what_somebody_moved_in_harvest_stays_there(around: AsanaWorld, bill: Bill) -> None:
    await around.map(non_billable_task_id=other(around).id)
    bill("Non-billable")
    around.type("1.5")
    await around.settle()
    around.world.harvest.state.change(around.in_harvest()[0], task_id=around.world.task.id)
    await around.flows.imports.run()
    around.type("1.75")
    await around.settle()
    assert sorted((task, hours) for _, task, hours in placed(around)) == [
        ("Design", Decimal("1.50")),
        ("Development", Decimal("0.25")),
    ]
    assert await around.held() == {}


async def test_held_entries_move_before_they_are_sent(around: AsanaWorld, bill: Bill) -> None:
    await around.map(non_billable_task_id=other(around).id)
    around.world.harvest.state.change(around.world.project, budget_by="project", budget=Decimal(10))
    await around.flows.imports.run()
    boss = await around.flows.people.person("UBOSS")
    await around.flows.budget.locks.lock(boss, around.world.project.id)
    around.type("1.5")
    await around.settle()
    bill("Non-billable")
    await around.settle()
    assert placed(around) == []
    await around.flows.budget.locks.unlock(boss, around.world.project.id, None, None, None)
    await around.settle()
    assert [(task, hours) for _, task, hours in placed(around)] == [("Development", Decimal("1.50"))]
