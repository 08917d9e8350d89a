"""Projects deleted, people and tasks taken off, and what counts towards a budget."""

from decimal import Decimal

import pytest

from tests.sandbox.harvest_account import Visitor


async def test_a_deleted_project_takes_its_entries_and_assignments_with_it(harvest: Visitor) -> None:
    state, account = harvest.double.state, harvest.account
    entry = await harvest.log(hours=1)
    kept = await harvest.log(hours=1, who="alma", project_id=account.secret.id)
    deleted = await harvest.ask("DELETE", f"/projects/{account.website.id}", who="alma")
    assert (deleted.status_code, deleted.json()["name"]) == (200, "Website")
    assert (await harvest.ask("GET", f"/time_entries/{entry['id']}", who="alma")).status_code == 404
    assert list(state.entries) == [kept["id"]]
    people, tasks = state.user_assignments.values(), state.task_assignments.values()
    assert {row.project_id for row in people} | {row.project_id for row in tasks} == {account.secret.id}
    assert (await harvest.get("/users/me/project_assignments"))["project_assignments"] == []
    assert (await harvest.ask("POST", "/time_entries", harvest.wish(hours=1))).status_code == 422
    assert (await harvest.ask("DELETE", f"/projects/{account.website.id}", who="alma")).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("milo", 403), ("max", 404)])
async def test_projects_are_deleted_by_those_who_manage_them(harvest: Visitor, who: str, status: int) -> None:
    assert (await harvest.ask("DELETE", f"/projects/{harvest.account.secret.id}", who=who)).status_code == status
    assert harvest.account.secret.id in harvest.double.state.projects


async def test_who_is_taken_off_a_project_logs_there_no_more(harvest: Visitor) -> None:
    state, account = harvest.double.state, harvest.account
    entry = await harvest.log(hours=1)
    state.unassign_user(account.website, account.milo)
    refused = await harvest.ask("POST", "/time_entries", harvest.wish(hours=1))
    assert refused.json()["message"] == "User isn't assigned to the project"
    shown = await harvest.get(f"/time_entries/{entry['id']}")
    assert (shown["user_assignment"], shown["is_locked"]) == (None, True)
    assert (await harvest.get("/user_assignments", who="alma"))["total_entries"] == 3
    state.assign_user(account.website, account.milo)
    assert (await harvest.get(f"/time_entries/{entry['id']}"))["is_locked"] is False


async def test_a_task_taken_off_a_project_is_offered_no_more(harvest: Visitor) -> None:
    account = harvest.account
    harvest.double.state.unassign_task(account.website, account.design)
    mine = (await harvest.get("/users/me/project_assignments"))["project_assignments"]
    assert [row["task"]["name"] for row in mine[0]["task_assignments"]] == ["Coding"]
    refused = await harvest.ask("POST", "/time_entries", harvest.wish(hours=1))
    assert refused.json()["message"] == "Task isn't assigned to the project"


async def test_an_archived_project_can_be_restored(harvest: Visitor) -> None:
    harvest.double.state.archive(harvest.account.website)
    harvest.double.state.restore(harvest.account.website)
    await harvest.log(hours=1)


@pytest.mark.parametrize(
    ("budget_by", "budget", "budgeted"),
    [
        ("none", 10, False),
        ("project", 10, True),
        ("project", 0, True),
        ("project", None, False),
        ("project_cost", 10, False),  # hours are not what that budget is in
        ("task", 10, False),
        ("person", 10, False),
    ],
)
async def test_a_project_budget_counts_everything_or_nothing(
    harvest: Visitor, budget_by: str, budget: int | None, *, budgeted: bool
) -> None:
    harvest.account.website.budget_by = budget_by
    harvest.account.website.budget = None if budget is None else Decimal(budget)
    assert (await harvest.log(hours=1))["budgeted"] is budgeted


@pytest.mark.parametrize("budget_by", ["task", "task_fees"])
async def test_a_task_without_budget_is_not_counted(harvest: Visitor, budget_by: str) -> None:
    account = harvest.account
    account.website.budget_by = budget_by
    work = harvest.double.state.task_assignment(account.website.id, account.design.id)
    assert work is not None
    work.budget = Decimal(5)
    logged = [await harvest.log(hours=1, task_id=task.id) for task in (account.design, account.coding)]
    assert [entry["budgeted"] for entry in logged] == [True, False]


async def test_a_person_without_budget_is_not_counted(harvest: Visitor) -> None:
    account = harvest.account
    account.website.budget_by = "person"
    member = harvest.double.state.user_assignment(account.website.id, account.milo.id)
    assert member is not None
    member.budget = Decimal(5)
    logged = [await harvest.log(hours=1, who=who) for who in ("milo", "alma")]
    assert [entry["budgeted"] for entry in logged] == [True, False]
