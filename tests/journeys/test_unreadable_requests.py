"""Nothing that reaches an address of ours ends in a fault of ours: a 4xx and one line, which quotes nothing of it."""

import asyncio
import gzip
import json
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from bot.cli.demo import DemoStack
from sandbox.slack.person import Person
from sandbox.stranger import slack_signed
from tests.noise import Noise

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MARK = "Zanzibar"
"""Stands in what is sent, and nowhere in the log."""
DEEP = "[" * 50_000


async def post(here: DemoStack, body: bytes, **headers: str) -> int:
    """To Slack's address, rightly signed."""
    signed = slack_signed(here.doubles.slack.signing_secret, body)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{here.address}/slack/events", data=body, headers={**signed, **given}) as answer,
    ):
        return answer.status


def payload(**fields: Any) -> bytes:
    return f"payload={quote(json.dumps(fields))}".encode()


def pressed(**fields: Any) -> bytes:
    known = {"type": "block_actions", "user": {"id": "U0ADA00005"}, "team": {"id": "T0SANDBOX"}, "trigger_id": MARK}
    return payload(**{**known, "actions": [{"action_id": "log.undo", "value": "x"}], **fields})


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "half JSON": (f'{{"type": "event_callback", "x": "{MARK}'.encode(), JSON),
    "half a payload": (f'payload={{"type": "block_actions", "x": "{MARK}'.encode(), FORM),
    "an array": (f'["{MARK}"]'.encode(), JSON),
    "a text": (f'"{MARK}"'.encode(), JSON),
    "a number": (b"12", JSON),
    "null": (b"null", JSON),
    "a payload that is an array": (f"payload=%5B%22{MARK}%22%5D".encode(), FORM),
    "deeper than Python reads": (DEEP.encode(), JSON),
    "a number longer than Python reads": (b'{"type": ' + b"1" * 5000 + b"}", JSON),
    "no UTF-8": (b'{"type": "\xff\xfe' + MARK.encode() + b'"}', JSON),
    "an event that is null": (
        json.dumps({"type": "event_callback", "team_id": "T0SANDBOX", "event": None}).encode(),
        JSON,
    ),
    "an event that is a text": (
        json.dumps({"type": "event_callback", "team_id": "T0SANDBOX", "event": MARK}).encode(),
        JSON,
    ),
    "no buttons": (pressed(actions=[]), FORM),
    "buttons that are a text": (pressed(actions=MARK), FORM),
    "a button without a name": (pressed(actions=[{"value": MARK}]), FORM),
    "a button whose name is a list": (pressed(actions=[{"action_id": [MARK]}]), FORM),
    "somebody without an id": (pressed(user={"name": MARK}), FORM),
    "a form that is null": (
        payload(type="view_submission", user={"id": "U1"}, team={"id": "T0SANDBOX"}, view=None),
        FORM,
    ),
    "a form without an id": (
        payload(
            type="view_submission",
            user={"id": "U1"},
            team={"id": "T0SANDBOX"},
            view={"callback_id": "log.form", "state": 3},
        ),
        FORM,
    ),
    "a command without a team's person": (f"command=%2Flog&team_id=T0SANDBOX&text={MARK}".encode(), FORM),
    "a kind that nobody knows": (payload(type=MARK, team={"id": "T0SANDBOX"}, user={"id": "U1"}), FORM),
    "nothing": (b"", FORM),
}


@pytest.mark.parametrize(("body", "kind"), UNREADABLE.values(), ids=UNREADABLE)
async def test_a_signed_request_that_cannot_be_read_is_4xx(here: DemoStack, log: Noise, body: bytes, kind: str) -> None:
    assert 400 <= await post(here, body, Content_Type=kind) < 500
    assert log.tracebacks == []
    assert len([line for line in log.ours if line["log_level"] == "warning"]) == 1
    assert MARK not in log.text


async def test_a_charset_that_does_not_exist_is_not_looked_at(here: DemoStack, log: Noise) -> None:
    """Slack sends UTF-8, whatever somebody on the way claims."""
    body = b"command=%2Fgleaner&text=help&user_id=U0ADA00005&team_id=T0SANDBOX&channel_id=C0GENERAL&trigger_id=1.2"
    full = body + b"&response_url=http%3A%2F%2F127.0.0.1%3A9%2F"
    assert await post(here, full, Content_Type=f"{FORM}; charset=bogus") == 200
    assert await post(here, b'{"type":', Content_Type=f"{JSON}; charset=bogus") == 400
    await here.gleaner.flows.inbox.drain()
    assert log.tracebacks == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_a_body_that_is_wrongly_compressed_is_400(here: DemoStack, log: Noise, encoding: str) -> None:
    broken = gzip.compress(b"{}")[:12]
    given = {"Content-Encoding": encoding, "Content-Type": JSON}
    for path in ("slack/events", "asana/webhooks/ours", "healthz", "nothing"):
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{here.address}/{path}", data=broken, headers=given) as answer,
        ):
            assert 400 <= answer.status < 500
        assert log.tracebacks == []
        assert len(log.ours) + len(log.theirs) <= 1
        log.clear()


@pytest.mark.parametrize("account", ["1" * 5000, "٣" * 30, "9" * 18, "0", "1e5"])
async def test_an_account_that_is_no_id_is_400(here: DemoStack, log: Noise, account: str) -> None:
    address = f"{here.address}/harvest/connect?state=x&account={account}"
    async with aiohttp.ClientSession() as browser, browser.get(address, allow_redirects=False) as answer:
        assert answer.status == 400
    assert log.tracebacks == []


@pytest.mark.both_databases
@pytest.mark.parametrize("hook", ["a%00b", "%ff%fe", "%ED%A0%80", "x" * 4000, "%F0%9F%8C%8B", "%0d%0aX:y"])
async def test_an_address_of_a_hook_that_cannot_be_ours_is_refused(here: DemoStack, log: Noise, hook: str) -> None:
    for headers, status in (({"X-Hook-Secret": "s"}, 403), ({"X-Hook-Signature": "00"}, 404)):
        async with (
            aiohttp.ClientSession() as session,
            session.post(URL(f"{here.address}/asana/webhooks/{hook}", encoded=True), headers=headers) as got,
        ):
            assert got.status == status
    assert log.tracebacks == []


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01 hello\r\n\r\n",  # TLS at a port without
        b"GET /healthz HTTP/9.9\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 20_000 + b"\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
    ],
    ids=["no HTTP", "no version", "a length below 0", "broken chunks", "a long header", "cut off"],
)
async def test_what_is_no_http_is_refused(here: DemoStack, log: Noise, ada: Person, sent: bytes) -> None:
    address = URL(here.address)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(sent)
    writer.write_eof()
    said = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert not said or b" 400 " in said.splitlines()[0]
    assert log.tracebacks == []
    await ada.command("/gleaner", "help", "C0GENERAL")
    await ada.sees("/log")
