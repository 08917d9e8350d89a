"""What `/budget` shows and what managers decide on, for every reader and at every length."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handlers.budget.views import cards as views
from handlers.budget.views import lock_cards as decisions
from handlers.cards.budget import bar, glance_line, outlook
from handlers.slack.replies import plain
from store.budget.records import BudgetSettings, OverageState, RequestState
from store.people.records import Person
from store.time_entries.records import EntryState, HeldFor
from store.units import Amount, Hours
from sync.budget.budgets import Card, Impact
from sync.budget.overages import MoveFailure, MoveResult, NotMoved
from sync.rules.budget.bands import BudgetLine
from sync.rules.budget.command import Mute, SetManager, SetPolicy
from sync.rules.budget.forecast import Forecast
from sync.time_entries.targets import UnclearTarget
from tests.views.block_kit import Approve, drawn, labels, require_valid
from tests.views.budget_samples import (
    ALL,
    BANDS,
    BURN,
    FORECAST,
    LINE,
    MONEY,
    NO_MONEY,
    NOTHING,
    SITE,
    card,
    entry,
    over,
    request,
    tasks,
)
from tests.views.entry_samples import HOSTILE, NOW, TODAY
from tests.views.entry_samples import entry as held_entry

ADA = Person("U0ADA", "Ada Park", None, "Europe/Berlin", 3, NOW)
CARDS = {
    "used in part": (card(forecast=FORECAST, burn=BURN), ("76 %\n76 h of 100 h, 24 h left", "on Thursday")),
    "with running timers": (card(replace(LINE, running=150, timers=2)), ("2 running timers, 1.5 h so far",)),
    "over": (card(replace(LINE, used=Amount(10_100))), ("1 h over", ":red_circle:")),
    "locked": (card(is_closed=True), ("Locked", "Anna Berg, Owen Reed can unlock it")),
    "locked, for a manager": (card(is_closed=True, may_decide=True), ("Locked",)),
    "no budget": (card(replace(LINE, budget=None)), ("no budget is set, 76 h used",)),
    "a budget of 0": (card(replace(LINE, budget=Amount(0))), ("no budget is set",)),
    "absurd": (card(replace(LINE, used=Amount(999_999_999_99), budget=Amount(1))), ("over",)),
    "money": (card(MONEY), ("76 %\n7,600.50 EUR of 10,000.00 EUR, 2,399.50 EUR left",)),
    "yen": (
        card(replace(MONEY, used=Amount(760_000)), project=replace(SITE, currency="JPY")),
        ("76 %\n7,600 JPY of 10,000 JPY, 2,400 JPY left",),
    ),
    "money, not for this reader": (card(MONEY, sight=NO_MONEY), ("76 % used",)),
    "money without rates": (card(replace(MONEY, used=None)), ("may not see rates",)),
    "hours, not for this reader": (card(sight=NOTHING), ("its budget is not shown to you",)),
    "money, and Harvest decides": (card(MONEY, sight=NOTHING), ("its budget is not shown to you",)),
    "a month": (card(period="2026-11"), ("2026-11",)),
    "with its last entries": (card(last=[(entry(1), "Ada Park"), (entry(2, notes=""), "Bo")]), ("Last entries:",)),
    "set in Slack": (
        card(settings=BudgetSettings(SITE.id, Hours(10_000), Hours(8_000))),
        ("Harvest has 100 h", "80 h were quoted"),
    ),
    "muted": (card(settings=BudgetSettings(SITE.id, muted_until=date.max)), ("alerts are off",)),
    "muted for a while": (card(settings=BudgetSettings(SITE.id, muted_until=date(2026, 12, 1))), ("until 2026-12-01",)),
    "by task": (card(*tasks(3)), ("Task 1", "Task 3")),
    "by very many tasks": (card(*tasks(13)), ("and 1 more lines",)),
}


@pytest.mark.parametrize(("shown", "says"), CARDS.values(), ids=CARDS)
def test_card(shown: Card, says: tuple[str, ...], approve: Approve) -> None:
    message = views.card(shown, BANDS)
    for words in says:
        assert words in message.text
    approve(message)


def test_buttons_go_by_right() -> None:
    assert labels(views.card(card(), BANDS)) == []
    assert labels(views.card(card(is_closed=True), BANDS)) == ["Request unlock"]
    assert labels(views.card(card(is_closed=True, may_decide=True), BANDS)) == ["Unlock"]


def test_amounts_stay_with_those_who_may_see_them() -> None:
    assert "EUR" not in views.card(card(MONEY, sight=NO_MONEY), BANDS).text
    hidden = views.card(
        card(sight=NOTHING, burn=BURN, settings=BudgetSettings(SITE.id, Hours(10_000), Hours(80))), BANDS
    )
    assert [block["type"] for block in drawn(hidden)["blocks"]] == ["section"]


@pytest.mark.parametrize("line", [LINE, MONEY, *tasks(2)])
def test_whoever_may_see_nothing_learns_nothing_of_how_full_it_is(line: BudgetLine) -> None:
    """No amount, no percentage, no bar and no colour, wherever a budget is shown."""
    full = card(line, sight=NOTHING)
    empty = card(replace(line, used=Amount(0)), sight=NOTHING)
    drawn_full, drawn_empty = (
        [views.card(one, BANDS).text, views.overview([one], BANDS).text] for one in (full, empty)
    )
    assert drawn_full == drawn_empty
    for sign in ("%", "▰", "▱", " h ", "EUR", ":large_", ":red_circle:"):
        assert sign not in "\n".join(drawn_full)


@pytest.mark.parametrize("points", [1, 2, 20])
def test_burn_chart(points: int) -> None:
    """Slack draws from 2 to 20 points; the double's schema looks at the rest."""
    blocks = require_valid(views.card(card(burn=BURN[-points:]), BANDS))["blocks"]
    charts = [block for block in blocks if block["type"] == "data_visualization"]
    assert len(charts) == (points > 1)
    for chart in charts:
        used, budget = chart["chart"]["series"]
        assert [point["value"] for point in used["data"]][-1] == 76
        assert {point["value"] for point in budget["data"]} == {100}


