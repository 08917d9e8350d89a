"""Every way a request goes wrong: what it means for a read and for a write, what is asked again, and what is kept quiet."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from harvest_exchanges import DRAFT, TOKEN, Script, client_of, entry_json, script
from structlog.testing import capture_logs

from sync.clients import http
from sync.clients.harvest import HarvestClient
from sync.clients.limiter import Limiter
from sync.errors import Busy, Gone, OutsideError, Rejected, Unauthorised, Unavailable, UnknownOutcome

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
@pytest.mark.parametrize("write", ["create", "stop"])
async def test_what_a_fault_means(
    fault: Exception | httpx.Response, of_read: type[Exception], of_write: type[Exception], write: str
) -> None:
    with pytest.raises(OutsideError) as read:
        await client_of(script(fault), patience=0).entry(7)
    assert type(read.value) is of_read
    with pytest.raises(OutsideError) as written:
        await client_of(script(fault)).__class__.create_entry(client_of(script(fault)), DRAFT) if write == "create" else await WRITES[write](client_of(script(fault)))
    assert type(written.value) is of_write
