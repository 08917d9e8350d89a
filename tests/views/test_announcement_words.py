"""Every kind of news has words, and somebody who is told."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from handlers.log.news import EntryWords
from handlers.news import NewsWords
from store.people.records import Person
from store.time_entries.records import EntryState, HeldFor, TimeEntry
from sync.news import KINDS, News
from sync.news.asana import AsanaNews
from sync.news.budget import BudgetNews
from sync.news.engine import EntryStuck, NoticeLost
from sync.news.harvest import EntriesVanished, ImportResumed, ImportStalled, PartUnread, SignInLost, SignInUnreadable
from sync.news.people import PersonUnmatched
from sync.news.time_entries import EntryArrived, EntryBlocked, EntryHeld
from sync.people.permissions import Manager
from sync.time_entries.entries import EntryView
from tests.views.block_kit import Approve, labels, require_valid
from tests.views.entry_samples import HOSTILE, NOW, entry, shown

ADA = Person("U0ADA", "Ada Park", "ada@lumen.example", "Europe/Berlin", 3, NOW)


@dataclass(frozen=True)
class OneEntry:
    """The flow of entries, as far as wording asks it."""

    entry: TimeEntry

    async def any_entry(self, key: str) -> TimeEntry:
        assert key == self.entry.key
        return self.entry

    async def show(self, person: Person, one: TimeEntry, *, with_total: bool = True) -> EntryView:
        del with_total
        assert person.slack_id == one.slack_id
        return shown(one)


class OnePerson:
    """The flow of people, as far as wording asks it."""

    async def person(self, slack_id: str) -> Person:
        assert slack_id == ADA.slack_id
        return ADA


@dataclass(frozen=True)
class Row:
    """`to` COORDINATOR: told to nobody where there is none."""

    news: News
    to: str
    says: str
    entry: TimeEntry = entry()  # noqa: RUF009 - a frozen record
    buttons: tuple[str, ...] = ()


COORDINATOR = "U0BOSS"
HELD = entry(EntryState.HELD, held_for=HeldFor.REJECTED, reason="Project is archived")
WORDS = {
    "an entry arrived": Row(EntryArrived(entry().key), "U0ADA", "Logged 1.5 h", entry(), ("Edit", "Undo")),
    "an undo arrived": Row(
        EntryArrived(entry().key), "U0ADA", "Undone", entry(EntryState.UNDONE, hours=None, is_timer=True)
    ),
    "an entry is held": Row(EntryHeld(HELD.key), "U0ADA", "Project is archived", HELD, ("Retry", "Edit", "Discard")),
    "an entry is refused for what a manager can fix": Row(
        EntryBlocked(HELD.key, "U0MAYA"), "U0MAYA", "Harvest refuses it: “Project is archived”", HELD, ("Retry",)
    ),
    "somebody is not in Harvest": Row(
        PersonUnmatched("U0NEW", "new@lumen.example"), COORDINATOR, "<@U0NEW> (new@lumen.example) wants to log time"
    ),
    "somebody without an address": Row(
        PersonUnmatched("U0NEW", None), COORDINATOR, "an address Slack does not show me"
    ),
    "a sign-in is lost": Row(SignInLost("U0ADA"), "U0ADA", "`/gleaner connect` to sign in again"),
    "the import stalls": Row(ImportStalled("502 Bad Gateway"), COORDINATOR, "502 Bad Gateway"),
    "very much is gone": Row(
        EntriesVanished(250, "2026-01-01", "2026-03-31"),
        COORDINATOR,
        "250 time entries between 2026-01-01 and 2026-03-31",
        buttons=("Yes, they were deleted",),
    ),
    "a list is not shown": Row(
        PartUnread("user_assignments", "", "Forbidden"), COORDINATOR, "I cannot read who is on which project"
    ),
    "the rates of one person are not shown": Row(
        PartUnread("rates", "Ada Park", "it answered with status 500"), COORDINATOR, "the rates of Ada Park"
    ),
    "a sign-in cannot be read": Row(SignInUnreadable("U0ADA"), COORDINATOR, "put the old key behind the new one"),
    "an entry is stuck": Row(
        EntryStuck(entry().key, "U0ADA", "KeyError"), COORDINATOR, f"in the log, under entry {entry().key}"
    ),
    "an entry of nobody in Slack is stuck": Row(
        EntryStuck(entry().key, "", "KeyError"), COORDINATOR, "somebody who is not in Slack"
    ),
    "the import goes on": Row(ImportResumed(), COORDINATOR, "nothing was lost"),
}


def _words(one: TimeEntry, coordinator: str | None) -> NewsWords:
    nothing: Any = SimpleNamespace()
    flow: Any = OneEntry(one)
    people: Any = OnePerson()
    return NewsWords(EntryWords(flow, people, coordinator), nothing, nothing, coordinator, _administrators)


async def _administrators() -> list[Manager]:
    return [Manager("user:7", "Owen Ruiz")]


@pytest.mark.parametrize("row", WORDS.values(), ids=WORDS)
async def test_news_is_worded(row: Row, approve: Approve) -> None:
    addressed = await _words(row.entry, COORDINATOR).word(row.news)
    assert addressed is not None
    assert [place.address for place in addressed.places] == [row.to, *(["user:7"] if row.to == COORDINATOR else [])]
    assert row.says in addressed.message.text
    assert labels(addressed.message) == list(row.buttons)
    approve(addressed.message)


def test_every_kind_of_news_is_in_the_table() -> None:
    """Those about budgets and Asana have tables of their own; what is lost has a test of its own below."""
    elsewhere = {*get_args(BudgetNews), *get_args(AsanaNews)}
    assert {type(row.news) for row in WORDS.values()} | elsewhere | {NoticeLost} == set(KINDS.values())


@pytest.mark.parametrize("row", WORDS.values(), ids=WORDS)
async def test_without_a_coordinator_only_people_themselves_are_told(row: Row) -> None:
    addressed = await _words(row.entry, None).word(row.news)
    assert (addressed is None) is (row.to == COORDINATOR)


async def test_the_coordinator_learns_what_nobody_could_be_told() -> None:
    for kind in (*KINDS, "OfLater"):
        addressed = await _words(entry(), COORDINATOR).word(NoticeLost(kind, 7))
        assert addressed is not None
        assert [place.address for place in addressed.places] == [COORDINATOR, "user:7"]
        assert "I have given it up" in addressed.message.text
        require_valid(addressed.message)


async def test_the_coordinator_learns_which_places_refused_it() -> None:
    lost = NoticeLost("BudgetCrossed", 7, "<#C1> is archived; <@U1> is no longer active in Slack")
    addressed = await _words(entry(), COORDINATOR).word(lost)
    assert addressed is not None
    assert "that a budget has reached a band: <#C1> is archived; <@U1> is no longer" in addressed.message.text
    assert "day and a half" not in addressed.message.text


async def test_an_entry_of_somebody_who_is_not_in_slack_is_told_to_nobody() -> None:
    one = entry(slack_id="")
    assert await _words(one, COORDINATOR).word(EntryArrived(one.key)) is None


async def test_something_that_is_no_news_fails() -> None:
    with pytest.raises(AssertionError):
        await _words(entry(), COORDINATOR).word("no news")  # type: ignore[arg-type]


@pytest.mark.parametrize("news", [ImportStalled(HOSTILE), PersonUnmatched("U0NEW", HOSTILE)])
async def test_text_from_outside_calls_nobody(news: News) -> None:
    addressed = await _words(entry(), COORDINATOR).word(news)
    assert addressed is not None
    require_valid(addressed.message)
    for live in ("<!channel", "<@U1", "*bold*", "<https"):
        assert live not in addressed.message.text
