"""Budgets as the views get them: one card, and copies of it that differ."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from store.budget.records import BudgetSettings, Overage, OverageState, RequestState, UnlockRequest
from store.harvest.records import BudgetBy, HarvestEntry, Project
from store.units import Amount, Hours
from sync.budget.budgets import Card, Visibility
from sync.budget.overages import OverageItem
from sync.budget.status import BudgetStatus
from sync.rules.budget.bands import BudgetLine
from sync.rules.budget.forecast import Forecast
from tests.views.entry_samples import NOW, TODAY, WEBSITE

BANDS = (75, 90, 100)
SITE = replace(WEBSITE, currency="EUR", budget_by=BudgetBy.PROJECT, budget=Amount(10_000))
LINE = BudgetLine("", "", is_money=False, budget=Amount(10_000), used=Amount(7_600))
MONEY = BudgetLine("", "", is_money=True, budget=Amount(1_000_000), used=Amount(760_050))
ALL = Visibility(hours=True, money=True)
NO_MONEY = Visibility(hours=True, money=False)
NOTHING = Visibility(hours=False, money=False, money_shares=False)
FORECAST = Forecast(date(2026, 11, 26), Fraction(480))
BURN = [(TODAY - timedelta(days=back), Hours(7_600 - back * 300)) for back in range(19, -1, -1)]


def tasks(count: int) -> list[BudgetLine]:
    """Lines of a budget by task, the fullest last."""
    return [replace(LINE, key=f"task:{n}", name=f"Task {n}", used=Amount(100 * n)) for n in range(1, count + 1)]


def card(*lines: BudgetLine, project: Project = SITE, is_closed: bool = False, **changes: Any) -> Card:
    """Open and seen in full unless it is said otherwise; `settings` are those of the project in Slack."""
    settings = changes.pop("settings", BudgetSettings(project.id))
    period = changes.pop("period", "")
    chosen = lines or (LINE,)
    closed = list(chosen) if is_closed else []
    standing = BudgetStatus(project, period, settings, chosen, {}, {}, closed, "Anna Berg, Owen Reed")
    given: dict[str, Any] = {"sight": ALL, "may_decide": False, "forecast": None, "last": [], "today": TODAY, **changes}
    return Card(standing, **given)


def entry(number: int = 1, **changes: Any) -> HarvestEntry:
    plain = HarvestEntry(
        id=number,
        user_id=3,
        project_id=SITE.id,
        task_id=7,
        spent_date=TODAY,
        hours=Hours(150),
        rounded_hours=Hours(150),
        notes="First drafts",
        billable=True,
        budgeted=True,
        billable_rate=None,
        is_running=False,
        is_locked=False,
        locked_reason=None,
        approval_status="unsubmitted",
        is_billed=False,
        timer_started_at=None,
        started=None,
        ended=None,
        reference_id=None,
        permalink=None,
        updated_at=NOW,
    )
    return plain._replace(**changes)


def request(state: RequestState = RequestState.ASKED, **changes: Any) -> UnlockRequest:
    plain = UnlockRequest(
        key="6f1d7a52-0000-4000-8000-0000000000aa",
        project_id=SITE.id,
        line="",
        period="",
        slack_id="U0ADA",
        hours=Hours(350),
        reason="The client wants two more pages",
        entry_key=None,
        state=state,
        decided_by=None if state is RequestState.ASKED else "U0ANNA",
        answer="" if state is RequestState.ASKED else "4 h more",
        created_at=NOW,
    )
    return replace(plain, **changes)


def over(number: int = 1, state: OverageState = OverageState.SEEN, **changes: Any) -> OverageItem:
    return OverageItem(Overage(number, SITE.id, "", "", Hours(100), state, NOW), entry(number, **changes), "Ada Park")
