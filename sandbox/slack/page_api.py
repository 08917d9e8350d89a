"""What the browser page asks: who is there, what one person sees, and what that person does."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Protocol

from aiohttp import web

from sandbox.slack.gestures import Gestures
from sandbox.slack.identity import BOT_ID, BOT_USER, TEAM_NAME
from sandbox.slack.message_json import file_json, typed_blocks
from sandbox.slack.outcomes import Outcome
from sandbox.slack.refusals import SlackRefusal
from sandbox.slack.state import Channel, Message, Workspace
from sandbox.slack.views import View

Json = dict[str, Any]
_NEVER_SENT = ("user", "channel", "message_ts", "view_id", "block_id", "action_id", "state")
_PATIENCE = 15.0
"""Seconds after which a silent stream says that it still lives."""


class MovableClock(Protocol):
    def advance(self, by: timedelta) -> None: ...


class PageApi:
    """JSON in and out, for the page alone: no token, loopback only."""

    def __init__(
        self, space: Workspace, gestures: Gestures, clock: MovableClock, panels: dict[str, str | None]
    ) -> None:
        self._space = space
        self._gestures = gestures
        self._clock = clock
        self._panels = panels
        self._is_open = True

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/sandbox/config", self.config)
        app.router.add_get("/sandbox/people", self.people)
        app.router.add_get("/sandbox/state", self.state)
        app.router.add_get("/sandbox/stream", self.stream)
        deeds: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "reload": self.reload,
            "message": self.message,
            "command": self.command,
            "action": self.action,
            "options": self.options,
            "submit": self.submit,
            "close": self.close_view,
            "shortcut": self.shortcut,
            "home": self.home,
            "clock": self.clock,
        }
        for name, deed in deeds.items():
            app.router.add_post(f"/sandbox/{name}", _route(deed))

    def close(self) -> None:
        """Streams end, so that the server can."""
        self._is_open = False
        self._space.changes.wake()

    async def config(self, _request: web.Request) -> web.Response:
        bot = {"id": BOT_ID, "user": BOT_USER, "name": self._space.app.name}
        now = self._space.clock.now().isoformat()
        return web.json_response({"workspace": TEAM_NAME, "bot": bot, "panels": self._panels, "now": now})

    async def people(self, _request: web.Request) -> web.Response:
        humans = [member for member in self._space.people.values() if not member.is_bot]
        keys = ("id", "name", "title", "avatar_colour", "tz")
        return web.json_response([{key: getattr(member, key) for key in keys} for member in humans])

    async def state(self, request: web.Request) -> web.Response:
        user = request.query.get("user", "")
        if user not in self._space.people:
            return web.json_response({"error": f"Nobody here is {user}."}, status=404)
        return web.json_response(self._seen_by(user))

    async def stream(self, request: web.Request) -> web.StreamResponse:
        user, changes = request.query.get("user", ""), self._space.changes
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        told = -1
        # A tab that is closed takes its stream with it.
        with contextlib.suppress(ConnectionError):
            while self._is_open:
                version = changes.version(user)
                news = "" if version == told else f"data: {json.dumps({'version': version})}"
                await response.write(f"{news or ': still here'}\n\n".encode())
                told = version
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_PATIENCE):
                        await changes.something()
        return response

    async def reload(self, given: Json) -> Json:
        self._space.forget_ephemerals(given["user"])
        return {"ok": True}

    async def message(self, given: Json) -> Json:
        said = self._gestures.say(given["user"], given["channel"], given["text"], given.get("thread_ts"))
        return {"ok": True, "ts": said.ts}

    async def command(self, given: Json) -> Json:
        wanted = (given["user"], given.get("channel"), given["command"], given.get("text", ""))
        return _outcome(await self._gestures.command(*wanted))

    async def action(self, given: Json) -> Json:
        surface = self._surface(given)
        if isinstance(surface, View):
            surface.merge(given.get("state") or {})
        choice = {key: value for key, value in given.items() if key not in _NEVER_SENT}
        ids = (given["block_id"], given["action_id"])
        return _outcome(await self._gestures.act(given["user"], surface, *ids, choice))

    async def options(self, given: Json) -> Json:
        surface = self._surface(given)
        if isinstance(surface, View):
            surface.merge(given.get("state") or {})
        ids = (given["block_id"], given["action_id"])
        return await self._gestures.options(given["user"], surface, *ids, given.get("query", ""))

    async def submit(self, given: Json) -> Json:
        return _outcome(await self._gestures.submit(given["user"], given["view_id"], given.get("values")))

    async def close_view(self, given: Json) -> Json:
        everything = bool(given.get("everything"))
        return _outcome(await self._gestures.close(given["user"], given["view_id"], everything=everything))

    async def shortcut(self, given: Json) -> Json:
        ts = given.get("message_ts")
        message = self._space.message(given["channel"], ts) if ts else None
        return _outcome(await self._gestures.shortcut(given["user"], given["callback_id"], message))

    async def home(self, given: Json) -> Json:
        return _outcome(await self._gestures.home(given["user"]))

    async def clock(self, given: Json) -> Json:
        self._clock.advance(timedelta(minutes=float(given["advance_minutes"])))
        self._space.changes.touch(self._space.people)
        return {"ok": True, "now": self._space.clock.now().isoformat()}

    def _surface(self, given: Json) -> Message | View:
        if view_id := given.get("view_id"):
            return self._space.views.find(view_id)
        return self._space.message(given["channel"], given.get("message_ts"))

    def _seen_by(self, user: str) -> Json:
        space = self._space
        channels = space.channels_of(user)
        home = space.views.homes.get(user)
        return {
            "version": space.changes.version(user),
            "channels": [_channel(channel) for channel in channels],
            "messages": {
                channel.id: [self._message(message) for message in space.seen_by(user, channel.id)]
                for channel in channels
            },
            "views": [_view(view) for view in space.views.stacks[user]],
            "home": _view(home) if home else None,
            "commands": space.commands,
            "shortcuts": list(space.app.shortcuts),
        }

    def _message(self, message: Message) -> Json:
        member = self._space.people.get(message.user)
        return {
            "ts": message.ts,
            "user": message.user,
            "user_name": member.name if member else message.user,
            "is_bot": bool(member and member.is_bot),
            "text": message.text,
            "blocks": message.blocks or typed_blocks(message),
            "ephemeral": message.ephemeral_to is not None,
            "thread_ts": message.thread_ts,
            "edited": message.edited,
            "files": [file_json(file) for file in message.files],
        }


def _route(deed: Callable[[Json], Awaitable[Json]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            return web.json_response(await deed(await request.json()))
        except (KeyError, LookupError, ValueError, SlackRefusal) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)

    return handle


def _outcome(done: Outcome) -> Json:
    answer: Json = {"ok": done.ok}
    if done.error:
        answer["error"] = done.error
    if done.errors:
        answer["errors"] = done.errors
    return answer


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": channel.name, "kind": channel.kind, "unread": 0}


def _view(view: View) -> Json:
    shown = {key: view.content.get(key) for key in ("title", "submit", "close")}
    return {
        "id": view.id,
        "type": view.type,
        **shown,
        "blocks": view.blocks,
        "state": view.state,
        "errors": view.errors,
    }
