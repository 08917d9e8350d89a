"""Hours typed in Asana: they land in Harvest, or wait as a card whose buttons mend that."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.cli.demo import DemoStack
from sandbox.asana_seed import BOT_TOKEN
from sandbox.faults import Kind
from sandbox.slack.person import Person
from sandbox.slack.state import Message
from sync.ports.engine import Job
from tests.journeys.asana_office import Office
from tests.journeys.trail_project import person_called, told

GENERAL = "C0GENERAL"
ELM = "ELM-1 Admissions site"
MUSEUM = "New business: Harbour Museum"


@pytest.fixture
def settings_of() -> dict[str, Any]:
    return {"asana_access_token": BOT_TOKEN}


@pytest.fixture
async def office(here: DemoStack) -> Office:
    return await Office.opened(here)


@pytest.fixture
def owen(here: DemoStack) -> Person:
    """The coordinator, a Harvest administrator."""
    return person_called(here, "Owen")


def _forge(message: Message, value: str) -> None:
    """Somebody changes what the buttons carry."""
    for block in message.blocks:
        for element in block.get("elements", []):
            if element.get("type") == "button":
                element["value"] = value


@pytest.mark.both_databases
async def test_typed_hours_become_an_entry(office: Office) -> None:
    """The right person's, on the right project, task and day, once."""
    office.type("Homepage copy", "Ada", "4.75")
    entry = await office.lands("Homepage copy", "1.50")
    assert (office.name_of(entry), entry.spent_date.isoformat(), entry.notes) == ("Ada", "2026-11-20", "Homepage copy")
    await office.looked()
    assert len(office.entries("Homepage copy")) == 1
    office.type("Patient sign-in", "Priya", "4.25")
    assert (await office.lands("Patient sign-in", "0.63")).booked == Decimal("0.63"), "half, rounded once (ruling 10)"


async def test_one_press_links_where_the_proposal_is_certain(office: Office, owen: Person) -> None:
    office.type("Open day page", "Tom", "3")
    card = await owen.sees("1.5 h of Tom Whitfield on", within=12)
    assert "*Admissions site* (ELM-1), Elmwood School: its code stands in the name" in card.reading
    await owen.press(card, "Link project")
    await owen.sees("go to *Admissions site* (ELM-1) › ")
    await owen.sees(f"<@{owen.id}> linked it to *Admissions site* (ELM-1)")
    entry = await office.lands("Open day page", "1.50")
    assert office.name_of(entry) == "Tom"
    await owen.press(card, "Link project")
    await owen.sees("is linked to *Admissions site* (ELM-1) already")


async def test_a_form_links_where_it_is_not(office: Office, owen: Person) -> None:
    """What waits is listed, and goes out once it is linked."""
    office.type("Estimate", "Erik", "1.75")
    card = await owen.sees("1 h of Erik Sandberg on", within=12)
    assert "No Harvest project has a similar name" in card.reading
    await owen.press(card, "Link project")
    view = await owen.sees_view("Link project")
    assert "1 h of Erik Sandberg" in str(view.blocks)
    await owen.choose(view, "project", "LUM-1")
    await owen.submit(view, {"default": "Administration"})
    await owen.sees("go to *Internal* (LUM-1) › Administration now. 1 h of 1 task will be logged in Harvest now.")
    await office.lands("Estimate", "1.00")


async def test_a_project_is_created_once(office: Office, owen: Person) -> None:
    """Client, name and tasks; who waits is put on it; the second press says how it stands."""
    office.type("Pitch deck", "Lucas", "4")
    card = await owen.sees("1 h of Lucas Meyer on", within=12)
    await owen.press(card, "Create project")
    view = await owen.sees_view("Create project")
    await owen.submit(view, {"client": "Lumen Studio", "name": "Harbour Museum", "code": "LUM-2"})
    await owen.sees("go to *Harbour Museum* (LUM-2)", within=12)
    await office.lands("Pitch deck", "1.00")
    await owen.press(card, "Create project")
    await owen.sees("is linked to *Harbour Museum* (LUM-2) already")
    made = [one for one in office.here.doubles.harvest.state.projects.values() if one.name == "Harbour Museum"]
    assert len(made) == 1


