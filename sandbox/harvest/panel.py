"""The side API under /sandbox/, for the demo's page and tests: see entries, change them "in Harvest", order faults."""

import asyncio
import contextlib
from datetime import date
from typing import Any

from aiohttp import web

from sandbox.faults import Faults, Kind
from sandbox.harvest import calls, wishes
from sandbox.harvest.records import Entry
from sandbox.harvest.refusals import not_found
from sandbox.harvest.state import HarvestState

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
}
_ID = r"{id:\d+}"


class Panel:
    def __init__(self, state: HarvestState, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._closing = asyncio.Event()

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/sandbox/entries", self.entries)
        app.router.add_get("/sandbox/summary", self.summary)
        app.router.add_get("/sandbox/events", self.events)
        app.router.add_post(f"/sandbox/entries/{_ID}", self.edit)
        app.router.add_delete(f"/sandbox/entries/{_ID}", self.delete)
        app.router.add_post("/sandbox/faults", self.order_faults)
        app.router.add_post("/sandbox/clear-faults", self.clear_faults)
        app.router.add_options("/sandbox/{path:.*}", self.preflight)

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
        return _json({"entries": [self._line(row) for row in rows]})

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

    async def edit(self, request: web.Request) -> web.Response:
        entry = self._entry(request)
        body = await calls.read_body(request)
        wish = wishes.read_entry(body)
        if wish.faults:
            return _json({"error": ", ".join(wish.faults)}, 400)
        fields: dict[str, Any] = {"notes": wish.notes} if "notes" in wish.given else {}
        if wish.hours is not None:
            fields |= {"booked": wish.hours, **self._timer_from_now(entry)}
        self._state.change(entry, **fields)
        return _json(self._line(entry))

    async def delete(self, request: web.Request) -> web.Response:
        return _json(self._line(self._state.delete_entry(self._entry(request).id)))

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

    def _timer_from_now(self, entry: Entry) -> dict[str, Any]:
        return {"timer_started_at": self._state.now()} if entry.is_running else {}

    def _entry(self, request: web.Request) -> Entry:
        entry = self._state.entries.get(int(request.match_info["id"]))
        if entry is None:
            raise not_found()
        return entry

    def _line(self, row: Entry) -> dict[str, Any]:
        state = self._state
        project = state.projects[row.project_id]
        return {
            "id": row.id,
            "who": state.users[row.user_id].name,
            "client": state.clients[project.client_id].name,
            "project": project.name,
            "code": project.code,
            "task": state.tasks[row.task_id].name,
            "date": row.spent_date.isoformat(),
            "hours": float(state.hours_of(row)),
            "notes": row.notes,
            "running": row.is_running,
            "reference": row.reference.id if row.reference else None,
        }

    async def _changed(self, version: int) -> bool:
        """False when the server closes instead."""
        waits = [asyncio.create_task(self._state.changes.since(version)), asyncio.create_task(self._closing.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return not self._closing.is_set()


def _json(body: Any, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers=_CORS)
