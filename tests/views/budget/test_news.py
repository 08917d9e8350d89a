"""Alerts: what a channel reads when a band is crossed, and the digest after the first import."""

from dataclasses import replace
from typing import Any

import pytest

from handlers.budget.views.alerts import answered, crossed, found_over
from store.budget.records import RequestState, UnlockRequest
from store.time_entries.records import EntryState, HeldFor
from store.units import Amount
from sync.news.budget import BudgetCrossed
from sync.rules.budget.bands import BudgetLine
from tests.views.block_kit import Approve, drawn, labels
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
    request,
    tasks,
)
from tests.views.entry_samples import HOSTILE
from tests.views.entry_samples import entry as held_entry

ADAS = replace(LINE, key="person:3", name="Ada Park", used=Amount(10_000))
SINCE = "2026-11-20T15:00:00+00:00"


def _news(*lines: BudgetLine, band: int = 75, **changes: Any) -> BudgetCrossed:
    facts = [
        {
            "key": line.key,
            "name": line.name,
            "band": band,
            "used": line.used,
            "budget": line.budget,
            "is_money": line.is_money,
            "is_locked": changes.get("has_locked", False),
        }
        for line in lines
    ]
    given: dict[str, Any] = {"period": "", "has_locked": False, "pushed_by": [3], "since": SINCE, **changes}
    return BudgetCrossed(SITE.id, lines=facts, **given)


ALERTS = {
    "75": (
        _news(LINE),
        card(forecast=FORECAST, burn=BURN),
        ("has reached 75 %", "76 h of 100 h", "Ada Park", "Thursday"),
    ),
    "a month that is over": (
        _news(LINE, period="2026-10"),
        card(period="2026-10", forecast=FORECAST, burn=BURN),
        ("for 2026-10",),
    ),
    "one person locked": (
        _news(ADAS, band=100, has_locked=True),
        card(ADAS, is_closed=True),
        ("Ada Park's budget on *Website relaunch* is used up; their new logs wait. Others can go on.",),
    ),
    "locks of tasks below a hundred": (
        _news(*tasks(2), band=90, has_locked=True),
        card(*tasks(2), is_closed=True),
        ("The budgets of Task 1, Task 2 on *Website relaunch* have reached their limit; new logs there wait.",),
    ),
    "100, locked": (_news(LINE, band=100, has_locked=True), card(is_closed=True), ("It is locked",)),
    "money": (_news(MONEY), card(MONEY, sight=NO_MONEY), ("76 % used",)),
    "hours hidden": (_news(LINE), card(sight=NOTHING), ("76 % used",)),
    "a month": (_news(LINE, period="2026-11"), card(period="2026-11"), ("for 2026-11",)),
    "by task": (_news(*tasks(3), band=90), card(*tasks(3)), ("Task 3",)),
    "nobody known": (_news(LINE, pushed_by=[], since=None), card(), ("76 h",)),
    "running timers": (
        _news(LINE),
        card(replace(LINE, timers=1, running=25)),
        ("1 running timer, 0.25 h so far besides",),
    ),
}


@pytest.mark.parametrize(("news", "shown", "says"), ALERTS.values(), ids=ALERTS)
def test_alert(news: BudgetCrossed, shown: Any, says: tuple[str, ...], approve: Approve) -> None:
    message = crossed(news, shown, ["Ada Park"] if news.pushed_by else [])
    for words in says:
        assert words in message.text
    assert labels(message) == (["Unlock", "Request unlock"] if news.has_locked else [])
    approve(message)


def test_an_alert_does_not_say_locked_once_it_is_open() -> None:
    message = crossed(_news(LINE, band=100, has_locked=True), card(), ["Ada Park"])
    assert "It had locked and is open again." in message.text
    assert "wait" not in message.text
    assert labels(message) == []


def test_a_month_that_is_over_has_no_outlook_and_no_chart() -> None:
    message = crossed(_news(LINE, period="2026-10"), card(period="2026-10", forecast=FORECAST, burn=BURN), [])
    assert "At this pace" not in message.text
    assert [block["type"] for block in drawn(message)["blocks"]] == ["section"]


ANSWERS = {
    "hours": (request(RequestState.GRANTED), None, ":unlock: *Website relaunch* is open again (4 h more). <@U0ANNA> "),
    "by itself": (
        request(RequestState.GRANTED, decided_by="policy", answer=""),
        None,
        ":unlock: *Website relaunch* is open again.",
    ),
    "goes out": (request(RequestState.GRANTED), EntryState.INTENDED, "Your held hours are being logged now."),
    "still waits": (request(RequestState.GRANTED), EntryState.HELD, "What you typed still waits"),
    "kept": (request(RequestState.KEPT), EntryState.HELD, "keeps *Website relaunch* locked"),
}


@pytest.mark.parametrize(("asked", "state", "says"), ANSWERS.values(), ids=ANSWERS)
def test_answer(asked: UnlockRequest, state: EntryState | None, says: str) -> None:
    text = answered(asked, SITE, held_entry(state, held_for=HeldFor.LOCKED) if state else None)
    assert says in text
    assert ("are being logged now" in text) is (state is EntryState.INTENDED)


def test_money_never_stands_in_a_channel() -> None:
    assert "EUR" not in crossed(_news(MONEY), card(MONEY, sight=NO_MONEY), []).text


@pytest.mark.parametrize("count", [1, 15, 16])
def test_digest_of_the_first_import(count: int, approve: Approve) -> None:
    message = found_over([card(sight=ALL) for _ in range(count)], BANDS)
    assert labels(message) == ["Lock"] * min(count, 15)
    approve(message)


def test_names_from_outside_call_nobody() -> None:
    shown = card(replace(LINE, name=HOSTILE), project=replace(SITE, name=HOSTILE))
    text = crossed(_news(replace(LINE, name=HOSTILE)), shown, [HOSTILE] * 5).text
    for live in ("<!channel", "<@U1", "*bold*", "<https"):
        assert live not in text
