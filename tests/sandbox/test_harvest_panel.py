"""The side API of the demo's page, and the log of requests."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.faults import Kind
from tests.sandbox.harvest_account import Visitor


async def panel(harvest: Visitor, method: str, path: str, body: Any = None) -> Any:
    answer = await harvest.http.request(method, f"{harvest.double.origin}/sandbox/{path}", json=body)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer.json() if answer.content else None


async def test_entries_are_shown_newest_first_between_two_dates(harvest: Visitor) -> None:
    await harvest.log(hours=1, spent_date="2026-11-17")
    await harvest.log(hours=1, notes="nav", external_reference={"id": "gleaner:1"})
    await harvest.log(spent_date="2026-11-21")
    shown = (await panel(harvest, "GET", "entries?date_from=2026-11-17&date_to=2026-11-19"))["entries"]
    assert [line["date"] for line in shown] == ["2026-11-19", "2026-11-17"]
    del shown[0]["id"]
    assert shown[0] == {
        "who": "Milo Test",
        "client": "Acme",
        "project": "Website",
        "code": "WEB-1",
        "task": "Design",
        "date": "2026-11-19",
        "hours": 1.0,
        "notes": "nav",
        "running": False,
        "reference": "gleaner:1",
    }
    assert "error" in await panel(harvest, "GET", "entries?date_from=soon")


async def test_the_summary_counts(harvest: Visitor) -> None:
    await harvest.log(hours=1.5)
    await harvest.log(hours=2, spent_date="2026-11-18")
    await harvest.log()
    found = await panel(harvest, "GET", "summary")
    assert (found["entries"], found["running"], found["hours"], found["hours_today"]) == (3, 1, 3.5, 1.5)


async def test_somebody_edits_and_deletes_in_harvest(harvest: Visitor) -> None:
    created, timer = await harvest.log(hours=1, notes="before"), await harvest.log()
    line = await panel(harvest, "POST", f"entries/{created['id']}", {"hours": 2.25, "notes": "after"})
    assert (line["hours"], line["notes"]) == (2.25, "after")
    assert (await panel(harvest, "POST", f"entries/{timer['id']}", {"hours": 3}))["running"] is True
    assert "error" in await panel(harvest, "POST", f"entries/{created['id']}", {"hours": "x"})
    await panel(harvest, "DELETE", f"entries/{created['id']}")
    assert (await harvest.ask("GET", f"/time_entries/{created['id']}")).status_code == 404


@pytest.mark.parametrize("kind", ["BUSY", "busy"])
async def test_faults_are_ordered_and_cleared(harvest: Visitor, kind: str) -> None:
    await panel(harvest, "POST", "faults", {"kind": kind, "times": 2})
    assert (await harvest.ask("GET", "/users/me")).status_code == 429
    await panel(harvest, "POST", "clear-faults", {})
    assert (await harvest.ask("GET", "/users/me")).status_code == 200
    assert (await panel(harvest, "GET", "summary"))["faults"] == {"busy": 1}
    assert "error" in await panel(harvest, "POST", "faults", {"kind": "earthquake"})


async def test_faults_after_the_deed_wait_for_a_write(harvest: Visitor) -> None:
    await panel(harvest, "POST", "faults", {"kind": "ERROR_AFTER"})
    assert (await harvest.ask("GET", "/users/me")).status_code == 200
    assert (await harvest.ask("POST", "/time_entries", harvest.wish(hours=1))).status_code == 502
    assert len(harvest.double.state.entries) == 1


async def test_browsers_may_ask_from_another_origin(harvest: Visitor) -> None:
    await panel(harvest, "OPTIONS", "entries/1")


async def test_each_change_is_told_to_who_listens(harvest: Visitor) -> None:
    async with harvest.http.stream("GET", f"{harvest.double.origin}/sandbox/events") as stream:
        lines = stream.aiter_lines()
        assert stream.headers["Content-Type"] == "text/event-stream"
        await _until(lines, ": connected")
        created = await harvest.log(hours=1)
        await _until(lines, "event: changed")
        await panel(harvest, "DELETE", f"entries/{created['id']}")
        await _until(lines, "event: changed")


async def _until(lines: AsyncIterator[str], wanted: str) -> None:
    async with asyncio.timeout(3):
        async for line in lines:
            if line == wanted:
                return


async def test_requests_are_logged_with_what_came_of_them(harvest: Visitor) -> None:
    await harvest.ask("GET", "/time_entries", query={"user_id": 7})
    harvest.double.faults.next(Kind.BUSY)
    await harvest.ask("POST", "/time_entries", harvest.wish(hours=1))
    await panel(harvest, "GET", "summary")
    listed, created = harvest.double.requests
    assert (listed.method, listed.path, listed.query, listed.status) == (
        "GET",
        "/v2/time_entries",
        {"user_id": "7"},
        200,
    )
    assert (created.method, created.body["hours"], created.status) == ("POST", 1, 429)
