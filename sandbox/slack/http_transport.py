"""Signed HTTP deliveries to the bot's events URL."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.deliveries import ANSWER_SECONDS, Ack, Kind, Retry

Json = dict[str, Any]


def signature(secret: str, timestamp: str, body: str) -> str:
    """Slack's v0 signature over the raw body."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return f"v0={digest.hexdigest()}"


def encode(kind: Kind, payload: Json) -> tuple[str, str]:
    """Content type and body: a form for commands, a form field for interactions, JSON for events."""
    if kind == "events_api":
        return "application/json", json.dumps(payload)
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return "application/x-www-form-urlencoded", urlencode(form)


@dataclass
class HttpTransport:
    """The answer must come within `seconds`; after that the connection is dropped."""

    url: str
    secret: str
    session: aiohttp.ClientSession
    seconds: float = ANSWER_SECONDS

    async def send(self, kind: Kind, payload: Json, retry: Retry | None) -> Ack:
        content_type, body = encode(kind, payload)
        try:
            async with asyncio.timeout(self.seconds):
                return await self._post(body, self._headers(content_type, body, retry))
        except TimeoutError:
            return Ack(0, reason="http_timeout")
        except aiohttp.ClientError:
            return Ack(0, reason="connection_failed")

    async def _post(self, body: str, headers: dict[str, str]) -> Ack:
        async with self.session.post(self.url, data=body.encode(), headers=headers) as response:
            text = await response.text()
            no_retry = response.headers.get("x-slack-no-retry") == "1"
            answer = json.loads(text) if response.content_type == "application/json" and text else text
            reason = "" if response.ok else "http_error"
            return Ack(response.status, answer, reason=reason, no_retry=no_retry)

    def _headers(self, content_type: str, body: str, retry: Retry | None) -> dict[str, str]:
        timestamp = str(int(time.time()))  # noqa: TID251 -- the bot checks signatures against real time
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature(self.secret, timestamp, body),
        }
        if retry:
            headers |= {"x-slack-retry-num": str(retry.number), "x-slack-retry-reason": retry.reason}
        return headers
