"""Who sees and changes what; tokens, locks and the rate limit."""

from collections.abc import Callable

import httpx
import pytest

from sandbox.clock import SandboxClock
from sandbox.harvest.records import Entry
from sandbox.harvest.server import HarvestDouble
from sandbox.harvest.state import HarvestState
from tests.sandbox.harvest_account import Visitor

LISTS = ("/users", "/clients", "/projects", "/tasks", "/user_assignments", "/task_assignments")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer token-milo-fake"},  # no account
        {"Authorization": "Bearer token-milo-fake", "Harvest-Account-Id": "1"},  # somebody else's account
        {"Authorization": "Bearer unknown", "Harvest-Account-Id": "1234567"},
        {"Authorization": "Basic token-milo-fake", "Harvest-Account-Id": "1234567"},
    ],
)
async def test_a_bad_token_and_a_bad_account_get_the_same_401(harvest: Visitor, headers: dict[str, str]) -> None:
    answer = await harvest.http.get(f"{harvest.double.api_url}/users/me", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


async def test_an_archived_users_token_is_refused(harvest: Visitor) -> None:
    harvest.double.state.change(harvest.account.milo, is_active=False)
    assert (await harvest.ask("GET", "/users/me")).status_code == 401


@pytest.mark.parametrize("path", [*LISTS, "/company", "/roles"])
async def test_members_are_refused_the_accounts_lists(harvest: Visitor, path: str) -> None:
    answer = await harvest.ask("GET", path)
    assert (answer.status_code, answer.json()) == (403, {"message": "Not authorized!"})
    assert answer.headers["Hint"] == "Not authorized!"


@pytest.mark.parametrize(
    ("path", "total"),
    [
        ("/users", 3),
        ("/projects", 1),
        ("/user_assignments", 3),
        ("/task_assignments", 2),
        ("/clients", 1),
        ("/tasks", 2),
    ],
)
async def test_managers_see_what_belongs_to_their_projects(harvest: Visitor, path: str, total: int) -> None:
    assert (await harvest.get(path, who="max"))["total_entries"] == total
    assert (await harvest.ask("GET", "/company", who="max")).status_code == 403


async def test_administrators_see_everything(harvest: Visitor) -> None:
    totals = {path: (await harvest.get(path, who="alma"))["total_entries"] for path in (*LISTS, "/roles")}
    assert totals["/projects"] == 2
    assert totals["/user_assignments"] == 4
    assert (await harvest.get("/company", who="alma"))["wants_timestamp_timers"] is False


async def test_a_members_own_page_lacks_the_rate_fields(harvest: Visitor) -> None:
    assert "cost_rate" not in await harvest.get("/users/me")
    assert "cost_rate" in await harvest.get("/users/me", who="alma")


async def test_the_pickers_source_holds_only_what_is_active(harvest: Visitor) -> None:
    mine = await harvest.get("/users/me/project_assignments")
    assert [row["project"]["code"] for row in mine["project_assignments"]] == ["WEB-1"]
    assert [row["task"]["name"] for row in mine["project_assignments"][0]["task_assignments"]] == ["Design", "Coding"]
    harvest.double.state.archive(harvest.account.website)
    assert (await harvest.get("/users/me/project_assignments"))["project_assignments"] == []


@pytest.mark.parametrize(("who", "total"), [("milo", 1), ("max", 2), ("alma", 3)])
async def test_entries_are_seen_by_their_owner_their_manager_and_administrators(
    harvest: Visitor, who: str, total: int
) -> None:
    await harvest.log(hours=1)
    theirs = await harvest.log(hours=1, who="alma")
    await harvest.log(hours=1, who="alma", project_id=harvest.account.secret.id)
    assert (await harvest.get("/time_entries", who=who))["total_entries"] == total
    single = await harvest.ask("GET", f"/time_entries/{theirs['id']}", who=who)
    assert single.status_code == (404 if who == "milo" else 200)


@pytest.mark.parametrize(("who", "status"), [("milo", 403), ("max", 201), ("alma", 201)])
async def test_logging_for_somebody_else_is_for_those_who_manage(harvest: Visitor, who: str, status: int) -> None:
    whose = harvest.account.milo if who != "milo" else harvest.account.max
    answer = await harvest.ask("POST", "/time_entries", harvest.wish(user_id=whose.id, hours=1), who=who)
    assert answer.status_code == status


async def test_managers_log_for_nobody_on_projects_they_do_not_manage(harvest: Visitor) -> None:
    wish = harvest.wish(user_id=harvest.account.alma.id, project_id=harvest.account.secret.id, hours=1)
    assert (await harvest.ask("POST", "/time_entries", wish, who="max")).status_code == 403


async def test_managers_cannot_stop_somebody_elses_timer(harvest: Visitor) -> None:
    path = f"/time_entries/{(await harvest.log())['id']}/stop"
    assert (await harvest.ask("PATCH", path, who="max")).status_code == 403
    harvest.double.state.habits.administrators_stop_others = False
    assert (await harvest.ask("PATCH", path, who="alma")).status_code == 403
    harvest.double.state.habits.administrators_stop_others = True
    assert (await harvest.ask("PATCH", path, who="alma")).status_code == 200


def _archive(state: HarvestState, entry: Entry) -> None:
    state.archive(state.projects[entry.project_id])


def _unassign(state: HarvestState, entry: Entry) -> None:
    row = state.user_assignment(entry.project_id, entry.user_id)
    assert row is not None
    state.change(row, is_active=False)


def _invoice_and_approve(state: HarvestState, entry: Entry) -> None:
    state.invoice([entry])
    state.approve([entry])


@pytest.mark.parametrize(
    ("lock", "reason", "may_be_deleted"),
    [
        (_archive, "Item Archived", False),  # nobody deletes on archived projects
        (_unassign, "Item Archived", False),
        (lambda state, entry: state.invoice([entry]), "Item Invoiced", True),
        (lambda state, entry: state.approve([entry]), "Item Approved and Locked for this Time Period", True),
        (lambda state, entry: state.change(entry, is_period_locked=True), "Item Locked for this Time Period", True),
        (_invoice_and_approve, "Item Invoiced and Approved and Locked for this Time Period", True),
    ],
)
async def test_locked_entries_say_why_and_yield_to_administrators_alone(
    harvest: Visitor, lock: Callable[[HarvestState, Entry], None], reason: str, *, may_be_deleted: bool
) -> None:
    """Administrators change notes and hours; task and date stay, and the answer is 200 all the same."""
    path = f"/time_entries/{(await harvest.log(hours=1))['id']}"
    lock(harvest.double.state, next(iter(harvest.double.state.entries.values())))
    shown = await harvest.get(path)
    assert (shown["is_locked"], shown["locked_reason"]) == (True, reason)
    for refused in (await harvest.ask("PATCH", path, {"hours": 2}), await harvest.ask("DELETE", path)):
        assert refused.status_code == 422
        assert reason in refused.json()["message"]
    changed = await harvest.ask("PATCH", path, {"hours": 2, "spent_date": "2026-11-01"}, who="alma")
    assert (changed.status_code, changed.json()["hours"], changed.json()["spent_date"]) == (200, 2.0, "2026-11-19")
    assert (await harvest.ask("DELETE", path, who="alma")).status_code == (200 if may_be_deleted else 422)


async def test_a_locked_timer_cannot_be_restarted(harvest: Visitor) -> None:
    created = await harvest.log(hours=1)
    harvest.double.state.approve([harvest.double.state.entries[created["id"]]])
    assert (await harvest.ask("PATCH", f"/time_entries/{created['id']}/restart")).status_code == 422


async def test_above_the_rate_harvest_answers_429_and_says_when_to_come_again(clock: SandboxClock) -> None:
    double = HarvestDouble(clock, rate=2, window=5.0)
    await double.start()
    async with httpx.AsyncClient() as http:
        statuses = [(await http.get(f"{double.api_url}/users/me")).status_code for _ in range(2)]
        refused = await http.get(f"{double.api_url}/users/me")
    await double.stop()
    assert statuses == [401, 401]
    assert (refused.status_code, refused.headers["Retry-After"], refused.content) == (429, "5", b"")
