"""The mapping: proposed, linked and changed by those who may, created in Harvest once, out to CSV and back."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sandbox.faults import Kind
from store.asana.records.state import Source, WhoseHours
from sync.asana.mapping.mapping import MappingChange, NotYourMapping
from sync.asana.mapping.project_creation import Wish
from sync.errors import Refused, UnknownOutcome
from tests.flows.asana_world import AsanaWorld


@pytest.fixture
async def unmapped(around: AsanaWorld) -> AsanaWorld:
    """Two tasks; the crawl was done; nothing is linked."""
    async with around.world.store.transaction("T1") as tx:
        await tx.mappings.drop(around.site.gid)
    await around.asana.projects.sync_all()
    return around


async def boss(around: AsanaWorld) -> Any:
    return await around.flows.people.person("UBOSS")


async def test_it_proposes_by_name_and_links_with_one_press(unmapped: AsanaWorld) -> None:
    unmapped.type("1.5")
    await unmapped.settle()
    proposed = await unmapped.asana.mapping.propose(unmapped.site.gid)
    assert [project.id for _, project in proposed.found] == [unmapped.world.project.id]
    assert [hold.hours for hold in proposed.waiting] == [150]
    (row,) = await unmapped.asana.mapping.overview()
    assert (row.mapping, row.waiting, row.hours) == (None, 1, 150)
    design = MappingChange(default_task_id=unmapped.world.task.id)
    await unmapped.asana.mapping.link(await boss(unmapped), unmapped.site.gid, unmapped.world.project.id, design)
    await unmapped.settle()
    assert unmapped.logged() == {"Ada": Decimal("1.50")}


async def test_only_those_who_decide_everywhere_may(unmapped: AsanaWorld) -> None:
    ada = await unmapped.flows.people.person("U1")
    with pytest.raises(NotYourMapping, match="coordinator"):
        await unmapped.asana.mapping.link(ada, unmapped.site.gid, unmapped.world.project.id)
    async with unmapped.world.store.reading("T1") as tx:
        assert [one.deed for one in await tx.audit.of(f"asana:{unmapped.site.gid}")] == ["mapping.link.refused"]
        assert await tx.mappings.every() == []


async def test_what_is_not_there_is_refused_with_what_to_do(unmapped: AsanaWorld) -> None:
    mapping, person = unmapped.asana.mapping, await boss(unmapped)
    with pytest.raises(Refused, match="/gleaner map"):
        await mapping.link(person, "nonsense", unmapped.world.project.id)
    with pytest.raises(Refused, match="/gleaner import"):
        await mapping.link(person, unmapped.site.gid, 1)
    with pytest.raises(Refused, match="Design, Development"):
        await mapping.link(person, unmapped.site.gid, unmapped.world.project.id, MappingChange(default_task_id=1))


async def test_sections_are_tasks(unmapped: AsanaWorld) -> None:
    tasks = {task.name: task.id for task in unmapped.world.harvest.state.tasks.values()}
    unmapped.state.rename_section(unmapped.site.sections[1], "development")
    await unmapped.asana.projects.sync_all()
    person, gid = await boss(unmapped), unmapped.site.gid
    await unmapped.asana.mapping.link(
        person, gid, unmapped.world.project.id, MappingChange(default_task_id=tasks["Design"])
    )
    unmapped.state.move_to_section(unmapped.task, unmapped.site.sections[1], unmapped.ada)
    unmapped.type("1")
    await unmapped.settle()
    assert [one.task_id for one in unmapped.in_harvest()] == [tasks["Development"]]
    await unmapped.asana.mapping.map_task(person, gid, unmapped.site.sections[1].gid, None)
    unmapped.type("2")
    await unmapped.settle()
    assert {one.task_id for one in unmapped.in_harvest()} == set(tasks.values())


@pytest.mark.parametrize("kind", [None, Kind.TIMEOUT_AFTER, Kind.MALFORMED])
async def test_a_project_is_created_once(unmapped: AsanaWorld, kind: Kind | None) -> None:
    unmapped.type("1.5")
    await unmapped.settle()
    harvest = unmapped.world.harvest
    if kind is not None:
        harvest.faults.next(kind, matching="POST /v2/projects")
    client = unmapped.world.project.client_id
    unmapped.state.rename_section(unmapped.site.sections[0], "Design")
    await unmapped.asana.projects.sync_all()
    person = await boss(unmapped)
    made = await unmapped.asana.creation.create(person, unmapped.site.gid, Wish(client, "Relaunch II"))
    again = await unmapped.asana.creation.create(person, unmapped.site.gid, Wish(client, "Relaunch II"))
    assert made.harvest_project_id == again.harvest_project_id
    assert len([one for one in harvest.state.projects.values() if one.name == "Relaunch II"]) == 1
    await unmapped.settle()
    assert unmapped.logged() == {"Ada": Decimal("1.50")}


async def test_renames_break_nothing_and_are_shown(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    around.state.rename_project(around.site, "Relaunch 2027", around.ada)
    around.world.harvest.state.change(around.world.project, name="Relaunch")
    around.state.rename_field(around.hours, "Hours to bill")
    await around.flows.imports.run()
    await around.asana.projects.sync_all()
    assert await around.news() == ["ProjectRenamed", "ProjectRenamed"]
    around.type("1")
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.00")}


async def test_each_move_of_a_task_with_hours_is_told(around: AsanaWorld) -> None:
    other = around.state.add_project("Shop", around.site.workspace, owner=around.ada)
    around.state.share_field(other, around.hours)
    await around.asana.projects.sync_all()
    await around.map(project_gid=other.gid)
    around.type("1")
    await around.settle()
    for place in (other, around.site, other):
        around.later(minutes=1)
        around.state.move_task(around.task, place, by=around.ada)
        await around.settle()
    await around.settle()
    assert (await around.news()).count("TaskMoved") == 3


async def test_new_and_copied_projects_are_told_as_unmapped(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    assert await around.news() == []
    copy = around.state.duplicate_project(around.site, by=around.ada)
    around.state.add_project("[TEMPLATE] Website", around.site.workspace, owner=around.ada)
    await around.asana.projects.sync_all()
    await around.asana.projects.sync_all()
    assert await around.news() == ["ProjectUnmapped"]
    proposed = await around.asana.mapping.propose(copy.gid)
    assert not proposed.is_certain


async def test_a_project_archived_in_harvest_is_told_once(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    around.world.harvest.state.archive(around.world.project)
    await around.flows.imports.run()
    await around.asana.projects.refresh_harvest()
    await around.asana.projects.refresh_harvest()
    assert await around.news() == ["ProjectArchived"]


async def test_a_harvest_project_is_not_archived_because_its_name_says_so(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    around.world.harvest.state.change(around.world.project, name="Old|archived|2020")
    await around.flows.imports.run()
    await around.asana.projects.refresh_harvest()
    await around.asana.projects.refresh_harvest()
    assert await around.news() == ["ProjectRenamed"]


async def test_csv_goes_out_and_comes_back(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    person, gid = await boss(around), around.site.gid
    await around.asana.mapping.change(
        person, gid, MappingChange(source=Source.TIME_ENTRIES, attribution=WhoseHours.COMPLETION, counts_parents=True)
    )
    await around.asana.mapping.map_task(person, gid, around.section.gid, around.world.task.id)
    text = await around.asana.files.export()
    taken = await around.asana.files.take(text, by="operator", is_dry_run=False)
    assert (taken.added, taken.changed, taken.same, taken.tasks, taken.faults) == (0, 0, 1, 1, [])
    await around.asana.mapping.unlink(person, gid)
    taken = await around.asana.files.take(text, by="operator", is_dry_run=True)
    assert taken.added == 1
    assert await around.asana.files.export() != text
    await around.asana.files.take(text, by="operator", is_dry_run=False)
    assert await around.asana.files.export() == text


async def test_a_column_that_is_not_in_the_file_changes_nothing(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    before = await around.map(
        source=Source.TIME_ENTRIES, attribution=WhoseHours.COMPLETION, counts_parents=True, ignores_percentage=True
    )
    text = f"asana_project_gid,harvest_project_id\n{around.site.gid},{around.world.project.id}\n"
    taken = await around.asana.files.take(text, by="operator", is_dry_run=False)
    assert (taken.changed, taken.same) == (0, 1)
    other = next(one.id for one in around.world.harvest.state.tasks.values() if one.name == "Development")
    text = (
        "asana_project_gid,harvest_project_id,harvest_task_id,counts_parents\n"
        f"{around.site.gid},{around.world.project.id},{other},no\n"
    )
    assert (await around.asana.files.take(text, by="operator", is_dry_run=False)).changed == 1
    async with around.world.store.reading("T1") as tx:
        after = await tx.mappings.get(around.site.gid)
    wanted = {"default_task_id": other, "counts_parents": False}
    assert after == replace(before, **wanted, linked_by="operator", linked_at=after.linked_at)


async def test_another_harvest_project_by_file_drops_the_tasks_it_lacks(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    person, design = await boss(around), around.world.task.id
    for section in around.site.sections[:2]:
        await around.asana.mapping.map_task(person, around.site.gid, section.gid, design)
    there = around.world.harvest.state
    second = there.add_project(client_id=around.world.project.client_id, name="Second", code="S2")
    build = there.add_task(name="Build")
    there.assign_task(second, build)
    there.assign_user(second, around.world.user)
    await around.flows.imports.run()
    text = (
        "asana_project_gid,harvest_project_id,section_or_option_gid,harvest_task_id\n"
        f"{around.site.gid},{second.id},,{build.id}\n"
        f"{around.site.gid},{second.id},{around.site.sections[0].gid},{build.id}\n"
    )
    rehearsed = await around.asana.files.take(text, by="operator", is_dry_run=True)
    assert (rehearsed.dropped, rehearsed.faults) == (1, [])
    assert "1 sections and options lose a task" in str(rehearsed)
    await around.asana.files.take(text, by="operator", is_dry_run=False)
    around.state.move_to_section(around.task, around.site.sections[1], around.ada)
    around.type("1")
    await around.settle()
    assert [one.task_id for one in around.in_harvest()] == [build.id]
    async with around.world.store.reading("T1") as tx:
        assert await tx.mappings.tasks(around.site.gid) == {around.site.sections[0].gid: build.id}


async def test_a_linked_project_is_not_ignored_by_an_old_card(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    with pytest.raises(Refused, match="linked that project meanwhile"):
        await around.asana.mapping.ignore(await boss(around), around.site.gid)
    around.type("1.5")
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.50")}


@pytest.mark.parametrize("is_by_file", [True, False])
async def test_who_links_an_ignored_project_wants_its_hours(unmapped: AsanaWorld, is_by_file: bool) -> None:
    gid, there, design = unmapped.site.gid, unmapped.world.project, unmapped.world.task
    await unmapped.asana.mapping.ignore(await boss(unmapped), gid)
    if is_by_file:
        text = f"asana_project_gid,harvest_project_id,harvest_task_id\n{gid},{there.id},{design.id}\n"
        await unmapped.asana.files.take(text, by="operator", is_dry_run=False)
    else:
        await unmapped.asana.mapping.link(await boss(unmapped), gid, there.id, MappingChange(default_task_id=design.id))
    unmapped.type("1.5")
    await unmapped.settle()
    assert unmapped.logged() == {"Ada": Decimal("1.50")}


async def test_another_source_by_file_counts_at_once(around: AsanaWorld) -> None:
    """Tasks that were looked at before are looked at again, though nothing of them has changed."""
    around.state.add_time_entry(around.task, around.ada, 90, around.world.clock.now().date())
    await around.asana.rounds.run()
    around.later(minutes=1)
    text = f"asana_project_gid,harvest_project_id,source\n{around.site.gid},{around.world.project.id},time_entries\n"
    await around.asana.files.take(text, by="operator", is_dry_run=False)
    for _ in range(3):
        around.later(minutes=1)
        await around.asana.tasks.run_due()
        await around.flows.outbox.push_due()
    assert around.logged() == {"Ada": Decimal("1.50")}


async def test_one_wrong_line_changes_nothing(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    text = (
        "asana_project_gid,harvest_project_id,source\n"
        f"{around.site.gid},{around.world.project.id},time_entries\n"
        "12,x,field\n"
        f"99,{around.world.project.id},field\n"
        f"{around.site.gid},1,sideways\n"
    )
    taken = await around.asana.files.take(text, by="operator", is_dry_run=False)
    assert [fault.line for fault in taken.faults] == [3, 4, 5]
    async with around.world.store.reading("T1") as tx:
        assert (await tx.mappings.get(around.site.gid)).source is Source.FIELD


@pytest.mark.both_databases
async def test_pressed_twice_at_once_makes_one_project(unmapped: AsanaWorld) -> None:
    person, wish = await boss(unmapped), Wish(unmapped.world.project.client_id, "Twice")
    unmapped.world.harvest.faults.next(Kind.SLOW, matching="GET /v2/projects", times=2)
    create = unmapped.asana.creation.create
    found = await asyncio.gather(*(create(person, unmapped.site.gid, wish) for _ in range(2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["ProjectMapping", "Refused"]
    assert [one.name for one in unmapped.world.harvest.state.projects.values()].count("Twice") == 1


async def test_what_may_yet_appear_in_harvest_is_not_created_again_at_once(unmapped: AsanaWorld) -> None:
    person, wish = await boss(unmapped), Wish(unmapped.world.project.client_id, "Twice")
    faults = unmapped.world.harvest.faults
    faults.hang = 0.05
    faults.next(Kind.TIMEOUT_BEFORE, matching="POST /v2/projects")
    create = unmapped.asana.creation.create
    with pytest.raises(UnknownOutcome):
        await create(person, unmapped.site.gid, wish)
    with pytest.raises(Refused, match="ten minutes"):
        await create(person, unmapped.site.gid, wish)
    unmapped.later(minutes=11)
    await create(person, unmapped.site.gid, wish)
    assert [one.name for one in unmapped.world.harvest.state.projects.values()].count("Twice") == 1
