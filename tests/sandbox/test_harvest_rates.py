"""Rates of people, and who may see amounts of money."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from sandbox.harvest.records import User
from tests.sandbox.harvest_account import Visitor

BEFORE, SINCE = date(2026, 1, 1), date(2026, 6, 1)


def _rates(harvest: Visitor, user: User, kind: str) -> Iterator[tuple[Decimal, date | None, date | None]]:
    for rate in harvest.double.state.rates_of(user.id, kind):
        yield rate.amount, rate.start_date, rate.end_date


def test_the_account_begins_without_rates(harvest: Visitor) -> None:
    assert list(_rates(harvest, harvest.account.milo, "billable")) == []


async def test_a_rate_ends_the_one_before_it(harvest: Visitor) -> None:
    state, milo = harvest.double.state, harvest.account.milo
    state.add_rate(milo, "billable", Decimal(80))
    state.add_rate(milo, "billable", Decimal("90.50"), SINCE)
    state.add_rate(milo, "cost", Decimal(40))
    page = await harvest.get(f"/users/{milo.id}/billable_rates", who="alma")
    shown = [(row["amount"], row["start_date"], row["end_date"]) for row in page["billable_rates"]]
    assert shown == [(80.0, None, "2026-05-31"), (90.5, "2026-06-01", None)]
    assert page["billable_rates"][0].keys() == {"id", "amount", "start_date", "end_date", "created_at", "updated_at"}
    costs = (await harvest.get(f"/users/{milo.id}/cost_rates", who="alma"))["cost_rates"]
    assert [row["amount"] for row in costs] == [40.0]
    assert (milo.default_hourly_rate, milo.cost_rate) == (Decimal("90.50"), Decimal(40))


@pytest.mark.parametrize(
    ("start", "left"),
    [
        (None, [(Decimal(99), None, None)]),
        (BEFORE, [(Decimal(80), None, date(2025, 12, 31)), (Decimal(99), BEFORE, None)]),
        (SINCE, [(Decimal(80), None, date(2026, 5, 31)), (Decimal(99), SINCE, None)]),
    ],
)
def test_a_rate_replaces_those_that_begin_no_earlier(
    harvest: Visitor, start: date | None, left: list[tuple[Decimal, date | None, date | None]]
) -> None:
    state, milo = harvest.double.state, harvest.account.milo
    state.add_rate(milo, "billable", Decimal(80))
    state.add_rate(milo, "billable", Decimal(90), SINCE)
    state.add_rate(milo, "billable", Decimal(99), start)
    assert list(_rates(harvest, milo, "billable")) == left


async def test_rates_are_paged_oldest_first_by_cursor(harvest: Visitor) -> None:
    state, milo = harvest.double.state, harvest.account.milo
    for month in range(1, 4):
        state.add_rate(milo, "billable", Decimal(month), date(2026, month, 1))
    first = await harvest.get(f"/users/{milo.id}/billable_rates", who="alma", per_page=2)
    following = first["links"]["next"].removeprefix(harvest.double.api_url)
    second = (await harvest.ask("GET", following, who="alma")).json()
    assert [row["amount"] for page in (first, second) for row in page["billable_rates"]] == [1.0, 2.0, 3.0]
    assert (first["total_entries"], second["links"]["next"]) == (3, None)


@pytest.mark.parametrize(
    ("who", "extra", "billable", "cost"),
    [
        ("alma", (), 200, 200),
        ("max", ("billable_rates_manager",), 200, 403),
        ("max", ("project_creator",), 403, 403),
        ("milo", (), 403, 403),
        ("milo", ("billable_rates_manager",), 403, 403),
    ],
)
async def test_rates_are_for_those_who_may_see_them(
    harvest: Visitor, who: str, extra: tuple[str, ...], billable: int, cost: int
) -> None:
    reader: User = getattr(harvest.account, who)
    reader.access_roles += extra
    path = f"/users/{harvest.account.milo.id}"
    assert (await harvest.ask("GET", f"{path}/billable_rates", who=who)).status_code == billable
    assert (await harvest.ask("GET", f"{path}/cost_rates", who=who)).status_code == cost


async def test_rates_of_nobody_are_not_found(harvest: Visitor) -> None:
    assert (await harvest.ask("GET", "/users/1/cost_rates", who="alma")).status_code == 404


async def test_an_entry_is_worth_its_own_days_rate(harvest: Visitor) -> None:
    state, milo = harvest.double.state, harvest.account.milo
    harvest.account.website.bill_by = "People"
    for kind, old, new in (("billable", 80, 95), ("cost", 30, 40)):
        state.add_rate(milo, kind, Decimal(old))
        state.add_rate(milo, kind, Decimal(new), SINCE)
    logged = [await harvest.log(hours=1, spent_date=day) for day in ("2026-05-31", "2026-06-01")]
    shown = [await harvest.get(f"/time_entries/{row['id']}", who="alma") for row in logged]
    assert [(row["billable_rate"], row["cost_rate"]) for row in shown] == [(80.0, 30.0), (95.0, 40.0)]


@pytest.mark.parametrize(("extra", "shows"), [((), False), (("billable_rates_manager",), True)])
async def test_managers_see_money_where_they_may(harvest: Visitor, extra: tuple[str, ...], *, shows: bool) -> None:
    account = harvest.account
    account.max.access_roles += extra
    account.design.default_hourly_rate = Decimal(70)
    for name in ("hourly_rate", "cost_budget", "fee"):
        setattr(account.website, name, Decimal(900))
    entry = await harvest.log(hours=1, who="max")
    project = await harvest.get(f"/projects/{account.website.id}", who="max")
    tasks = (await harvest.get("/task_assignments", who="max"))["task_assignments"]
    defaults = (await harvest.get("/tasks", who="max"))["tasks"]
    seen = [project["hourly_rate"], project["cost_budget"], project["fee"], entry["billable_rate"]]
    seen += [entry["task_assignment"]["hourly_rate"], tasks[-1]["hourly_rate"], defaults[-1]["default_hourly_rate"]]
    assert [amount is not None for amount in seen] == [shows] * len(seen)
    assert entry["cost_rate"] is None


@pytest.mark.parametrize(("budget_by", "shown"), [("task", 12.0), ("task_fees", None)])
async def test_a_budget_in_money_is_hidden_and_one_in_hours_is_not(
    harvest: Visitor, budget_by: str, shown: float | None
) -> None:
    harvest.account.website.budget_by = budget_by
    work = harvest.double.state.task_assignment(harvest.account.website.id, harvest.account.design.id)
    assert work is not None
    work.budget = Decimal(12)
    assert (await harvest.log(hours=1))["task_assignment"]["budget"] == shown
    assert (await harvest.log(hours=1, who="alma"))["task_assignment"]["budget"] == 12.0
