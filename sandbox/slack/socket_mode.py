"""Socket Mode: connections that the bot opens, envelopes sent over them, and their acknowledgements."""

import asyncio
import itertools
import json
import uuid
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.slack.deliveries import ANSWER_SECONDS, Ack, Kind, Retry
from sandbox.slack.identity import APP_ID

Json = dict[str, Any]

MOST_CONNECTIONS = 10
CONNECTION_SECONDS = 18060


class SocketHub:
    """Any envelope may go over any of the open connections; without one it is lost."""

    def __init__(self, seconds: float = ANSWER_SECONDS) -> None:
        self.base_url = ""
        self._seconds = seconds
        self._tickets: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []
        self._turn = itertools.count()
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    @property
    def connections(self) -> int:
        return len(self._sockets)

    def new_url(self) -> str:
        """An address that works once, as apps.connections.open gives it."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return f"{self.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={APP_ID}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or self.connections >= MOST_CONNECTIONS:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        try:
            await socket.send_json(self._hello())
            await self._listen(socket)
        finally:
            self._forget(socket)
        return socket

    async def send(self, kind: Kind, payload: Json, retry: Retry | None) -> Ack:
        if not self._sockets:
            return Ack(0, reason="connection_failed", no_retry=True)
        socket = self._sockets[next(self._turn) % len(self._sockets)]
        envelope = _envelope(kind, payload, retry)
        answer = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = answer
        try:
            async with asyncio.timeout(self._seconds):
                await socket.send_json(envelope)
                return Ack(200, (await answer).get("payload"))
        except (TimeoutError, ConnectionError):
            return Ack(0, reason="timeout")
        finally:
            del self._waiting[envelope["envelope_id"]]

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Says goodbye on every connection and closes it; the bot is expected to come back."""
        goodbye = {"type": "disconnect", "reason": reason, **self._facts()}
        for socket in list(self._sockets):
            self._forget(socket)
            await socket.send_json(goodbye)
            await socket.close()

    def _hello(self) -> Json:
        facts = self._facts()
        timing = {"build_number": 1, "approximate_connection_time": CONNECTION_SECONDS}
        return {"type": "hello", **facts, "debug_info": {**facts["debug_info"], **timing}}

    def _facts(self) -> Json:
        return {
            "num_connections": self.connections,
            "debug_info": {"host": "applink-sandbox"},
            "connection_info": {"app_id": APP_ID},
        }

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                self._acknowledged(frame.data)

    def _acknowledged(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(answer.get("envelope_id", ""))
        if waiting and not waiting.done():
            waiting.set_result(answer)

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self._sockets:
            self._sockets.remove(socket)


def _envelope(kind: Kind, payload: Json, retry: Retry | None) -> Json:
    envelope: Json = {
        "envelope_id": str(uuid.uuid4()),
        "payload": payload,
        "type": kind,
        "accepts_response_payload": _takes_answer(kind, payload),
    }
    if kind == "events_api":
        envelope["retry_attempt"] = retry.number if retry else 0
        envelope["retry_reason"] = retry.reason if retry else ""
    return envelope


def _takes_answer(kind: Kind, payload: Json) -> bool:
    return kind == "slash_commands" or payload.get("type") in {"view_submission", "block_suggestion"}