async def test_who_may_not_is_refused(office: Office, ada: Person, owen: Person) -> None:
    """Each with a sentence and a row of audit; tampered values as well."""
    office.type("Open day page", "Tom", "3")
    card = await owen.sees("1.5 h of Tom Whitfield on", within=12)
    await ada.press(card, "Link project")
    await office.is_audited("mapping.link.refused", office.project(ELM).gid)
    await ada.command("/gleaner", "map", GENERAL)
    await ada.sees("Only the coordinator or a Harvest administrator can decide", GENERAL)
    ada.reload()
    await ada.command("/gleaner", "audit", GENERAL)
    await ada.sees("Only the coordinator or a Harvest administrator can decide", GENERAL)
    for value in ("p:404:1", "p:", "x", f"p:{office.project(ELM).gid}:999999"):
        owen.reload()
        _forge(card, value)
        await owen.press(card, "Link project")
        await owen.sees("I can't find that")
    assert office.entries("Open day page") == []


async def test_discard_and_retry(office: Office, owen: Person) -> None:
    """Somebody left Harvest: the card says who, Retry looks once more, Discard ends it, and twice is a sentence."""
    sofia = office.harvest_user("Sofia")
    sofia.is_active = False
    await office.imported()
    office.type("Navigation prototype", "Sofia", "3")
    card = await owen.sees("1 h of Sofia Alvarez on", within=12)
    assert "an active Harvest user" in card.reading
    await owen.press(card, "Retry")
    await owen.sees("Still waiting")
    await owen.press(card, "Discard")
    await owen.sees("Discarded: nothing is logged.")
    await owen.sees(f"Discarded by <@{owen.id}>: nothing is logged.")
    await owen.press(card, "Discard")
    await owen.sees("That has been decided, or has changed")
    sofia.is_active = True
    await office.imported()
    await office.looked()
    assert office.entries("Navigation prototype") == []


async def test_who_left_asana_is_still_known_by_what_was_known_before(office: Office) -> None:
    """Asana shows no address of theirs any more; hours they typed before, heard of later, are theirs."""
    office.type("Homepage copy", "Ada", "4.75")
    await office.lands("Homepage copy", "1.50")
    office.here.doubles.asana.deliveries.lose_next()
    office.type("Homepage copy", "Ada", "5.25")
    office.state.remove_user(office.person("Ada"))
    await office.looked()
    entry = await office.lands("Homepage copy", "2.00")
    assert office.name_of(entry) == "Ada"


async def test_a_card_that_grows_is_discarded_as_a_whole(office: Office, owen: Person) -> None:
    """It says what waits by now, also on other tasks, and its buttons decide about that."""
    office.harvest_user("Sofia").is_active = False
    await office.imported()
    office.type("Navigation prototype", "Sofia", "3")
    await owen.sees("1 h of Sofia Alvarez on", within=12)
    office.type("Navigation prototype", "Sofia", "4")
    await owen.sees("2 h of Sofia Alvarez on", within=15)
    office.type("Homepage copy", "Sofia", "4.25")
    card = await owen.sees("3 h of 2 tasks", within=15)
    assert len(told(owen, "an active Harvest user")) == 1
    await owen.press(card, "Discard")
    await owen.sees("Discarded: nothing is logged.")
    await owen.sees(f"Discarded by <@{owen.id}>: nothing is logged.")
    await office.looked()
    assert (office.entries("Navigation prototype"), office.entries("Homepage copy")) == ([], [])


async def test_hours_nobody_typed_are_given_to_somebody(office: Office, owen: Person) -> None:
    """A copied task: Log time asks whose they are and of which day."""
    office.add("Website relaunch", "Copied page", assignee="Ada", hours="2")
    card = await owen.sees("on <", within=12)
    card = await owen.sees("Copied page", within=12)
    await owen.press(card, "Log time")
    view = await owen.sees_view("Whose hours")
    await owen.submit(view, {"who": "Tom Whitfield", "day": "2026-11-19"})
    await owen.sees("The hours will be logged in Harvest on 2026-11-19")
    entry = await office.lands("Copied page", "2.00")
    assert (office.name_of(entry), entry.spent_date.isoformat()) == ("Tom", "2026-11-19")


