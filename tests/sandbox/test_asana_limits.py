"""Tokens, limits, faults and the log of requests of the double of Asana."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from sandbox.asana.server import AsanaDouble
from sandbox.clock import SandboxClock
from sandbox.faults import Faults, Kind
from tests.sandbox.asana_organization import AsanaVisitor, fill


@pytest.fixture
async def narrow(clock: SandboxClock) -> AsyncIterator[AsanaVisitor]:
    """Three requests in half a second, two reads at once, each read taking a while."""
    double = AsanaDouble(clock, rate=3, window=0.5, reads_at_once=2, latency=0.05)
    await double.start()
    async with httpx.AsyncClient(timeout=5.0) as http:
        yield AsanaVisitor(double, fill(double.state), http, clock)
    await double.stop()


async def test_a_token_must_be_known_and_may_be_revoked(asana: AsanaVisitor) -> None:
    assert (await asana.refused("GET", "/users/me", who="nobody"))[0] == 401
    asana.state.revoke("token-ana-fake")
    assert (await asana.refused("GET", "/users/me"))[0] == 401


async def test_too_many_requests_are_told_when_to_come_again(narrow: AsanaVisitor) -> None:
    for _ in range(3):
        assert (await narrow.ask("GET", "/users/me")).status_code == 200
    refused = await narrow.ask("GET", "/users/me")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert (await narrow.ask("GET", "/users/me", who="bo")).status_code == 200, "each token has its own"
    narrow.state.habits.tells_retry_after = False
    assert "Retry-After" not in (await narrow.ask("GET", "/users/me")).headers
    assert (narrow.double.answered(429), narrow.double.answered(200)) == (2, 4)


async def test_refused_requests_count_as_well(narrow: AsanaVisitor) -> None:
    for _ in range(6):
        await narrow.ask("GET", "/users/me")
    await asyncio.sleep(0.3)
    assert (await narrow.ask("GET", "/users/me")).status_code == 429


async def test_too_many_at_once_are_not_told_anything(narrow: AsanaVisitor) -> None:
    answers = await asyncio.gather(*(narrow.ask("GET", "/users/me") for _ in range(3)))
    (refused,) = [answer for answer in answers if answer.status_code == 429]
    assert "Retry-After" not in refused.headers


@pytest.mark.parametrize(("kind", "status"), [(Kind.BUSY, 429), (Kind.ERROR_BEFORE, 500), (Kind.ERROR_AFTER, 502)])
async def test_faults_that_answer(asana: AsanaVisitor, kind: Kind, status: int) -> None:
    path = f"/tasks/{asana.organization.copy.gid}/stories"
    before = len(asana.organization.copy.stories)
    asana.double.faults.next(kind, matching="POST /api/1.0/tasks/*/stories")
    assert (await asana.ask("GET", path)).status_code == 200
    assert (await asana.ask("POST", path, {"text": "hello"})).status_code == status
    assert len(asana.organization.copy.stories) == before + kind.performs


@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.DROP_AFTER, Kind.TIMEOUT_BEFORE, Kind.TIMEOUT_AFTER])
async def test_faults_that_never_answer(clock: SandboxClock, kind: Kind) -> None:
    double = AsanaDouble(clock, faults=Faults(hang=0.05))
    await double.start()
    we = fill(double.state)
    async with httpx.AsyncClient(timeout=5.0) as http:
        asana = AsanaVisitor(double, we, http, clock)
        double.faults.next(kind)
        with pytest.raises(httpx.TransportError):
            await asana.ask("PUT", f"/tasks/{we.copy.gid}", {"completed": True})
    assert we.copy.completed == kind.performs
    await double.stop()


async def test_broken_bodies_are_answered_with_400(asana: AsanaVisitor) -> None:
    url, headers = f"{asana.double.api_url}/tasks", {"Authorization": "Bearer token-ana-fake"}
    for body in (b"{", b"[]", b'{"data": 1}'):
        assert (await asana.http.post(url, content=body, headers=headers)).status_code == 400
    asana.double.faults.next(Kind.MALFORMED)
    broken = await asana.ask("GET", "/users/me")
    assert broken.status_code == 200
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        broken.json()


async def test_requests_are_logged_with_what_came_of_them(asana: AsanaVisitor) -> None:
    await asana.ask("GET", "/users", query={"limit": 7})
    asana.double.faults.next(Kind.BUSY)
    await asana.ask("POST", f"/tasks/{asana.organization.copy.gid}/stories", {"text": "x"})
    await asana.panel("GET", "summary")
    listed, commented = asana.double.requests
    assert (listed.method, listed.path, listed.query, listed.status) == ("GET", "/api/1.0/users", {"limit": "7"}, 200)
    assert (commented.body, commented.status) == ({"data": {"text": "x"}}, 429)
