"""`/log`: from the typed command to the entry in Harvest and back."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.cli.demo import DemoStack
from sandbox.faults import Kind
from sandbox.harvest.records import Entry
from sandbox.slack.person import Person
from tests.given import given
from tests.journeys.trail_project import Trail

Entries = Callable[[str], list[Entry]]


@pytest.mark.both_databases
async def test_a_log_reaches_harvest_and_undo_takes_it_back(ada: Person, entries_of: Entries) -> None:
    """The main path: one command, one entry of the right hours, day, person and reference; Undo deletes it."""
    done = await ada.command("/log", "1.5h ACME-12 #design fixed nav", "C0GENERAL")
    assert done.status == 200
    card = await ada.sees("Logged 1.5 h")
    (entry,) = entries_of("fixed nav")
    assert entry.booked == Decimal("1.50")
    assert entry.spent_date == date(2026, 11, 20)
    assert entry.reference is not None
    assert (entry.reference.id or "").startswith("gleaner:")
    await ada.press(card, "Undo")
    await ada.sees("Undone: 1.5 h")
    assert entries_of("fixed nav") == []


async def test_a_form_logs_too(ada: Person, entries_of: Entries) -> None:
    """Bare /log opens the form; project and task come from searching selects."""
    await ada.command("/log", "", "C0GENERAL")
    view = await ada.sees_view("Log time")
    await ada.submit(view, {"project": "ACME-12"})
    await ada.submit(view, {"task": "Design", "duration": "9-10:30", "note": "from the form"})
    await ada.sees("Logged 1.5 h")
    assert [entry.booked for entry in entries_of("from the form")] == [Decimal("1.50")]


async def test_wrong_hours_are_refused_at_their_field(ada: Person) -> None:
    await ada.command("/log", "", "C0GENERAL")
    view = await ada.sees_view("Log time")
    await ada.submit(view, {"project": "ACME-12"})
    outcome = await ada.submit(view, {"task": "Design", "duration": "0.3"})
    assert "0.25 h or 0.5 h" in outcome.errors["duration"]


async def test_a_closed_form_comes_back_as_it_was(ada: Person) -> None:
    """S2-20: what was typed survives closing the form."""
    await ada.command("/log", "", "C0GENERAL")
    view = await ada.sees_view("Log time")
    await ada.submit(view, {"project": "ACME-12", "note": "half a thought"})
    await ada.close(given(ada.view))
    await ada.command("/log", "", "C0GENERAL")
    again = await ada.sees_view("Log time")
    assert any(value.get("value") == "half a thought" for block in again.state.values() for value in block.values())


async def test_edit_changes_the_entry_in_harvest(ada: Person, entries_of: Entries) -> None:
    await ada.command("/log", "1.5h ACME-12 #design to be edited", "C0GENERAL")
    card = await ada.sees("Logged 1.5 h")
    await ada.press(card, "Edit")
    view = await ada.sees_view("Edit entry")
    await ada.submit(view, {"duration": "2"})
    await ada.sees("Logged 2 h")
    assert [entry.booked for entry in entries_of("to be edited")] == [Decimal("2.00")]


async def test_again_repeats_the_last_entry_today(ada: Person, entries_of: Entries) -> None:
    await ada.command("/log", "yesterday 2h ACME-12 #design twice", "C0GENERAL")
    await ada.sees("Logged 2 h")
    await ada.command("/log", "again", "C0GENERAL")
    await ada.sees("Design, today")
    assert sorted(entry.spent_date.day for entry in entries_of("twice")) == [19, 20]


async def test_list_brings_the_buttons_back(ada: Person) -> None:
    """Ephemeral answers vanish on reload; the list has Undo again."""
    await ada.command("/log", "1h ACME-12 #design listed", "C0GENERAL")
    await ada.sees("Logged 1 h")
    ada.reload()
    await ada.command("/log", "list", "C0GENERAL")
    shown = await ada.sees("listed", "C0GENERAL")
    await ada.press(shown, "Undo")
    await ada.sees("Undone")


async def test_an_unknown_target_names_the_nearest_three(ada: Person, entries_of: Entries) -> None:
    await ada.command("/log", "1h ACNE-12 typo", "C0GENERAL")
    await ada.sees("ACME-12")
    assert entries_of("typo") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0.3h ACME-12 nav", "0.25 h or 0.5 h"),
        ("0 ACME-12 nav", "0.25 h"),
        ("25h ACME-12 nav", "24 h"),
        ("tomorrow 1h ACME-12 nav", "future"),
        ("what is this", "what is this"),
    ],
)
async def test_what_cannot_be_logged_is_refused_with_the_way_out(
    ada: Person, entries_of: Entries, text: str, says: str
) -> None:
    await ada.command("/log", text, "C0GENERAL")
    await ada.sees(says)
    assert entries_of("") == []


async def test_an_archived_project_is_held_and_can_be_discarded(here: DemoStack, ada: Person) -> None:
    """Harvest's own reason is told, with the ways out; nothing is lost in silence."""
    state = here.doubles.harvest.state
    project = next(one for one in state.projects.values() if one.code == "ACME-12")
    project.is_active = False
    await ada.command("/log", "1h ACME-12 #design too late", "C0GENERAL")
    card = await ada.sees("Held: 1 h")
    assert "Project isn't active" in card.reading
    project.is_active = True
    await ada.press(card, "Retry")
    await ada.sees("Logged 1 h")


@pytest.mark.parametrize("kind", list(Kind))
async def test_whatever_fails_the_hours_arrive_exactly_once(
    here: DemoStack, ada: Person, entries_of: Entries, kind: Kind
) -> None:
    """One fault of each kind on the create: told as kept or logged, and in the end there is one entry."""
    here.doubles.harvest.faults.next(kind, matching="POST /v2/time_entries")
    await ada.command("/log", f"1h ACME-12 #design despite {kind}", "C0GENERAL")
    await ada.sees("Logged 1 h", within=25)
    assert len(entries_of(f"despite {kind}")) == 1


