"""The double of Slack as one real server on loopback: Web API, response URLs, Socket Mode, page."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.faults import Faults
from sandbox.slack import payloads
from sandbox.slack.api import WebApi
from sandbox.slack.deliveries import ANSWER_SECONDS, RETRY_SECONDS, Deliveries, Fault
from sandbox.slack.gestures import Gestures
from sandbox.slack.http_transport import HttpTransport
from sandbox.slack.identity import BOT_USER, TEAM_ID
from sandbox.slack.manifest import App
from sandbox.slack.page_api import PageApi
from sandbox.slack.person import Person
from sandbox.slack.rates import RateLimits
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.socket_mode import SocketHub
from sandbox.slack.state import Call, Channel, Member, Workspace
from sandbox.slack.tickets import TRIGGER_SECONDS
from sandbox.slack.uploads import Uploads

Json = dict[str, Any]

_PAGE = Path(__file__).parent / "page"
_COLOURS = (
    "#4a7c59",
    "#8a5a83",
    "#b3672b",
    "#2f6f8f",
    "#a23e48",
    "#5b6abf",
    "#6d7a2f",
    "#3d8b83",
    "#94653a",
    "#7a4fa3",
)


class SlackDouble:
    """One workspace. `rate_limits`: whether calls are counted as Slack counts them.

    Real seconds: how long the bot has to answer, how long a trigger id lives, what lies before each retry of an event.
    """

    def __init__(
        self,
        clock: SandboxClock,
        *,
        signing_secret: str = "fake-signing-secret",
        bot_token: str = "xoxb-fake-bot-token",
        app_token: str = "xapp-fake-app-token",
        faults: Faults | None = None,
        rate_limits: bool = False,
        answer_seconds: float = ANSWER_SECONDS,
        trigger_seconds: float = TRIGGER_SECONDS,
        retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        self.clock = clock
        self._answer_seconds = answer_seconds
        self.signing_secret, self.bot_token, self.app_token = signing_secret, bot_token, app_token
        self.faults = faults or Faults()
        self.state = Workspace(clock, trigger_seconds)
        self.deliveries = Deliveries(retry_seconds)
        self.socket = SocketHub(answer_seconds)
        self.panels: dict[str, str | None] = {"harvest": None}
        self._gestures = Gestures(self.state, self.deliveries)
        self._page = PageApi(self.state, self._gestures, clock, self.panels)
        self._rates = RateLimits() if rate_limits else None
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)
        self._session: aiohttp.ClientSession | None = None

    @property
    def page_url(self) -> str:
        return f"{self.state.base_url}/"

    @property
    def api_url(self) -> str:
        return f"{self.state.base_url}/api/"

    @property
    def team_id(self) -> str:
        return TEAM_ID

    @property
    def calls(self) -> list[Call]:
        """Every Web API call, oldest first."""
        return self.state.calls

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Port 0 picks a free one."""
        self._session = aiohttp.ClientSession()
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.state.base_url = self.socket.base_url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self._page.close()
        await self.deliveries.stop()
        if self.socket.connections:
            await self.socket.disconnect("link_disabled")
        if self._session is not None:
            await self._session.close()
        await self.faults.close()
        await self._runner.cleanup()

    def add_person(
        self,
        id: str,  # noqa: A002 - Slack's word
        name: str,
        email: str,
        tz: str = "UTC",
        *,
        is_admin: bool = False,
        title: str = "",
        **more: Any,
    ) -> Member:
        colour = _COLOURS[len(self.state.people) % len(_COLOURS)]
        member = Member(id, name, email, tz, is_admin=is_admin, title=title, avatar_colour=colour, **more)
        self.state.people[id] = member
        return member

    def add_channel(self, id: str, name: str, members: list[str], *, has_bot: bool = True, **more: Any) -> Channel:  # noqa: A002 - Slack's word
        present = [*members, BOT_USER] if has_bot else list(members)
        self.state.channels[id] = Channel(id, name, present, **more)
        return self.state.channels[id]

    def share_channel(self, id: str) -> None:  # noqa: A002 - Slack's word
        """With another organization, whose people then see it too."""
        self._set(id, is_ext_shared=True)

    def archive_channel(self, id: str) -> None:  # noqa: A002 - Slack's word
        self._set(id, is_archived=True)

    def remove_bot(self, id: str) -> None:  # noqa: A002 - Slack's word
        """Out of the channel; `conversations.join` or an invitation brings it back."""
        self._set(id, members=[member for member in self.state.channels[id].members if member != BOT_USER])

    def change_person(self, id: str, **facts: Any) -> None:  # noqa: A002 - Slack's word
        """Their zone, name, address, or that they have left or come back (`deleted`); the app that wants to, hears."""
        member = self.state.people[id]
        for name, value in facts.items():
            setattr(member, name, value)
        if "user_change" in self.state.app.events:
            self.deliveries.event_soon(payloads.event(self.state, payloads.user_change(self.state, member)))

    def remove_app(self, token_error: str = "account_inactive") -> None:
        """From the workspace, until `restore_app`: its token is refused in these words."""
        self.state.app = replace(self.state.app, token_error=token_error)

    def restore_app(self) -> None:
        self.state.app = replace(self.state.app, token_error=None)

    def _set(self, channel_id: str, **facts: Any) -> None:
        channel = self.state.channels[channel_id]
        for name, value in facts.items():
            setattr(channel, name, value)
        self.state.changes.touch(channel.members)

    def install(self, manifest: Json, events_url: str | None) -> None:
        """Commands, shortcuts and scopes are the manifest's; without `events_url` things go by Socket Mode."""
        self.state.app = App.from_manifest(manifest)
        if events_url is None:
            self.deliveries.transport = self.socket
        elif self._session is not None:
            self.deliveries.transport = HttpTransport(
                events_url, self.signing_secret, self._session, self._answer_seconds
            )
        self.state.changes.touch(self.state.people)

    def person(self, user: str) -> Person:
        """The driver for tests."""
        return Person(user, self._gestures)

    def duplicate_next(self, times: int = 1) -> None:
        self.deliveries.fault_next(Fault(twice=True), times)

    def delay_next(self, seconds: float, times: int = 1) -> None:
        self.deliveries.fault_next(Fault(late=seconds), times)

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self.faults.middleware])
        api = WebApi(self.state, self.bot_token, self.app_token, self.socket.new_url, self._rates)
        app.router.add_route("*", "/api/{method}", api.__call__)
        app.router.add_post("/hooks/{hook}", ResponseUrls(self.state).__call__)
        uploads = Uploads(self.state)
        app.router.add_post("/upload/v1/{file}", uploads.take)
        app.router.add_get("/files/{file}/{name}", uploads.give)
        app.router.add_get("/link/", self.socket.serve)
        self._page.add_routes(app)
        app.router.add_get("/", _index)
        app.router.add_static("/page", _PAGE)
        return app


async def _index(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(_PAGE / "index.html", headers={"Cache-Control": "no-store"})
