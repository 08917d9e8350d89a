"""`/gleaner`: the channel's project, status, help, aliases; and people Harvest does not know."""

from collections.abc import Callable

import pytest

from bot.cli.demo import DemoStack
from sandbox.harvest.records import Entry
from sandbox.slack.person import Person

Entries = Callable[[str], list[Entry]]
GENERAL = "C0GENERAL"


@pytest.mark.both_databases
async def test_a_linked_channel_needs_no_code(ada: Person, entries_of: Entries) -> None:
    await ada.command("/gleaner", "link ACME-12", GENERAL)
    await ada.sees("stands for *Website relaunch*")
    await ada.command("/log", "45m #design stand-up", GENERAL)
    await ada.sees("Logged 0.75 h")
    assert len(entries_of("stand-up")) == 1


async def test_without_a_link_and_a_target_the_nearest_three_and_the_form(ada: Person) -> None:
    """Ruling 1."""
    await ada.command("/log", "45m stand-up", GENERAL)
    await ada.sees("linked to no project")
    await ada.sees_view("Log time")


async def test_every_command_works_under_gleaner(ada: Person, entries_of: Entries) -> None:
    await ada.command("/gleaner", "log 1h ACME-12 #design by alias", GENERAL)
    await ada.sees("Logged 1 h")
    assert len(entries_of("by alias")) == 1
    await ada.command("/gleaner", "timer", GENERAL)
    await ada.sees("No timer of yours is running")


async def test_help_and_status_answer(ada: Person) -> None:
    await ada.command("/gleaner", "", GENERAL)
    await ada.sees("Gleaner puts your hours into Harvest")
    await ada.command("/gleaner", "status", GENERAL)
    await ada.sees("keeps durations")
    await ada.command("/gleaner", "dance", GENERAL)
    await ada.sees("no word I know")


async def test_somebody_harvest_does_not_know_is_told_and_so_is_the_coordinator(here: DemoStack) -> None:
    agency = here.doubles.agency
    known = {user.email for user in here.doubles.harvest.state.users.values()}
    stranger = next(one for one in agency.people if one.email not in known)
    person = here.doubles.slack.person(stranger.slack_id)
    await person.command("/log", "1h ACME-12 x", GENERAL)
    await person.sees("no active Harvest user")
    await here.doubles.slack.person(agency.coordinator).sees("wants to log time", within=10)
