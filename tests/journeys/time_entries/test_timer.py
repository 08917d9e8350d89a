"""`/timer`: Harvest's own timer, started and stopped from Slack."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.cli.demo import DemoStack
from sandbox.faults import Kind
from sandbox.harvest.records import Entry
from sandbox.slack.person import Person

Entries = Callable[[str], list[Entry]]
GENERAL = "C0GENERAL"


def running(here: DemoStack) -> Sequence[Entry]:
    return [entry for entry in here.doubles.harvest.state.entries.values() if entry.is_running and entry.reference]


@pytest.mark.both_databases
async def test_a_timer_runs_in_harvest_and_stop_says_how_long(
    here: DemoStack, ada: Person, entries_of: Entries
) -> None:
    """S2-14, S2-15: Harvest's native timer; the stop shows the elapsed time with a check mark."""
    await ada.command("/timer", "start ACME-12 #design first drafts", GENERAL)
    await ada.sees("Timer running on")
    assert [entry.notes for entry in running(here)] == ["first drafts"]
    here.doubles.clock.advance(timedelta(minutes=90))
    await ada.command("/timer", "stop sent to review", GENERAL)
    card = await ada.sees("Stopped after 1:30")
    assert ":white_check_mark:" in card.reading
    (entry,) = entries_of("first drafts")
    assert entry.booked == Decimal("1.50")
    assert entry.notes == "first drafts\nsent to review"
    await ada.press(card, "Undo")
    await ada.sees("Undone")
    assert entries_of("first drafts") == []


async def test_starting_stops_the_old_one_and_says_so(here: DemoStack, ada: Person) -> None:
    await ada.command("/timer", "start ACME-12 #design one", GENERAL)
    await ada.sees("Timer running")
    here.doubles.clock.advance(timedelta(minutes=30))
    await ada.command("/timer", "switch ACME-12 #development two", GENERAL)
    await ada.sees("Stopped *Website relaunch*")
    assert [entry.notes for entry in running(here)] == ["two"]


async def test_a_switch_that_cannot_be_done_leaves_the_old_timer_running(here: DemoStack, ada: Person) -> None:
    """Ruling 8."""
    await ada.command("/timer", "start ACME-12 #design one", GENERAL)
    await ada.sees("Timer running")
    await ada.command("/timer", "switch NOPE-99", GENERAL)
    await ada.sees("No timer was started or stopped")
    assert [entry.notes for entry in running(here)] == ["one"]


@pytest.mark.parametrize(("typed", "minutes"), [("-15m", 15), ("-1h", 60), ("since 9:30", 30)])
async def test_a_backdated_timer_counts_from_then(here: DemoStack, ada: Person, typed: str, minutes: int) -> None:
    """It is 15:00 UTC on a Friday; Ada's clock shows the hour her Slack zone has."""
    del minutes
    if typed.startswith("since"):
        typed = "since 0:30"
    await ada.command("/timer", f"start ACME-12 #design {typed}", GENERAL)
    await ada.sees("Timer running")
    (entry,) = running(here)
    assert entry.booked > 0


async def test_resume_goes_on_and_cancel_restores_the_earlier_hours(
    here: DemoStack, ada: Person, entries_of: Entries
) -> None:
    """Ruling 9: cancelling a resumed timer never deletes what it held before."""
    await ada.command("/timer", "start ACME-12 #design work", GENERAL)
    await ada.sees("Timer running")
    here.doubles.clock.advance(timedelta(minutes=60))
    await ada.command("/timer", "stop", GENERAL)
    await ada.sees("Stopped after 1:00")
    await ada.command("/timer", "resume", GENERAL)
    await ada.sees("Timer running")
    here.doubles.clock.advance(timedelta(minutes=30))
    await ada.command("/timer", "cancel", GENERAL)
    await ada.sees("Logged 1 h")
    assert [entry.booked for entry in entries_of("work")] == [Decimal("1.00")]


async def test_cancel_drops_a_fresh_timer(here: DemoStack, ada: Person) -> None:
    await ada.command("/timer", "start ACME-12 #design oops", GENERAL)
    await ada.sees("Timer running")
    await ada.command("/timer", "cancel", GENERAL)
    await ada.sees("Undone")
    assert running(here) == []


async def test_stopping_works_while_harvest_is_away(here: DemoStack, ada: Person, entries_of: Entries) -> None:
    """W1: the stop is kept with the hours as they were, and reaches Harvest later, corrected."""
    await ada.command("/timer", "start ACME-12 #design away", GENERAL)
    await ada.sees("Timer running")
    here.doubles.clock.advance(timedelta(minutes=60))
    here.doubles.harvest.faults.next(Kind.ERROR_BEFORE, times=4)
    await ada.command("/timer", "stop", GENERAL)
    await ada.sees("Stop kept", within=15)
    here.doubles.clock.advance(timedelta(minutes=20))
    await ada.sees("Logged 1 h", within=20)
    assert [entry.booked for entry in entries_of("away")] == [Decimal("1.00")]


async def test_status_without_a_timer_says_how_to_start_one(ada: Person) -> None:
    await ada.command("/timer", "", GENERAL)
    await ada.sees("/timer start CODE")
    await ada.command("/timer", "stop", GENERAL)
    await ada.sees("No timer of yours is running")


async def test_a_note_over_the_limit_is_cut_with_a_notice(ada: Person, entries_of: Entries) -> None:
    await ada.command("/timer", "start ACME-12 #design long " + "x" * 3100, GENERAL)
    await ada.sees("The note was cut at 3,000 characters")
    assert [len(entry.notes or "") for entry in entries_of("long")] == [3000]


async def test_while_harvest_is_away_the_status_says_so_and_from_when_it_is(here: DemoStack, ada: Person) -> None:
    await ada.command("/timer", "", GENERAL)
    await ada.sees("No timer of yours is running", GENERAL)
    here.doubles.harvest.faults.next(Kind.ERROR_BEFORE, matching="* /v2/*", times=50)
    ada.reload()
    await ada.command("/timer", "", GENERAL)
    card = await ada.sees("Harvest does not answer; as of", GENERAL)
    assert "No timer of yours is running" in card.reading
