"""The address of an Asana task in `/log` and `/timer`, reports, and backfill."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.cli.backfill import backfill_asana
from bot.wiring.app import NotStarted
from store.time_entries.records import EntryState
from store.units import Hours
from sync.asana.holds.decisions import NotYourTask
from sync.errors import Refused
from sync.time_entries.entries import NewEntry
from sync.time_entries.harvest_drafts import key_in
from sync.time_entries.targets import Target
from tests.flows.asana_world import AsanaWorld


def addresses(around: AsanaWorld) -> list[str]:
    task, place = around.task.gid, around.site.workspace.gid
    return [f"https://app.asana.com/0/{around.site.gid}/{task}/f", f"https://app.asana.com/1/{place}/task/{task}"]


@pytest.mark.parametrize("form", [0, 1])
async def test_a_log_on_a_task_carries_its_reference(around: AsanaWorld, form: int) -> None:
    person = await around.flows.people.person("U1")
    found = await around.flows.targets.find(person, addresses(around)[form], None, None)
    assert isinstance(found, Target)
    asked = NewEntry(found, around.world.clock.now().date(), Hours(150), "")
    entry = await around.flows.entries.log(person, asked, "22222222-2222-4222-8222-222222222222")
    (kept,) = around.in_harvest()
    assert (entry.state, kept.notes, kept.booked) == (EntryState.LOGGED, "Homepage copy", Decimal("1.50"))
    async with around.world.store.reading("T1") as tx:
        mirrored = await tx.mirror.get(kept.id)
    assert key_in(mirrored) == entry.key
    around.type("1.5")
    await around.settle()
    assert await around.held() == {"duplicate": 150}


async def test_a_task_of_an_unmapped_project_says_what_to_do(around: AsanaWorld) -> None:
    async with around.world.store.transaction("T1") as tx:
        await tx.mappings.drop(around.site.gid)
    person = await around.flows.people.person("U1")
    with pytest.raises(Refused, match="/gleaner map"):
        await around.flows.targets.find(person, addresses(around)[1], None, None)
    with pytest.raises(Refused, match="Check the address"):
        await around.flows.targets.find(person, "https://app.asana.com/1/1/task/999", None, None)


async def test_a_timer_on_a_task_is_named_for_it(around: AsanaWorld) -> None:
    person = await around.flows.people.person("U1")
    found = await around.flows.targets.find(person, addresses(around)[0], None, None)
    assert isinstance(found, Target)
    key = "33333333-3333-4333-8333-333333333333"
    started = await around.flows.timers.start(person, found, "", key, timedelta(0))
    assert (started.entry.state, started.entry.note) == (EntryState.RUNNING, "Homepage copy")


async def test_backfill_says_first_and_books_once(around: AsanaWorld) -> None:
    with around.state.at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        around.state.set_field(around.task, around.hours, Decimal(2), around.ada)
    await around.settle()
    assert around.in_harvest() == []
    since = datetime(2026, 11, 1, tzinfo=UTC)
    seen: list[tuple[int, int]] = []
    rehearsed = await around.asana.backfill.run(
        since, None, is_dry_run=True, progress=lambda at, total: seen.append((at, total))
    )
    assert (rehearsed.tasks, rehearsed.hours, seen) == (1, 200, [(1, 1)])
    assert around.in_harvest() == []
    assert (await around.asana.backfill.run(since, None, is_dry_run=False)).hours == 200
    assert (await around.asana.backfill.run(since, None, is_dry_run=False)).hours == 0
    around.type("3")
    await around.settle()
    assert sorted(one.spent_date.day for one in around.in_harvest()) == [3, 20]
    assert await around.held() == {}


async def test_a_backfill_as_csv_writes_nothing_to_harvest(around: AsanaWorld, tmp_path: Path) -> None:
    file = tmp_path / "hours.csv"
    with around.state.at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        around.state.set_field(around.task, around.hours, Decimal("2.25"), around.ada)
        around.state.rename_task(around.task, "=HYPERLINK(1)", around.ada)
    since = datetime(2026, 11, 1, tzinfo=UTC)
    around.world.harvest.requests.clear()
    gleaner: Any = SimpleNamespace(settings=SimpleNamespace(agency_zone=UTC), flows=around.flows)
    for is_dry_run in (True, False):
        assert not file.exists()
        said = await backfill_asana(gleaner, since.date(), None, is_dry_run=is_dry_run, csv=file)
        assert "1 lines for" in said
    (line,) = file.read_text(encoding="utf-8").splitlines()[1:]
    assert line == "2026-11-03,ACME,Website relaunch,Design,'=HYPERLINK(1),2.25,Ada,Park"
    assert list(around.world.harvest.requests) == []
    await around.settle()
    assert around.in_harvest() == []
    with pytest.raises(NotStarted, match="cannot be written"):
        await backfill_asana(gleaner, since.date(), None, is_dry_run=False, csv=tmp_path / "nowhere" / "x.csv")


async def test_completed_tasks_without_hours_are_reported_until_said_to_be_free(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    free = around.state.add_task(around.site, "Kick-off", by=around.ada)
    for task in (around.task, free):
        around.state.complete_task(task, around.ada)
    await around.asana.sweep.run()
    await around.asana.tasks.run_due()
    boss = await around.flows.people.person("UBOSS")
    await around.asana.decisions.mark_free(boss, free.gid)
    since = around.world.clock.now() - timedelta(days=7)
    assert [one.name for one in await around.asana.reports.without_hours(since)] == ["Homepage copy"]
    assert await around.asana.reports.weekly() == 1
    await around.asana.reports.weekly()
    assert await around.news() == ["WeeklyReport"]


async def test_a_parent_whose_subtasks_have_hours_is_not_reported(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    below = around.state.add_subtask(around.task, "Proof", by=around.ada)
    deeper = around.state.add_subtask(below, "Commas", by=around.ada)
    for task in (around.task, below):
        around.state.complete_task(task, around.ada)
    await around.asana.sweep.run()
    await around.asana.tasks.run_due()
    since = around.world.clock.now() - timedelta(days=7)
    assert {one.name for one in await around.asana.reports.without_hours(since)} == {"Homepage copy", "Proof"}
    around.type("3", task=deeper)
    await around.settle(deeper)
    assert await around.asana.reports.without_hours(since) == []


async def test_only_those_concerned_say_that_a_task_was_free(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    around.state.complete_task(around.task, around.ada)
    await around.asana.sweep.run()
    await around.asana.tasks.run_due()
    mark, gid = around.asana.decisions.mark_free, around.task.gid
    ada, tom, boss = [await around.flows.people.logger(one) for one in ("U1", "U2", "UBOSS")]
    with pytest.raises(NotYourTask, match="assignee"):
        await mark(tom[0], gid)
    since = around.world.clock.now() - timedelta(days=7)
    assert len(await around.asana.reports.without_hours(since)) == 1
    await mark(ada[0], gid)  # the assignee
    await mark(boss[0], gid, is_free=False)
    around.world.harvest.state.assign_user(around.world.project, around.tom_in_harvest, is_project_manager=True)
    await around.flows.imports.run(is_whole=True)
    await mark(tom[0], gid)
    assert await around.asana.reports.without_hours(since) == []
    with pytest.raises(Refused, match="find that task"):
        await mark(boss[0], "999")


async def test_the_audit_lists_what_is_not_ready(around: AsanaWorld) -> None:
    around.state.add_project("Test", around.site.workspace, owner=around.ada)
    await around.asana.projects.sync_all()
    report = await around.asana.reports.audit()
    assert report.checked == 2
    (wrong,) = report.projects
    assert {fault.value for fault in wrong.faults} == {"unmapped", "generic_name", "no_hours_field"}
    assert ("Test", "unmapped") in {(name, fault) for _, name, fault in report.rows()}


async def test_discrepancies_over_five_per_cent(around: AsanaWorld) -> None:
    around.type("10.5")
    await around.settle()
    project = around.world.project.id
    reports = around.asana.reports
    assert await reports.discrepancies({project: Hours(1000)}, None) == []
    (off,) = await reports.discrepancies({project: Hours(999)}, None)
    assert off.difference == 51