async def test_mends_wait_while_the_budget_is_locked(office: Office, owen: Person) -> None:
    """Hours that somebody gives away are kept; an edit is not put back upwards, and the way out is offered."""
    office.type("Homepage copy", "Ada", "5.25")
    entry = await office.lands("Homepage copy", "2.00")
    await office.imported()
    office.here.doubles.harvest.state.change(entry, booked=Decimal(1))
    await office.imported()
    await office.looked()
    card = await owen.sees("somebody changed the entry there", within=12)
    await owen.command("/budget", "lock ACME-12", GENERAL)
    await owen.sees("locked", GENERAL)
    await owen.press(card, "Restore")
    refused = await owen.sees("Press Request unlock, or log on another project")
    assert "Request unlock" in refused.reading.splitlines()
    office.add("Website relaunch", "Copied page", assignee="Ada", hours="2")
    copied = await owen.sees("Copied page", within=12)
    await owen.press(copied, "Log time")
    view = await owen.sees_view("Whose hours")
    await owen.submit(view, {"who": "Tom Whitfield", "day": "2026-11-19"})
    await owen.sees("The hours are kept, and will be logged once it is unlocked.")
    await office.looked()
    assert office.entries("Copied page") == []


async def test_an_entry_deleted_in_harvest_is_restored_or_accepted(office: Office, owen: Person) -> None:
    office.type("Homepage copy", "Ada", "4.25")
    entry = await office.lands("Homepage copy", "1.00")
    await office.imported()
    del office.here.doubles.harvest.state.entries[entry.id]
    await office.imported()
    await office.looked()
    card = await owen.sees("somebody deleted the entry in Harvest", within=12)
    await owen.press(card, "Restore")
    await owen.sees("putting the entry back into Harvest")
    await office.lands("Homepage copy", "1.00")
    await owen.sees("the entry is put back into Harvest")


async def test_the_map_reads_asana_anew(office: Office, owen: Person) -> None:
    """A project made, or a section added, just now is there; where Asana does not answer, that is said."""
    place = office.project(ELM).workspace
    office.state.add_project("Acme shop", place, by=office.person("Ada"))
    await owen.command("/gleaner", "map Acme shop", GENERAL)
    await owen.sees("Acme shop>* is not linked.", GENERAL)
    office.state.add_section(office.project("Booking portal"), "Retainer")
    await owen.command("/gleaner", "map BRIG-3", GENERAL)
    await owen.sees("Retainer → ", GENERAL)
    owen.reload()
    office.here.doubles.asana.faults.sprinkle(1.0, kinds=[Kind.ERROR_BEFORE], matching="GET /api/1.0/*")
    await owen.command("/gleaner", "map", GENERAL)
    shown = await owen.sees("linked to Harvest", GENERAL, within=20)
    assert "Asana does not answer just now" in shown.reading
    office.here.doubles.asana.faults.clear()


async def test_time_tracked_where_typed_hours_count_is_told(office: Office, owen: Person) -> None:
    """On a task on which time was tracked before go-live already; no event of Asana's tells of it."""
    await office.looked()
    task = office.state.task_named("Departures list")
    office.state.add_time_entry(task, office.person("Sofia"), 100, office.here.doubles.clock.now().date())
    office.here.doubles.clock.advance(timedelta(minutes=11))
    await office.looked()
    told_of = await owen.sees("stand in Asana's time tracking, but hours of", within=15)
    assert "/gleaner map" in told_of.reading
    await office.looked()
    assert len(told(owen, "stand in Asana's time tracking, but hours of")) == 1


async def test_what_is_ignored_is_found_by_its_name(office: Office, owen: Person) -> None:
    office.type("Pitch deck", "Lucas", "4")
    card = await owen.sees("1 h of Lucas Meyer on", within=12)
    await owen.press(card, "Ignore")
    await owen.command("/gleaner", f"map {MUSEUM}", GENERAL)
    await owen.press(await owen.sees("Harbour Museum* is ignored.", GENERAL), "Stop ignoring")
    await owen.sees("is no longer ignored", GENERAL)


