"""The server: API 1.0, webhooks and side API on one loopback port, with request log, faults and limits."""

import json
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.asana import routes
from sandbox.asana.deliveries import ANSWER_SECONDS, RETRY_SECONDS, Deliveries
from sandbox.asana.event_routes import EventStreams
from sandbox.asana.holdings import Clock
from sandbox.asana.paging import Pages
from sandbox.asana.panel import Panel
from sandbox.asana.rate import READS_AT_ONCE, WRITES_AT_ONCE, RateLimit
from sandbox.asana.refusals import AsanaRefusal
from sandbox.asana.state import AsanaState
from sandbox.faults import Dropped, Faults

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LOG_LENGTH = 5000


@dataclass
class RequestSeen:
    """`status` is None while it is open and after the connection was dropped."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int | None = None


class AsanaDouble:
    """`rate` requests per token in any `window` real seconds.

    Real seconds as well: what lies before each retry of a webhook (the last is repeated), how long its target has to
    answer, and the `latency` of each call.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        rate: int = 1500,
        window: float = 60.0,
        reads_at_once: int = READS_AT_ONCE,
        writes_at_once: int = WRITES_AT_ONCE,
        latency: float = 0.0,
        faults: Faults | None = None,
        retry_seconds: Sequence[float] = RETRY_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.state = AsanaState(clock)
        self.faults = faults or Faults()
        self.deliveries = Deliveries(self.state, retry_seconds=retry_seconds, answer_seconds=answer_seconds)
        self.pages = Pages(self.state.now)
        self.streams = EventStreams()
        self.requests: deque[RequestSeen] = deque(maxlen=_LOG_LENGTH)
        self._limit = RateLimit(rate, window, reads_at_once, writes_at_once)
        self._latency = latency
        self._panel = Panel(self.state, self.faults, self.deliveries)
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)

    @property
    def origin(self) -> str:
        """Where everything is served: API and side API."""
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    @property
    def api_url(self) -> str:
        return f"{self.origin}{routes.BASE}"

    def answered(self, status: int) -> int:
        """How many of the requests in the log were answered so."""
        return sum(seen.status == status for seen in self.requests)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Port 0 picks a free one."""
        await self.deliveries.start()
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def stop(self) -> None:
        self._panel.close()
        await self.deliveries.stop()
        await self.faults.close()
        await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._logged, self.faults.middleware, self._worded])
        routes.add(app, self.state, self.pages, self.streams, self.deliveries, self._limit, self._latency)
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
        except AsanaRefusal as refusal:
            return refusal.answer()
        except web.HTTPNotFound:
            return AsanaRefusal(404, "No matching route for request").answer()
        except web.HTTPException as refusal:
            return AsanaRefusal(refusal.status, refusal.reason).answer()


def _parsed(text: str) -> Any:
    """JSON as what it says, anything else as text."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
