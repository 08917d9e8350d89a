"""Power goes right after somebody decided about hours that wait: what was decided is done all the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.engine import NoJobs
from sandbox.harvest.records import Reference
from sync.asana.mapping.mapping import MappingChange
from sync.asana.task.sync import TaskSync
from tests.flows.asana_world import AsanaWorld

pytestmark = pytest.mark.both_databases


DAY = date(2026, 11, 19)


class PowerLost(Exception):
    """Nothing that follows the commit is done."""


@contextmanager
def power_goes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def lost(*_args: object, **_more: object) -> None:
        raise PowerLost

    with monkeypatch.context() as patched:
        patched.setattr(NoJobs, "wake", lost)
        patched.setattr(TaskSync, "mark_due", lost)
        with pytest.raises(PowerLost):
            yield


async def boss(around: AsanaWorld) -> Any:
    return await around.flows.people.person("UBOSS")


async def days_pass(around: AsanaWorld) -> None:
    for _ in range(2):
        around.later(days=1)
        await around.flows.imports.run()
        await around.asana.tasks.run_due()
        await around.flows.outbox.push_due()


async def waits_for_a_link(around: AsanaWorld) -> None:
    async with around.world.store.transaction("T1") as tx:
        await tx.mappings.drop(around.site.gid)
    await around.asana.projects.sync_all()
    around.type("1")
    await around.settle()
    assert await around.held() == {"unmapped": 100}


async def test_hours_said_to_be_others_are_logged(around: AsanaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
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
    with power_goes(monkeypatch):
        await around.asana.decisions.count(await boss(around), hold.key, hold.revision)
    await days_pass(around)
    assert around.logged() == {"Ada": Decimal(3)}


async def test_hours_of_a_chosen_project_are_logged(around: AsanaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    other = around.state.add_project("Other", around.site.workspace, owner=around.ada)
    around.state.add_to_project(around.task, other, by=around.ada)
    await around.map(project_gid=other.gid)
    around.type("1")
    await around.settle()
    hold = await around.hold("several_projects")
    with power_goes(monkeypatch):
        await around.asana.decisions.choose_project(await boss(around), hold.key, hold.revision, around.site.gid)
    await days_pass(around)
    assert around.logged() == {"Ada": Decimal(1)}


async def test_what_waited_for_a_link_is_logged(around: AsanaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    await waits_for_a_link(around)
    with power_goes(monkeypatch):
        await around.asana.mapping.link(
            await boss(around),
            around.site.gid,
            around.world.project.id,
            MappingChange(default_task_id=around.world.task.id),
        )
    await days_pass(around)
    assert around.logged() == {"Ada": Decimal(1)}


async def test_what_waited_for_a_name_is_logged(around: AsanaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    eve = around.state.add_user("Eve", "eve@lumen.example", around.site.workspace)
    around.type("1", eve)
    await around.settle()
    assert await around.held() == {"not_in_harvest": 100}
    with power_goes(monkeypatch):
        await around.asana.mapping.name_user(await boss(around), eve.gid, around.tom_in_harvest.id)
    await days_pass(around)
    assert around.logged() == {"Tom": Decimal(1)}


async def test_nothing_of_an_ignored_project_waits(around: AsanaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    await waits_for_a_link(around)
    with power_goes(monkeypatch):
        await around.asana.mapping.ignore(await boss(around), around.site.gid)
    await days_pass(around)
    assert await around.held() == {}
