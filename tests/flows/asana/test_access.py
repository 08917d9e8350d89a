"""What Asana does not show: one thing that is hidden keeps nothing else from being done, and somebody is told."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from sandbox.asana.records import Plan, User
from sandbox.faults import Kind
from store.asana.records.state import Source
from sync.errors import OutsideError
from tests.flows.asana_world import AsanaWorld


def gleaner(around: AsanaWorld) -> User:
    return next(user for user in around.state.users.values() if user.name == "Gleaner")


async def days(around: AsanaWorld, count: int = 1) -> None:
    for _ in range(count):
        around.later(days=1)
        await around.asana.rounds.run()
        await around.flows.outbox.push_due()


async def test_a_workspace_without_custom_fields_stops_no_round(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    free = around.state.add_workspace("A free one")
    free.plan = Plan(custom_fields=False)
    gleaner(around).workspaces.append(free)
    around.state.add_project("Side project", free, owner=gleaner(around))
    around.type("1.5")
    await days(around, 2)
    assert around.logged() == {"Ada": Decimal("1.50")}
    assert Counter(await around.news()) == {"ProjectUnmapped": 1}


async def test_fields_that_are_hidden_keep_the_mapping_as_it_was(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    around.site.workspace.plan = Plan(custom_fields=False)
    await days(around, 2)
    assert await around.news() == ["AccessLost"]
    async with around.world.store.reading("T1") as tx:
        known = await tx.asana.project(around.site.gid)
        assert known.hours_gid == around.hours.gid
        assert len(await tx.asana.choices(around.site.gid)) == len(around.site.sections)
    around.site.workspace.plan = Plan()
    await days(around)
    around.site.workspace.plan = Plan(custom_fields=False)
    await days(around)
    assert await around.news() == ["AccessLost", "AccessLost"]


async def test_a_workspace_that_is_hidden_loses_no_project(around: AsanaWorld) -> None:
    other, client = around.state.add_workspace("Hidden"), around.asana.tasks.asana.client
    gleaner(around).workspaces.insert(0, other)
    around.state.add_project("Elsewhere", other, owner=gleaner(around))
    await around.asana.projects.sync_all()
    around.type("1.5")
    listed = await client.workspaces()
    gleaner(around).workspaces.remove(other)

    async def workspaces() -> Any:
        return listed

    object.__setattr__(client, "workspaces", workspaces)
    await days(around)
    assert around.logged() == {"Ada": Decimal("1.50")}
    async with around.world.store.reading("T1") as tx:
        assert [one.project.name for one in await tx.asana.projects() if one.project.is_archived] == []


async def test_a_step_that_fails_keeps_no_other_from_being_done(around: AsanaWorld) -> None:
    around.type("1.5")
    await days(around)
    around.type("2")
    around.double.faults.next(Kind.ERROR_BEFORE, matching="GET /api/1.0/projects/*/custom_field_settings", times=10**6)
    for _ in range(3):
        around.later(minutes=3)
        with pytest.raises(OutsideError):
            await around.asana.rounds.run(is_whole=True)
        await around.flows.outbox.push_due()
    assert around.logged() == {"Ada": Decimal("2.00")}
    # Tasks are read all the while, and still somebody is told, once.
    assert await around.news() == ["AsanaStalled"]
    around.double.faults.clear()
    await days(around)
    assert await around.news() == ["AsanaStalled", "AsanaResumed"]


async def test_a_project_that_is_no_longer_shared_is_told_once_for_each_loss(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    tasks = [around.state.add_task(around.site, f"Page {number}", by=around.ada) for number in range(5)]
    for task in tasks:
        around.type("1", task=task)
        await around.settle(task)
    around.site.is_private = True
    for task in tasks:
        await around.settle(task)
    assert await around.news() == ["AccessLost"]
    around.site.is_private = False
    around.later(minutes=1)
    await around.asana.sweep.run()
    around.site.is_private = True
    for task in tasks:
        await around.settle(task)
    assert await around.news() == ["AccessLost", "AccessLost"]


async def test_a_task_that_is_hidden_from_the_start_is_told_of(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    around.type("1.5")
    await around.asana.sweep.run()
    around.site.is_private = True
    await around.asana.tasks.run_due()
    assert await around.news() == ["AccessLost"]


async def test_a_project_that_streams_do_not_tell_of_is_told_as_lost(around: AsanaWorld) -> None:
    await around.asana.rounds.run()
    around.site.is_private = True
    for _ in range(3):
        around.later(minutes=1)
        await around.asana.rounds.run()
    assert await around.news() == ["AccessLost"]
    await days(around, 3)
    assert await around.news() == ["AccessLost"]


async def test_time_tracking_that_the_plan_does_not_have_is_told_once(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    await around.map(source=Source.TIME_ENTRIES)
    around.state.add_time_entry(around.task, around.ada, 90, around.world.clock.now().date())
    around.site.workspace.plan.time_tracking = False
    await days(around, 3)
    assert (around.logged(), await around.news()) == ({}, ["AccessLost"])
    around.site.workspace.plan.time_tracking = True
    await days(around)
    assert around.logged() == {"Ada": Decimal("1.50")}


@pytest.mark.parametrize("is_mapped", [True, False])
async def test_a_deleted_project_is_one_message(around: AsanaWorld, is_mapped: bool) -> None:
    await around.asana.projects.sync_all()
    for number in range(5):
        task = around.state.add_task(around.site, f"Page {number}", by=around.ada)
        around.type("1", task=task)
        await around.settle(task)
    if not is_mapped:
        async with around.world.store.transaction("T1") as tx:
            await tx.mappings.drop(around.site.gid)
    around.state.delete_project(around.site, around.ada)
    for _ in range(3):
        around.later(minutes=2)
        await around.asana.rounds.run(is_whole=True)
    (told,) = await around.news()
    assert told in {"AccessLost", "ProjectArchived"}


async def test_news_of_a_project_outlives_a_crash(around: AsanaWorld) -> None:
    """The stream moves on only once the project itself was looked at."""
    await around.asana.rounds.run()
    around.state.archive_project(around.site, around.ada)
    around.double.faults.next(Kind.ERROR_BEFORE, matching=f"GET /api/1.0/projects/{around.site.gid}", times=3)
    around.later(minutes=1)
    with pytest.raises(OutsideError):
        await around.asana.rounds.run()
    assert await around.news() == []
    around.later(minutes=1)
    await around.asana.rounds.run()
    assert await around.news() == ["ProjectArchived"]
