"""Every way a request to Asana goes wrong, what is asked again, and that no error or log tells a secret."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from sync.clients.asana.client import AsanaClient
from sync.clients.asana.rate_limit import SYSTEM, AsanaShare
from sync.clients.limiter import Limiter
from sync.errors import Busy, Gone, OutsideError, Rejected, Unauthorised, Unavailable, UnknownOutcome
from tests.clients.asana_exchanges import TASK, TOKEN, WEBHOOK, client_of, one, page
from tests.clients.harvest_exchanges import Script, script

Call = Callable[[AsanaClient], Awaitable[Any]]
TARGET = "https://gleaner.example/asana/webhooks/k1"
SECRET = "fake-hook-secret"


def read(client: AsanaClient) -> Awaitable[Any]:
    return client.task("1201")


def create(client: AsanaClient) -> Awaitable[Any]:
    return client.create_webhook("900", TARGET, ())


def delete(client: AsanaClient) -> Awaitable[Any]:
    return client.delete_webhook("4401")


def answer(status: int, content: str = "", **headers: str) -> httpx.Response:
    return httpx.Response(status, content=content, headers=headers)


def refusal(status: int, words: str) -> httpx.Response:
    return httpx.Response(status, json={"errors": [{"message": words, "help": "For more information …"}]})


@pytest.mark.parametrize(
    ("fault", "of_read", "of_write"),
    [
        (httpx.ConnectError("refused"), Unavailable, Unavailable),
        (httpx.ReadTimeout("slow"), Unavailable, UnknownOutcome),
        (httpx.RemoteProtocolError("hung up"), Unavailable, UnknownOutcome),
        (
            answer(500, '{"errors": [{"message": "Server Error", "phrase": "6 sad squid"}]}'),
            Unavailable,
            UnknownOutcome,
        ),
        (answer(503), Unavailable, UnknownOutcome),
        (answer(302, Location="https://elsewhere.example/"), Unavailable, UnknownOutcome),
        (answer(200, '{"data": {"gid": "1'), Unavailable, UnknownOutcome),
        (answer(200, '{"data": {"gid": "../users/me"}}'), Unavailable, UnknownOutcome),
        (refusal(400, "project: Not a recognized ID: 1"), Rejected, Rejected),
        (answer(401), Unauthorised, Unauthorised),
        (refusal(402, "Payment required"), Rejected, Rejected),
        (refusal(403, "Forbidden"), Rejected, Rejected),
        (refusal(412, "odd"), Rejected, Rejected),
        (refusal(451, "Unavailable for legal reasons"), Rejected, Rejected),
        (answer(429), Busy, Busy),
    ],
    ids=str,
)
async def test_what_a_fault_means(
    fault: Exception | httpx.Response, of_read: type[Exception], of_write: type[Exception]
) -> None:
    with pytest.raises(OutsideError) as missed:
        await read(client_of(script(fault), patience=0))
    with pytest.raises(OutsideError) as written:
        await create(client_of(script(fault), patience=0))
    assert (type(missed.value), type(written.value)) == (of_read, of_write)
    assert missed.value.system == written.value.system == "Asana"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (refusal(403, "Duplicated webhook on the same resource"), "Duplicated webhook on the same resource"),
        (answer(403, '{"errors": []}'), "refused with status 403"),
        (answer(403, '{"errors": ["odd"]}'), "refused with status 403"),
        (answer(403, '{"errors": {"message": "odd"}}'), "refused with status 403"),
        (answer(403, "<html>", **{"Content-Type": "text/html"}), "refused with status 403"),
    ],
    ids=str,
)
async def test_a_refusal_keeps_asanas_own_words(said: httpx.Response, words: str) -> None:
    with pytest.raises(Rejected) as refused:
        await create(client_of(script(said)))
    assert (refused.value.message, refused.value.status) == (words, 403)


async def test_what_is_not_there_is_gone_except_for_deleting_it() -> None:
    with pytest.raises(Gone):
        await read(client_of(script(answer(404))))
    await delete(client_of(script(answer(404))))


@pytest.mark.parametrize("fault", [answer(502), httpx.ReadTimeout("slow")], ids=str)
async def test_reads_and_deletions_are_tried_three_times_and_creations_once(fault: Any) -> None:
    asked = []
    for call in (read, delete, create):
        server = script(fault)
        with pytest.raises(OutsideError):
            await call(client_of(server))
        asked.append(len(server.asked))
    assert asked == [3, 3, 1]


async def test_a_deletion_whose_answer_was_lost_is_found_done() -> None:
    await delete(client_of(script(httpx.ReadTimeout("slow"), answer(404))))


async def test_a_list_whose_place_has_expired_is_to_be_read_anew() -> None:
    """Asana refuses an old offset as it refuses a wrong one; the list as such it would give."""
    server = script(page([], "o1"), refusal(400, "offset: Your pagination token has expired."))
    with pytest.raises(Unavailable, match="broke off"):
        await client_of(server).sections("900")


@pytest.mark.parametrize("status", [402, 403])
async def test_another_refusal_within_a_list_stays_one(status: int) -> None:
    server = script(page([], "o1"), refusal(status, "no"))
    with pytest.raises(Rejected):
        await client_of(server).sections("900")


class Stopwatch:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def share(self) -> AsanaShare:
        return AsanaShare(Limiter(25, 10.0, system=SYSTEM, clock=lambda: self.now, sleep=self.sleep))


@pytest.mark.parametrize(("said", "seconds"), [({"Retry-After": "30"}, 30.0), ({}, 15.0), ({"Retry-After": "?"}, 15.0)])
async def test_a_429_holds_back_all_clients_of_the_token(said: dict[str, str], seconds: float) -> None:
    """On the limit of concurrent requests Asana was seen to leave `Retry-After` out."""
    watch = Stopwatch()
    share = watch.share()
    with pytest.raises(Busy) as busy:
        await create(client_of(script(answer(429, **said)), share=share))
    assert (busy.value.retry_after, busy.value.system) == (seconds, "Asana")
    await read(client_of(script(one(TASK)), share=share, patience=60.0))
    assert watch.now == seconds


@pytest.mark.parametrize(("patience", "tries"), [(30.0, 2), (29.0, 1)])
async def test_a_read_waits_out_a_429_within_its_patience(patience: float, tries: int) -> None:
    server = script(answer(429, **{"Retry-After": "30"}), one(TASK))
    client = client_of(server, share=Stopwatch().share(), patience=patience)
    if tries == 1:
        with pytest.raises(Busy):
            await read(client)
    else:
        await read(client)
    assert len(server.asked) == tries


LEAKS: dict[str, Script] = {
    "echoed in a refusal": script(refusal(400, f"bad header: Bearer {TOKEN}")),
    "in an error of the transport": script(httpx.LocalProtocolError(f"illegal header value 'Bearer {TOKEN}'")),
    "in a body of the wrong shape": script(answer(200, f'{{"data": {{"gid": "{TOKEN}"}}}}')),
    "unauthorised": script(refusal(401, TOKEN)),
    "announced": script(answer(429, TOKEN, **{"Asana-Change": "name=x;info=y;affected=true"})),
}


@pytest.mark.parametrize("leak", LEAKS)
async def test_the_token_is_in_no_error_and_no_log(leak: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_of(LEAKS[leak], patience=0)
    with capture_logs() as logs:
        for call in (read(client), create(client)):
            with pytest.raises(OutsideError) as failed:
                await call
            assert failed.value.__context__ is None
            assert TOKEN not in f"{failed.value!r} {failed.value} {failed.value.message} {client!r}"
    assert TOKEN not in f"{logs} {caplog.text}"


@pytest.mark.parametrize(
    "said",
    [
        {"data": {"gid": 1.5}, "X-Hook-Secret": SECRET},
        {"data": WEBHOOK, "X-Hook-Secret": [SECRET]},
    ],
)
async def test_the_secret_of_a_webhook_is_in_no_error(said: dict[str, Any]) -> None:
    with pytest.raises(UnknownOutcome) as failed:
        await create(client_of(script(said)))
    assert SECRET not in f"{failed.value!r} {failed.value.__context__!r}"


async def test_the_secret_of_a_webhook_is_not_shown() -> None:
    made = await client_of(script({"data": WEBHOOK, "X-Hook-Secret": SECRET})).create_webhook("900", TARGET, ())
    assert (made.gid, made.secret) == ("4401", SECRET)
    assert SECRET not in repr(made)


async def test_a_webhook_without_its_secret_is_of_no_use() -> None:
    with pytest.raises(UnknownOutcome):
        await create(client_of(script({"data": WEBHOOK})))


async def test_a_coming_change_is_logged_once() -> None:
    said = {"Asana-Change": "name=new_memberships;info=https://asana.example/1;affected=true,name=other;affected=false"}
    server = script(httpx.Response(200, json=one(TASK), headers=said))
    client = client_of(server)
    with capture_logs() as logs:
        await read(client)
        await read(client)
    assert [entry for entry in logs if entry["log_level"] == "warning"] == [
        {
            "event": "asana announces a change",
            "log_level": "warning",
            "change": "new_memberships",
            "info": "https://asana.example/1",
        }
    ]


class Crowd:
    """A server that answers slowly and knows how many asked at the same time."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.002)
        self.now -= 1
        body = {"data": WEBHOOK, "X-Hook-Secret": "s"} if request.method == "POST" else one(TASK)
        return httpx.Response(200, json=body)


