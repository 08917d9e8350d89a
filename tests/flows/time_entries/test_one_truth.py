"""What people see, change and take back is what Harvest has, whoever changed it there meanwhile."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from sandbox.faults import Kind
from sandbox.harvest.records import Entry
from store.time_entries.records import EntryEdit, EntryState, TimeEntry
from store.units import Hours
from sync.errors import Refused
from sync.rules.time_entries.shown import Shown
from sync.time_entries.entries import ChangedMeanwhile, NotYours
from sync.time_entries.targets import Target
from tests.flows.conftest import World

KEY = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
TODAY = date(2026, 11, 20)
EARLIER = date(2026, 11, 3)


async def logged(world: World) -> tuple[TimeEntry, Entry]:
    """An entry of 1.5 h, and the same one in Harvest."""
    entry = await world.entries.log(await world.person(), await world.asked(), KEY)
    return entry, world.harvest.state.entries[entry.harvest_id or 0]


async def typed_in_harvest(world: World, hours: str = "2", day: date = TODAY, task: str = "Design") -> Entry:
    """On Harvest's own pages, and imported."""
    state = world.harvest.state
    task_id = next(one.id for one in state.tasks.values() if one.name == task)
    made = state.add_entry(
        user_id=world.user.id, project_id=world.project.id, task_id=task_id, spent_date=day, booked=Decimal(hours)
    )
    await world.imports.run()
    return made


async def rows(world: World) -> int:
    async with world.store.reading("T1") as tx:
        return sum([len(await tx.time_entries.of_day("U1", day)) for day in (TODAY, EARLIER)])


async def day(world: World, spent: date = TODAY) -> list[tuple[Hours | None, str]]:
    sheet = await world.entries.day(await world.person(), world.user.id, spent)
    return [(row.hours, row.note) for row in sheet.rows]


def is_down(world: World, *, times: int = 20) -> None:
    world.harvest.faults.next(Kind.ERROR_BEFORE, matching="GET /v2/time_entries*", times=times)


async def test_a_note_changed_here_leaves_hours_changed_there(world: World) -> None:
    entry, theirs = await logged(world)
    world.harvest.state.change(theirs, booked=Decimal(3))
    opened = await world.entries.look("U1", KEY)
    assert opened.hours == 300
    whole = EntryEdit(opened.project_id, opened.task_id, opened.spent_date, opened.hours, "new")
    changed = await world.entries.edit("U1", KEY, entry.revision, whole, Shown.of(opened))
    assert (changed.hours, changed.note) == (300, "new")
    assert (theirs.booked, theirs.notes) == (Decimal(3), "new")


async def test_what_changed_between_form_and_saving_is_asked_about(world: World) -> None:
    entry, theirs = await logged(world)
    opened = Shown.of(await world.entries.look("U1", KEY))
    world.harvest.state.change(theirs, booked=Decimal(3))
    with pytest.raises(ChangedMeanwhile) as asked:
        await world.entries.edit("U1", KEY, entry.revision, EntryEdit(note="new"), opened)
    assert asked.value.entry.hours == 300
    assert (theirs.booked, theirs.notes) == (Decimal(3), "nav")


async def test_undo_of_an_entry_that_grew_is_asked_about(world: World) -> None:
    entry, theirs = await logged(world)
    world.harvest.state.change(theirs, booked=Decimal(5))
    with pytest.raises(ChangedMeanwhile):
        await world.entries.undo("U1", KEY, Shown.of(entry))
    assert theirs.id in world.harvest.state.entries
    fresh = Shown.of(await world.entries.look("U1", KEY))
    assert (await world.entries.undo("U1", KEY, fresh)).state is EntryState.UNDONE
    assert theirs.id not in world.harvest.state.entries


