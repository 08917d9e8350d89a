"""The side API under /sandbox/, for the demo's page and tests: see entries, change them "in Harvest", order faults."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from aiohttp import web

from sandbox.faults import Faults, Kind
from sandbox.harvest import calls, panel_lines, panel_writing
from sandbox.harvest.panel_writing import Unclear
from sandbox.harvest.records import Entry
from sandbox.harvest.refusals import HarvestRefusal
from sandbox.harvest.state import HarvestState

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
}
_ID = r"{id:\d+}"
_NO_ENTRY = "There is no such time entry in Harvest"

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Panel:
    def __init__(self, state: HarvestState, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._closing = asyncio.Event()

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/sandbox/entries", self.entries)
        app.router.add_get("/sandbox/summary", self.summary)
        app.router.add_get("/sandbox/events", self.events)
        app.router.add_post("/sandbox/entries", _worded(self.add))
        app.router.add_post(f"/sandbox/entries/{_ID}", _worded(self.edit))
        app.router.add_delete(f"/sandbox/entries/{_ID}", self.delete)
        app.router.add_get("/sandbox/projects", self.projects)
        app.router.add_post("/sandbox/projects/{code}", _worded(self.change_project))
        app.router.add_post("/sandbox/faults", _worded(self.order_faults))
        app.router.add_post("/sandbox/clear-faults", self.clear_faults)
        app.router.add_options("/sandbox/{path:.*}", self.preflight)
        app.router.add_route("*", "/sandbox/{path:.*}", self.lost)

    def close(self) -> None:
        """Ends the event streams."""
        self._closing.set()

    async def entries(self, request: web.Request) -> web.Response:
        """`date_from` and `date_to` are inclusive; newest first."""
        try:
            first = date.fromisoformat(request.query.get("date_from", "0001-01-01"))
            last = date.fromisoformat(request.query.get("date_to", "9999-12-31"))
        except ValueError:
            return _json({"error": "date_from and date_to are dates like 2026-11-19"}, 400)
        rows = [row for row in self._state.entries.values() if first <= row.spent_date <= last]
        rows.sort(key=lambda row: (row.spent_date, row.id), reverse=True)
        return _json({"entries": [panel_lines.of_entry(self._state, row) for row in rows]})

    async def summary(self, _: web.Request) -> web.Response:
        state, today = self._state, self._state.now().date()
        rows = list(state.entries.values())
        return _json(
            {
                "account": state.company.name,
                "uses_timestamps": state.company.wants_timestamp_timers,
                "people": len(state.users),
                "projects": len(state.projects),
                "entries": len(rows),
                "running": sum(row.is_running for row in rows),
                "hours": float(sum(map(state.hours_of, rows))),
                "hours_today": float(sum(state.hours_of(row) for row in rows if row.spent_date == today)),
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

    async def add(self, request: web.Request) -> web.Response:
        """`who` (first or full name), `project` (code), `task`, `hours`; `date`, `notes` and `running` as wanted."""
        entry = panel_writing.add_entry(self._state, await calls.read_body(request))
        return _json(panel_lines.of_entry(self._state, entry), 201)

    async def edit(self, request: web.Request) -> web.Response:
        """Any of `hours`, `notes`, `date`, `project` (code), `task` and `running`."""
        entry = self._entry(request)
        if entry is None:
            return _json({"error": _NO_ENTRY}, 404)
        changed = panel_writing.edit_entry(self._state, entry, await calls.read_body(request))
        return _json(panel_lines.of_entry(self._state, changed))

    async def delete(self, request: web.Request) -> web.Response:
        entry = self._entry(request)
        if entry is None:
            return _json({"error": _NO_ENTRY}, 404)
        return _json(panel_lines.of_entry(self._state, self._state.delete_entry(entry.id)))

    async def projects(self, _: web.Request) -> web.Response:
        return _json({"projects": panel_lines.of_projects(self._state)})

    async def change_project(self, request: web.Request) -> web.Response:
        """Any of `budget` (number or null), `archived`, `notes` and `name`."""
        try:
            project = panel_writing.project_named(self._state, request.match_info["code"])
        except Unclear as unclear:
            return _json({"error": str(unclear)}, 404)
        panel_writing.change_project(self._state, project, await calls.read_body(request))
        entries = [entry for entry in self._state.entries.values() if entry.project_id == project.id]
        return _json(panel_lines.of_project(self._state, project, entries))

    async def order_faults(self, request: web.Request) -> web.Response:
        """`kind` in any case, `times` (1), `matching` as in Faults."""
        body = await calls.read_body(request)
        try:
            kind, times = Kind(str(body.get("kind", "")).casefold()), int(body.get("times", 1))
        except (TypeError, ValueError):
            return _json({"error": f"kind is one of {', '.join(Kind)}; times is a number"}, 400)
        # What is done and then lost is worth seeing on writes alone: all of their methods begin with P or D.
        matching = "[PD]* /v2/*" if kind.performs else "* /v2/*"
        self._faults.next(kind, matching=str(body.get("matching", matching)), times=times)
        return _json({"kind": kind.value, "times": times})

    async def clear_faults(self, _: web.Request) -> web.Response:
        self._faults.clear()
        return _json({})

    async def preflight(self, _: web.Request) -> web.Response:
        return web.Response(status=204, headers=_CORS)

    async def lost(self, request: web.Request) -> web.Response:
        return _json({"error": f"There is nothing at {request.method} {request.path}"}, 404)

    def _entry(self, request: web.Request) -> Entry | None:
        return self._state.entries.get(int(request.match_info["id"]))

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
        except HarvestRefusal as refusal:
            return _json({"error": panel_writing.worded(refusal)}, 400)

    return answer


def _json(body: Any, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers=_CORS)
