"""Whatever Harvest or Asana answers, a client raises an OutsideError or gives records that a database can keep."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.oddities import Oddity, spoilt
from store.units import Hours
from sync.clients import http
from sync.clients.asana.client import AsanaClient
from sync.clients.asana.events import delivered
from sync.clients.harvest.client import HarvestClient
from sync.clients.harvest.identity import HarvestIdentityClient
from sync.errors import OutsideError
from sync.ports.asana import PROJECT_FILTERS
from sync.ports.harvest import EntryChange, ProjectDraft
from tests.clients.asana_exchanges import ANA, HOURS, STORY, TASK, TIME_ENTRY
from tests.clients.asana_exchanges import client_of as asana_of
from tests.clients.harvest_exchanges import DRAFT, Answer, client_of, entry_json, page_json

Json = Mapping[str, Any]
DAY = date(2026, 11, 19)
MOST = 2**63 - 1
USER = {
    "id": 495, "first_name": "Gina", "last_name": "Greene", "email": "g@agency.example", "is_active": True,
    "access_roles": ["member"], "timezone": "UTC", "roles": ["Design"], "weekly_capacity": 126_000,
}  # fmt: skip
PROJECT = {
    "id": 410, "client": {"id": 150, "name": "Acme", "currency": "EUR"}, "name": "Website", "code": "ACME-12",
    "notes": "mark", "is_active": True, "is_billable": True, "budget_by": "project", "budget": 100.5,
    "cost_budget": None, "budget_is_monthly": False, "show_budget_to_all": True,
}  # fmt: skip
ASSIGNED = {"id": 1, "project": {"id": 410}, "task": {"id": 226}, "user": {"id": 495}, "is_active": True, "budget": 10}
COMPANY = {"name": "Lumen", "wants_timestamp_timers": True, "clock": "24h", "base_uri": "https://lumen.example"}
STARTED = entry_json(is_running=True, timer_started_at="2026-11-19T08:00:00Z", started_time="8:00am")
HARVEST: dict[str, tuple[Callable[[HarvestClient], Any], Json]] = {
    "company": (lambda one: one.company(), COMPANY),
    "me": (lambda one: one.me(), USER),
    "entry": (lambda one: one.entry(7), STARTED),
    "entries": (lambda one: one.entries(user_id=1), page_json("time_entries", [entry_json(), STARTED])),
    "pages": (lambda one: one.entry_pages(), page_json("time_entries", [entry_json()])),
    "count": (lambda one: one.count_entries(), page_json("time_entries", [])),
    "create": (lambda one: one.create_entry(DRAFT), entry_json()),
    "update": (lambda one: one.update_entry(7, EntryChange(hours=Hours(150))), entry_json()),
    "delete": (lambda one: one.delete_entry(7), entry_json()),
    "stop": (lambda one: one.stop_entry(7), entry_json()),
    "restart": (lambda one: one.restart_entry(7), STARTED),
    "make project": (
        lambda one: one.create_project(
            ProjectDraft(150, "Website", "A-1", is_billable=True, is_fixed_fee=False, mark="mark")
        ),
        PROJECT,
    ),
    "find project": (lambda one: one.project_marked("mark"), page_json("projects", [PROJECT])),
    "make task": (lambda one: one.create_task("Design"), {"id": 3, "name": "Design", "is_active": True}),
    "clients": (lambda one: one.clients(), page_json("clients", [{"id": 1, "name": "Acme", "currency": "EUR"}])),
    "projects": (lambda one: one.projects(), page_json("projects", [PROJECT])),
    "tasks": (lambda one: one.tasks(), page_json("tasks", [{"id": 3, "name": "Design", "is_active": True}])),
    "users": (lambda one: one.users(), page_json("users", [USER])),
    "task assignments": (lambda one: one.task_assignments(), page_json("task_assignments", [ASSIGNED])),
    "user assignments": (lambda one: one.user_assignments(), page_json("user_assignments", [ASSIGNED])),
    "roles": (lambda one: one.roles(), page_json("roles", [{"id": 1, "name": "Design", "user_ids": [495]}])),
    "rates": (
        lambda one: one.rates(495, are_costs=False),
        page_json("billable_rates", [{"id": 1, "amount": 100.5, "start_date": "2026-01-01", "end_date": None}]),
    ),
}
IDENTITY: dict[str, tuple[Callable[[HarvestIdentityClient], Any], Json]] = {
    "exchange": (lambda one: one.exchange("c"), {"access_token": "a", "refresh_token": "r", "expires_in": 1_209_600}),
    "refresh": (lambda one: one.refresh("r"), {"access_token": "a", "refresh_token": "r", "expires_in": 1_209_600}),
    "accounts": (lambda one: one.accounts("a"), {"accounts": [{"id": 1, "name": "Lumen", "product": "harvest"}]}),
}
SITE = {
    "gid": "900", "name": "ACME site", "archived": False, "permalink_url": "https://a.example", "owner": ANA,
    "team": {"gid": "3", "name": "Web"}, "created_from_template": None, "modified_at": "2026-11-19T22:41:03.500Z",
}  # fmt: skip
SETTING = {"gid": "1", "custom_field": {**HOURS, "enum_options": [{"gid": "5", "name": "100 %", "enabled": True}]}}
EVENT = {
    "action": "changed", "resource": {"gid": "1201", "resource_type": "task"}, "user": ANA, "parent": None,
    "change": {"field": "custom_fields", "new_value": {"gid": "500"}}, "created_at": "2026-11-19T22:41:03.500Z",
}  # fmt: skip
HOOK = {"gid": "9", "active": True, "resource": {"gid": "900"}, "target": "https://g.example", "last_success_at": None}
ASANA: dict[str, tuple[Callable[[AsanaClient], Any], Json]] = {
    "me": (lambda one: one.me(), {"data": ANA}),
    "workspaces": (lambda one: one.workspaces(), {"data": [{"gid": "1", "name": "Lumen"}], "next_page": None}),
    "users": (lambda one: one.users("1"), {"data": [ANA], "next_page": None}),
    "projects": (lambda one: one.projects("1"), {"data": [SITE], "next_page": None}),
    "project": (lambda one: one.project("900"), {"data": SITE}),
    "sections": (lambda one: one.sections("900"), {"data": [{"gid": "901", "name": "Doing"}], "next_page": None}),
    "fields": (lambda one: one.fields("900"), {"data": [SETTING], "next_page": None}),
    "tasks": (lambda one: one.tasks("900"), {"data": [TASK], "next_page": None}),
    "task": (lambda one: one.task("1201"), {"data": TASK}),
    "subtasks": (lambda one: one.subtasks("1201"), {"data": [TASK], "next_page": None}),
    "stories": (lambda one: one.stories("1201"), {"data": [STORY], "next_page": None}),
    "time entries": (lambda one: one.time_entries("1", DAY, DAY), {"data": [TIME_ENTRY], "next_page": None}),
    "time entry": (lambda one: one.time_entry("3301"), {"data": TIME_ENTRY}),
    "changes": (lambda one: one.changes("900", "s"), {"data": [EVENT], "sync": "s2", "has_more": False}),
    "webhooks": (lambda one: one.webhooks("1"), {"data": [HOOK], "next_page": None}),
    "make a webhook": (
        lambda one: one.create_webhook("900", "https://g.example", PROJECT_FILTERS),
        {"data": HOOK, "X-Hook-Secret": "secret"},
    ),
}
ODDITIES = st.sampled_from(sorted(Oddity))
SEEDS = st.integers(0, 2**32)
often = settings(derandomize=True, max_examples=30, deadline=None, database=None)


def answering(body: bytes, status: int = 200) -> Answer:
    return lambda _request: httpx.Response(status, content=body, headers={"Content-Type": "application/json"})


async def whole(found: Any) -> Any:
    """What a call gives, lists to their end."""
    if isinstance(found, AsyncIterator):
        return [one async for one in found]
    return await found


def keepable(found: Any) -> bool:
    """Whether every value could stand in a row, on either database, and be reckoned with."""
    match found:
        case bool() | None:
            return True
        case int() | Decimal():
            return -MOST <= found <= MOST
        case str():
            return "\x00" not in found and found.encode(errors="replace").decode() == found
        case datetime():
            return found.tzinfo is not None
        case tuple() | list() | frozenset():
            return all(keepable(one) for one in found)
    return not is_dataclass(found) or all(keepable(getattr(found, one.name)) for one in fields(found))


def tried(call: Callable[[Any], Any], client: Any) -> None:
    async def ask() -> Any:
        async with asyncio.timeout(5):
            with suppress(OutsideError):
                return await whole(call(client))

    found = asyncio.run(ask())
    assert keepable(found), found


def identity_of(answer: Answer) -> HarvestIdentityClient:
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return HarvestIdentityClient(client, "https://id.example", "id", "secret", "https://g.example", "Gleaner")


@pytest.mark.parametrize(("call", "body"), HARVEST.values(), ids=HARVEST)
@often
@given(oddity=ODDITIES, seed=SEEDS)
def test_harvest(call: Callable[[HarvestClient], Any], body: Json, oddity: Oddity, seed: int) -> None:
    sent = spoilt(json.dumps(body).encode(), oddity, seed)
    tried(call, client_of(answering(sent), patience=0))


@pytest.mark.parametrize(("call", "body"), IDENTITY.values(), ids=IDENTITY)
@often
@given(oddity=ODDITIES, seed=SEEDS, status=st.sampled_from([200, 400, 401, 403, 500]))
def test_harvests_sign_in(
    call: Callable[[HarvestIdentityClient], Any], body: Json, oddity: Oddity, seed: int, status: int
) -> None:
    tried(call, identity_of(answering(spoilt(json.dumps(body).encode(), oddity, seed), status)))


@pytest.mark.parametrize(("call", "body"), ASANA.values(), ids=ASANA)
@often
@given(oddity=ODDITIES, seed=SEEDS)
def test_asana(call: Callable[[AsanaClient], Any], body: Json, oddity: Oddity, seed: int) -> None:
    sent = spoilt(json.dumps(body).encode(), oddity, seed)
    tried(call, asana_of(answering(sent), patience=0))


@often
@given(oddity=ODDITIES, seed=SEEDS)
def test_a_delivery_of_asanas(oddity: Oddity, seed: int) -> None:
    body = spoilt(json.dumps({"events": [EVENT]}).encode(), oddity, seed)
    try:
        found = delivered(body)
    except ValueError:
        return
    assert keepable(tuple(found))


@often
@given(oddity=ODDITIES, seed=SEEDS, status=st.sampled_from([400, 403, 404, 412, 422, 429, 500, 503]))
def test_a_refusal_in_any_words(oddity: Oddity, seed: int, status: int) -> None:
    said = {"message": "Hours is not a number", "errors": [{"message": "Not a task"}], "error": "x", "sync": "s"}
    answer = answering(spoilt(json.dumps(said).encode(), oddity, seed), status)
    tried(lambda one: one.create_entry(DRAFT), client_of(answer, patience=0))
    tried(lambda one: one.changes("900", "s"), asana_of(answer, patience=0))


async def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that is short until it is unpacked."""
    monkeypatch.setattr(http, "MOST_BYTES", 1000)
    long = json.dumps({**USER, "first_name": "x" * 2000}).encode()
    answers: list[Callable[[httpx.Request], httpx.Response]] = [answering(long), packed(long)]
    for answer in answers:
        with pytest.raises(OutsideError, match="longer than any answer"):
            await client_of(answer, patience=0).me()


def packed(body: bytes) -> Answer:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    return lambda _request: httpx.Response(200, content=gzip.compress(body), headers=headers)