@pytest.mark.parametrize("how", ["approved", "invoiced", "locked", "archived", "unassigned"])
async def test_nothing_the_person_may_not_change_is_changed(world: World, how: str) -> None:
    """The account's administrator token could."""
    entry, theirs = await logged(world)
    state = world.harvest.state
    match how:
        case "approved":
            state.change(theirs, approval_status="approved")
        case "invoiced":
            state.change(theirs, invoice_id=77)
        case "locked":
            state.change(theirs, is_period_locked=True)
        case "archived":
            state.archive(world.project)
        case "unassigned":
            member = state.user_assignment(world.project.id, world.user.id)
            assert member is not None
            state.change(member, is_active=False)
    before = (theirs.booked, theirs.notes)
    with pytest.raises(Refused):
        await world.entries.edit("U1", KEY, entry.revision, EntryEdit(hours=Hours(200)), Shown.of(entry))
    with pytest.raises(Refused):
        await world.entries.undo("U1", KEY, Shown.of(entry))
    assert (theirs.booked, theirs.notes) == before
    assert theirs.id in state.entries


async def test_the_mirror_decides_where_harvest_does_not_answer(world: World) -> None:
    entry, theirs = await logged(world)
    world.harvest.state.change(theirs, approval_status="approved")
    await world.imports.run()
    is_down(world)
    with pytest.raises(Refused, match="approved"):
        await world.entries.undo("U1", KEY, Shown.of(entry))


async def test_what_is_deleted_in_harvest_is_in_no_list(world: World) -> None:
    await logged(world)
    kept = await typed_in_harvest(world)
    _, theirs = await logged(world)
    world.harvest.state.delete_entry(theirs.id)
    assert await day(world) == [(200, kept.notes or "")]
    assert (await world.entries.get("U1", KEY)).state is EntryState.UNDONE
    sheet = await world.entries.day(await world.person(), world.user.id, TODAY)
    assert sheet.total == 200


async def test_an_entry_moved_to_another_day_is_in_that_days_list(world: World) -> None:
    _, theirs = await logged(world)
    world.harvest.state.change(theirs, spent_date=EARLIER)
    assert await day(world) == []
    assert await day(world, EARLIER) == [(150, "nav")]
    assert (await world.entries.get("U1", KEY)).state is EntryState.LOGGED


async def test_looking_at_a_day_keeps_nothing(world: World) -> None:
    await typed_in_harvest(world, day=EARLIER)
    assert await day(world, EARLIER) == [(200, "")]
    assert await rows(world) == 0


async def test_looking_at_an_old_day_changes_no_default(world: World) -> None:
    await typed_in_harvest(world, day=EARLIER, task="Development")
    await logged(world)
    await day(world, EARLIER)
    found = await world.targets.find(await world.person(), "ACME-12", None, None)
    assert isinstance(found, Target)
    assert found.task.id == world.task.id


async def test_an_entry_typed_in_harvest_is_changed_and_taken_back(world: World) -> None:
    theirs = await typed_in_harvest(world)
    key = f"h:{theirs.id}"
    await world.person()
    opened = await world.entries.look("U1", key)
    changed = await world.entries.edit("U1", key, opened.revision, EntryEdit(note="mine"), Shown.of(opened))
    assert (theirs.booked, theirs.notes, changed.state) == (Decimal(2), "mine", EntryState.LOGGED)
    assert (await world.entries.undo("U1", key)).state is EntryState.UNDONE
    assert theirs.id not in world.harvest.state.entries


async def test_nobody_names_another_persons_entry_by_its_number(world: World) -> None:
    theirs = await typed_in_harvest(world)
    state = world.harvest.state
    state.add_user(first_name="Tom", last_name="Day", email="u2@lumen.example")
    await world.imports.run()
    await world.person("U2")
    for key in (f"h:{theirs.id}", "h:999", "h:", "h:-1", f"h:{'9' * 40}"):
        with pytest.raises(NotYours):
            await world.entries.undo("U2", key)
    assert theirs.id in state.entries


async def test_again_repeats_what_harvest_has_last(world: World) -> None:
    _, theirs = await logged(world)
    world.harvest.state.change(theirs, booked=Decimal(3))
    await world.imports.run()
    last = await world.entries.again(await world.person())
    assert last.hours == 300
    await typed_in_harvest(world, "0.5")
    assert (await world.entries.again(await world.person())).hours == 50