async def test_of_asana_projects_with_one_name_the_map_asks_which(office: Office, owen: Person) -> None:
    """Asana takes a name any number of times; `/gleaner map GID` means one of them."""
    first, second = office.project("Booking portal"), office.project(MUSEUM)
    office.state.rename_project(first, "Twin", office.person("Owen"))
    office.state.rename_project(second, "twin", office.person("Owen"))
    await office.looked()
    await owen.command("/gleaner", "map TWIN", GENERAL)
    asked = await owen.sees("is 2 Asana projects", GENERAL)
    offered = set(re.findall(r"`/gleaner map (\d+)`", asked.reading))
    assert offered == {first.gid, second.gid}
    for gid, text in ((first.gid, "Default task: "), (second.gid, "is not linked")):
        owen.reload()
        await owen.command("/gleaner", f"map {gid}", GENERAL)
        await owen.sees(text, GENERAL)


async def test_the_map_the_audit_and_what_is_ignored(office: Office, owen: Person) -> None:
    office.type("Open day page", "Tom", "3")
    await owen.sees("1.5 h of Tom Whitfield on", within=12)
    await owen.command("/gleaner", "map", GENERAL)
    shown = await owen.sees("5 linked to Harvest, 2 not", GENERAL)
    assert "1.5 h of 1 task wait" in shown.reading
    await owen.command("/gleaner", "map BRIG-3", GENERAL)
    page = await owen.sees("Default task: ", GENERAL)
    await owen.press(page, "Tasks")
    view = await owen.sees_view("goes to the project's default task")
    doing = next(one for one in office.project("Booking portal").sections if one.name == "Doing")
    await owen.submit(view, {f"c:{doing.gid}": "Development"})
    await owen.sees("1 of the tasks of *Booking portal* changed")
    await owen.command("/gleaner", "map Booking portal", GENERAL)
    await owen.sees("Section Doing → Development", GENERAL)
    await owen.command("/gleaner", "map export", GENERAL)
    await owen.sees("gleaner mapping export FILE", GENERAL)
    await owen.command("/gleaner", "map brokking", GENERAL)
    await owen.sees("/gleaner map Booking portal", GENERAL)
    owen.reload()
    await owen.command("/gleaner", f"map {MUSEUM}", GENERAL)
    await owen.press(await owen.sees("is not linked", GENERAL), "Ignore")
    await owen.sees("is ignored now", GENERAL)
    office.type("Estimate", "Erik", "2")
    await office.looked()
    assert told(owen, "Erik Sandberg") == []
    await owen.command("/gleaner", "map ignored", GENERAL)
    await owen.press(await owen.sees("Harbour Museum* is ignored.", GENERAL), "Stop ignoring")
    await owen.sees("is no longer ignored", GENERAL)


async def test_the_audit_comes_as_a_message_and_as_a_file(office: Office, owen: Person) -> None:
    await office.looked()
    await owen.command("/gleaner", "audit", GENERAL)
    shown = await owen.sees("2 of 7 Asana projects", GENERAL)
    assert MUSEUM in shown.reading
    assert "all of it is in asana-audit.csv, in your messages from me" in shown.reading
    (file,) = owen.dms()[-1].files
    header, *rows = (file.content or b"").decode().splitlines()
    assert header.startswith("asana_project_gid,")
    assert (len(rows), MUSEUM in "".join(rows)) == (2, True)