@pytest.mark.parametrize(("call", "most"), [(read, 20), (create, 5)])
async def test_only_so_many_are_under_way_at_once(call: Call, most: int) -> None:
    crowd = Crowd()
    client = client_of(crowd, share=AsanaShare.of(1500))  # type: ignore[arg-type]  # httpx takes coroutines as well
    await asyncio.gather(*(call(client) for _ in range(60)))
    assert crowd.most == most


async def test_who_finds_all_places_taken_is_told_after_their_patience() -> None:
    share = AsanaShare.of()
    for _ in range(20):
        await share.reads.acquire()
    server = script(one(TASK))
    with pytest.raises(Busy):
        await read(client_of(server, share=share, patience=0.01))
    assert server.asked == []


async def test_a_place_is_given_back_after_a_fault() -> None:
    share = AsanaShare.of()
    with pytest.raises(Unauthorised):
        await read(client_of(script(answer(401)), share=share))
    assert share.reads._value == 20


@pytest.mark.parametrize(("per_minute", "in_ten_seconds"), [(150, 25), (1500, 250), (1, 1)])
async def test_a_minutes_share_is_spread_over_the_minute(per_minute: int, in_ten_seconds: int) -> None:
    share = AsanaShare.of(per_minute)
    for _ in range(in_ten_seconds):
        await share.limiter.acquire(0)
    with pytest.raises(Busy) as busy:
        await share.limiter.acquire(0)
    assert 9 < busy.value.retry_after <= 10.2  # so that a seventh burst comes after the minute
