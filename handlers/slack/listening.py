"""The one door between Bolt and our listeners: row, then acknowledgement, then work that nothing escapes from.

Listeners are functions of a kept request, so they run the same way right after Slack's call and after a crash. Bolt
knows only this door's own four-line callables: none of its traps (silently unfilled parameters, answers turned into
404 by a late exception, work cancelled at shutdown) can reach a feature.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.models.blocks import Option, OptionGroup

from handlers.slack import refusals, requests
from handlers.slack.outages import OUTAGES
from handlers.slack.profiles import profile_of
from handlers.slack.replies import Message, Replies
from handlers.slack.requests import Kind, Received, Request, Search
from store.engine.records import InboxEvent
from sync.engine.inbox import Inbox
from sync.errors import OutsideError, Refused
from sync.ports.slack import Profile

log = structlog.get_logger()

Listener = Callable[[Received], Awaitable[None]]
Check = Callable[[Request], Awaitable[Mapping[str, str]]]
"""Field errors of a form by block id; none: it is taken."""
ProfileChange = Callable[[str, Profile], Awaitable[None]]
"""Given whose profile it is, and how it reads now."""
Suggest = Callable[[Search], Awaitable[Sequence[Option] | Sequence[OptionGroup]]]

EVENT = "slack"
"""The kind under which requests are kept in the inbox."""


class Unheard(Exception):
    """Something arrived that no listener is registered for."""


@dataclass(frozen=True)
class Listening:
    """Registers listeners with Bolt. `prefix` stands before every command but /gleaner (COMMAND_PREFIX)."""

    app: AsyncApp
    inbox: Inbox
    replies: Replies
    prefix: str = ""
    listeners: dict[tuple[Kind, str], Listener] = field(default_factory=dict)
    words: dict[str, Listener] = field(default_factory=dict)
    """First words after /gleaner."""

    def __post_init__(self) -> None:
        self.inbox.handlers[EVENT] = self.handle
        self.inbox.give_up[EVENT] = self.apologise

    def command(self, name: str, listener: Listener) -> None:
        """`/name`, and `/gleaner name`, which works where another app owns the command."""
        self._register("command", name, listener)
        self.words[name] = listener

        async def heard(ack: AsyncAck, body: dict[str, Any]) -> None:
            await self._keep(requests.command(body, self.prefix), ack)

        own = "" if name == "gleaner" else self.prefix
        self.app.command(f"/{own}{name}")(heard)

    def word(self, word: str, listener: Listener) -> None:
        """`/gleaner word …`."""
        self.words[word] = listener

    def action(self, action_id: str, listener: Listener) -> None:
        self._register("action", action_id, listener)

        async def heard(ack: AsyncAck, body: dict[str, Any]) -> None:
            await self._keep(requests.action(body), ack)

        self.app.action(action_id)(heard)

    def link(self, action_id: str) -> None:
        """A button that only opens an address: Slack reports it and wants it acknowledged."""

        async def heard(ack: AsyncAck) -> None:
            await ack()

        self.app.action(action_id)(heard)

    def form(self, callback_id: str, check: Check, submit: Listener, closed: Listener | None = None) -> None:
        self._register("submission", callback_id, submit)

        async def heard(ack: AsyncAck, body: dict[str, Any]) -> None:
            request = requests.view(body, "submission")
            if errors := await check(request):
                await ack(response_action="errors", errors=dict(errors))
                return
            await self._keep(request, ack)

        self.app.view(callback_id)(heard)
        if closed is not None:
            self._register("closed", callback_id, closed)
            self.app.view_closed(callback_id)(self._heard_closed)

    def shortcut(self, callback_id: str, listener: Listener) -> None:
        self._register("shortcut", callback_id, listener)

        async def heard(ack: AsyncAck, body: dict[str, Any]) -> None:
            await self._keep(requests.shortcut(body), ack)

        self.app.shortcut(callback_id)(heard)

    def home(self, listener: Listener) -> None:
        """App Home was opened. Bolt acknowledges events by itself, once this has returned."""
        self._register("home", "home", listener)

        async def heard(ack: AsyncAck, body: dict[str, Any]) -> None:
            request = requests.home(body)
            if request.name == "home":
                await self._keep(request, ack)

        self.app.event("app_home_opened")(heard)

    def profile_change(self, changed: ProfileChange) -> None:
        """Somebody moved, was renamed, left or came back. It is one write and needs no row of its own."""

        async def heard(event: dict[str, Any]) -> None:
            user = event["user"]
            await changed(str(user["id"]), profile_of(user))

        self.app.event("user_change")(heard)

    def options(self, action_id: str, suggest: Suggest, shape: Literal["options", "option_groups"]) -> None:
        """Choices of a select, answered from the store within Slack's three seconds."""

        async def heard(ack: AsyncAck, body: dict[str, Any]) -> None:
            found = await suggest(requests.search(body))
            given: Any = {shape: [one.to_dict() for one in found]}
            await ack(**given)

        self.app.options(action_id)(heard)

    async def handle(self, event: InboxEvent) -> None:
        """Run the listener of a kept request; a refusal is said in its own words, anything else is raised."""
        request = Request(**event.payload)
        received = Received(request, event.id, event.received_at)
        listener = self.listeners.get((request.kind, request.name))
        if listener is None:
            raise Unheard(f"{request.kind} {request.name}")
        structlog.contextvars.bind_contextvars(event=event.id, user=request.user, request=request.name)
        try:
            await listener(received)
        except Refused as refusal:
            await self.replies.answer(received, refusals.refusal(refusal))
        except OutsideError as error:
            log.warning("outside call failed", why=str(error))
            await self.replies.answer(
                received,
                Message(
                    f"{error.system} did not answer just now, so nothing was changed. Please try again in a minute."
                ),
            )
        finally:
            structlog.contextvars.unbind_contextvars("event", "user", "request")

    async def apologise(self, event: InboxEvent, reference: str) -> None:
        request = Request(**event.payload)
        text = (
            f"Something went wrong on my side, and I could not finish this. What you sent is kept under {reference}; "
            "please give that reference to the person who runs Gleaner."
        )
        try:
            await self.replies.answer(Received(request, event.id, event.received_at), Message(text))
        except OUTAGES as error:
            log.warning("apology not delivered", reference=reference, why=type(error).__name__)

    def _register(self, kind: Kind, name: str, listener: Listener) -> None:
        if (kind, name) in self.listeners:
            raise ValueError(f"two listeners for {kind} {name}")
        self.listeners[kind, name] = listener

    async def _heard_closed(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._keep(requests.view(body, "closed"), ack)

    async def _keep(self, request: Request, ack: AsyncAck) -> None:
        """The row first, then the acknowledgement; what was received before is only acknowledged."""
        event = await self.inbox.receive(EVENT, request.key, request.payload())
        await ack()
        if event is not None:
            self.inbox.begin(event, request.user)
