"""The Web API's door: token, rate, scope and arguments are judged here, then the method runs."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.slack import arguments
from sandbox.slack.methods import METHODS
from sandbox.slack.rates import RateLimits
from sandbox.slack.refusals import SlackRefusal
from sandbox.slack.state import Call, Workspace

Json = dict[str, Any]

CONNECT = "apps.connections.open"


@dataclass(frozen=True)
class WebApi:
    """Serves /api/{method}; `connect` makes the address of a new Socket Mode connection."""

    space: Workspace
    bot_token: str
    app_token: str
    connect: Callable[[], str]
    rates: RateLimits | None

    async def __call__(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given: Json = {}
        try:
            given, token = await arguments.read(request)
            answer = {"ok": True, **self._run(method, given, token)}
        except SlackRefusal as refusal:
            answer = refusal.as_json()
        self.space.calls.append(Call(method, given, answer, self.space.clock.now()))
        return self._response(answer)

    def _run(self, method: str, given: Json, token: str | None) -> Json:
        self._require_token(method, token)
        if method == CONNECT:
            return {"url": self.connect()}
        if method not in METHODS:
            raise SlackRefusal("unknown_method", req_method=method)
        self._spend(method, given)
        METHODS[method].check(given, self.space.app.scopes)
        with _tame(given):
            return METHODS[method].run(self.space, given)

    def _require_token(self, method: str, token: str | None) -> None:
        if not token:
            raise SlackRefusal("not_authed")
        if token not in {self.bot_token, self.app_token}:
            raise SlackRefusal("invalid_auth")
        if self.space.app.token_error:
            raise SlackRefusal(self.space.app.token_error)
        if (method == CONNECT) != (token == self.app_token):
            raise SlackRefusal("not_allowed_token_type")

    def _spend(self, method: str, given: Json) -> None:
        if self.rates is None:
            return
        self.rates.spend(method, METHODS[method].per_minute)
        if method == "chat.postMessage":
            self.rates.spend_post(str(given.get("channel")))

    def _response(self, answer: Json) -> web.Response:
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.space.app.scopes))}
        if answer.get("error") != "ratelimited":
            return web.json_response(answer, headers=headers)
        wait = str(answer.pop("retry_after"))
        return web.json_response(answer, status=429, headers={**headers, "Retry-After": wait})


@contextlib.contextmanager
def _tame(given: Json) -> Iterator[None]:
    """Arguments of the wrong type are the caller's fault, not a failure of the server."""
    try:
        yield
    except (TypeError, ValueError, AttributeError) as error:
        raise SlackRefusal("invalid_arguments", f"{error} in {sorted(given)}") from error
