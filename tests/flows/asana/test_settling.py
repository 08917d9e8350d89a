"""Hours of Asana after somebody changed their mind, there or in Harvest: nothing is taken twice, nothing is lost."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.faults import Kind
from sandbox.harvest.records import Entry
from store.asana.records.state import Source
from sync.asana.mapping.mapping import MappingChange
from sync.errors import Gone
from tests.flows.asana_world import AsanaWorld


async def boss(around: AsanaWorld) -> Any:
    return await around.flows.people.person("UBOSS")


async def changed_in_harvest(around: AsanaWorld, hours: str) -> Entry:
    (entry,) = around.in_harvest()
    around.world.harvest.state.change(entry, booked=Decimal(hours))
    await around.flows.imports.run()
    await around.asana.sweep.run()
    await around.settle()
    return entry


@pytest.mark.parametrize("is_accepted", [True, False])
async def test_what_was_taken_out_of_harvest_is_not_taken_out_again(around: AsanaWorld, is_accepted: bool) -> None:
    """5 h, made 3 h in Harvest; then somebody brings Asana in line."""
    around.type("5")
    await around.settle()
    await changed_in_harvest(around, "3")
    hold = await around.hold("edited")
    assert hold.hours == 200
    if is_accepted:
        await around.asana.decisions.discard(await boss(around), hold.key, hold.revision)
        await around.settle()
    around.type("3")
    await around.settle()
    assert (around.logged(), await around.held()) == ({"Ada": Decimal(3)}, {})
    around.type("1")
    await around.settle()
    assert (around.logged(), await around.held()) == ({"Ada": Decimal(1)}, {})


async def test_an_accepted_deletion_leaves_nothing_to_take_back(around: AsanaWorld) -> None:
    around.type("5")
    await around.settle()
    around.world.harvest.state.delete_entry(around.in_harvest()[0].id)
    await around.flows.imports.run()
    await around.asana.sweep.run()
    await around.settle()
    hold = await around.hold("deleted")
    await around.asana.decisions.discard(await boss(around), hold.key, hold.revision)
    around.type("0")
    await around.settle()
    assert (around.logged(), await around.held()) == ({}, {})
    around.type("2")
    await around.settle()
    assert around.logged() == {"Ada": Decimal(2)}


async def test_a_deleted_time_entry_takes_only_its_own_hours(around: AsanaWorld) -> None:
    """Tom's goes; Ada's, which wait as she is not on the project, stay as they are."""
    await around.map(source=Source.TIME_ENTRIES)
    day = around.world.clock.now().date()
    around.world.harvest.state.unassign_user(around.world.project, around.world.user)
    await around.flows.imports.run(is_whole=True)
    around.state.add_time_entry(around.task, around.ada, 120, day)
    toms = around.state.add_time_entry(around.task, around.tom, 180, day)
    await around.settle()
    hold = await around.hold("not_assigned")
    await around.asana.decisions.discard(await boss(around), hold.key, hold.revision)
    around.state.delete_time_entry(toms)
    await around.settle()
    assert (around.logged(), await around.held()) == ({}, {})


@pytest.mark.parametrize("begun", [Source.FIELD, Source.TIME_ENTRIES])
async def test_another_source_counts_for_tasks_without_hours_yet(around: AsanaWorld, begun: Source) -> None:
    """Nothing that is booked is taken back or booked twice."""
    await around.asana.projects.sync_all()
    await around.map(source=begun)
    around.type("5")
    around.state.add_time_entry(around.task, around.ada, 300, around.world.clock.now().date())
    await around.settle()
    other = Source.TIME_ENTRIES if begun is Source.FIELD else Source.FIELD
    await around.asana.mapping.change(await boss(around), around.site.gid, MappingChange(source=other))
    await around.settle()
    await around.asana.sweep.run()
    await around.settle()
    assert (around.logged(), await around.held()) == ({"Ada": Decimal(5)}, {})
    fresh = around.state.add_task(around.site, "Fresh", by=around.ada)
    around.type("1", task=fresh)
    around.state.add_time_entry(fresh, around.ada, 120, around.world.clock.now().date())
    await around.settle(fresh)
    assert around.logged(fresh) == {"Ada": Decimal(1 if other is Source.FIELD else 2)}


async def test_a_slip_that_was_corrected_the_next_day_goes_out(around: AsanaWorld) -> None:
    around.type("25")
    await around.settle()
    assert await around.held() == {"over_a_day": 2500}
    around.later(hours=20)
    around.type("2.5")
    await around.settle()
    assert (around.logged(), await around.held()) == ({"Ada": Decimal("2.5")}, {})
    assert around.in_harvest()[0].spent_date == around.world.clock.now().date() - timedelta(days=1)


async def test_a_subtask_waits_where_the_task_above_it_was_booked(around: AsanaWorld) -> None:
    around.type("3")
    await around.settle()
    below = around.state.add_subtask(around.task, "Proof", by=around.ada)
    around.type("2", task=below)
    await around.settle(below)
    assert (around.logged(), around.logged(below), await around.held(below)) == (
        {"Ada": Decimal(3)},
        {},
        {"parent": 200},
    )
    await around.asana.projects.sync_all()
    await around.asana.mapping.change(await boss(around), around.site.gid, MappingChange(counts_parents=True))
    await around.settle(below)
    assert around.logged(below) == {"Ada": Decimal(2)}


async def test_an_ignored_project_holds_nothing_even_where_hours_were_booked(around: AsanaWorld) -> None:
    around.type("1")
    await around.settle()
    await around.asana.projects.sync_all()
    await around.asana.mapping.unlink(await boss(around), around.site.gid)
    await around.asana.mapping.ignore(await boss(around), around.site.gid)
    around.type("3")
    await around.settle()
    assert (around.logged(), await around.held()) == ({"Ada": Decimal(1)}, {})


async def test_taking_back_what_was_typed_before_go_live_asks_nobody(around: AsanaWorld) -> None:
    with around.state.at(around.world.clock.now() - timedelta(days=10)):
        around.state.set_field(around.task, around.hours, Decimal(8), around.ada)
    around.type("10")
    await around.settle()
    assert around.logged() == {"Ada": Decimal(2)}
    around.type("5")
    await around.settle()
    assert (around.logged(), await around.held()) == ({}, {})
    around.type("6")
    await around.settle()
    assert around.logged() == {"Ada": Decimal(1)}


async def test_hours_that_wait_go_on_waiting_while_the_field_is_not_seen(around: AsanaWorld) -> None:
    async with around.world.store.transaction("T1") as tx:
        await tx.mappings.drop(around.site.gid)
    around.type("3")
    await around.settle()
    assert await around.held() == {"unmapped": 300}
    around.state.rename_field(around.hours, "Hours")
    await around.settle()
    assert await around.held() == {"unmapped": 300}


async def test_a_percentage_that_cannot_be_read_is_told_whatever_was_booked(around: AsanaWorld) -> None:
    share = around.state.add_field(around.site, "Billable Percentage", "percentage")
    around.type("5")
    await around.settle()
    around.state.set_field(around.task, share, "1.5", around.ada)
    await around.settle()
    assert await around.held() == {"unfit": 0}


async def test_an_entry_that_was_restarted_in_harvest_is_lowered_once_it_rests(around: AsanaWorld) -> None:
    """While its timer runs nothing is changed, and Asana is not asked again and again."""
    around.type("5")
    await around.settle()
    (entry,) = around.in_harvest()
    state = around.world.harvest.state
    state.change(entry, timer_started_at=around.world.clock.now())
    await around.flows.imports.run()
    await around.flows.timers.running(await around.flows.people.person("U1"))
    around.type("4")
    await around.settle(rounds=2)
    around.double.requests.clear()
    for _ in range(12):
        around.later(seconds=5)
        await around.asana.tasks.run_due()
    assert len(around.double.requests) < 4
    state.change(entry, timer_started_at=None)
    await around.flows.imports.run()
    around.later(minutes=6)
    await around.settle()
    assert around.logged() == {"Ada": Decimal(4)}


async def test_a_decision_overtakes_whoever_is_at_the_task(around: AsanaWorld) -> None:
    """Both write the next revision; the worker notices, and looks again."""
    around.type("1")
    await around.settle()
    around.type("2")
    async with around.world.store.transaction("T1") as tx:
        known = await tx.asana_work.task(around.task.gid)
    seen = await around.asana.tasks.reading.read(around.asana.tasks.asana.client, known)
    async with around.world.store.transaction("T1") as tx:
        assert await tx.asana_work.overtake(known)
        bookings = await tx.asana_work.bookings(around.task.gid)
        await tx.asana_work.book(known, [bookings[0]._replace(hours=0)])
    with pytest.raises(Exception, match=around.task.gid) as overtaken:
        await around.asana.tasks.booking.book(known, seen)
    assert type(overtaken.value).__name__ == "Overtaken"
    await around.settle()
    assert around.logged() == {"Ada": Decimal(2)}


async def test_one_answer_that_a_task_is_gone_proves_nothing(
    around: AsanaWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    around.type("1")
    await around.settle()
    client, asked = around.asana.tasks.asana.client, []
    real = client.task

    async def task(gid: str) -> Any:
        asked.append(gid)
        if len(asked) == 1:
            raise Gone("Asana", "task: Not a recognized ID")
        return await real(gid)

    monkeypatch.setattr(type(client), "task", lambda _, gid: task(gid))
    await around.settle()
    around.later(minutes=11)
    await around.asana.tasks.run_due()
    assert len(asked) >= 2
    assert "TaskTrashed" not in await around.news()


async def test_harvest_away_makes_asana_be_asked_less_and_less(around: AsanaWorld) -> None:
    around.type("5")
    await around.settle()
    around.world.harvest.faults.next(Kind.ERROR_BEFORE, matching="PATCH*", times=10**6)
    for value in ("4", "3"):
        around.type(value)
        await around.settle(rounds=1)
    around.double.requests.clear()
    for _ in range(120):
        around.later(seconds=5)
        await around.asana.tasks.run_due()
        await around.flows.outbox.push_due()
    assert len(around.double.requests) < 40
    around.world.harvest.faults.clear()
    for _ in range(2):
        around.later(minutes=11)
        await around.settle()
    assert around.logged() == {"Ada": Decimal(3)}
