"""What goes out to Asana: allowed by its specification, with the token, asking for just the fields that are read."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_core import OpenAPI

from sync.clients.asana.client import AsanaClient
from sync.ports.asana import PROJECT_FILTERS, WORKSPACE_FILTERS
from tests.clients.asana_exchanges import (
    BASE,
    STORY,
    TASK,
    TIME_ENTRY,
    TOKEN,
    WEBHOOK,
    client_of,
    one,
    page,
    specification_at,
)
from tests.clients.harvest_exchanges import fault_in, script

Call = Callable[[AsanaClient], Awaitable[Any]]
DAY = date(2026, 11, 19)
MOMENT = datetime(2026, 11, 19, 10, 0, tzinfo=timezone(timedelta(hours=1)))
TARGET = "https://gleaner.example/asana/webhooks/k1"
USER = {"gid": "77", "name": "Ana"}


def walk(listing: Callable[[AsanaClient], AsyncIterator[Any]]) -> Call:
    async def all_of(client: AsanaClient) -> list[Any]:
        return [record async for found in listing(client) for record in found]

    return all_of


# Each call, an answer it can live with, and the request it makes, opt_fields aside.
CALLS: dict[str, tuple[Call, Any, str]] = {
    "me": (lambda c: c.me(), one(USER), "GET /users/me"),
    "workspaces": (lambda c: c.workspaces(), page([]), "GET /workspaces?limit=100"),
    "users": (walk(lambda c: c.users("55")), page([USER]), "GET /users?workspace=55&limit=100"),
    "projects": (walk(lambda c: c.projects("55")), page([]), "GET /workspaces/55/projects?limit=100"),
    "archived projects": (
        walk(lambda c: c.projects("55", is_archived=True)),
        page([]),
        "GET /workspaces/55/projects?archived=true&limit=100",
    ),
    "project": (lambda c: c.project("900"), one({"gid": "900"}), "GET /projects/900"),
    "sections": (lambda c: c.sections("900"), page([]), "GET /projects/900/sections?limit=100"),
    "fields": (lambda c: c.fields("900"), page([]), "GET /projects/900/custom_field_settings?limit=100"),
    "tasks": (walk(lambda c: c.tasks("900")), page([TASK]), "GET /tasks?project=900&limit=100"),
    "changed tasks": (
        walk(lambda c: c.tasks("900", MOMENT)),
        page([]),
        "GET /tasks?project=900&modified_since=2026-11-19T09%3A00%3A00Z&limit=100",
    ),
    "task": (lambda c: c.task("1201"), one(TASK), "GET /tasks/1201"),
    "subtasks": (lambda c: c.subtasks("1201"), page([TASK]), "GET /tasks/1201/subtasks?limit=100"),
    "stories": (lambda c: c.stories("1201"), page([STORY]), "GET /tasks/1201/stories?limit=100"),
    "time entries": (
        walk(lambda c: c.time_entries("55", DAY, DAY)),
        page([TIME_ENTRY]),
        f"GET /time_tracking_entries?workspace=55&entered_on_start_date={DAY}&entered_on_end_date={DAY}&limit=100",
    ),
    "time entries of a task": (
        lambda c: c.task_time_entries("1201"),
        page([TIME_ENTRY]),
        "GET /tasks/1201/time_tracking_entries?limit=100",
    ),
    "time entry": (lambda c: c.time_entry("3301"), one(TIME_ENTRY), "GET /time_tracking_entries/3301"),
    "changes": (
        lambda c: c.changes("900", "s1"),
        {"data": [], "sync": "s2", "has_more": False},
        "GET /events?resource=900&sync=s1",
    ),
    "first changes": (lambda c: c.changes("900"), {"data": [], "sync": "s2"}, "GET /events?resource=900"),
    "webhooks": (lambda c: c.webhooks("55"), page([WEBHOOK]), "GET /webhooks?workspace=55&limit=100"),
    "webhooks of one": (
        lambda c: c.webhooks("55", "900"),
        page([]),
        "GET /webhooks?workspace=55&resource=900&limit=100",
    ),
    "create webhook": (
        lambda c: c.create_webhook("900", TARGET, PROJECT_FILTERS),
        {"data": WEBHOOK, "X-Hook-Secret": "fake"},
        "POST /webhooks",
    ),
    "create workspace webhook": (
        lambda c: c.create_webhook("55", TARGET, WORKSPACE_FILTERS),
        {"data": WEBHOOK, "X-Hook-Secret": "fake"},
        "POST /webhooks",
    ),
    "delete webhook": (lambda c: c.delete_webhook("4401"), {"data": {}}, "DELETE /webhooks/4401"),
}


@pytest.fixture(scope="session")
def asana_specification(specs: Path) -> OpenAPI:
    return specification_at(specs, BASE)


def path_of(request: httpx.Request) -> str:
    url = request.url.copy_remove_param("opt_fields")
    return f"{request.method} {url.raw_path.decode().removeprefix('/api/1.0').rstrip('?')}"


@pytest.mark.parametrize("name", CALLS)
async def test_each_call_makes_one_request_with_the_token(name: str) -> None:
    call, answer, expected = CALLS[name]
    server = script(answer)
    await call(client_of(server))
    (request,) = server.asked
    parts, wanted = path_of(request).partition("?"), expected.partition("?")
    assert parts[0] == wanted[0]
    assert sorted(parts[2].split("&")) == sorted(wanted[2].split("&"))
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["User-Agent"] == "Gleaner (ops@lumen.example)"


@pytest.mark.parametrize("name", CALLS)
async def test_each_request_is_one_that_the_specification_allows(name: str, asana_specification: OpenAPI) -> None:
    call, answer, _ = CALLS[name]
    server = script(answer)
    await call(client_of(server))
    assert [fault_in(asana_specification, request) for request in server.asked] == [None]


@pytest.mark.parametrize(
    "wrong",
    [
        httpx.Request("GET", f"{BASE}/tasks?project=1&limit=500", headers={"Authorization": "Bearer fake"}),
        httpx.Request("GET", f"{BASE}/tasks?project=1"),
        httpx.Request("GET", f"{BASE}/no_such_thing", headers={"Authorization": "Bearer fake"}),
        httpx.Request("POST", f"{BASE}/webhooks", json={"data": {}}, headers={"Authorization": "Bearer fake"}),
    ],
    ids=["too many", "no token", "no such path", "no target"],
)
def test_the_specification_refuses_a_wrong_request(wrong: httpx.Request, asana_specification: OpenAPI) -> None:
    """Proof that the check above can fail."""
    assert fault_in(asana_specification, wrong) is not None


async def test_reads_ask_for_the_fields_they_need() -> None:
    """Without being asked, Asana tells neither old and new numbers nor the custom field of a story."""
    server = script(page([]))
    await client_of(server).stories("1201")
    assert server.asked[0].url.params["opt_fields"].split(",") == [
        "created_at", "resource_subtype", "source", "old_number_value", "new_number_value", "created_by.gid",
        "custom_field.gid", "created_by.name", "created_by.email", "custom_field.name",
    ]  # fmt: skip


async def test_a_task_is_asked_for_with_its_projects_people_and_fields() -> None:
    server = script(one(TASK))
    await client_of(server).task("1201")
    asked = server.asked[0].url.params["opt_fields"].split(",")
    assert {"memberships.project.gid", "memberships.section.gid", "assignee.email", "parent.gid"} <= set(asked)
    assert {"custom_fields.gid", "custom_fields.enum_value.gid", "custom_fields.enabled"} <= set(asked)
    assert len(asked) == len(set(asked))


async def test_a_webhook_is_asked_for_with_what_it_shall_tell() -> None:
    server = script({"data": WEBHOOK, "X-Hook-Secret": "fake"})
    await client_of(server).create_webhook("900", TARGET, PROJECT_FILTERS[1:3])
    assert server.bodies == [
        {
            "data": {
                "resource": "900",
                "target": TARGET,
                "filters": [
                    {
                        "resource_type": "story",
                        "resource_subtype": "enum_custom_field_changed",
                        "action": "added",
                    },
                    {
                        "resource_type": "task",
                        "action": "changed",
                        "fields": ["custom_fields", "completed", "assignee", "name", "parent"],
                    },
                ],
            }
        }
    ]


def test_a_workspace_is_never_asked_for_fields_of_a_change() -> None:
    """Asana refuses filters with fields on webhooks of a workspace."""
    assert all(not one.fields for one in WORKSPACE_FILTERS)


@pytest.mark.parametrize("gid", ["../users/me", "1?opt_fields=x", "1/../2", "1#x", "ü", "%2e%2e"])
async def test_a_gid_is_one_part_of_the_path_whatever_it_holds(gid: str) -> None:
    server = script(one(TASK))
    await client_of(server).task(gid)
    path = server.asked[0].url.raw_path.partition(b"?")[0]
    assert path.startswith(b"/api/1.0/tasks/")
    assert path.count(b"/") == 4


async def test_a_moment_is_asked_for_in_utc() -> None:
    server = script(page([]))
    await walk(lambda c: c.tasks("900", datetime(2026, 11, 19, 9, 0, 0, 999, tzinfo=UTC)))(client_of(server))
    assert server.asked[0].url.params["modified_since"] == "2026-11-19T09:00:00Z"