async def test_renamed_on_both_sides_and_copied(office: Office, owen: Person) -> None:
    """Harmless, and the coordinator reads of it."""
    await office.looked()
    office.state.rename_project(office.project("Website relaunch"), "Webshop", office.person("Maya"))
    await owen.sees("*Website relaunch* is called *Webshop* in Asana now. The link stays", within=12)
    there = next(one for one in office.here.doubles.harvest.state.projects.values() if one.code == "ACME-12")
    office.rename_in_harvest(there, "Shop relaunch")
    await office.imported()
    await office.looked()
    await owen.sees("*Website relaunch* is called *Shop relaunch* in Harvest now", within=12)
    office.type("Homepage copy", "Ada", "4.25")
    await office.lands("Homepage copy", "1.00")
    office.state.duplicate_project(office.project("Webshop"), None, office.person("Maya"))
    await office.looked()
    card = await owen.sees("is new in Asana and not linked to a Harvest project", within=12)
    assert "It looks like a copy of another project" in card.reading
    await owen.press(card, "Link project")
    view = await owen.sees_view("Link project")
    await owen.choose(view, "project", "ACME-15")
    await owen.submit(view, {"default": "Support"})
    await owen.sees("is linked to *Shop maintenance* (ACME-15)")


async def test_archived_in_asana_and_moved_subtask(office: Office, owen: Person) -> None:
    """New hours wait, and go out by themselves once it is restored."""
    office.type("Analytics events", "Priya", "1.75")
    await office.lands("Analytics events", "1.00")
    subtask, above = office.state.task_named("Analytics events"), office.state.task_named("Logo sketches")
    office.state.set_parent(subtask, above, office.person("Maya"))
    moved = await owen.sees("moved to another project. Its 1 h stay", within=12)
    assert "Analytics events" in moved.reading
    office.state.archive_project(office.project("Booking portal"), office.person("Maya"))
    await owen.sees("*Booking portal*: its project in Asana is archived or gone", within=12)
    office.type("Patient sign-in", "Priya", "4")
    await office.looked()
    await owen.sees("the project is archived in Asana", within=12)
    office.state.unarchive_project(office.project("Booking portal"), office.person("Maya"))
    await office.looked()
    await office.lands("Patient sign-in", "0.50")
    await owen.sees("Resolved: the cause is gone", within=12)


async def test_the_weekly_report(office: Office, owen: Person, here: DemoStack) -> None:
    """Completed tasks without hours; what genuinely cost nothing is remembered, if its assignee says so."""
    for name in ("Redirects", "Colour palette"):  # and App icon, which was completed before
        office.state.complete_task(office.state.task_named(name), office.person("Ada"))
    await office.looked()
    await office.job(Job.WEEKLY_REPORT)
    report = await owen.sees("3 tasks were completed since", within=12)
    priya, tom = person_called(here, "Priya"), person_called(here, "Tom")
    await priya.press(report, "No time needed")
    await office.is_audited("task.free.refused", office.state.task_named("Redirects").gid)
    await tom.press(report, "No time needed")
    changed = await owen.sees("Website relaunch: it really took no time")
    await owen.press(changed, "Log time")
    view = await owen.sees_view("Log time")
    await owen.submit(view, {"duration": "1h"})
    entry = await office.lands("App icon", "1.00")
    assert (office.name_of(entry), entry.notes) == ("Owen", "App icon")


async def test_the_form_keeps_the_task_whose_address_was_typed(office: Office, ada: Person) -> None:
    """Be it the form that opened at once, or the one that the answer's button opens later."""
    task = office.state.task_named("Homepage copy")
    for hours, notes in (("0.75h", "typed first"), ("1.25h", "Homepage copy")):
        typed = "typed first" if notes == "typed first" else ""
        await ada.command(
            "/log",
            f"{hours} https://app.asana.com/0/{office.project('Website relaunch').gid}/{task.gid} #knitting {typed}",
            GENERAL,
        )
        answer = await ada.sees("no task that starts with “#knitting”")
        view = await ada.sees_view("knitting")
        if not typed:
            await ada.close(view)
            await ada.press(answer, "Log time")
            view = await ada.sees_view("Log time")
        await ada.submit(view, {"task": "Design"})
        await ada.sees(f"Logged {hours.removesuffix('h')} h on *Website relaunch* (ACME-12) › Design")
        entry = office.entries("Homepage copy")[-1]
        assert (entry.notes, entry.reference and entry.reference.group_id) == (
            notes,
            office.project("Website relaunch").gid,
        )