@pytest.mark.parametrize("count", [0, 1, 20, 21])
def test_overview(count: int, approve: Approve) -> None:
    message = views.overview([card(replace(LINE, timers=count % 2, running=25)) for _ in range(count)], BANDS)
    assert ("1 more are not listed" in message.text or message.text.endswith("…")) is (count == 21)
    approve(message)


@pytest.mark.parametrize("answered", list(RequestState))
def test_request_card(answered: RequestState, approve: Approve) -> None:
    held = [held_entry(EntryState.HELD, held_for=HeldFor.LOCKED, key=f"k{n}") for n in range(6)]
    message = decisions.request_card(request(answered), card(is_closed=True, may_decide=True), held, BANDS)
    assert labels(message) == (["Unlock", "Keep locked"] if answered is RequestState.ASKED else [])
    approve(message)


def test_the_hours_that_were_asked_for_are_chosen_already() -> None:
    blocks = drawn(decisions.request_card(request(), card(is_closed=True), [], BANDS))["blocks"]
    chosen = next(block["accessory"]["initial_option"] for block in blocks if block.get("block_id") == "extra")
    assert (chosen["value"], chosen["text"]["text"]) == ("350", "+3.5 h")


@pytest.mark.parametrize(
    ("value", "asked", "extra"),
    [
        (None, 350, 350),
        (None, None, None),
        ("none", 350, None),
        ("800", 350, 800),
        ("٣", 350, None),
        ("9" * 9, 350, None),
    ],
)
def test_what_was_chosen_is_read(value: str | None, asked: int | None, extra: int | None) -> None:
    assert decisions.read_extra(value, Hours(asked) if asked else None) == extra


@pytest.mark.parametrize("is_closed", [True, False])
def test_lock_card(is_closed: bool, approve: Approve) -> None:
    message = decisions.lock_card(card(is_closed=is_closed), [], BANDS)
    assert labels(message) == (["Unlock"] if is_closed else [])
    approve(message)


def test_overage_card(approve: Approve) -> None:
    message = decisions.overage_card(SITE, [over(1), over(2, OverageState.ACCEPTED)], TODAY)
    assert labels(message) == ["Approve", "Move elsewhere"]
    approve(message)


def test_an_overage_that_was_decided_has_no_buttons(approve: Approve) -> None:
    message = decisions.overage_card(SITE, [over(1, OverageState.MOVED)], TODAY)
    assert labels(message) == []
    approve(message)


def test_very_many_overages_are_taken() -> None:
    require_valid(decisions.overage_card(SITE, [over(10**12 + n) for n in range(300)], TODAY))


