"""Lists and their pages, and setting up projects."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from tests.sandbox.harvest_account import Visitor


async def _walk(harvest: Visitor, path: str, key: str, per_page: int) -> list[dict[str, Any]]:
    """All pages, by the links alone."""
    page = await harvest.get(path, who="alma", per_page=per_page)
    pages = [page]
    while page["links"]["next"]:
        following = page["links"]["next"].removeprefix(harvest.double.api_url)
        page = (await harvest.ask("GET", following, who="alma")).json()
        pages.append(page)
    assert len({row["id"] for page in pages for row in page[key]}) == pages[0]["total_entries"]
    return pages


async def test_time_entries_are_paged_by_number(harvest: Visitor) -> None:
    for _ in range(5):
        await harvest.log(hours=1)
    first, second, third = await _walk(harvest, "/time_entries", "time_entries", 2)
    assert (first["page"], first["previous_page"], first["next_page"], first["total_pages"]) == (1, None, 2, 3)
    assert (second["previous_page"], second["next_page"]) == (1, 3)
    assert (third["next_page"], third["links"]["next"], len(third["time_entries"])) == (None, None, 1)
    assert "page=3" in first["links"]["last"]


async def test_links_keep_the_filters(harvest: Visitor) -> None:
    await harvest.log(hours=1)
    await harvest.log(hours=1)
    page = await harvest.get("/time_entries", per_page=1, to="2026-11-19")
    assert "to=2026-11-19" in page["links"]["next"]


async def test_directories_are_paged_by_cursor_and_later_pages_have_no_numbers(harvest: Visitor) -> None:
    first, *rest = await _walk(harvest, "/user_assignments", "user_assignments", 2)
    assert (first["page"], first["total_pages"]) == (1, 2)
    assert "cursor=" in first["links"]["next"]
    assert [(page["page"], page["next_page"], page["previous_page"]) for page in rest] == [(None, None, None)]


async def test_page_numbers_still_work_where_cursors_are_the_rule(harvest: Visitor) -> None:
    page = await harvest.get("/users", who="alma", per_page=2, page=2)
    assert (page["page"], len(page["users"])) == (2, 1)


async def test_an_empty_list_has_one_page(harvest: Visitor) -> None:
    page = await harvest.get("/time_entries")
    assert (page["total_pages"], page["total_entries"], page["per_page"]) == (1, 0, 2000)


@pytest.mark.parametrize("query", [{"per_page": 2001}, {"per_page": 0}, {"page": 0}, {"page": "x"}, {"per_page": -1}])
async def test_pages_out_of_bounds_are_refused(harvest: Visitor, query: dict[str, Any]) -> None:
    assert (await harvest.ask("GET", "/time_entries", query=query)).status_code == 422


async def test_a_made_up_cursor_is_refused(harvest: Visitor) -> None:
    assert (await harvest.ask("GET", "/users", who="alma", query={"cursor": "!"})).status_code == 422


async def test_directories_know_what_is_active_and_what_changed(harvest: Visitor, clock: SandboxClock) -> None:
    clock.advance(timedelta(hours=1))
    harvest.double.state.archive(harvest.account.secret)
    active = await harvest.get("/projects", who="alma", is_active="true")
    changed = await harvest.get("/projects", who="alma", updated_since="2026-11-19T12:30:00Z")
    assert [row["name"] for row in active["projects"]] == ["Website"]
    assert [row["name"] for row in changed["projects"]] == ["Secret"]
    assert (await harvest.ask("GET", "/projects", who="alma", query={"updated_since": "x"})).status_code == 422


async def test_projects_are_found_by_client(harvest: Visitor) -> None:
    client = harvest.account.client.id
    assert (await harvest.get("/projects", who="alma", client_id=client))["total_entries"] == 2
    assert (await harvest.get("/projects", who="alma", client_id=client + 1))["total_entries"] == 0


async def test_a_new_project_gets_default_tasks_and_its_creator(harvest: Visitor) -> None:
    wish = {"client_id": harvest.account.client.id, "name": "New", "is_billable": "true", "budget": 120}
    answer = await harvest.ask("POST", "/projects", wish, who="alma")
    project = answer.json()
    assert (answer.status_code, project["budget"], project["over_budget_notification_percentage"]) == (201, 120.0, 80.0)
    tasks = await harvest.get(f"/projects/{project['id']}/task_assignments", who="alma")
    people = await harvest.get(f"/projects/{project['id']}/user_assignments", who="alma")
    assert [row["task"]["name"] for row in tasks["task_assignments"]] == ["Coding"]
    assert [(row["user"]["name"], row["is_project_manager"]) for row in people["user_assignments"]] == [
        ("Alma Test", True)
    ]


async def test_people_and_tasks_can_be_put_on_a_project_once(harvest: Visitor) -> None:
    account = harvest.account
    for path, body in (
        (f"/projects/{account.secret.id}/user_assignments", {"user_id": account.milo.id}),
        (f"/projects/{account.secret.id}/task_assignments", {"task_id": account.coding.id, "billable": False}),
    ):
        assert (await harvest.ask("POST", path, body, who="alma")).status_code == 201
        assert (await harvest.ask("POST", path, body, who="alma")).status_code == 422
        assert (await harvest.ask("POST", path, {}, who="alma")).status_code == 422
    await harvest.log(hours=1, project_id=account.secret.id, task_id=account.coding.id)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Client can't be blank, Name can't be blank"),
        ({"client_id": "the test's own", "name": "x", "budget": "much"}, "Budget is not a number"),
    ],
)
async def test_a_wrong_project_is_refused(harvest: Visitor, body: dict[str, Any], message: str) -> None:
    body = {**body, **({"client_id": harvest.account.client.id} if "client_id" in body else {})}
    answer = await harvest.ask("POST", "/projects", body, who="alma")
    assert (answer.status_code, answer.json()) == (422, {"message": message})


async def test_projects_are_made_by_administrators_and_project_creators(harvest: Visitor) -> None:
    wish = {"client_id": harvest.account.client.id, "name": "New"}
    assert (await harvest.ask("POST", "/projects", wish, who="max")).status_code == 403


async def test_archiving_is_a_change_of_the_project(harvest: Visitor) -> None:
    path = f"/projects/{harvest.account.website.id}"
    changed = await harvest.ask("PATCH", path, {"is_active": False}, who="max")
    assert changed.json()["is_active"] is False
    assert (await harvest.get(path, who="max"))["is_active"] is False


async def test_single_records_are_shown_or_not_found(harvest: Visitor) -> None:
    account = harvest.account
    assert (await harvest.get(f"/users/{account.milo.id}"))["email"] == "milo@agency.example"
    assert (await harvest.ask("GET", f"/users/{account.alma.id}")).status_code == 403
    assert (await harvest.ask("GET", "/projects/1", who="alma")).status_code == 404
    assert (await harvest.ask("GET", f"/projects/{account.secret.id}", who="max")).status_code == 404


async def test_a_malformed_path_gets_a_page_and_broken_json_a_400(harvest: Visitor) -> None:
    lost = await harvest.ask("POST", "/projects//user_assignments", {})
    assert (lost.status_code, lost.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    headers = {
        "Authorization": "Bearer token-milo-fake",
        "Harvest-Account-Id": "1234567",
        "Content-Type": "application/json",
    }
    answer = await harvest.http.post(f"{harvest.double.api_url}/time_entries", content=b"{", headers=headers)
    assert answer.status_code == 400
