"""The token stands in no error and no log, whatever Harvest or the transport say of it."""

import asyncio
import logging

import httpx
import pytest
from structlog.testing import capture_logs

from sync.clients.harvest.client import HarvestClient
from sync.clients.limiter import Limiter
from sync.errors import OutsideError, UnknownOutcome
from tests.clients.harvest_exchanges import DRAFT, TOKEN, Script, client_of, script


def answer(status: int, content: str = "") -> httpx.Response:
    return httpx.Response(status, content=content)


LEAKS: dict[str, Script] = {
    "echoed in a refusal": script(answer(422, f'{{"message": "bad header: Bearer {TOKEN}"}}')),
    "echoed as text": script(answer(400, f"Authorization: Bearer {TOKEN}")),
    "in an error of the transport": script(httpx.LocalProtocolError(f"illegal header value 'Bearer {TOKEN}'")),
    "in a body of the wrong shape": script(answer(200, f'{{"id": "{TOKEN}"}}')),
    "unauthorised": script(answer(401, f'{{"error": "{TOKEN}"}}')),
    "too many": script(answer(429, TOKEN)),
}


@pytest.mark.parametrize("leak", LEAKS)
async def test_the_token_is_in_no_error_and_no_log(leak: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_of(LEAKS[leak])
    with capture_logs() as logs:
        for call in (client.entry(7), client.create_entry(DRAFT)):
            with pytest.raises(OutsideError) as failed:
                await call
            assert failed.value.__context__ is None
            assert TOKEN not in f"{failed.value!r} {failed.value} {failed.value.message} {client!r}"
    assert TOKEN not in f"{logs} {caplog.text}"


async def test_a_token_that_no_header_can_hold_is_not_quoted() -> None:
    """A line break was pasted along with it; only the real transport minds."""
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = await reader.read()
        writer.close()
        await writer.wait_closed()
        heard.set_result(said)

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with httpx.AsyncClient() as real:
            client = HarvestClient(
                real,
                f"http://127.0.0.1:{port}/v2",
                1,
                f"{TOKEN}\nX: é",
                limiter=Limiter(100, 15.0),
                user_agent="Gleaner",
            )
            with pytest.raises(UnknownOutcome, match="LocalProtocolError") as failed:
                await client.create_entry(DRAFT)
        assert await heard == b""
    assert TOKEN not in repr(failed.value)
