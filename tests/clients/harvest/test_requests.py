"""What goes out to Harvest: allowed by its specification, with the right token, and written as the account reads it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, time
from typing import Any

import httpx
import pytest
from openapi_core import OpenAPI

from store.units import Hours
from sync.clients.harvest.client import HarvestClient
from sync.clients.limiter import Limiter
from sync.errors import NotAsAsked
from sync.ports.harvest import EntryChange
from tests.clients.harvest_exchanges import BASE, DRAFT, TOKEN, client_of, entry_json, fault_in, page_json, script

Call = Callable[[HarvestClient], Awaitable[Any]]
DAY = date(2026, 11, 19)
FILTERS = "external_reference_id=gleaner%3Ak1&user_id=495&is_running=false&from=2026-11-19&to=2026-11-19"
RUNNING = {"is_running": True, "hours": 0.0}


def listing(name: str) -> Call:
    async def walk(client: HarvestClient) -> None:
        async for _ in getattr(client, name)():
            pass

    return walk


# Each call, an answer it can live with, and the request it makes.
CALLS: dict[str, tuple[Call, dict[str, Any], str]] = {
    "company": (lambda c: c.company(), {"name": "Lumen"}, "GET /v2/company"),
    "me": (lambda c: c.me(), {"id": 495}, "GET /v2/users/me"),
    "entry": (lambda c: c.entry(2380000003), entry_json(), "GET /v2/time_entries/2380000003"),
    "entries": (
        lambda c: c.entries(reference_id="gleaner:k1", user_id=495, from_date=DAY, to_date=DAY, is_running=False),
        page_json("time_entries", []),
        f"GET /v2/time_entries?{FILTERS}&per_page=2000",
    ),
    "create": (lambda c: c.create_entry(DRAFT), entry_json(), "POST /v2/time_entries"),
    "update": (
        lambda c: c.update_entry(7, EntryChange(410, 226, DAY, Hours(150), notes="Draft copy")),
        entry_json(id=7),
        "PATCH /v2/time_entries/7",
    ),
    "delete": (lambda c: c.delete_entry(7), entry_json(id=7), "DELETE /v2/time_entries/7"),
    "stop": (lambda c: c.stop_entry(7), entry_json(id=7), "PATCH /v2/time_entries/7/stop"),
    "restart": (lambda c: c.restart_entry(7), entry_json(id=8, **RUNNING), "PATCH /v2/time_entries/7/restart"),
    **{
        name: (listing(name), page_json(name, []), f"GET /v2/{name}?per_page=2000")
        for name in ("clients", "projects", "tasks", "users", "task_assignments", "user_assignments")
    },
}


@pytest.mark.parametrize("name", CALLS)
async def test_each_call_makes_one_request_with_the_headers_that_harvest_requires(name: str) -> None:
    call, answer, expected = CALLS[name]
    server = script(answer)
    await call(client_of(server))
    (request,) = server.asked
    assert f"{request.method} {request.url.raw_path.decode()}" == expected
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["Harvest-Account-Id"] == "10254"
    assert request.headers["User-Agent"] == "Gleaner (ops@agency.example)"


@pytest.mark.parametrize("name", CALLS)
async def test_each_request_is_one_that_the_specification_allows(name: str, specification: OpenAPI) -> None:
    call, answer, _ = CALLS[name]
    server = script(answer)
    await call(client_of(server))
    assert [fault_in(specification, request) for request in server.asked] == [None]


def test_the_specification_refuses_a_wrong_request(specification: OpenAPI) -> None:
    """Proof that the check above can fail."""
    headers = {"Authorization": "Bearer fake", "Harvest-Account-Id": "1"}
    body = {"project_id": "Website", "spent_date": "today"}
    wrong = httpx.Request("POST", f"{BASE}/time_entries", json=body, headers=headers)
    fault = fault_in(specification, wrong)
    assert fault is not None
    assert "task_id" in fault


TIMED = replace(DRAFT, hours=None, started=time(8), ended=time(13, 5))


@pytest.mark.parametrize(
    ("clock_format", "started", "ended"),
    [("12h", "8:00am", "1:05pm"), ("24h", "08:00", "13:05")],
)
async def test_times_of_day_are_written_as_the_companys_clock_reads_them(
    clock_format: str, started: str, ended: str, specification: OpenAPI
) -> None:
    server = script(entry_json(started_time=started, ended_time=ended, hours=5.08))
    await client_of(server, clock_format=clock_format).create_entry(TIMED)
    (body,) = server.bodies
    assert (body["started_time"], body["ended_time"]) == (started, ended)
    assert "hours" not in body
    assert fault_in(specification, server.asked[0]) is None


@pytest.mark.parametrize(
    ("moment", "written"), [(time(0), "12:00am"), (time(12), "12:00pm"), (time(23, 59), "11:59pm")]
)
async def test_twelve_is_midnight_before_noon(moment: time, written: str) -> None:
    server = script(entry_json(started_time=written, **RUNNING))
    await client_of(server).create_entry(replace(DRAFT, hours=None, started=moment))
    assert server.bodies[0]["started_time"] == written


async def test_a_draft_goes_out_whole_and_leaves_out_what_it_does_not_say() -> None:
    server = script(entry_json())
    await client_of(server).create_entry(DRAFT)
    assert server.bodies == [
        {
            "project_id": 410,
            "task_id": 226,
            "spent_date": "2026-11-19",
            "hours": 1.5,
            "notes": "Draft copy",
            "external_reference": {"id": "gleaner:k1"},
        }
    ]


async def test_an_empty_note_is_not_sent_along_with_a_new_entry() -> None:
    server = script(entry_json(notes=None))
    await client_of(server).create_entry(replace(DRAFT, notes=""))
    assert "notes" not in server.bodies[0]


async def test_writing_for_somebody_and_linking_to_a_task_are_said() -> None:
    server = script(entry_json())
    link = "https://app.asana.com/0/12/34#gleaner:k1"
    draft = replace(DRAFT, user_id=495, reference_id="34", group_id="12", permalink=link)
    await client_of(server).create_entry(draft)
    (body,) = server.bodies
    assert body["user_id"] == 495
    assert body["external_reference"] == {"id": "34", "group_id": "12", "permalink": link}


async def test_a_timer_is_asked_for_by_saying_no_hours() -> None:
    server = script(entry_json(**RUNNING))
    await client_of(server).create_entry(replace(DRAFT, hours=None))
    assert not {"hours", "started_time", "ended_time"} & server.bodies[0].keys()


async def test_a_change_says_only_what_changes_and_can_empty_the_note() -> None:
    server = script(entry_json(notes=""))
    await client_of(server).update_entry(7, EntryChange(notes=""))
    assert server.bodies == [{"notes": ""}]


async def test_every_amount_of_hours_is_written_with_its_own_two_decimals() -> None:
    """No float noise: 1.15 h is never sent as 1.1499999999999999."""
    server = script(entry_json())
    client = client_of(server, limiter=Limiter(10_000, 15.0))
    for hundredths in range(1, 2401):
        try:
            await client.update_entry(7, EntryChange(hours=Hours(hundredths)))
        except NotAsAsked:
            continue
    sent = [request.content.decode().removeprefix('{"hours":').removesuffix("}") for request in server.asked]
    assert sent == [f"{h // 100}.{h % 100:02d}".removesuffix("0") for h in range(1, 2401)]


async def test_cookies_set_for_one_person_do_not_travel_with_the_next_token() -> None:
    """One httpx client serves all tokens, and it would send Harvest's session cookie along."""
    server = script(httpx.Response(200, json={"id": 495}, headers={"Set-Cookie": "session=of-gina; Path=/"}))
    gina = client_of(server)
    await gina.me()
    await replace(gina, token="fake-token-of-omar").me()
    assert "cookie" not in server.asked[1].headers
