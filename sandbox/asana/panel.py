"""The side API under /sandbox/, for the demo's page and tests: see projects, work "in Asana", order faults."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.asana import calls, panel_lines, panel_writing
from sandbox.asana.deliveries import Deliveries
from sandbox.asana.panel_writing import Unclear
from sandbox.asana.refusals import AsanaRefusal
from sandbox.asana.state import AsanaState
from sandbox.faults import Faults, Kind

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
}
_GID = r"{gid:\d+}"
_LATE_SECONDS = 5.0

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Panel:
    def __init__(self, state: AsanaState, faults: Faults, deliveries: Deliveries) -> None:
        self._state = state
        self._faults = faults
        self._deliveries = deliveries
        self._closing = asyncio.Event()

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/sandbox/projects", self.projects)
        app.router.add_get("/sandbox/people", self.people)
        app.router.add_get("/sandbox/summary", self.summary)
        app.router.add_get("/sandbox/events", self.events)
        app.router.add_get(f"/sandbox/tasks/{_GID}/stories", _worded(self.stories))
        app.router.add_post("/sandbox/tasks", _worded(self.add_task))
        app.router.add_post(f"/sandbox/tasks/{_GID}", _worded(self.change_task))
        app.router.add_delete(f"/sandbox/tasks/{_GID}", _worded(self.trash_task))
        app.router.add_post("/sandbox/time-entries", _worded(self.add_time_entry))
        app.router.add_post(f"/sandbox/projects/{_GID}", _worded(self.change_project))
        app.router.add_post(f"/sandbox/projects/{_GID}/duplicate", _worded(self.duplicate_project))
        app.router.add_post("/sandbox/faults", _worded(self.order_faults))
        app.router.add_post("/sandbox/clear-faults", self.clear_faults)
        app.router.add_post("/sandbox/deliveries", _worded(self.order_deliveries))
        app.router.add_options("/sandbox/{path:.*}", self.preflight)
        app.router.add_route("*", "/sandbox/{path:.*}", self.lost)

    def close(self) -> None:
        """Ends the event streams."""
        self._closing.set()

    async def projects(self, _: web.Request) -> web.Response:
        return _json({"projects": panel_lines.of_projects(self._state)})

    async def people(self, _: web.Request) -> web.Response:
        """Those who are in the organization, by name; service accounts are no people."""
        rows = [user for user in self._state.users.values() if user.workspaces and not user.is_service_account]
        rows.sort(key=lambda user: user.name)
        return _json({"people": [{"gid": user.gid, "name": user.name, "email": user.email} for user in rows]})

    async def summary(self, _: web.Request) -> web.Response:
        state, log = self._state, self._deliveries.log
        return _json(
            {
                "people": sum(bool(user.workspaces) and not user.is_service_account for user in state.users.values()),
                "projects": sum(not project.deleted for project in state.projects.values()),
                "tasks": sum(not task.is_gone for task in state.tasks.values()),
                "stories": len(state.stories),
                "time_entries": len(state.time_entries),
                "webhooks": len(state.webhooks),
                "deliveries": len(log),
                "failed_deliveries": sum(not 200 <= delivery.status < 300 for delivery in log),
                "faults": {kind.value: count for kind, count in self._faults.injected.items()},
            }
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: `changed` whenever something did."""
        stream = web.StreamResponse(headers=_CORS | {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        version = self._state.changes.version
        await stream.prepare(request)
        await stream.write(b": connected\n\n")
        with contextlib.suppress(ConnectionError):
            while await self._changed(version):
                version = self._state.changes.version
                await stream.write(f"event: changed\ndata: {version}\n\n".encode())
        return stream

    async def stories(self, request: web.Request) -> web.Response:
        """Oldest first."""
        task = panel_writing.task_with(self._state, request.match_info["gid"])
        return _json({"stories": [panel_lines.of_story(story) for story in task.stories]})

    async def add_task(self, request: web.Request) -> web.Response:
        task = panel_writing.add_task(self._state, await calls.read_body(request))
        return _json(panel_lines.of_task(task), 201)

    async def change_task(self, request: web.Request) -> web.Response:
        task = panel_writing.task_with(self._state, request.match_info["gid"])
        panel_writing.change_task(self._state, task, await calls.read_body(request))
        return _json(panel_lines.of_task(task))

    async def trash_task(self, request: web.Request) -> web.Response:
        """By the person `who` of the body, if there is one."""
        task, body = panel_writing.task_with(self._state, request.match_info["gid"]), await calls.read_body(request)
        who = panel_writing.person(self._state, body["who"]) if body.get("who") else None
        self._state.trash_task(task, who)
        return _json(panel_lines.of_task(task))

    async def add_time_entry(self, request: web.Request) -> web.Response:
        entry = panel_writing.add_time_entry(self._state, await calls.read_body(request))
        return _json({"gid": entry.gid, "minutes": entry.duration_minutes, "date": entry.entered_on.isoformat()}, 201)

    async def change_project(self, request: web.Request) -> web.Response:
        project = panel_writing.project_with(self._state, request.match_info["gid"])
        panel_writing.change_project(self._state, project, await calls.read_body(request))
        return _json(panel_lines.of_project(project))

    async def duplicate_project(self, request: web.Request) -> web.Response:
        project = panel_writing.project_with(self._state, request.match_info["gid"])
        copy = panel_writing.duplicate_project(self._state, project, await calls.read_body(request))
        return _json(panel_lines.of_project(copy), 201)

    async def order_faults(self, request: web.Request) -> web.Response:
        """`kind` in any case, `times` (1), `matching` as in Faults."""
        body = await calls.read_body(request)
        try:
            kind, times = Kind(str(body.get("kind", "")).casefold()), int(body.get("times", 1))
        except (TypeError, ValueError):
            raise Unclear(f"kind is one of {', '.join(Kind)}; times is a number") from None
        # What is done and then lost is worth seeing on writes alone: all of their methods begin with P or D.
        matching = "[PD]* /api/1.0/*" if kind.performs else "* /api/1.0/*"
        self._faults.next(kind, matching=str(body.get("matching", matching)), times=times)
        return _json({"kind": kind.value, "times": times})

    async def clear_faults(self, _: web.Request) -> web.Response:
        self._faults.clear()
        self._deliveries.clear_faults()
        return _json({})

    async def order_deliveries(self, request: web.Request) -> web.Response:
        """What happens to the next delivery of a webhook: `lose`, `duplicate`, `delay` or `reorder`."""
        orders: dict[Any, Callable[[], None]] = {
            "lose": self._deliveries.lose_next,
            "duplicate": self._deliveries.duplicate_next,
            "delay": lambda: self._deliveries.delay_next(_LATE_SECONDS),
            "reorder": self._deliveries.reorder_next,
        }
        kind = (await calls.read_body(request)).get("kind")
        if kind not in orders:
            raise Unclear(f"kind is one of {', '.join(orders)}")
        orders[kind]()
        return _json({"kind": kind})

    async def preflight(self, _: web.Request) -> web.Response:
        return web.Response(status=204, headers=_CORS)

    async def lost(self, request: web.Request) -> web.Response:
        return _json({"error": f"There is nothing at {request.method} {request.path}"}, 404)

    async def _changed(self, version: int) -> bool:
        """False when the server closes instead."""
        waits = [asyncio.create_task(self._state.changes.since(version)), asyncio.create_task(self._closing.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return not self._closing.is_set()


def _worded(answering: Answering) -> Answering:
    """What cannot be done is answered with 400 and a sentence that a page of another origin may read."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await answering(request)
        except Unclear as unclear:
            return _json({"error": str(unclear)}, 400)
        except AsanaRefusal as refusal:
            return _json({"error": refusal.message}, 400)

    return answer


def _json(body: Any, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers=_CORS)
