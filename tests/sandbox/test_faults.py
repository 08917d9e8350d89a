"""Each kind of fault: what the other side sees, and whether the deed was done."""

import asyncio
import time

import httpx
import pytest

from sandbox.faults import ALL, Kind, Refusal
from tests.sandbox.harvest_account import Visitor

NO_ANSWER = frozenset({Kind.TIMEOUT_BEFORE, Kind.TIMEOUT_AFTER, Kind.LATE, Kind.DROP_BEFORE, Kind.DROP_AFTER})
STATUS = {
    Kind.BUSY: 429,
    Kind.BUSY_BARE: 429,
    Kind.ERROR_BEFORE: 500,
    Kind.ERROR_AFTER: 502,
    Kind.MALFORMED_BEFORE: 200,
    Kind.MALFORMED: 201,
    Kind.SLOW: 201,
}
DONE = frozenset({Kind.TIMEOUT_AFTER, Kind.LATE, Kind.ERROR_AFTER, Kind.DROP_AFTER, Kind.MALFORMED, Kind.SLOW})


async def create(harvest: Visitor) -> httpx.Response | None:
    """None when the connection ended without an answer."""
    try:
        return await harvest.ask("POST", "/time_entries", harvest.wish(hours=1))
    except httpx.TransportError:
        return None


def entries(harvest: Visitor) -> int:
    return len(harvest.double.state.entries)


@pytest.mark.parametrize("kind", ALL)
async def test_each_kind_answers_as_it_says_and_does_or_does_not(harvest: Visitor, kind: Kind) -> None:
    harvest.double.faults.next(kind, matching="POST /v2/time_entries")
    before = harvest.double.state.changes.version
    answer = await create(harvest)
    assert (answer is None) == (kind in NO_ANSWER)
    assert answer is None or answer.status_code == STATUS[kind]
    if kind is Kind.LATE:
        await harvest.double.state.changes.since(before)
    assert entries(harvest) == (kind in DONE)
    assert kind.performs == (kind in DONE)
    assert harvest.double.faults.injected == {kind: 1}


async def test_a_late_deed_is_done_only_after_the_connection_dropped(harvest: Visitor) -> None:
    harvest.double.faults.next(Kind.LATE)
    before = harvest.double.state.changes.version
    await create(harvest)
    assert entries(harvest) == 0
    await harvest.double.state.changes.since(before)
    assert entries(harvest) == 1


@pytest.mark.parametrize("kind", [Kind.TIMEOUT_BEFORE, Kind.TIMEOUT_AFTER])
async def test_a_time_out_hangs_before_it_drops(harvest: Visitor, kind: Kind) -> None:
    harvest.double.faults.next(kind)
    began = time.monotonic()
    await create(harvest)
    assert time.monotonic() - began > 0.25


async def test_stopping_the_server_lets_go_of_what_hangs(harvest: Visitor) -> None:
    harvest.double.faults.hang = 60
    harvest.double.faults.next(Kind.TIMEOUT_AFTER)
    before = harvest.double.state.changes.version
    waiting = asyncio.create_task(create(harvest))
    await harvest.double.state.changes.since(before)
    await harvest.double.stop()
    assert await waiting is None


async def test_stopping_the_server_finishes_late_deeds(harvest: Visitor) -> None:
    harvest.double.faults.late = 60
    harvest.double.faults.next(Kind.LATE)
    await create(harvest)
    await harvest.double.stop()
    assert entries(harvest) == 1


async def test_busy_names_the_seconds_and_bare_busy_is_empty_html(harvest: Visitor) -> None:
    """The second as the only recorded 429 was."""
    harvest.double.faults.next(Kind.BUSY)
    harvest.double.faults.next(Kind.BUSY_BARE)
    busy, bare = await create(harvest), await create(harvest)
    assert busy is not None
    assert busy.headers["Retry-After"] == "1"
    assert bare is not None
    assert "Retry-After" not in bare.headers
    assert (bare.headers["Content-Type"], bare.content) == ("text/html; charset=utf-8", b"")


@pytest.mark.parametrize("kind", [Kind.MALFORMED, Kind.MALFORMED_BEFORE])
async def test_a_malformed_answer_is_no_json(harvest: Visitor, kind: Kind) -> None:
    harvest.double.faults.next(kind)
    answer = await create(harvest)
    assert answer is not None
    with pytest.raises(ValueError, match=r"line 1|char"):
        answer.json()


async def test_errors_alternate_between_500_and_503(harvest: Visitor) -> None:
    harvest.double.faults.next(Kind.ERROR_BEFORE, times=2)
    answers = [await create(harvest) for _ in range(3)]
    assert [answer.status_code for answer in answers if answer] == [500, 503, 201]


async def test_only_what_matches_meets_the_fault(harvest: Visitor) -> None:
    created = await harvest.log(hours=1)
    harvest.double.faults.next(Kind.ERROR_BEFORE, matching="PATCH /v2/time_entries/*")
    assert (await harvest.ask("GET", f"/time_entries/{created['id']}")).status_code == 200
    assert (await harvest.ask("PATCH", f"/time_entries/{created['id']}", {"hours": 2})).status_code == 500


async def test_the_side_api_is_spared(harvest: Visitor) -> None:
    harvest.double.faults.next(Kind.ERROR_BEFORE)
    assert (await harvest.http.get(f"{harvest.double.origin}/sandbox/summary")).status_code == 200


async def test_sprinkled_faults_are_the_same_for_the_same_seed(harvest: Visitor) -> None:
    def pattern(seed: int) -> list[Kind | Refusal | None]:
        harvest.double.faults.clear()
        harvest.double.faults.sprinkle(0.5, seed=seed, kinds=(Kind.BUSY, Kind.ERROR_BEFORE), matching="GET *")
        return [harvest.double.faults._drawn("GET /v2/users/me") for _ in range(40)]

    first = pattern(1)
    assert first == pattern(1)
    assert first != pattern(2)
    assert 8 < sum(kind is not None for kind in first) < 32
    assert harvest.double.faults._drawn("POST /v2/time_entries") is None


async def test_cleared_faults_do_not_happen(harvest: Visitor) -> None:
    harvest.double.faults.next(Kind.BUSY, times=5)
    harvest.double.faults.sprinkle(1.0)
    harvest.double.faults.clear()
    answer = await create(harvest)
    assert answer is not None
    assert answer.status_code == 201


async def test_a_refusal_of_the_router_is_an_answer_too(harvest: Visitor) -> None:
    """405 is an exception in the server; a fault after the deed must not turn it into something else."""
    harvest.double.faults.next(Kind.SLOW)
    assert (await harvest.ask("PUT", "/company", {})).status_code == 405