def theirs(here: DemoStack, note: str) -> Entry:
    """The entry in Harvest, to be changed there."""
    every = here.doubles.harvest.state.entries.values()
    return next(entry for entry in every if note in (entry.notes or ""))


async def test_edit_shows_and_keeps_what_was_changed_in_harvest(here: DemoStack, ada: Person) -> None:
    await ada.command("/log", "1h ACME-12 #design grows", "C0GENERAL")
    card = await ada.sees("Logged 1 h")
    here.doubles.harvest.state.change(theirs(here, "grows"), booked=Decimal("2.83"))
    await ada.press(card, "Edit")
    view = await ada.sees_view("Edit entry")
    assert any(value.get("value") == "2.83" for block in view.state.values() for value in block.values())
    await ada.submit(view, {"note": "grows on"})
    await ada.sees("Logged 2.83 h")
    assert theirs(here, "grows on").booked == Decimal("2.83")


async def test_undo_of_what_became_something_else_is_asked_again(here: DemoStack, ada: Person) -> None:
    await ada.command("/log", "1h ACME-12 #design five now", "C0GENERAL")
    card = await ada.sees("Logged 1 h")
    here.doubles.harvest.state.change(theirs(here, "five now"), booked=Decimal(5))
    await ada.press(card, "Undo")
    asked = await ada.sees("Nothing was done")
    assert "Logged 5 h" in asked.reading
    await ada.press(asked, "Undo")
    await ada.sees("Undone: 5 h")


async def test_hours_approved_meanwhile_stay(here: DemoStack, ada: Person, entries_of: Entries) -> None:
    await ada.command("/log", "1h ACME-12 #design approved now", "C0GENERAL")
    card = await ada.sees("Logged 1 h")
    here.doubles.harvest.state.change(theirs(here, "approved now"), approval_status="approved")
    await ada.press(card, "Undo")
    await ada.sees("approved in Harvest")
    await ada.press(card, "Edit")
    assert len(entries_of("approved now")) == 1


async def test_an_entry_typed_in_harvest_has_buttons_too(here: DemoStack, ada: Person) -> None:
    state = here.doubles.harvest.state
    await ada.command("/log", "1h ACME-12 #design first", "C0GENERAL")
    await ada.sees("Logged 1 h")
    first = theirs(here, "first")
    made = state.add_entry(
        user_id=first.user_id,
        project_id=first.project_id,
        task_id=first.task_id,
        spent_date=date(2026, 11, 1),
        booked=Decimal("0.33"),
        notes="typed there",
    )
    await ada.command("/log", "list 01.11.2026", "C0GENERAL")
    shown = await ada.sees("typed there", "C0GENERAL")
    await ada.press(shown, "Undo")
    await ada.sees("Undone")
    assert made.id not in state.entries


async def test_a_list_says_when_harvest_does_not_answer(here: DemoStack, ada: Person) -> None:
    here.doubles.harvest.faults.next(Kind.ERROR_BEFORE, matching="GET /v2/time_entries*", times=20)
    await ada.command("/log", "list", "C0GENERAL")
    await ada.sees("Harvest does not answer; as of", "C0GENERAL")


async def test_a_draft_of_yesterday_is_of_today_and_gone_once_it_is_logged(here: DemoStack, ada: Person) -> None:
    await ada.command("/log", "1h", "C0GENERAL")
    view = await ada.sees_view("Log time")
    await ada.submit(view, {"project": "ACME-12", "day": "2026-11-20", "duration": "1", "note": "left open"})
    await ada.close(given(ada.view))
    here.doubles.clock.advance(timedelta(days=1))
    await ada.command("/log", "", "C0GENERAL")
    again = await ada.sees_view("Log time")
    chosen = [value.get("selected_date") for block in again.state.values() for value in block.values()]
    assert "2026-11-21" in chosen
    await ada.close(given(ada.view))
    await ada.command("/log", "1h ACME-12 #design left open", "C0GENERAL")
    await ada.sees("Logged 1 h")
    await ada.command("/log", "", "C0GENERAL")
    empty = await ada.sees_view("Log time")
    assert not any(value.get("value") == "left open" for block in empty.state.values() for value in block.values())


@pytest.mark.parametrize("how", ["archived", "unassigned"])
async def test_who_can_mend_a_refusal_is_shown_it(
    here: DemoStack, ada: Person, maya: Person, trail: Trail, how: str
) -> None:
    state = here.doubles.harvest.state
    member = given(state.user_assignment(trail.project.id, trail.ada.id))
    state.change(*((trail.project,) if how == "archived" else (member,)), is_active=False)
    await ada.command("/log", "1h TRAIL-1 #design refused", "C0GENERAL")
    card = await ada.sees("Held: 1 h")
    told = await maya.sees("Harvest refuses it")
    assert "Ada" in told.reading
    assert f"/projects/{trail.project.id}|Open the project in Harvest" in told.text
    state.change(*((trail.project,) if how == "archived" else (member,)), is_active=True)
    await ada.press(card, "Retry")
    await ada.sees("Logged 1 h")


async def test_status_says_that_harvest_does_not_answer(here: DemoStack, ada: Person) -> None:
    here.doubles.harvest.faults.next(Kind.ERROR_BEFORE, matching="GET /v2/time_entries*", times=20)
    await ada.command("/gleaner", "status", "C0GENERAL")
    told = await ada.sees("does not answer at the moment", "C0GENERAL")
    assert "last imported" in told.reading
