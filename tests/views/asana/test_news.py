"""News of Asana's side: every kind has words, somebody who is told, and changes once it was decided."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from handlers.asana.news import AsanaWords
from handlers.cards.hold import entry_words
from store.asana.records.state import HoldKind
from store.time_entries.records import EntryState
from sync.asana.holds.queries import ProjectLink, Waiting
from sync.asana.mapping.mapping import Proposed
from sync.errors import Refused
from sync.news.asana import (
    AccessLost,
    AsanaResumed,
    AsanaStalled,
    BothSources,
    ForCoordinator,
    HoursHeld,
    HoursUnread,
    NoHoursField,
    ProjectArchived,
    ProjectRenamed,
    ProjectUnmapped,
    SecondHoursField,
    TaskMoved,
    TaskTrashed,
    TimeWithoutTask,
    WeeklyReport,
)
from tests.views.asana_views_samples import MAPPING, known, proposed, waiting
from tests.views.block_kit import Approve, labels, require_valid
from tests.views.entry_samples import HOSTILE, WEBSITE, entry

COORDINATOR = "U0BOSS"
URL = "https://app.asana.com/0/1/2"


@dataclass(frozen=True)
class Board:
    """The flow that knows what waits, as far as wording asks it."""

    waits: Waiting | None = None
    there: ProjectLink | None = None
    offered: Proposed = field(default_factory=proposed)
    admins: Sequence[str] = ()

    async def waiting(self, key: str) -> Waiting | None:
        assert key == "k"
        return self.waits

    async def project(self, gid: str) -> ProjectLink | None:
        assert gid == "14"
        return self.there

    async def propose(self, gid: str) -> Proposed:
        assert gid == "14"
        return self.offered

    async def administrators(self) -> Sequence[str]:
        return self.admins

    async def free(self, gids: Sequence[str]) -> set[str]:
        return set(gids[:1])


def _words(board: Board, coordinator: str | None = COORDINATOR) -> AsanaWords:
    asana: Any = SimpleNamespace(board=board, mapping=board)
    nobody: Any = None
    return AsanaWords(asana, nobody, nobody, nobody, coordinator)


def _held(kind: HoldKind, slack_id: str | None = None) -> HoursHeld:
    return HoursHeld("k", kind.value, "Website relaunch", "Homepage copy", URL, "Ada Park", 150, "", slack_id)


def _new(origin: str = "own") -> ProjectUnmapped:
    return ProjectUnmapped("14", "Website relaunch", URL, origin)


def _lost(what: str) -> AccessLost:
    return AccessLost("14", "Website relaunch", URL, what, "Forbidden")


def _general(who: str | None) -> TimeWithoutTask:
    return TimeWithoutTask("14", "Website relaunch", URL, who, 150, "2026-11-19")


TASK = {"gid": "1", "name": "Redirects", "url": URL, "project": "Website relaunch", "who": "Tom"}
MENDS = ("Link project", "Create project", "Ignore")
LINKED = Board(there=ProjectLink(known(), MAPPING, WEBSITE))
LINKED_TO_NOTHING = Board(there=ProjectLink(known(), MAPPING, None))
IGNORED = Board(there=ProjectLink(known(is_ignored=True), None, None))
FREE = Board(there=ProjectLink(known(), None, None))
ROWS: dict[str, tuple[ForCoordinator, Board, str, str, tuple[str, ...]]] = {
    "held": (_held(HoldKind.UNMAPPED), Board(waiting()), COORDINATOR, "1.5 h of Ada Park", MENDS),
    "held, for the person": (
        _held(HoldKind.DUPLICATE, "U0ADA"),
        Board(waiting(HoldKind.DUPLICATE)),
        "U0ADA",
        "may be the same hours",
        ("Log time", "Discard"),
    ),
    "held, and gone": (_held(HoldKind.UNMAPPED), Board(), COORDINATOR, "no longer waiting", ()),
    "trashed": (TaskTrashed("20", "Homepage copy", URL, 150), Board(), COORDINATOR, "1.5 h stay in Harvest", ()),
    "trashed, nothing logged": (
        TaskTrashed("20", "Homepage copy", URL, 0, 150),
        Board(),
        COORDINATOR,
        "no longer shows it to me. 1.5 h were waiting and are not logged",
        (),
    ),
    "moved": (TaskMoved("20", "Homepage copy", URL, 150, "14"), Board(), COORDINATOR, "moved to another", ()),
    "both": (BothSources("20", "Homepage copy", URL, "field"), Board(), COORDINATOR, "Billable Hours counts", ()),
    "tracked where typed counts": (
        HoursUnread("14", "Site", "Homepage copy", URL, 167, "field"),
        Board(),
        COORDINATOR,
        "stand in Asana's time tracking, but hours of *Site* are read from the field Billable Hours",
        (),
    ),
    "tracked on the project itself": (
        HoursUnread("14", "Site", "", URL, 50, "field"),
        Board(),
        COORDINATOR,
        f"0.5 h of <{URL}|the project> stand in Asana's time tracking",
        (),
    ),
    "typed where tracked counts": (
        HoursUnread("14", "Site", "Homepage copy", None, 150, "time_entries"),
        Board(),
        COORDINATOR,
        "stand in the field Billable Hours, but hours of *Site* are read from Asana's time tracking",
        (),
    ),
    "both, by time": (BothSources("20", "Homepage copy", None, "time_entries"), Board(), COORDINATOR, "tracking", ()),
    "new": (_new(), FREE, COORDINATOR, "is new in Asana", MENDS),
    "new, a copy": (_new("copy"), FREE, COORDINATOR, "looks like a copy", MENDS),
    "new, like nothing": (
        _new(),
        Board(there=ProjectLink(known(), None, None), offered=proposed(0)),
        COORDINATOR,
        "No Harvest project has a similar name",
        MENDS,
    ),
    "new, then linked": (
        _new(),
        LINKED,
        COORDINATOR,
        "<@U0OWEN> did that",
        (),
    ),
    "new, linked, gone": (
        _new(),
        LINKED_TO_NOTHING,
        COORDINATOR,
        "project that is gone",
        (),
    ),
    "new, then ignored": (
        _new(),
        IGNORED,
        COORDINATOR,
        "is ignored",
        (),
    ),
    "archived": (ProjectArchived("14", "Site", "Relaunch", "asana"), Board(), COORDINATOR, "in Asana is archived", ()),
    "gone in Harvest": (ProjectArchived("14", "Site", "", "harvest"), Board(), COORDINATOR, "in Harvest is arch", ()),
    "renamed": (ProjectRenamed("14", "Site", "Shop", "asana"), Board(), COORDINATOR, "is called *Shop* in Asana", ()),
    "no field": (NoHoursField("14", "Site", None, []), Board(), COORDINATOR, "Add a number field of that name", ()),
    "another field": (
        NoHoursField("14", "Site", None, ["Effort", "Fee"]),
        Board(),
        COORDINATOR,
        "Its number fields are “Effort”, “Fee”: rename the right one.",
        (),
    ),
    "two fields": (SecondHoursField("14", "Site", URL, "Fee"), Board(), COORDINATOR, "its field “Fee”, which was", ()),
    "hidden": (_lost("project"), Board(), COORDINATOR, "no longer shared with me (Forbidden)", ()),
    "hidden fields": (_lost("fields"), Board(), COORDINATOR, "the custom fields of *<https", ()),
    "hidden tasks": (_lost("tasks"), Board(), COORDINATOR, "every task of *<https", ()),
    "no time tracking": (_lost("time"), Board(), COORDINATOR, "Change in `/gleaner map`", ()),
    "time on no task": (_general("Ada Park"), Board(), COORDINATOR, "1.5 h of Ada Park on 2026-11-19", ()),
    "time of nobody": (_general(None), Board(), COORDINATOR, "1.5 h on 2026-11-19", ()),
    "weekly": (
        WeeklyReport("2026-11-13", [TASK, {**TASK, "gid": "2"}]),
        Board(),
        COORDINATOR,
        "2 tasks were completed since 2026-11-13",
        ("No time needed", "Log time"),
    ),
    "weekly, all well": (WeeklyReport("2026-11-13", []), Board(), COORDINATOR, "Nothing to do", ()),
    "stalled": (AsanaStalled("Asana: 503"), Board(), COORDINATOR, "I cannot read from Asana: Asana: 503", ()),
    "resumed": (AsanaResumed(), Board(), COORDINATOR, "nothing was lost", ()),
}


@pytest.mark.parametrize(("news", "board", "to", "says", "buttons"), ROWS.values(), ids=ROWS)
async def test_news_is_worded(
    news: ForCoordinator, board: Board, to: str, says: str, buttons: tuple[str, ...], approve: Approve
) -> None:
    addressed = await _words(board).word(news)
    assert addressed is not None
    assert addressed.places[0].address == to
    assert addressed.places[-1].address == COORDINATOR
    assert says in addressed.message.text
    assert labels(addressed.message) == list(buttons)
    approve(addressed.message)


def test_every_kind_is_in_the_table() -> None:
    assert {type(row[0]) for row in ROWS.values()} == set(get_args(ForCoordinator))


async def test_without_a_coordinator_only_people_are_told() -> None:
    assert await _words(Board(admins=["user:1"]), None).word(AsanaResumed()) is None
    to_ada = await _words(Board(waiting(HoldKind.DUPLICATE)), None).word(_held(HoldKind.DUPLICATE, "U0ADA"))
    assert to_ada is not None


async def test_hours_that_wait_are_told_to_administrators_where_there_is_no_coordinator() -> None:
    board = Board(waiting(HoldKind.NOT_IN_HARVEST), admins=["user:1", "user:2"])
    told = await _words(board, None).word(_held(HoldKind.NOT_IN_HARVEST))
    assert told is not None
    assert [place.address for place in told.places] == ["user:1", "user:2"]
    assert "no COORDINATOR is set" in told.places[0].note
    to_boss = await _words(board).word(_held(HoldKind.NOT_IN_HARVEST))
    assert to_boss is not None
    assert [place.address for place in to_boss.places] == [COORDINATOR, "user:1", "user:2"]
    assert to_boss.places[1].note == ""


async def test_a_project_that_is_not_known_waits() -> None:
    with pytest.raises(Refused):
        await _words(Board()).word(_new())


async def test_something_that_is_no_news_fails() -> None:
    with pytest.raises(AssertionError):
        await _words(Board()).word("no news")  # type: ignore[arg-type]


def test_an_entry_for_somebody_who_is_not_in_slack() -> None:
    assert entry_words(entry()) == "1.5 h of Asana's “First drafts” is logged now."
    assert "is held. Why" in entry_words(entry(EntryState.HELD, reason="Why"))


HOSTILE_NEWS: list[ForCoordinator] = [
    TaskTrashed("20", HOSTILE, HOSTILE, 150),
    TaskMoved("20", HOSTILE, URL, 150, "14"),
    BothSources("20", HOSTILE, None, "field"),
    HoursUnread("14", HOSTILE, HOSTILE, HOSTILE, 150, "field"),
    ProjectUnmapped("14", HOSTILE, URL, HOSTILE),
    ProjectArchived("14", HOSTILE, HOSTILE, "asana"),
    ProjectRenamed("14", HOSTILE, HOSTILE, "harvest"),
    NoHoursField("14", HOSTILE, HOSTILE, [HOSTILE]),
    SecondHoursField("14", HOSTILE, HOSTILE, HOSTILE),
    AccessLost("14", HOSTILE, HOSTILE, "tasks", HOSTILE),
    TimeWithoutTask("14", HOSTILE, URL, HOSTILE, 150, "2026-11-19"),
    AsanaStalled(HOSTILE),
]


@pytest.mark.parametrize("news", HOSTILE_NEWS, ids=lambda one: type(one).__name__)
async def test_text_from_outside_calls_nobody(news: ForCoordinator) -> None:
    addressed = await _words(FREE).word(news)
    assert addressed is not None
    require_valid(addressed.message)
    for live in ("<!channel", "<@U1", "*bold*", "<https://evil"):
        assert live not in addressed.message.text
