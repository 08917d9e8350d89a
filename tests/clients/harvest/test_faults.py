"""Every way a request goes wrong: what it means for a read and for a write, and what is asked again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, NoReturn

import httpx
import pytest

from sync.clients import http
from sync.clients.harvest.client import HarvestClient
from sync.clients.limiter import Limiter
from sync.errors import Busy, Gone, OutsideError, Rejected, Unauthorised, Unavailable, UnknownOutcome
from tests.clients.harvest_exchanges import DRAFT, client_of, entry_json, script

Call = Callable[[HarvestClient], Awaitable[Any]]
WRITES: dict[str, Call] = {
    "create": lambda c: c.create_entry(DRAFT),
    "stop": lambda c: c.stop_entry(7),
    "delete": lambda c: c.delete_entry(7),
}
HTML = {"Content-Type": "text/html; charset=utf-8"}


def answer(status: int, content: str = "", **headers: str) -> httpx.Response:
    return httpx.Response(status, content=content, headers=headers)


@pytest.mark.parametrize(
    ("fault", "of_read", "of_write"),
    [
        # Nothing went out.
        (httpx.ConnectError("refused"), Unavailable, Unavailable),
        (httpx.ConnectTimeout("slow"), Unavailable, Unavailable),
        (httpx.PoolTimeout("all busy"), Unavailable, Unavailable),
        (httpx.ProxyError("no way out"), Unavailable, Unavailable),
        # It may have arrived.
        (httpx.ReadTimeout("slow"), Unavailable, UnknownOutcome),
        (httpx.WriteTimeout("slow"), Unavailable, UnknownOutcome),
        (httpx.ReadError("reset"), Unavailable, UnknownOutcome),
        (httpx.WriteError("broken pipe"), Unavailable, UnknownOutcome),
        (httpx.RemoteProtocolError("hung up"), Unavailable, UnknownOutcome),
        (TimeoutError(), Unavailable, UnknownOutcome),
        # It arrived, and what came of it is not known.
        (answer(500), Unavailable, UnknownOutcome),
        (answer(502, "<html>", **HTML), Unavailable, UnknownOutcome),
        (answer(503, Retry="1"), Unavailable, UnknownOutcome),
        (answer(408), Unavailable, UnknownOutcome),
        (answer(302, Location="https://elsewhere.example/"), Unavailable, UnknownOutcome),
        (answer(200, "<html>a proxy's own page</html>", **HTML), Unavailable, UnknownOutcome),
        (answer(200, '{"id": 7, "spent_da'), Unavailable, UnknownOutcome),  # broken off
        (answer(200, '{"id": "seven"}'), Unavailable, UnknownOutcome),
        (answer(200, "[]"), Unavailable, UnknownOutcome),
        (answer(200, '{"id": 7, "hours": NaN}'), Unavailable, UnknownOutcome),
        (answer(200, "[" * 100_000), Unavailable, UnknownOutcome),  # deeper than Python reads
        (answer(200, "1" * 5000), Unavailable, UnknownOutcome),  # longer than Python reads
        (answer(200, '{"id": 1e99999999999999999999}'), Unavailable, UnknownOutcome),
        # It said no.
        (answer(401), Unauthorised, Unauthorised),
        (answer(400, '{"message": "Invalid timeframe"}'), Rejected, Rejected),
        (answer(403, '{"message": "Not authorized!"}'), Rejected, Rejected),
        (answer(422, '{"message": "Project is not active"}'), Rejected, Rejected),
        (answer(402, "Your trial is over"), Rejected, Rejected),
        (answer(429, "", **HTML), Busy, Busy),
        (answer(429, '{"retry": NaN'), Busy, Busy),  # never read as JSON
    ],
    ids=str,
)
async def test_what_a_fault_means(
    fault: Exception | httpx.Response, of_read: type[Exception], of_write: type[Exception]
) -> None:
    with pytest.raises(OutsideError) as read:
        await client_of(script(fault), patience=0).entry(7)
    assert type(read.value) is of_read
    for write in WRITES.values():
        with pytest.raises(OutsideError) as written:
            await write(client_of(script(fault)))
        assert type(written.value) is of_write


@pytest.mark.parametrize("fault", [answer(404, "<html>Can't find page</html>", **HTML), answer(410)], ids=str)
async def test_what_is_not_there_is_gone_except_for_deleting_it(fault: httpx.Response) -> None:
    for call in (lambda c: c.entry(7), WRITES["create"], WRITES["stop"]):
        with pytest.raises(Gone):
            await call(client_of(script(fault)))
    await WRITES["delete"](client_of(script(fault)))


async def test_a_delete_may_be_answered_with_nothing() -> None:
    await WRITES["delete"](client_of(script(answer(204))))


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (answer(422, '{"message": "Hours is not a number"}'), "Hours is not a number"),
        (answer(400, '{"error": "bad", "error_description": "No such scope"}'), "No such scope"),
        (answer(400, '{"status": 400, "error": "Bad Request"}'), "Bad Request"),
        (answer(400, "Invalid\n  timeframe"), "Invalid timeframe"),  # plain text, on one line
        (answer(403, "<html><h1>Forbidden</h1></html>", **HTML), "refused with status 403"),
        (answer(403, ""), "refused with status 403"),
        (answer(422, '["odd"]'), "refused with status 422"),
        (answer(422, '{"message": "' + "long " * 500 + '"}'), ("long " * 500)[:500]),
    ],
)
async def test_a_refusal_keeps_harvests_own_words(refusal: httpx.Response, words: str) -> None:
    with pytest.raises(Rejected) as refused:
        await client_of(script(refusal)).create_entry(DRAFT)
    assert refused.value.message == words
    assert refused.value.status == refusal.status_code


@pytest.mark.parametrize("fault", [answer(503), httpx.ReadTimeout("slow"), answer(200, "no JSON")], ids=str)
async def test_a_read_is_tried_three_times_and_a_write_once(fault: Exception | httpx.Response) -> None:
    reading, writing = script(fault), script(fault)
    with pytest.raises(Unavailable):
        await client_of(reading).me()
    with pytest.raises(UnknownOutcome):
        await client_of(writing).create_entry(DRAFT)
    assert (len(reading.asked), len(writing.asked)) == (3, 1)


async def test_a_read_that_recovers_is_answered() -> None:
    server = script(answer(503), httpx.ConnectError("refused"), {"id": 495, "first_name": "Gina"})
    assert (await client_of(server).me()).name == "Gina"


@pytest.mark.parametrize("fault", [answer(401), answer(403), answer(404), answer(422)], ids=str)
async def test_a_refused_read_is_not_repeated(fault: httpx.Response) -> None:
    server = script(fault)
    with pytest.raises(OutsideError):
        await client_of(server).me()
    assert len(server.asked) == 1


class Stopwatch:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def limiter(self) -> Limiter:
        return Limiter(100, 15.0, clock=lambda: self.now, sleep=self.sleep)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "999999"}, 3600.0),  # an hour at most, then it may be asked again
        ({}, 15.0),
        ({"Retry-After": "Thu, 19 Nov 2026 10:00:00 GMT"}, 15.0),
        ({"Retry-After": "nan"}, 15.0),
        ({"Retry-After": "-5"}, 15.0),
        ({"Retry-After": "soon"}, 15.0),
    ],
)
async def test_after_a_429_all_clients_of_the_account_wait_as_long_as_harvest_says(
    said: dict[str, str], seconds: float
) -> None:
    watch = Stopwatch()
    shared = watch.limiter()
    with pytest.raises(Busy) as busy:
        await client_of(script(answer(429, **said)), limiter=shared).create_entry(DRAFT)
    assert busy.value.retry_after == seconds
    await client_of(script({"id": 495}), limiter=shared, patience=4000.0).me()
    assert watch.now == seconds


async def test_a_read_waits_out_a_429_within_its_patience() -> None:
    watch = Stopwatch()
    server = script(answer(429, **{"Retry-After": "7"}), {"id": 495})
    await client_of(server, limiter=watch.limiter(), patience=10.0).me()
    assert (len(server.asked), watch.now) == (2, 7.0)


async def test_a_read_does_not_wait_longer_than_its_patience() -> None:
    watch = Stopwatch()
    server = script(answer(429, **{"Retry-After": "11"}))
    with pytest.raises(Busy):
        await client_of(server, limiter=watch.limiter(), patience=10.0).me()
    assert (len(server.asked), watch.now) == (1, 0.0)


class Full(Limiter):
    """An allowance used up for the next minute; counts who asks."""

    asked = 0

    async def acquire(self, patience: float, spare: int = 0) -> NoReturn:
        del spare
        self.asked += 1
        raise Busy("Harvest", patience + 60)


async def test_a_used_up_allowance_is_told_at_once() -> None:
    """Nothing is gained by asking the limiter again."""
    server, full = script(entry_json()), Full(100, 15.0)
    with pytest.raises(Busy):
        await client_of(server, limiter=full).entry(7)
    assert (full.asked, server.asked) == (1, [])


async def test_an_answer_that_drips_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte is in time for the read time-out, the whole is not."""
    monkeypatch.setattr(http, "LONGEST", 0.02)

    async def drip(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError("nobody waits that long")

    client = replace(client_of(script()), client=httpx.AsyncClient(transport=httpx.MockTransport(drip)))
    with pytest.raises(UnknownOutcome):
        await client.create_entry(DRAFT)


async def test_each_request_has_its_time_outs() -> None:
    server = script(entry_json())
    await client_of(server).entry(7)
    assert server.asked[0].extensions["timeout"] == {"connect": 5.0, "read": 20.0, "write": 20.0, "pool": 5.0}


async def test_a_redirect_is_not_followed_even_if_the_shared_client_would() -> None:
    server = script(answer(302, Location="https://elsewhere.example/"), entry_json())
    client = client_of(server)
    client.client.follow_redirects = True
    with pytest.raises(UnknownOutcome):
        await client.create_entry(DRAFT)
    assert len(server.asked) == 1
