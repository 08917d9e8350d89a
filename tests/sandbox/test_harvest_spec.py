"""The double held against the published specification and the recorded exchanges."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from tests.sandbox.harvest_account import Visitor

LEGACY_USER_FLAGS = {"is_admin", "is_project_manager", "can_see_rates", "can_create_projects", "can_create_invoices"}
"""What users had in 2019 in the place of `access_roles`."""

Exchange = tuple[str, str, Any]


@pytest.fixture
def specification(specs: Path, harvest: Visitor) -> OpenAPI:
    spec = json.loads((specs / "harvest-openapi.json").read_text())
    spec["servers"] = [{"url": harvest.double.api_url}]
    return OpenAPI.from_dict(spec, config=Config(spec_validator_cls=None))


def validate(specification: OpenAPI, answer: httpx.Response) -> None:
    url = urlsplit(str(answer.request.url))
    request = MockRequest(
        f"{url.scheme}://{url.netloc}",
        answer.request.method.lower(),
        url.path,
        args=dict(answer.request.url.params),
        headers=dict(answer.request.headers),
        data=answer.request.content or None,
    )
    response = MockResponse(answer.content, answer.status_code, dict(answer.headers), "application/json")
    specification.validate_response(request, response)


def tour(harvest: Visitor, finished: int, running: int) -> Iterator[Exchange]:
    """A request to every route that answers with an object or a list."""
    account = harvest.account
    website, entry = f"/projects/{account.website.id}", "/time_entries"
    for path in ("/company", "/users", "/users/me", "/users/me/project_assignments", "/clients", "/projects", "/tasks"):
        yield "GET", path, None
    for path in ("/roles", "/user_assignments", "/task_assignments", website, f"/users/{account.milo.id}", entry):
        yield "GET", path, None
    yield "GET", f"{website}/user_assignments", None
    yield "GET", f"{website}/task_assignments", None
    yield "GET", f"/users/{account.milo.id}/billable_rates", None
    yield "GET", f"/users/{account.milo.id}/cost_rates", None
    yield (
        "POST",
        entry,
        harvest.wish(hours=1.25, notes="x", external_reference={"id": "1", "permalink": "https://a.example/1"}),
    )
    yield "POST", entry, harvest.wish()
    yield "GET", f"{entry}/{finished}", None
    yield "PATCH", f"{entry}/{finished}", {"hours": 2.5, "notes": "y"}
    yield "PATCH", f"{entry}/{running}/stop", None
    yield "PATCH", f"{entry}/{running}/restart", None
    yield "DELETE", f"{entry}/{running}/external_reference", None
    yield "DELETE", f"{entry}/{finished}", None
    yield (
        "POST",
        "/projects",
        {"client_id": account.client.id, "name": "N", "is_billable": True, "bill_by": "none", "budget_by": "none"},
    )
    yield "POST", f"/projects/{account.secret.id}/user_assignments", {"user_id": account.milo.id}
    yield "POST", f"/projects/{account.secret.id}/task_assignments", {"task_id": account.coding.id}
    yield "PATCH", website, {"is_active": False}
    yield "DELETE", f"/projects/{account.secret.id}", None


async def toured(harvest: Visitor) -> list[httpx.Response]:
    finished, running = await harvest.log(hours=1, notes="z"), await harvest.log()
    for kind in ("billable", "cost"):
        harvest.double.state.add_rate(harvest.account.milo, kind, Decimal(80))
        harvest.double.state.add_rate(harvest.account.milo, kind, Decimal(90), date(2026, 6, 1))
    exchanges = list(tour(harvest, finished["id"], running["id"]))
    return [await harvest.ask(method, path, body, who="alma") for method, path, body in exchanges]


async def test_every_answer_is_as_specified(harvest: Visitor, specification: OpenAPI) -> None:
    for answer in await toured(harvest):
        assert answer.is_success, f"{answer.request.url} {answer.text}"
        validate(specification, answer)


async def test_every_refusal_is_as_specified(harvest: Visitor, specification: OpenAPI) -> None:
    refused = [
        await harvest.ask("POST", "/time_entries", {}),
        await harvest.ask("GET", "/clients"),
        await harvest.ask("GET", "/time_entries/1"),
        await harvest.ask("GET", "/users/me", who="nobody"),
    ]
    assert [answer.status_code for answer in refused] == [422, 403, 404, 401]
    for answer in refused:
        validate(specification, answer)


async def test_the_check_notices_a_wrong_answer(harvest: Visitor, specification: OpenAPI) -> None:
    answer = await harvest.ask("GET", "/users/me")
    wrong = httpx.Response(200, json={**answer.json(), "id": "seven"}, request=answer.request)
    with pytest.raises(OpenAPIError):
        validate(specification, wrong)


@pytest.mark.parametrize(
    ("file", "path", "who"),
    [
        ("doc.company", "/company", "alma"),
        ("doc.users.me.project_assignments", "/users/me/project_assignments", "milo"),
        ("users.me.admin", "/users/me", "alma"),
        ("users.me.member", "/users/me", "milo"),
        ("users.list", "/users", "alma"),
        ("clients.list", "/clients", "alma"),
        ("projects.list", "/projects", "alma"),
        ("tasks.list", "/tasks", "alma"),
        ("task_assignments.list", "/task_assignments", "alma"),
        ("user_assignments.list", "/user_assignments", "alma"),
        ("project.get", "/projects/WEBSITE", "alma"),
        ("project.task_assignments.list", "/projects/WEBSITE/task_assignments", "alma"),
        ("project.user_assignments.list", "/projects/WEBSITE/user_assignments", "alma"),
        ("time_entries.list.2024", "/time_entries", "milo"),
        ("time_entries.list.empty", "/time_entries?is_billed=true", "milo"),
        ("time_entry.get.2024", "/time_entries/FINISHED", "milo"),
        ("doc.time_entry.running", "/time_entries/RUNNING", "milo"),
        ("unauthorized.401", "/users/me", "nobody"),
        ("forbidden.403", "/clients", "milo"),
        ("time_entry.not_found.404", "/time_entries/9999999999", "milo"),
    ],
)
async def test_answers_have_the_keys_and_types_that_were_recorded(
    harvest: Visitor, specs: Path, file: str, path: str, who: str
) -> None:
    recorded = json.loads((specs / "harvest-recorded" / f"{file}.json").read_text())
    finished, running = await harvest.log(hours=1, notes="z"), await harvest.log()
    places = {"WEBSITE": harvest.account.website.id, "FINISHED": finished["id"], "RUNNING": running["id"]}
    for name, number in places.items():
        path = path.replace(name, str(number))
    answer = await harvest.ask("GET", path, who=who)
    assert answer.status_code == recorded["status"]
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    assert lacking(recorded["body"], answer.json()) == []


async def test_a_blank_entry_is_refused_in_the_recorded_words(harvest: Visitor, specs: Path) -> None:
    recorded = json.loads((specs / "harvest-recorded" / "time_entry.invalid.422.json").read_text())
    answer = await harvest.ask("POST", "/time_entries", recorded["request"]["body"])
    assert (answer.status_code, answer.json()) == (recorded["status"], recorded["body"])


async def test_created_deleted_and_updated_entries_have_the_recorded_keys(harvest: Visitor, specs: Path) -> None:
    created = await harvest.log(hours=1, notes="z")
    path = f"/time_entries/{created['id']}"
    updated, deleted = await harvest.ask("PATCH", path, {"hours": 2}), await harvest.ask("DELETE", path)
    for file, body in (("created.2019", created), ("updated.2024", updated.json()), ("deleted.2019", deleted.json())):
        recorded = json.loads((specs / "harvest-recorded" / f"time_entry.{file}.json").read_text())
        assert lacking(recorded["body"], body) == []


def lacking(recorded: Any, ours: Any, where: str = "") -> list[str]:
    """Recorded keys that ours has not, and values of another JSON type; null goes with anything."""
    if recorded is None or ours is None:
        return []
    if isinstance(recorded, dict) and isinstance(ours, dict):
        missing = [f"{where}.{key}" for key in recorded.keys() - ours.keys() - LEGACY_USER_FLAGS]
        return missing + [
            found
            for key in recorded.keys() & ours.keys()
            for found in lacking(recorded[key], ours[key], f"{where}.{key}")
        ]
    if isinstance(recorded, list) and isinstance(ours, list):
        return lacking(recorded[0], ours[0], f"{where}[]") if recorded and ours else []
    return [] if _kind(recorded) is _kind(ours) else [f"{where}: {recorded!r} is not like {ours!r}"]


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)
