"""The double of Asana held against the published specification and the recorded exchanges.

Requests are checked, answers are not: the specification refuses nulls that Asana does send. Answers are compared with
recorded ones key by key instead.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest

from tests.sandbox.asana_organization import AsanaVisitor, HookTarget

METHODS = ("get", "post", "put", "delete")
SPARED = {
    "doc.error.404": {"phrase"},  # only with 500
    "doc.time_tracking_entry": {"created_by"},  # of the task that it points at
    "task.get.2022": {"assignee_section"},  # of somebody's own list
}
"""Keys that the double leaves out."""

Exchange = tuple[str, str, Any]


@pytest.fixture
def specification(specs: Path, asana: AsanaVisitor) -> OpenAPI:
    spec = json.loads((specs / "asana-openapi.json").read_text())
    spec["servers"] = [{"url": asana.double.api_url}]
    del spec["components"]["parameters"]["pretty"]["allowEmptyValue"]  # which openapi-core warns about
    for operations in spec["paths"].values():
        for method in operations.keys() & set(METHODS):
            # Alone, or a missing token passes: oauth2 is not checked.
            operations[method]["security"] = [{"personalAccessToken": []}]
    return OpenAPI.from_dict(spec, config=Config(spec_validator_cls=None))


def validate(specification: OpenAPI, request: httpx.Request) -> None:
    url = urlsplit(str(request.url))
    asked = MockRequest(
        f"{url.scheme}://{url.netloc}",
        request.method.lower(),
        url.path,
        args=dict(request.url.params),
        headers=dict(request.headers),
        data=request.content or None,
    )
    specification.validate_request(asked)


def tour_of_projects(asana: AsanaVisitor) -> Iterator[Exchange]:
    we = asana.organization
    place, site, section = we.place.gid, f"/projects/{we.site.gid}", f"/sections/{we.site.sections[0].gid}"
    for part in (
        "",
        "/projects?limit=5",
        "/users",
        "/custom_fields",
        "/typeahead?resource_type=project&query=a&count=5",
    ):
        yield "GET", f"/workspaces/{place}{part}", None
    for path in ("/workspaces", "/users", "/users/me", f"/projects?workspace={place}&archived=false"):
        yield "GET", path, None
    for part in ("", "/sections", "/custom_field_settings", "/tasks"):
        yield "GET", f"{site}{part}", None
    for path in (section, f"{section}/tasks", f"/custom_fields/{we.hours.gid}"):
        yield "GET", path, None
    yield "GET", f"/tasks?project={we.site.gid}&limit=100", None
    yield "GET", f"/tasks?assignee=me&workspace={place}&modified_since=2026-11-01T00:00:00Z", None
    yield "PUT", site, {"name": "Renamed"}
    yield "POST", f"{site}/duplicate", {"name": "Copy"}


def tour_of_tasks(asana: AsanaVisitor) -> Iterator[Exchange]:
    we = asana.organization
    site, task = we.site.gid, f"/tasks/{we.copy.gid}"
    for part in ("", "?opt_fields=assignee.email,custom_fields.number_value", "/subtasks", "/projects", "/stories"):
        yield "GET", f"{task}{part}", None
    yield "GET", f"/stories/{we.copy.stories[0].gid}", None
    yield "PUT", task, {"custom_fields": {we.hours.gid: 1.5, we.billing.gid: we.billing.options[0].gid}}
    yield "POST", "/tasks", {"name": "New", "projects": [site], "assignee": "me"}
    yield "POST", f"{task}/subtasks", {"name": "Below"}
    yield "POST", f"{task}/stories", {"text": "hello"}
    yield "POST", f"{task}/addProject", {"project": site, "section": we.site.sections[1].gid}
    yield "POST", f"/sections/{we.site.sections[0].gid}/addTask", {"task": we.copy.gid}
    yield "POST", f"{task}/removeProject", {"project": site}
    yield "DELETE", task, None


def tour_of_the_rest(asana: AsanaVisitor, target: HookTarget) -> Iterator[Exchange]:
    """Time entries and webhooks."""
    we = asana.organization
    entry = asana.state.add_time_entry(we.proof, we.ana, 45, date(2026, 11, 19))
    one, task = f"/time_tracking_entries/{entry.gid}", f"/tasks/{we.proof.gid}/time_tracking_entries"
    yield "POST", task, {"duration_minutes": 12, "entered_on": "2026-11-19"}
    yield "GET", task, None
    yield "GET", f"/time_tracking_entries?workspace={we.place.gid}&entered_on_start_date=2026-11-01", None
    yield "PUT", one, {"duration_minutes": 13}
    yield "GET", one, None
    yield "DELETE", one, None
    filters = [{"resource_type": "task", "action": "changed", "fields": ["custom_fields"]}]
    yield "POST", "/webhooks", {"resource": we.site.gid, "target": target.url, "filters": filters}
    yield "GET", f"/webhooks?workspace={we.place.gid}&resource={we.site.gid}", None


async def test_every_route_takes_what_the_specification_allows(
    asana: AsanaVisitor, target: HookTarget, specification: OpenAPI
) -> None:
    exchanges = [*tour_of_projects(asana), *tour_of_the_rest(asana, target), *tour_of_tasks(asana)]
    for method, path, body in exchanges:
        answer = await asana.ask(method, path, body)
        assert answer.is_success, f"{method} {path} {answer.text}"
        validate(specification, answer.request)


async def test_what_the_specification_refuses_the_double_refuses(asana: AsanaVisitor, specification: OpenAPI) -> None:
    we = asana.organization
    wrong: list[Exchange] = [
        ("GET", f"/tasks?project={we.site.gid}&limit=500", None),
        ("PUT", f"/tasks/{we.copy.gid}", {"completed": "yes"}),
        ("POST", "/webhooks", {"resource": we.site.gid}),
        ("GET", "/webhooks", None),
        ("GET", "/nowhere", None),
        ("POST", f"/tasks/{we.copy.gid}/time_tracking_entries", {"duration_minutes": 1, "billable_status": "maybe"}),
    ]
    for method, path, body in wrong:
        answer = await asana.ask(method, path, body)
        assert answer.is_client_error, f"{method} {path}"
        with pytest.raises(OpenAPIError):
            validate(specification, answer.request)


async def test_every_path_and_method_of_the_double_is_specified(asana: AsanaVisitor, specs: Path) -> None:
    spec = json.loads((specs / "asana-openapi.json").read_text())["paths"]
    known = {(method.upper(), shape(path)) for path, found in spec.items() for method in found}
    for resource in asana.double._app().router.resources():
        path = resource.canonical.removeprefix("/api/1.0")
        if resource.canonical == path:
            continue
        for route in resource:
            assert route.method == "HEAD" or (route.method, shape(path)) in known, (route.method, path)


def shape(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("doc.time_tracking_entries.list", "/tasks/COPY/time_tracking_entries?limit=1"),
        ("doc.time_tracking_entry", "/time_tracking_entries/ENTRY"),
        ("doc.events.sync_needed.412", "/events?resource=SITE"),
        ("doc.error.404", "/tasks/1"),
        ("projects.list.2022", "/projects?opt_fields=KEYS"),
        ("sections.list.2022", "/projects/SITE/sections?opt_fields=KEYS"),
        ("stories.list.2022", "/tasks/COPY/stories?opt_fields=KEYS"),
        ("story.get.comment.2022", "/stories/COMMENT"),
        ("story.get.number_changed.2022", "/stories/TYPED"),
        ("task.custom_fields.2022", "/tasks/COPY?opt_fields=KEYS"),
        ("task.get.2022", "/tasks/COPY"),
        ("task.get.opt_fields_name.2022", "/tasks/COPY?opt_fields=name"),
        ("task.stories.list.2022", "/tasks/COPY/stories"),
        ("users.list.2022", "/users?opt_fields=KEYS"),
        ("workspaces.list.2022", "/workspaces?opt_fields=KEYS"),
    ],
)
async def test_answers_have_the_keys_and_types_that_were_recorded(
    asana: AsanaVisitor, specs: Path, file: str, path: str
) -> None:
    recorded = json.loads((specs / "asana-recorded" / f"{file}.json").read_text())
    we = asana.organization
    typed = asana.state.set_field(we.copy, we.hours, -293, by=we.ana)
    comment = asana.state.comment(we.copy, "a comment", by=we.ana)
    entry = asana.state.add_time_entry(we.copy, we.ana, 12, date(2026, 11, 19))
    asana.state.add_time_entry(we.copy, we.ana, 13, date(2026, 11, 19))
    assert typed is not None
    rows = recorded["body"].get("data")
    keys = (rows[0] if isinstance(rows, list) else rows or {}).keys()
    places = {"SITE": we.site, "COPY": we.copy, "ENTRY": entry, "COMMENT": comment, "TYPED": typed}
    for name, row in places.items():
        path = path.replace(name, row.gid)
    answer = await asana.ask("GET", path.replace("KEYS", ",".join(keys)))
    assert answer.status_code == recorded["status"]
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    assert lacking(recorded["body"], answer.json(), SPARED.get(file)) == []


async def test_opt_fields_cut_an_answer_to_what_was_recorded(asana: AsanaVisitor) -> None:
    found = await asana.get(f"/tasks/{asana.organization.copy.gid}", opt_fields="name")
    assert set(found) == {"gid", "name"}


async def test_a_story_of_a_number_does_not_show_it_unasked(asana: AsanaVisitor) -> None:
    we = asana.organization
    typed = asana.state.set_field(we.copy, we.hours, 1.5, by=we.ana)
    assert typed is not None
    assert not {"custom_field", "new_number_value"} & set(await asana.get(f"/stories/{typed.gid}"))


async def test_a_webhook_is_answered_and_delivered_as_recorded(
    asana: AsanaVisitor, target: HookTarget, specs: Path
) -> None:
    we, folder = asana.organization, specs / "asana-recorded"
    made = await asana.ask("POST", "/webhooks", {"resource": we.site.gid, "target": target.url})
    expected = json.loads((folder / "doc.webhook.created.json").read_text())["body"]
    assert lacking(expected, made.json()) == []
    await asana.double.deliveries.settle()
    asana.state.complete_task(we.copy, by=we.ana)
    await asana.double.deliveries.settle()
    recorded = json.loads((folder / "webhook.delivery.json").read_text())
    raw, secret = recorded["http"]["raw"].encode(), recorded["http"]["hook_secret"].encode()
    assert hmac.new(secret, raw, hashlib.sha256).hexdigest() == recorded["http"]["headers"]["X-Hook-Signature"]
    assert lacking(recorded["body"], {"events": target.events}) == []
    assert [event["change"]["field"] for event in target.events[:2]] == ["completed", "completed_at"]
    assert list(target.events[0]) != list(target.events[1]), "keys change their order, as recorded"


async def test_events_have_the_documented_keys(asana: AsanaVisitor, specs: Path) -> None:
    we = asana.organization
    documented = json.loads((specs / "asana-recorded" / "doc.events.200.json").read_text())["body"]
    sync = (await asana.ask("GET", "/events", query={"resource": we.site.gid})).json()["sync"]
    asana.state.assign(we.copy, we.bo, by=we.ana)
    body = (await asana.ask("GET", "/events", query={"resource": we.site.gid, "sync": sync})).json()
    assert lacking(documented, body, {"added_value", "removed_value"}) == []


def lacking(recorded: Any, ours: Any, spared: set[str] | None = None, where: str = "") -> list[str]:
    """Recorded keys that ours has not, and values of another JSON type; null goes with anything."""
    spared = spared or set()
    if recorded is None or ours is None:
        return []
    if isinstance(recorded, dict) and isinstance(ours, dict):
        missing = [f"{where}.{key}" for key in recorded.keys() - ours.keys() - spared]
        common = recorded.keys() & ours.keys()
        return missing + [one for key in common for one in lacking(recorded[key], ours[key], spared, f"{where}.{key}")]
    if isinstance(recorded, list) and isinstance(ours, list):
        likest = (lacking(recorded[0], one, spared, f"{where}[]") for one in ours)
        return min(likest, key=len, default=[]) if recorded else []
    return [] if _kind(recorded) is _kind(ours) else [f"{where}: {recorded!r} is not like {ours!r}"]


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)
