"""From an HTTP request to a call by a known user, and from records back to an answer."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.asana import opt_fields, refusals
from sandbox.asana.paging import Pages
from sandbox.asana.rate import RateLimit, TooMany
from sandbox.asana.records import Record, User
from sandbox.asana.state import AsanaState

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """`data`: what the body holds under that name; `wanted`: None when no `opt_fields` were given."""

    state: AsanaState
    pages: Pages
    user: User
    request: web.Request
    data: Json
    wanted: opt_fields.Tree | None

    @property
    def gid(self) -> str:
        return self.request.match_info["gid"]

    def asked(self, name: str) -> str | None:
        """A query parameter; empty is as good as none."""
        return self.request.query.get(name) or None

    def required(self, name: str) -> str:
        value = self.asked(name)
        if value is None:
            raise refusals.bad(f"{name}: Missing input")
        return value

    def one(self, row: Record, status: int = 200, **beside: Any) -> web.Response:
        return web.json_response({"data": opt_fields.single(row, self.wanted), **beside}, status=status)

    def many(self, rows: Sequence[Record]) -> web.Response:
        return web.json_response(self.pages.page(rows, self.request, lambda row: opt_fields.listed(row, self.wanted)))


Answering = Callable[[Call], web.Response] | Callable[[Call], Awaitable[web.Response]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def emptied() -> web.Response:
    """After a deletion."""
    return web.json_response({"data": {}})


def authorised(
    state: AsanaState, pages: Pages, limit: RateLimit, answering: Answering, latency: float = 0.0
) -> Handler:
    """The handler that lets `answering` see only calls with a good token and within its limits.

    `latency`: real seconds that each call takes, so that several are open at one time.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        token = _bearer(request)
        user = state.tokens.get(token)
        if user is None:
            raise refusals.not_authorized()
        try:
            with limit.passing(token, request.method):
                await asyncio.sleep(latency)
                answer = answering(await _call(state, pages, user, request))
                return answer if isinstance(answer, web.Response) else await answer
        except TooMany as full:
            return refusals.too_many(full.wait if state.habits.tells_retry_after else None)

    return handle


async def read_body(request: web.Request) -> Json:
    """The whole body as an object; empty when there is none."""
    text = await request.text()
    try:
        body = json.loads(text or "{}")
    except ValueError:
        raise refusals.bad("Could not parse request data, invalid JSON") from None
    if not isinstance(body, dict):
        raise refusals.bad("The body of the request should be an object")
    return body


async def _call(state: AsanaState, pages: Pages, user: User, request: web.Request) -> Call:
    body = await read_body(request) if request.method in {"POST", "PUT"} else {}
    data = body.get("data", {})
    if not isinstance(data, dict):
        raise refusals.bad("The `data` property should be an object")
    fields = request.query.get("opt_fields") or (body.get("options") or {}).get("fields")
    return Call(state, pages, user, request, data, opt_fields.parsed(fields) if fields else None)


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else ""
