"""What people really type, from Slack's own spelling of it to the entry in Harvest."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.cli.demo import DemoStack
from sandbox.harvest.records import Entry
from sandbox.slack.person import Person

Entries = Callable[[str], list[Entry]]
LINKED = "C0ACME12"
"""A channel that is linked to ACME-12 in these journeys."""


@pytest.fixture
async def linked(ada: Person) -> Person:
    await ada.command("/gleaner", "link ACME-12", LINKED)
    await ada.sees("ACME-12", LINKED)
    return ada


@pytest.mark.parametrize(
    ("line", "hours", "day"),
    [
        ("1 hour 30 minutes #design Review", "1.5", 20),
        ("1h, 30m #design Review", "1.5", 20),
        ("1½ Std gestern #design Review", "1.5", 19),
        ("9:00 - 10:30 #design Review", "1.5", 20),
        ("2h last thursday #design Review", "2", 19),
        ("11/19 2h #design Review", "2", 19),
        ("2\u00a0h 19 Nov\n#design Review", "2", 19),
    ],
)
async def test_hours_and_days_are_logged_as_they_are_said(
    linked: Person, entries_of: Entries, line: str, hours: str, day: int
) -> None:
    await linked.command("/log", line, LINKED)
    await linked.sees("Logged", LINKED)
    (entry,) = entries_of("Review")
    assert (entry.booked, entry.spent_date, entry.notes) == (Decimal(hours), date(2026, 11, day), "Review")


async def test_a_code_in_a_note_is_asked_about_and_the_answer_logs_there(linked: Person, entries_of: Entries) -> None:
    """Nothing is logged on the channel's project; either of the two lines does what it says."""
    await linked.command("/log", "1h #design for FJORD-9 fix calendar", LINKED)
    asked = await linked.sees("“FJORD-9” is the project", LINKED)
    assert entries_of("fix calendar") == []
    there, as_note = re.findall("`/log ([^`]+)`", asked.reading)
    await linked.command("/log", as_note, LINKED)
    await linked.sees("Logged 1 h on *Website relaunch*", LINKED)
    await linked.command("/log", there, LINKED)
    await linked.sees("Logged 1 h on *Timetable app*", LINKED)
    assert sorted(entry.notes or "" for entry in entries_of("fix calendar")) == [
        "fix calendar",
        "for FJORD-9 fix calendar",
    ]


async def test_what_stays_in_a_note_is_said_on_the_card(linked: Person, entries_of: Entries) -> None:
    await linked.command("/log", "1h ACME-12 #design sync with FJORD-9 about it", LINKED)
    await linked.sees("“FJORD-9” stays in the note", LINKED)
    assert len(entries_of("sync with FJORD-9 about it")) == 1


@pytest.mark.parametrize("between", ["\u00a0", "\n", " \u200b "])
async def test_log_is_found_behind_gleaner_whatever_stands_between(
    ada: Person, entries_of: Entries, between: str
) -> None:
    await ada.command("/gleaner", f"log{between}1h ACME-12 #design pasted", "C0GENERAL")
    await ada.sees("Logged 1 h")
    assert len(entries_of("pasted")) == 1


async def test_a_code_that_slack_made_a_link_of_is_found(here: DemoStack, ada: Person, entries_of: Entries) -> None:
    project = next(one for one in here.doubles.harvest.state.projects.values() if one.code == "ACME-12")
    project.code = "acme.com"
    project.updated_at += timedelta(days=1)
    await here.gleaner.flows.imports.run()
    await ada.command("/log", "1h acme.com #design nav", "C0GENERAL")
    await ada.sees("Logged 1 h")
    assert [entry.project_id for entry in entries_of("nav")] == [project.id]


async def test_a_timer_is_backdated_by_what_is_said_behind_it(ada: Person) -> None:
    await ada.command("/timer", "start ACME-12 #design -15m back", "C0GENERAL")
    await ada.sees("ACME-12")
    await ada.command("/timer", "stop", "C0GENERAL")
    await ada.sees("Stopped after 0:15: 0.25 h")


async def test_a_budget_is_shown_by_name_and_for_a_month(maya: Person) -> None:
    await maya.command("/budget", "Website relaunch", "C0GENERAL")
    await maya.sees("Website relaunch")
    await maya.command("/budget", "Shop maintenance 2026-10", "C0GENERAL")
    await maya.sees("2026-10")
    await maya.command("/budget", "ACME-12 2026-10", "C0GENERAL")
    await maya.sees("has no months")
