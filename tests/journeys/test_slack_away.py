"""Slack itself fails while somebody uses Gleaner: they read so, and nothing else stops."""

from collections.abc import Callable

from bot.cli.demo import DemoStack
from sandbox.faults import Kind
from sandbox.harvest.records import Entry
from sandbox.slack.person import Person
from tests.noise import Noise

Entries = Callable[[str], list[Entry]]


async def test_who_somebody_is_cannot_be_asked(here: DemoStack, log: Noise, ada: Person, entries_of: Entries) -> None:
    """`users.info` answers 503 with a page that is no JSON."""
    here.doubles.slack.faults.next(Kind.ERROR_BEFORE, matching="POST /api/users.info", times=1)
    here.doubles.slack.faults.next(Kind.ERROR_BEFORE, matching="GET /api/users.info", times=1)
    await ada.command("/log", "1h ACME-12 #design unlucky", "C0GENERAL")
    await ada.sees("Slack did not answer just now, so nothing was changed")
    assert entries_of("unlucky") == []
    assert log.tracebacks == []


async def test_an_answer_that_slack_does_not_take_is_given_again(
    here: DemoStack, log: Noise, ada: Person, entries_of: Entries
) -> None:
    """The hours are in Harvest, so nobody may read that nothing was changed; the card comes, and they stay once."""
    slack = here.doubles.slack.faults
    slack.next(Kind.ERROR_BEFORE, matching="POST /hooks/*")
    slack.next(Kind.ERROR_BEFORE, matching="POST /api/chat.postMessage")
    await ada.command("/log", "1h ACME-12 #design told late", "C0GENERAL")
    await ada.sees("Logged 1 h")
    assert len(entries_of("told late")) == 1
    assert not any("nothing was changed" in message.reading for message in ada.dms())
    assert log.tracebacks == []
