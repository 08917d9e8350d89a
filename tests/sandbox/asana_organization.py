"""A small Asana organization for the double's tests, somebody who asks it things, and a target for its webhooks."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from aiohttp import web

from sandbox.asana.records import Field, Project, Task, User, Workspace
from sandbox.asana.server import AsanaDouble
from sandbox.asana.state import AsanaState
from sandbox.clock import SandboxClock


@dataclass(frozen=True)
class Organization:
    """Ana and Bo see `site`; `secret` is Bo's own."""

    place: Workspace
    ana: User
    bo: User
    site: Project
    secret: Project
    hours: Field
    billing: Field
    copy: Task
    proof: Task
    """A subtask of `copy`."""


def fill(state: AsanaState) -> Organization:
    place = state.add_workspace("Lumen")
    ana, bo = state.add_user("Ana", "ana@agency.example", place), state.add_user("Bo", None, place)
    for user in (ana, bo):
        state.grant(user, f"token-{user.name.casefold()}-fake")
    team = state.add_team(place, "Delivery")
    site = state.add_project("ACME site", place, team=team, owner=ana, sections=("To do", "Doing"))
    secret = state.add_project("Secret", place, owner=bo, is_private=True)
    hours = state.add_field(site, "Billable Hours")
    billing = state.add_field(site, "Billing type", "enum", options=("Billable", "Half", "Non-billable"))
    copy = state.add_task(site, "Homepage copy", assignee=ana, by=ana)
    proof = state.add_subtask(copy, "Proofreading", by=ana)
    return Organization(place, ana, bo, site, secret, hours, billing, copy, proof)


@dataclass(frozen=True)
class AsanaVisitor:
    """Asks the double as one of its people; Ana unless said otherwise."""

    double: AsanaDouble
    organization: Organization
    http: httpx.AsyncClient
    clock: SandboxClock

    @property
    def state(self) -> AsanaState:
        return self.double.state

    def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))

    async def ask(
        self, method: str, path: str, data: Any = None, *, who: str = "ana", query: dict[str, Any] | None = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer token-{who}-fake", "Accept": "application/json"}
        body = None if data is None else {"data": data}
        return await self.http.request(method, f"{self.double.api_url}{path}", headers=headers, json=body, params=query)

    async def get(self, path: str, *, who: str = "ana", **query: Any) -> Any:
        """What stands under `data`."""
        answer = await self.ask("GET", path, who=who, query=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    async def refused(self, method: str, path: str, data: Any = None, **more: Any) -> tuple[int, str]:
        """Status and message."""
        answer = await self.ask(method, path, data, **more)
        return answer.status_code, answer.json()["errors"][0]["message"]

    async def panel(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.http.request(method, f"{self.double.origin}/sandbox/{path}", json=body)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return answer.json() if answer.content else None


class HookTarget:
    """Takes what webhooks send: shakes hands, checks signatures, keeps events."""

    def __init__(self) -> None:
        self.secret = ""
        self.shakes_hands = True
        self.statuses: list[int] = []
        """The next answers; 200 once they are used up."""
        self.batches: list[list[dict[str, Any]]] = []
        self.unsigned = 0
        self._runner = web.AppRunner(self._app(), access_log=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook/1"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for batch in self.batches for event in batch]

    async def start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()

    async def stop(self) -> None:
        await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/hook/{hook}", self._receive)
        return app

    async def _receive(self, request: web.Request) -> web.Response:
        if "X-Hook-Secret" in request.headers:
            self.secret = request.headers["X-Hook-Secret"]
            return web.Response(headers={"X-Hook-Secret": self.secret} if self.shakes_hands else {})
        raw = await request.read()
        expected = hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
        self.unsigned += expected != request.headers["X-Hook-Signature"]
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.batches.append(json.loads(raw)["events"])
        return web.Response(status=status, text="" if status == 200 else "out of order")
