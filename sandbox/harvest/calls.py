"""From an HTTP request to a call by a known user, and back to an answer with Harvest's headers."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.harvest import refusals
from sandbox.harvest.paging import Place
from sandbox.harvest.rate import RateLimit
from sandbox.harvest.records import User
from sandbox.harvest.state import HarvestState


@dataclass(frozen=True)
class Call:
    state: HarvestState
    user: User
    request: web.Request
    body: dict[str, Any]

    @property
    def place(self) -> Place:
        return Place(str(self.request.url.with_query(None)), self.request.query)

    def id(self, name: str = "id") -> int:
        """An id of the path; the route lets only digits through."""
        return int(self.request.match_info[name])


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def ok(body: Any) -> web.Response:
    return web.json_response(body, headers=refusals.HEADERS)


def created(call: Call, body: dict[str, Any]) -> web.Response:
    """201 with the `/api/v2/` address that Harvest gives."""
    url = call.request.url.with_query(None)
    location = f"{url.origin()}/api{url.path}/{body['id']}"
    return web.json_response(body, status=201, headers=refusals.HEADERS | {"Location": location})


def authorised(state: HarvestState, limit: RateLimit, answering: Callable[[Call], web.Response]) -> Handler:
    """The handler that lets `answering` see only calls within the limit and with a good token and account id."""

    async def handle(request: web.Request) -> web.StreamResponse:
        wait = limit.take()
        if wait:
            return web.Response(status=429, headers={"Retry-After": str(wait)})
        user = bearer(state, request)
        if user is None or request.headers.get("Harvest-Account-Id") != str(state.account_id):
            raise refusals.invalid_token()
        return answering(Call(state, user, request, await read_body(request)))

    return handle


def bearer(state: HarvestState, request: web.Request) -> User | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return state.user_of(token.strip()) if scheme.casefold() == "bearer" else None


async def read_body(request: web.Request) -> dict[str, Any]:
    """JSON or form; empty when there is none. Raises 400 for JSON that is none."""
    if "json" not in request.content_type:
        return {name: str(value) for name, value in (await request.post()).items()}
    text = await request.text()
    try:
        body = json.loads(text or "{}")
    except ValueError:
        raise refusals.HarvestRefusal(400, {"message": "The body is not valid JSON"}) from None
    return body if isinstance(body, dict) else {}
