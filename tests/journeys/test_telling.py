"""What Gleaner says by itself: once, to the right person, and also when the post's own answer is lost."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.cli.demo import DemoStack
from bot.process.schedule import run_job
from sandbox.faults import Kind
from sandbox.harvest.records import Entry
from sandbox.slack.person import Person
from sandbox.slack.state import Message
from store.engine.records import InboxEvent
from sync.errors import OutsideError
from sync.ports.engine import Job

Entries = Callable[[str], list[Entry]]
GENERAL = "C0GENERAL"


def told(person: Person, text: str) -> Sequence[Message]:
    return [message for message in person.dms() if text in message.reading]


async def _deliver_all(here: DemoStack) -> None:
    """Whatever is due, and whatever would be a minute later."""
    for _ in range(2):
        here.doubles.clock.advance(timedelta(minutes=1))
        await run_job(here.gleaner, Job.DELIVER)


async def test_an_entry_told_as_kept_is_told_again_when_it_arrived(
    here: DemoStack, ada: Person, entries_of: Entries
) -> None:
    here.doubles.harvest.faults.next(Kind.ERROR_BEFORE, matching="POST *")
    await ada.command("/log", "1h ACME-12 #design kept first", GENERAL)
    await ada.sees("Kept: 1 h", GENERAL)
    await ada.sees("Logged 1 h", within=15)
    await _deliver_all(here)
    assert len(told(ada, "Logged 1 h")) == 1
    assert len(entries_of("kept first")) == 1


@pytest.mark.both_databases
async def test_a_post_whose_answer_is_lost_is_not_made_twice(here: DemoStack, ada: Person) -> None:
    """Slack posted it and the connection dropped: the message is looked for by its metadata."""
    here.doubles.harvest.faults.next(Kind.ERROR_BEFORE, matching="POST *")
    here.doubles.slack.faults.next(Kind.DROP_AFTER, matching="POST /api/chat.postMessage", times=2)
    await ada.command("/log", "1h ACME-12 #design lost answer", GENERAL)
    await ada.sees("Logged 1 h", within=15)
    await _deliver_all(here)
    assert len(told(ada, "Logged 1 h")) == 1


async def test_an_outage_of_the_import_is_told_once_when_it_begins_and_once_when_it_ends(here: DemoStack) -> None:
    owner = here.doubles.slack.person(here.doubles.agency.coordinator)
    # So many, because the running Gleaner imports every minute by itself.
    here.doubles.harvest.faults.next(Kind.ERROR_BEFORE, matching="GET *", times=10**6)
    for _ in range(2):
        with pytest.raises(OutsideError):
            await run_job(here.gleaner, Job.IMPORT)
    await owner.sees("I cannot read from Harvest", within=10)
    here.doubles.harvest.faults.clear()
    await run_job(here.gleaner, Job.IMPORT)
    await owner.sees("Harvest answers again", within=10)
    assert len(told(owner, "I cannot read from Harvest")) == 1


@pytest.mark.both_databases
async def test_a_fault_of_ours_is_tried_again_and_then_owned_up_to(here: DemoStack, ada: Person) -> None:
    """The row stays, and the person gets a reference that is also in the log."""
    tried = []

    async def broken(event: InboxEvent) -> None:
        tried.append(event.attempts)
        raise RuntimeError("a fault of ours")

    here.gleaner.flows.inbox.handlers["slack"] = broken
    await ada.command("/log", "1h ACME-12 x", GENERAL)
    async with asyncio.timeout(15):
        while len(tried) < 3:
            await _deliver_all(here)
    await ada.sees("kept under G-", within=15)
    await _deliver_all(here)
    assert len(tried) == 3


async def test_slack_away_for_a_while_loses_no_news(here: DemoStack, ada: Person) -> None:
    here.doubles.harvest.faults.next(Kind.ERROR_BEFORE, matching="POST *")
    here.doubles.slack.faults.next(Kind.ERROR_BEFORE, matching="POST /api/*", times=4)
    await ada.command("/log", "1h ACME-12 #design patience", GENERAL)
    await ada.sees("Logged 1 h", within=20)


async def test_the_same_news_is_kept_once(here: DemoStack) -> None:
    """Somebody unknown to Harvest tries twice; the coordinator hears of it once."""
    agency = here.doubles.agency
    stranger = next(one for one in agency.people if one.access is None)
    person: Any = here.doubles.slack.person(stranger.slack_id)
    for _ in range(2):
        await person.command("/log", "1h ACME-12 x", GENERAL)
        await person.sees("no active Harvest user")
    owner = here.doubles.slack.person(agency.coordinator)
    await owner.sees("wants to log time", within=10)
    await _deliver_all(here)
    assert len(told(owner, "wants to log time")) == 1
