"""Clients of Asana whose other end is a function of the test, with the bodies that Asana would give."""

import json
from pathlib import Path
from typing import Any

import httpx
from openapi_core import Config, OpenAPI

from sync.clients.asana.client import AsanaClient
from sync.clients.asana.rate_limit import AsanaShare
from tests.clients.harvest_exchanges import Answer

BASE = "https://app.asana.example/api/1.0"
TOKEN = "2/fake/token-not-a-secret"

ANA: dict[str, Any] = {"gid": "77", "name": "Ana", "email": "ana@lumen.example"}
HOURS: dict[str, Any] = {
    "gid": "500",
    "name": "Billable Hours",
    "resource_subtype": "number",
    "enabled": True,
    "number_value": 1.5,
    "precision": 2,
    "format": "none",
    "is_formula_field": False,
}
TASK: dict[str, Any] = {
    "gid": "1201",
    "name": "Homepage copy",
    "resource_subtype": "default_task",
    "completed": True,
    "completed_at": "2026-11-19T22:41:03.120Z",
    "completed_by": ANA,
    "assignee": ANA,
    "memberships": [{"project": {"gid": "900", "name": "ACME site"}, "section": {"gid": "901", "name": "Doing"}}],
    "parent": None,
    "num_subtasks": 2,
    "actual_time_minutes": 95,
    "created_at": "2026-11-18T09:00:00.000Z",
    "modified_at": "2026-11-19T22:41:03.500Z",
    "due_on": "2026-11-20",
    "permalink_url": "https://app.asana.com/1/55/task/1201",
    "custom_fields": [HOURS],
}
STORY: dict[str, Any] = {
    "gid": "8801",
    "resource_subtype": "number_custom_field_changed",
    "source": "web",
    "created_at": "2026-11-19T22:40:55.100Z",
    "created_by": ANA,
    "custom_field": {"gid": "500", "name": "Billable Hours"},
    "old_number_value": 1.0,
    "new_number_value": 1.5,
}
TIME_ENTRY: dict[str, Any] = {
    "gid": "3301",
    "duration_minutes": 45,
    "entered_on": "2026-11-19",
    "created_by": ANA,
    "task": {"gid": "1201", "name": "Homepage copy"},
    "attributable_to": {"gid": "900", "name": "ACME site"},
    "billable_status": "billable",
    "description": "copy round 2",
}
WEBHOOK: dict[str, Any] = {
    "gid": "4401",
    "active": True,
    "resource": {"gid": "900", "name": "ACME site"},
    "target": "https://gleaner.example/asana/webhooks/k1",
}


def client_of(answer: Answer, **wishes: Any) -> AsanaClient:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    given = {"base_url": BASE, "token": TOKEN, "share": AsanaShare.of(), "user_agent": "Gleaner (ops@lumen.example)"}
    return AsanaClient(http, **{**given, **wishes})


def one(data: Any) -> dict[str, Any]:
    return {"data": data}


def page(items: list[Any], offset: str | None = None) -> dict[str, Any]:
    following = {"offset": offset, "path": "/x", "uri": f"{BASE}/x?offset={offset}"} if offset else None
    return {"data": items, "next_page": following}


def specification_at(specs: Path, base: str) -> OpenAPI:
    """Asana's published specification, patched as specs/README.md says, for requests to this address."""
    # openapi-core warns of this property, which one parameter has and none of ours needs.
    spec = json.loads((specs / "asana-openapi.json").read_text(), object_hook=_without_empty_values)
    spec["servers"] = [{"url": base}]
    for path in spec["paths"].values():
        for operation in (path[method] for method in ("get", "post", "put", "delete") if method in path):
            operation["security"] = [{"personalAccessToken": []}]
    return OpenAPI.from_dict(spec, config=Config(spec_validator_cls=None))


def _without_empty_values(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "allowEmptyValue"}
