"""The card of an entry, in each state it can be in: what it says and which buttons stand under it."""

from dataclasses import dataclass
from datetime import date, time
from itertools import product
from typing import Any

import pytest

from handlers.cards.entry import CONNECT, DISCARD, EDIT, RETRY, STOP, UNDO, card, short_id
from handlers.slack.refusals import ASK
from store.time_entries.records import EntryState, HeldFor
from store.units import Hours
from sync.rules.time_entries.shown import Shown
from tests.views.block_kit import Approve, drawn, labels
from tests.views.entry_samples import entry, shown

S = EntryState
RESTARTED = "The timer was restarted in Harvest."
REJECTED = "Project is archived"


@dataclass(frozen=True)
class Row:
    """`changes`: of the entry; `around`: what else the card is given."""

    state: EntryState
    says: tuple[str, ...]
    buttons: tuple[str, ...] = ()
    changes: tuple[tuple[str, Any], ...] = ()
    around: tuple[tuple[str, Any], ...] = ()


def _row(state: EntryState, *says: str, buttons: tuple[str, ...] = (), around: Any = (), **changes: Any) -> Row:
    return Row(state, says, buttons, tuple(changes.items()), tuple(dict(around).items()))


CHANGE = ("Edit", "Undo")
CARDS = {
    "logged": _row(S.LOGGED, "Logged 1.5 h on *Website relaunch* (ACME-12) › Design, today.", buttons=CHANGE),
    "logged with the day's total": _row(
        S.LOGGED, "Today: 6.25 h in all.", buttons=CHANGE, around={"day_total": Hours(625)}
    ),
    # A range is said as it was typed.
    "logged from a time to a time": _row(S.LOGGED, "9:00-10:30.", buttons=CHANGE, started=time(9), ended=time(10, 30)),
    "logged another day": _row(S.LOGGED, "Thu 5 Nov.", buttons=CHANGE, spent_date=date(2026, 11, 5)),
    "logged another year": _row(S.LOGGED, "Wed 31 Dec 2025.", buttons=CHANGE, spent_date=date(2025, 12, 31)),
    "logged without a note": _row(S.LOGGED, "today.", buttons=CHANGE, note=""),
    "logged on a project without a code": _row(
        S.LOGGED, "on *Website relaunch* › Design", buttons=CHANGE, around={"project_code": ""}
    ),
    "a timer that was stopped": _row(
        S.LOGGED, "Stopped after 1:05: 1.5 h on", buttons=CHANGE, is_timer=True, around={"elapsed": 3900}
    ),
    # The timer ran for less than Harvest keeps (ruling 9).
    "a very short timer": _row(
        S.LOGGED, "Stopped after 0:00: 0 h on", buttons=CHANGE, hours=Hours(0), around={"elapsed": 12}
    ),
    # A change was refused: what Harvest holds is as it was, and the card says why.
    "logged, change refused": _row(
        S.LOGGED, "Logged 1.5 h", "Not changed: " + REJECTED, buttons=CHANGE, reason=REJECTED
    ),
    "running": _row(S.RUNNING, "Timer running on", buttons=("Stop", "Undo"), hours=None, is_timer=True),
    "running, stop refused": _row(
        S.RUNNING, "Not stopped: " + REJECTED, buttons=("Stop", "Undo"), hours=None, is_timer=True, reason=REJECTED
    ),
    # Nothing is claimed to be in Harvest before Harvest has confirmed it, and nothing can be pressed twice.
    "intended": _row(S.INTENDED, "Kept: 1.5 h on", "has not confirmed it yet"),
    "a timer intended": _row(S.INTENDED, "Kept: start", "has not confirmed it yet", hours=None, is_timer=True),
    "stopping": _row(S.STOPPING, "Stop kept", "has not confirmed it yet", hours=None, is_timer=True),
    "editing": _row(S.EDITING, "Change kept", "has not confirmed it yet"),
    "undoing": _row(S.UNDOING, "Undo kept: 1.5 h", "has not confirmed it yet"),
    "undone": _row(S.UNDONE, "Undone: 1.5 h on"),
    "undone, with what became of it": _row(S.UNDONE, "Undone: 1.5 h", RESTARTED, reason=RESTARTED),
    # Every reason for which an entry is held has its own mend.
    "held, Harvest said no": _row(
        S.HELD,
        f"Held: 1.5 h on *Website relaunch* (ACME-12) › Design, today. Harvest says: “{REJECTED}”",
        "press Retry",
        buttons=("Retry", "Edit", "Discard"),
        held_for=HeldFor.REJECTED,
        reason=REJECTED,
    ),
    "held for the person's sign-in": _row(
        S.HELD,
        "Harvest wants you.",
        buttons=("Connect Harvest", "Retry", "Edit", "Discard"),
        held_for=HeldFor.SIGN_IN,
        reason="Harvest wants you.",
    ),
    "held, the day is full": _row(
        S.HELD, "No room.", buttons=("Retry", "Edit", "Discard"), held_for=HeldFor.NO_SLOT, reason="No room."
    ),
    "held while the budget is locked": _row(
        S.HELD,
        "Kept, not logged: 1.5 h on *Website relaunch* (ACME-12) › Design, today. It is locked.",
        "goes out by itself once it is unlocked",
        buttons=("Request unlock", "Edit", "Discard"),
        held_for=HeldFor.LOCKED,
        reason="It is locked.",
    ),
    "a timer held while the budget is locked": _row(
        S.HELD,
        "Not started: the timer on",
        "Once it is unlocked I ask you.",
        buttons=("Request unlock", "Discard"),
        hours=None,
        held_for=HeldFor.LOCKED,
        is_timer=True,
        reason="It is locked.",
    ),
    "held without a reason": _row(S.HELD, "no reason was given", buttons=("Retry", "Edit", "Discard")),
    "discarded": _row(S.DISCARDED, "Discarded: 1.5 h on", "Nothing is in Harvest."),
    "a timer refused": _row(
        S.REFUSED, "No timer on", REJECTED, "`/timer start` tries again", hours=None, is_timer=True, reason=REJECTED
    ),
    "a timer refused for want of a sign-in": _row(
        S.REFUSED,
        "Harvest wants you.",
        buttons=("Connect Harvest",),
        hours=None,
        is_timer=True,
        held_for=HeldFor.SIGN_IN,
        reason="Harvest wants you.",
    ),
}