async def test_an_outage_is_told_with_when_it_was_last_read(world: World) -> None:
    await typed_in_harvest(world)
    is_down(world)
    sheet = await world.entries.day(await world.person(), world.user.id, TODAY)
    assert not sheet.is_current
    assert sheet.as_of is not None
    assert world.clock.now() - sheet.as_of < timedelta(minutes=1)
    assert [row.hours for row in sheet.rows] == [200]


async def test_the_days_total_counts_what_is_on_its_way(world: World) -> None:
    await typed_in_harvest(world)
    world.harvest.faults.next(Kind.BUSY, matching="POST /v2/time_entries")
    person = await world.person()
    entry = await world.entries.log(person, await world.asked(), KEY)
    assert entry.state is EntryState.INTENDED
    assert (await world.entries.show(person, entry)).day_total == 350
    world.clock.advance(timedelta(minutes=2))
    await world.outbox.push_due()
    arrived = await world.entries.get("U1", KEY)
    assert arrived.state is EntryState.LOGGED
    assert (await world.entries.show(person, arrived)).day_total == 350


async def test_an_undo_kept_for_later_counts_no_more(world: World) -> None:
    entry, _ = await logged(world)
    world.harvest.faults.next(Kind.BUSY, matching="DELETE /v2/time_entries/*")
    person = await world.person()
    going = await world.entries.undo("U1", KEY, Shown.of(entry))
    assert going.state is EntryState.UNDOING
    assert (await world.entries.show(person, going)).day_total == 0


async def test_two_edits_at_once_are_one_and_a_question(world: World) -> None:
    entry, theirs = await logged(world)
    opened = Shown.of(entry)
    await world.entries.edit("U1", KEY, entry.revision, EntryEdit(hours=Hours(200)), opened)
    with pytest.raises(ChangedMeanwhile):
        await world.entries.edit("U1", KEY, entry.revision, EntryEdit(hours=Hours(400)), opened)
    assert theirs.booked == Decimal(2)


async def test_one_log_costs_one_request(world: World) -> None:
    person, asked = await world.person(), await world.asked()
    before = len(world.harvest.requests)
    entry = await world.entries.log(person, asked, OTHER)
    await world.entries.show(person, entry)
    assert len(world.harvest.requests) - before == 1


@pytest.mark.parametrize("verb", ["PATCH", "DELETE"])
async def test_what_waited_is_not_done_to_hours_approved_meanwhile(world: World, verb: str) -> None:
    entry, theirs = await logged(world)
    world.harvest.faults.next(Kind.BUSY, matching=f"{verb} /v2/time_entries/*")
    if verb == "PATCH":
        await world.entries.edit("U1", KEY, entry.revision, EntryEdit(hours=Hours(300)), Shown.of(entry))
    else:
        await world.entries.undo("U1", KEY, Shown.of(entry))
    world.harvest.state.change(theirs, approval_status="approved")
    world.clock.advance(timedelta(minutes=2))
    await world.outbox.push_due()
    after = await world.entries.get("U1", KEY)
    assert (after.state, after.hours) == (EntryState.LOGGED, 150)
    assert "approved" in (after.reason or "")
    assert world.harvest.state.entries[theirs.id].booked == Decimal("1.5")


async def test_an_undo_that_waited_spares_hours_that_grew_meanwhile(world: World) -> None:
    entry, theirs = await logged(world)
    world.harvest.faults.next(Kind.BUSY, matching="DELETE /v2/time_entries/*")
    await world.entries.undo("U1", KEY, Shown.of(entry))
    world.harvest.state.change(theirs, booked=Decimal(5))
    world.clock.advance(timedelta(minutes=2))
    await world.outbox.push_due()
    after = await world.entries.get("U1", KEY)
    assert (after.state, after.hours) == (EntryState.LOGGED, 500)
    assert "changed in Harvest meanwhile" in (after.reason or "")
