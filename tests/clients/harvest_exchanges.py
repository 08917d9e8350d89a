"""Clients of Harvest whose other end is a function of the test, and a check against the vendor's specification."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from store.units import Hours
from sync.clients.harvest.client import HarvestClient
from sync.clients.limiter import Limiter
from sync.ports.harvest import EntryDraft

BASE = "https://api.harvest.example/v2"
TOKEN = "fake-token-not-a-secret"
Answer = Callable[[httpx.Request], httpx.Response]

ENTRY: dict[str, Any] = {
    "id": 2380000003,
    "spent_date": "2026-11-19",
    "user": {"id": 495, "name": "Gina Greene"},
    "client": {"id": 150, "name": "Acme", "currency": "EUR"},
    "project": {"id": 410, "name": "Website", "code": None},
    "task": {"id": 226, "name": "Design"},
    "hours": 1.5,
    "notes": "Draft copy",
    "is_locked": False,
    "locked_reason": None,
    "is_running": False,
    "timer_started_at": None,
    "started_time": None,
    "ended_time": None,
    "external_reference": {"id": "gleaner:k1", "permalink": None},
    "updated_at": "2026-11-19T17:17:09Z",
}
"""A finished entry of a duration account, as the recordings of 2024 have them."""

DRAFT = EntryDraft(410, 226, date(2026, 11, 19), "Draft copy", "gleaner:k1", hours=Hours(150))


def client_of(answer: Answer, **wishes: Any) -> HarvestClient:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    given = {
        "account_id": 10254,
        "token": TOKEN,
        "limiter": Limiter(100, 15.0),
        "user_agent": "Gleaner (ops@agency.example)",
    }
    return HarvestClient(http, **{"base_url": BASE, **given, **wishes})


def entry_json(**changes: Any) -> dict[str, Any]:
    return {**ENTRY, **changes}


def page_json(name: str, items: list[Any], following: str | None = None) -> dict[str, Any]:
    return {name: items, "per_page": 2000, "total_entries": len(items), "links": {"next": following}}


@dataclass
class Script:
    """Answers in turn, the last one for ever, and remembers what was asked. An exception is raised."""

    answers: list[httpx.Response | Exception]
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content or b"null") for request in self.asked]


def script(*answers: httpx.Response | Exception | Mapping[str, Any]) -> Script:
    return Script([httpx.Response(200, json=one) if isinstance(one, Mapping) else one for one in answers])


@dataclass
class _Wrapped:
    """A request as openapi-core wants to see it."""

    host_url: str
    path: str
    method: str
    parameters: RequestParameters
    content_type: str
    body: bytes


def fault_in(specification: OpenAPI, request: httpx.Request) -> str | None:
    """What the specification has against the request."""
    wrapped = _Wrapped(
        host_url=f"{request.url.scheme}://{request.url.netloc.decode()}",
        path=request.url.path,
        method=request.method.lower(),
        parameters=RequestParameters(
            query=ImmutableMultiDict(request.url.params.multi_items()), header=Headers(list(request.headers.items()))
        ),
        content_type=request.headers.get("content-type", ""),
        body=request.content,
    )
    try:
        specification.validate_request(wrapped)
    except OpenAPIError as error:
        return f"{error}: {getattr(error.__cause__, 'schema_errors', '')}"
    return None
