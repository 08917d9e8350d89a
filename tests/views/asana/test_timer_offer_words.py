"""Offers of a timer: who is told what, with which buttons, and when there is nothing to tell any more."""

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest

from handlers.asana.news import AsanaWords
from handlers.cards import timer_offer as timer_offers
from store.people.records import Person
from store.time_entries.records import EntryState, TimeEntry
from sync.news.asana import StartOffered, StopOffered, TimerOffer
from sync.time_entries.entries import EntryView
from tests.views.block_kit import Approve, labels, require_valid
from tests.views.entry_samples import HOSTILE, NOW, entry, shown

URL = "https://app.asana.com/0/1/2"
START = StartOffered(
    task_gid="2",
    story_gid="9",
    task="Redirects",
    url=URL,
    project="Website relaunch",
    slack_id="U0ADA",
    by="Tom Weller",
    is_assignment=True,
    since=NOW.isoformat(),
)
RUNNING = entry(EntryState.RUNNING, is_timer=True)
STOP = StopOffered(RUNNING.key, "U0ADA", "Redirects", URL)
ROWS = {
    "assigned": (START, "Tom Weller assigned *<https://app.asana.com/0/1/2|Redirects>* to you (Website relaunch)"),
    "taken": (replace(START, by=None), "You took *"),
    "opened by another": (replace(START, is_assignment=False), "Tom Weller opened your task *"),
    "opened": (replace(START, by=None, is_assignment=False, url=None), "You opened *“Redirects”* again"),
    "completed": (STOP, "is completed, and your timer runs on: 1:05 on *Website relaunch* (ACME-12)"),
}


@dataclass(frozen=True)
class Around:
    """The flows, as far as wording asks them."""

    entry: TimeEntry = RUNNING
    is_standing: bool = True

    async def stands(self, offer: StartOffered) -> bool:
        del offer
        return self.is_standing

    async def any_entry(self, key: str) -> TimeEntry:
        assert key == self.entry.key
        return self.entry

    async def show(self, person: Person, one: TimeEntry, *, with_total: bool) -> EntryView:
        assert (person.slack_id, with_total) == ("U0ADA", False)
        return shown(one)

    async def person(self, slack_id: str) -> Person:
        return Person(slack_id, "Ada Park", None, "Europe/Berlin", 3, NOW)

    async def seconds(self, one: TimeEntry) -> int:
        assert one is self.entry
        return 3_900


def _words(around: Around) -> AsanaWords:
    asana: Any = SimpleNamespace(offers=around)
    flow: Any = around
    return AsanaWords(asana, flow, flow, flow, None)


@pytest.mark.parametrize(("offer", "says"), ROWS.values(), ids=ROWS)
async def test_an_offer_is_worded_for_its_person(offer: TimerOffer, says: str, approve: Approve) -> None:
    addressed = await _words(Around()).word(offer)
    assert addressed is not None
    assert [place.address for place in addressed.places] == ["U0ADA"]
    assert says in addressed.message.text
    first = "Stop" if isinstance(offer, StopOffered) else "Start timer"
    assert labels(addressed.message) == [first, "No more offers"]
    approve(addressed.message)


async def test_what_is_over_is_not_offered() -> None:
    assert await _words(Around(is_standing=False)).word(START) is None
    assert await _words(Around(entry=entry(EntryState.LOGGED))).word(replace(STOP, entry_key=entry().key)) is None


def test_names_from_outside_stay_text() -> None:
    message = timer_offers.start(replace(START, task=HOSTILE, by=HOSTILE, project=HOSTILE))
    require_valid(message)
    assert "<!channel>" not in message.text
    assert "<@" not in message.text


@pytest.mark.parametrize("are_wanted", [True, False])
def test_the_setting_says_what_a_press_does(are_wanted: bool) -> None:
    (line, press) = timer_offers.setting(are_wanted=are_wanted)
    assert ("no timers" in str(line.to_dict())) is not are_wanted
    assert ("Offer none" in str(press.to_dict())) is are_wanted
