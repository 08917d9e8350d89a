"""A bot that keeps what the double of Slack sends it and answers what a test tells it to."""

import asyncio
import json
from collections import deque
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

Json = dict[str, Any]
ADA, CHANNEL = "U0ADA", "C0GENERAL"


class FakeBot:
    """`answer` is given once, `statuses` one after the other; otherwise 200. `delay` is seconds before any answer."""

    def __init__(self) -> None:
        self.received: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.answer: web.Response | None = None
        self.statuses: deque[int] = deque()
        self.delay = 0.0
        self._runner = web.AppRunner(self._app(), shutdown_timeout=0.2)
        self.url = ""

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/slack/events", self._events)
        return app

    async def _events(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.bodies.append(body)
        self.headers.append(dict(request.headers))
        self.received.append(_parsed(request.content_type, body.decode()))
        await asyncio.sleep(self.delay)
        answer, self.answer = self.answer, None
        return answer or web.Response(status=self.statuses.popleft() if self.statuses else 200)

    async def start(self) -> None:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"

    async def stop(self) -> None:
        await self._runner.cleanup()


def _parsed(content_type: str, body: str) -> Json:
    if content_type == "application/json":
        event: Json = json.loads(body)
        return event
    fields: Json = dict(parse_qsl(body, keep_blank_values=True))
    return json.loads(fields["payload"]) if "payload" in fields else fields
