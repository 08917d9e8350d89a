"""What somebody does "in Harvest" through the side API: entries added and edited, projects listed and changed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from tests.sandbox.harvest_account import Visitor

ADDED = {"who": "Milo", "project": "WEB-1", "task": "Design", "hours": 1.5}


async def side(harvest: Visitor, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    answer = await harvest.http.request(method, f"{harvest.double.origin}/sandbox/{path}", json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer.json()


async def refused(harvest: Visitor, path: str, body: Any, status: int = 400) -> str:
    return str((await side(harvest, "POST", path, body, status))["error"])


async def test_anybodys_entry_is_added_today_where_they_are(harvest: Visitor, clock: SandboxClock) -> None:
    harvest.account.milo.timezone = "Australia/Sydney"
    clock.advance(timedelta(hours=6))
    line = await side(harvest, "POST", "entries", {**ADDED, "notes": "icons"}, 201)
    assert (line["who"], line["code"], line["task"], line["hours"]) == ("Milo Test", "WEB-1", "Design", 1.5)
    assert (line["date"], line["notes"], line["running"]) == ("2026-11-20", "icons", False)
    assert (await harvest.get("/time_entries"))["total_entries"] == 1


async def test_people_tasks_and_projects_may_be_written_in_any_case_and_by_full_name(harvest: Visitor) -> None:
    named = {"who": "milo test", "project": "web-1", "task": "DESIGN", "hours": "0.25", "date": "2026-11-02"}
    line = await side(harvest, "POST", "entries", named, 201)
    assert (line["date"], line["hours"]) == ("2026-11-02", 0.25)


async def test_a_timer_can_be_started_for_somebody(harvest: Visitor) -> None:
    line = await side(harvest, "POST", "entries", {**ADDED, "hours": None, "running": True}, 201)
    assert (line["running"], line["hours"]) == (True, 0.0)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"who": "Nobody"}, "There is no person called Nobody"),
        ({"who": None}, "person is missing"),
        ({"project": "WEB-2"}, "There is no project called WEB-2"),
        ({"project": "Secret"}, "User isn't assigned to the project, Task isn't assigned to the project"),
        ({"task": "Singing"}, "There is no task called Singing"),
        ({"hours": None}, "hours is missing"),
        ({"hours": "much"}, "Hours is not a number"),
        ({"date": "soon"}, "Spent date is not a valid date"),
    ],
)
async def test_what_cannot_be_added_is_refused_in_a_sentence(
    harvest: Visitor, changed: dict[str, Any], error: str
) -> None:
    wish = {**ADDED, **changed}
    if wish["project"] == "Secret":
        wish["task"] = "Coding"
    assert await refused(harvest, "entries", wish) == error
    assert harvest.double.state.entries == {}


async def test_a_name_of_two_people_is_refused(harvest: Visitor) -> None:
    harvest.double.state.add_user(first_name="Milo", last_name="Other", email="other@agency.example")
    assert await refused(harvest, "entries", ADDED) == "There is more than one person called Milo"


async def test_an_entry_is_moved_to_another_day_task_and_project(harvest: Visitor) -> None:
    state, account = harvest.double.state, harvest.account
    entry_id = (await harvest.log(hours=1))["id"]
    state.assign_user(account.secret, account.milo)
    line = await side(harvest, "POST", f"entries/{entry_id}", {"date": "2026-11-03", "task": "Coding"})
    assert (line["date"], line["task"], line["hours"]) == ("2026-11-03", "Coding", 1.0)
    line = await side(harvest, "POST", f"entries/{entry_id}", {"project": "Secret", "task": "Design"})
    assert (line["project"], line["code"]) == ("Secret", None)
    assert await refused(harvest, f"entries/{entry_id}", {"task": "Coding"}) == "Task isn't assigned to the project"


async def test_a_timer_is_started_and_stopped(harvest: Visitor) -> None:
    path = f"entries/{(await harvest.log(hours=1))['id']}"
    running = [(await side(harvest, "POST", path, {"running": on}))["running"] for on in (True, True, False, False)]
    assert running == [True, True, False, False]
    harvest.double.state.archive(harvest.account.website)
    assert "Item Archived" in await refused(harvest, path, {"running": True})


async def test_a_change_of_nothing_leaves_the_entry_as_it_was(harvest: Visitor) -> None:
    entry = harvest.double.state.entries[(await harvest.log(hours=1))["id"]]
    version = harvest.double.state.changes.version
    await side(harvest, "POST", f"entries/{entry.id}", {})
    assert harvest.double.state.changes.version == version


async def test_start_end_accounts_get_times_that_agree_with_the_hours(stamped: Visitor) -> None:
    line = await side(stamped, "POST", "entries", ADDED, 201)
    path = f"/time_entries/{line['id']}"
    shown = await stamped.get(path)
    assert (shown["started_time"], shown["ended_time"], shown["hours"]) == ("9:00am", "10:30am", 1.5)
    await side(stamped, "POST", f"entries/{line['id']}", {"hours": 2})
    assert (await stamped.get(path))["ended_time"] == "11:00am"
    timer = await side(stamped, "POST", "entries", {**ADDED, "hours": None, "running": True}, 201)
    assert (await stamped.get(f"/time_entries/{timer['id']}"))["started_time"] == "1:00pm"
    assert len(stamped.double.state.entries) == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "entries/1"), ("DELETE", "entries/1"), ("POST", "projects/NONE-1"), ("GET", "nowhere")],
)
async def test_what_is_not_there_is_a_404_that_a_page_may_read(harvest: Visitor, method: str, path: str) -> None:
    assert (await side(harvest, method, path, {}, 404))["error"]


async def test_a_body_that_is_none_is_refused(harvest: Visitor) -> None:
    url = f"{harvest.double.origin}/sandbox/entries"
    answer = await harvest.http.post(url, content=b"{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (400, {"error": "The body is not valid JSON"})


async def test_projects_are_listed_with_budget_and_hours(harvest: Visitor) -> None:
    harvest.account.website.budget = Decimal(40)
    await harvest.log(hours=2)
    await harvest.log(hours=3, spent_date="2026-10-30")
    projects = (await side(harvest, "GET", "projects"))["projects"]
    assert [row["name"] for row in projects] == ["Secret", "Website"]
    assert projects[1] == {
        "code": "WEB-1",
        "name": "Website",
        "client": "Acme",
        "notes": None,
        "archived": False,
        "budget_by": "project",
        "monthly": False,
        "unit": "hours",
        "budget": 40.0,
        "used": 5.0,
        "hours_this_month": 2.0,
        "hours_in_all": 5.0,
        "people": ["Alma Test", "Max Test", "Milo Test"],
        "tasks": ["Coding", "Design"],
    }


async def test_a_monthly_budget_is_used_by_this_month_and_money_by_rates(harvest: Visitor) -> None:
    website = harvest.account.website
    website.budget_by, website.cost_budget, website.budget_is_monthly = "project_cost", Decimal(1000), True
    await harvest.log(hours=2)
    await harvest.log(hours=3, spent_date="2026-10-30")
    row = (await side(harvest, "GET", "projects"))["projects"][1]
    assert (row["unit"], row["budget"], row["used"], row["hours_in_all"]) == ("EUR", 1000.0, 200.0, 5.0)


async def test_a_project_is_renamed_noted_archived_and_given_a_budget(harvest: Visitor) -> None:
    website = harvest.account.website
    await side(harvest, "POST", "projects/WEB-1", {"name": "Site", "notes": "n", "archived": True, "budget": 12.5})
    assert (website.name, website.notes, website.is_active, website.budget) == ("Site", "n", False, Decimal("12.5"))
    row = await side(harvest, "POST", "projects/web-1", {"budget": None, "archived": False})
    assert (row["budget"], row["archived"]) == (None, False)


async def test_a_project_without_budget_gets_one_in_hours(harvest: Visitor) -> None:
    row = await side(harvest, "POST", "projects/Secret", {"budget": 10})
    assert (row["budget_by"], row["budget"]) == ("project", 10.0)


@pytest.mark.parametrize("budget_by", ["task", "task_fees", "person"])
async def test_a_budget_in_parts_keeps_their_proportions(harvest: Visitor, budget_by: str) -> None:
    harvest.account.website.budget_by = budget_by
    even = await side(harvest, "POST", "projects/WEB-1", {"budget": 60})
    assert even["budget"] == 60.0
    state = harvest.double.state
    rows = (state.user_assignments if budget_by == "person" else state.task_assignments).values()
    parts = [row for row in rows if row.project_id == harvest.account.website.id]
    assert {row.budget for row in parts} == {Decimal(60) / len(parts)}
    parts[0].budget = Decimal(0)
    assert (await side(harvest, "POST", "projects/WEB-1", {"budget": 100}))["budget"] == 100.0
    assert parts[0].budget == 0
    assert (await side(harvest, "POST", "projects/WEB-1", {"budget": None}))["budget"] is None


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"budget": "much"}, "Budget is not a number"),
        ({"budget": -1}, "Budget is below zero"),
        ({"name": " "}, "name is empty"),
    ],
)
async def test_a_wrong_change_of_a_project_is_refused(harvest: Visitor, body: dict[str, Any], error: str) -> None:
    assert await refused(harvest, "projects/WEB-1", body) == error