FORMS = {
    "ask": decisions.ask_form(SITE, Hours(150), "e:key"),
    "ask without hours": decisions.ask_form(SITE, None, "p:12"),
    "keep": decisions.keep_form("r:key"),
    "move": decisions.move_form("1,2", 2),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_form(form: Any, approve: Approve) -> None:
    approve(form)


SENTENCES = {
    "help": views.help_text(),
    "alerts come here": views.alerts_come_here(ADA, SITE),
    "unclear": views.unclear(UnclearTarget("I can't find a project called “x”.", [SITE]), "set x 120", "x"),
    "locked by hand": views.locked_by_hand(SITE),
    "unlocked": views.unlocked(SITE, Hours(400), date(2026, 11, 30), 2),
    "unlocked without limits": views.unlocked(SITE, None, None, 0),
    "open already": views.open_already(SITE.name),
    "hours": plain(views.hours_set(SITE, BudgetSettings(SITE.id, Hours(100), Hours(90)))),
    "Harvest's hours": plain(views.hours_set(SITE, BudgetSettings(SITE.id))),
    "policy": plain(views.policy_set(SITE, SetPolicy("A", "110"))),
    "default policy": plain(views.policy_set(SITE, SetPolicy("A", None))),
    "muted": plain(views.muted(SITE, Mute("A", date(2026, 11, 30)))),
    "alerts on": plain(views.muted(SITE, Mute("A", is_off=True))),
    "manager": plain(views.manager_set(SITE, SetManager("A", "U1"), changed=True)),
    "no manager": plain(views.manager_set(SITE, SetManager("A", "U1", is_off=True), changed=False)),
    "manager gone": plain(views.manager_set(SITE, SetManager("A", "U1", is_off=True), changed=True)),
}


@pytest.mark.parametrize("message", SENTENCES.values(), ids=SENTENCES)
def test_sentence(message: Any, approve: Approve) -> None:
    approve(message)


GLANCES = {
    "over a band, with timers": (
        Impact(
            SITE, replace(LINE, used=Amount(10_050), running=250, timers=2), ALL, 100, is_closed=False, is_over=True
        ),
        "This takes *Website relaunch* to 103 %, counting 2 running timers.",
    ),
    "over a band": (
        Impact(SITE, LINE, ALL, 75, is_closed=False, is_over=False),
        "This takes *Website relaunch* to 76 %.",
    ),
    "in a band": (Impact(SITE, LINE, ALL, 0, is_closed=False, is_over=False), "Budget: 76 h of 100 h used"),
    "already over": (
        Impact(SITE, replace(LINE, used=Amount(10_100)), ALL, 0, is_closed=False, is_over=True),
        "*Over budget*: 101 h of 100 h used (101 %), 1 h over.",
    ),
}


@pytest.mark.parametrize(("glance", "says"), GLANCES.values(), ids=GLANCES)
def test_glance(glance: Impact, says: str) -> None:
    assert says in glance_line(glance)


MOVED = {
    "all": (MoveResult(2, []), ":white_check_mark: 2 moved to Website relaunch."),
    "some": (
        MoveResult(2, [NotMoved("Ada Park", MoveFailure.REFUSED, "Task is archived.")]),
        ":warning: 2 of 3 moved to Website relaunch; Harvest refused Ada Park's: Task is archived.",
    ),
    "none": (
        MoveResult(
            0,
            [
                NotMoved("Bo", MoveFailure.LOCKED, "INT is locked. Ada can unlock it."),
                NotMoved("C", MoveFailure.CHANGED, ""),
            ],
        ),
        "0 of 2 moved to Website relaunch; Bo's stays: INT is locked. Ada can unlock it; C's was changed at the same",
    ),
    "later": (
        MoveResult(0, [NotMoved("Bo", MoveFailure.ON_ITS_WAY, "")]),
        "Bo's is on its way; Harvest has not confirmed it yet",
    ),
    "nothing": (MoveResult(0, []), "Somebody already decided about these."),
    "hostile": (MoveResult(0, [NotMoved(HOSTILE, MoveFailure.REFUSED, HOSTILE)]), "0 of 1 moved"),
}


@pytest.mark.parametrize(("result", "says"), MOVED.values(), ids=MOVED)
def test_moved(result: MoveResult, says: str) -> None:
    message = views.moved(SITE, result)
    require_valid(message)
    assert says in message.text
    assert "<!channel" not in message.text


@pytest.mark.parametrize(("used", "cells"), [(0, 0), (499, 0), (500, 1), (9_999, 19), (10_000, 20), (50_000, 20)])
def test_a_full_bar_is_a_full_budget(used: int, cells: int) -> None:
    assert bar(replace(LINE, used=Amount(used)).share).count("▰") == cells


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (date(2026, 11, 26), "at this pace 100 % on Thursday"),
        (date(2026, 12, 1), "at this pace 100 % on Tuesday, 1 December 2026"),
        (None, "at this pace it lasts"),
    ],
)
def test_outlook(day: date | None, says: str) -> None:
    assert outlook(Forecast(day, FORECAST.hours_a_day), TODAY) == says


def test_text_from_outside_calls_nobody() -> None:
    project = replace(SITE, name=HOSTILE, code=HOSTILE, client_name=HOSTILE)
    line = BudgetLine("task:1", HOSTILE, is_money=False, budget=Amount(1), used=Amount(2))
    shown = card(line, project=project, is_closed=True, last=[(entry(notes=HOSTILE), HOSTILE)])
    asked = request(reason=HOSTILE)
    for message in (
        views.card(shown, BANDS),
        views.overview([shown], BANDS),
        decisions.request_card(asked, shown, [], BANDS),
        decisions.overage_card(project, [replace(over(), who=HOSTILE)], TODAY),
    ):
        require_valid(message)
        for live in ("<!channel", "<@U1", "*bold*", "<https"):
            assert live not in message.text