def _card(row: Row) -> Any:
    around = dict(row.around)
    elapsed = around.pop("elapsed", None)
    return card(shown(entry(row.state, **dict(row.changes)), **around), elapsed=elapsed)


@pytest.mark.parametrize("row", CARDS.values(), ids=CARDS)
def test_card_says_how_the_entry_stands(row: Row, approve: Approve) -> None:
    message = _card(row)
    for words in row.says:
        assert words in message.text
    assert labels(message) == list(row.buttons)
    approve(message)


def test_every_state_and_every_reason_has_a_card() -> None:
    assert {row.state for row in CARDS.values()} == set(EntryState)
    assert {dict(row.changes).get("held_for") for row in CARDS.values()} >= set(HeldFor)


@pytest.mark.parametrize(("state", "held_for"), list(product(EntryState, [None, *HeldFor])))
def test_buttons_carry_the_key_and_undo_what_was_shown(state: EntryState, held_for: HeldFor | None) -> None:
    one = entry(state, held_for=held_for)
    known = {EDIT, UNDO, RETRY, DISCARD, STOP, CONNECT, ASK}
    for block in [block for block in drawn(card(shown(one)))["blocks"] if block["type"] == "actions"]:
        assert {button["action_id"] for button in block["elements"]} <= known
        values = {button["action_id"]: button["value"].removeprefix("e:") for button in block["elements"]}
        undo = values.pop(UNDO, one.key)
        assert undo in {one.key, f"{one.key} {Shown.of(one).write()}"}
        assert set(values.values()) <= {one.key}


@pytest.mark.parametrize("state", [S.INTENDED, S.STOPPING, S.EDITING, S.UNDOING, S.UNDONE, S.DISCARDED])
def test_a_card_that_can_no_longer_be_changed_has_no_buttons(state: EntryState) -> None:
    assert labels(card(shown(entry(state)))) == []


def test_what_happened_first_is_said_first() -> None:
    message = card(shown(entry(S.RUNNING, hours=None)), prefix="Stopped *Website relaunch* at 1 h.\n")
    assert message.text.startswith("Stopped *Website relaunch* at 1 h.\n:stopwatch: Timer running on")


@pytest.mark.parametrize(
    ("note", "quotation"),
    [
        ("", ""),
        ("One line", "> One line"),
        # Every line is quoted, or the second would read as ours.
        ("One\nTwo", "> One\n> Two"),
        # The card shows 300 characters; the entry keeps all of them.
        ("x" * 300, "> " + "x" * 300),
        ("x" * 301, "> " + "x" * 299 + "…"),
    ],
)
def test_the_note_is_a_quotation(note: str, quotation: str) -> None:
    _, *quoted, origin = card(shown(entry(note=note))).text.split("\n")
    assert "\n".join(quoted) == quotation
    assert origin == "`6f1d7a52`"


def test_the_short_id_is_the_head_of_the_key() -> None:
    assert short_id(entry()) == "6f1d7a52"


def context_of(**changes: Any) -> str:
    """What stands below a card."""
    around = changes.pop("around", {})
    blocks = drawn(card(shown(entry(**changes), **around)))["blocks"]
    return "".join(block["elements"][0]["text"] for block in blocks if block["type"] == "context")


def test_a_card_leads_to_harvest_and_names_its_id() -> None:
    said = context_of(around={"web_url": "https://lumen.harvestapp.com"})
    assert "<https://lumen.harvestapp.com/projects/12|Website relaunch>" in said
    assert "<https://lumen.harvestapp.com/time/day/2026/11/20/3|the entry in Harvest>" in said
    assert "`6f1d7a52`" in said


@pytest.mark.parametrize("web_url", ["https://evil.example|<!channel>", "javascript:1", "http://lumen.example", ""])
def test_an_address_that_is_none_is_no_link(web_url: str) -> None:
    assert context_of(around={"web_url": web_url}) == "`6f1d7a52`"


def test_what_is_not_in_harvest_has_no_entry_there() -> None:
    said = context_of(harvest_id=None, state=S.INTENDED, around={"web_url": "https://lumen.harvestapp.com"})
    assert "/time/day/" not in said


@pytest.mark.parametrize(
    ("total", "says"), [(2000, "20 h in all."), (2001, "very long day"), (2400, "long day"), (2425, "than a day has")]
)
def test_a_day_that_is_too_long_is_warned_about(total: int, says: str) -> None:
    assert says in card(shown(day_total=Hours(total))).text
    assert (":warning:" in card(shown(day_total=Hours(total))).text) == (total > 2000)
