"""The server: API v2, identity server and side API on one loopback port, with request log, faults and limits."""

import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.faults import Dropped, Faults
from sandbox.harvest import routes
from sandbox.harvest.identity import Identity
from sandbox.harvest.panel import Panel
from sandbox.harvest.rate import RateLimit
from sandbox.harvest.records import Company
from sandbox.harvest.refusals import HarvestRefusal
from sandbox.harvest.state import Clock, HarvestState

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LOG_LENGTH = 5000
_LOST = '<!DOCTYPE html>\n<html lang="en"><head><title>HARVEST: Can’t find page</title></head><body></body></html>'


@dataclass
class RequestSeen:
    """`status` is None while it is open and after the connection was dropped."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int | None = None


class HarvestDouble:
    """`rate` requests to API v2 in any `window` real seconds; `uses_timestamps` makes a start/end account."""

    def __init__(
        self,
        clock: Clock,
        *,
        uses_timestamps: bool = False,
        rate: int = 100,
        window: float = 15.0,
        faults: Faults | None = None,
    ) -> None:
        self.state = HarvestState(clock, Company(wants_timestamp_timers=uses_timestamps))
        self.faults = faults or Faults()
        self.requests: deque[RequestSeen] = deque(maxlen=_LOG_LENGTH)
        self._limit = RateLimit(rate, window)
        self._panel = Panel(self.state, self.faults)
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)

    @property
    def origin(self) -> str:
        """Where everything is served: API, identity server and side API."""
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    @property
    def id_url(self) -> str:
        """The identity server's base."""
        return self.origin

    @property
    def api_url(self) -> str:
        return f"{self.origin}/v2"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Port 0 picks a free one."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def stop(self) -> None:
        self._panel.close()
        await self.faults.close()
        await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._logged, self.faults.middleware, self._worded])
        routes.add(app, self.state, self._limit)
        Identity(self.state).add_routes(app)
        self._panel.add_routes(app)
        return app

    @web.middleware
    async def _logged(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/sandbox/"):
            return await handler(request)
        seen = RequestSeen(request.method, request.path, dict(request.query), _parsed(await request.text()))
        self.requests.append(seen)
        answer = await handler(request)
        seen.status = None if isinstance(answer, Dropped) else answer.status
        return answer

    @web.middleware
    async def _worded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except HarvestRefusal as refusal:
            return refusal.answer()
        except web.HTTPNotFound:
            # A malformed path gets a page, not JSON.
            return web.Response(status=404, text=_LOST, content_type="text/html")
        except web.HTTPException as refusal:
            return web.Response(status=refusal.status, text=refusal.text)


def _parsed(text: str) -> Any:
    """JSON as what it says, anything else as text."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
