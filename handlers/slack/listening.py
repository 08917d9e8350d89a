"""The one door between Bolt and our listeners: row, then acknowledgement, then work that nothing escapes from.

Listeners are functions of a kept request, so they run the same way right after Slack's call and after a crash. Bolt
knows only this door's own four-line callables: none of its traps (silently unfilled parameters, answers turned into
404 by a late exception, work cancelled at shutdown) can reach a feature.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.models.blocks import Option, OptionGroup

from handlers.slack import refusals, requests
from handlers.slack.outages import OUTAGES
from handlers.slack.profiles import ProfileNews, profile_news
from handlers.slack.replies import Message, Replies
from handlers.slack.requests import Kind, Received, Request, Search
from store.engine.records import InboxEvent
from sync.engine.inbox import Inbox
from sync.errors import OutsideError, Refused, Unavailable
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


class Stranger(Exception):
    """A request from a workspace that is not ours."""


class NotDone(Exception):
    """What was rightly asked could not be kept or answered: its cause is a fault of ours."""


class Unheard(Exception):
    """Something arrived that no listener is registered for."""


_STATUS = {
    BoltUnhandledRequestError: (404, "nobody listens to this"),
    Stranger: (403, "request from another workspace"),
}


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
        self.app.error(self._refuse)
        self.inbox.handlers[EVENT] = self.handle
        self.inbox.give_up[EVENT] = self.apologise

    def command(self, name: str, listener: Listener) -> None:
        """`/name`, and `/gleaner name`, which works where another app owns the command."""
        self._register("command", name, listener)
        self.words[name] = listener
        own = "" if name == "gleaner" else self.prefix
        self.app.command(f"/{own}{name}")(_heard(lambda body: requests.command(body, self.prefix), self._keep))

    def word(self, word: str, listener: Listener) -> None:
        """`/gleaner word …`."""
        self.words[word] = listener

    def action(self, action_id: str, listener: Listener) -> None:
        self._register("action", action_id, listener)
        self.app.action(action_id)(_heard(requests.action, self._keep))

    def link(self, action_id: str) -> None:
        """A button that only opens an address: Slack reports it and wants it acknowledged."""

        async def heard(ack: AsyncAck) -> None:
            await ack()

        self.app.action(action_id)(heard)

    def form(self, callback_id: str, check: Check, submit: Listener, closed: Listener | None = None) -> None:
        self._register("submission", callback_id, submit)

        async def sent(request: Request, ack: AsyncAck) -> None:
            if errors := await _faults(check, request):
                await ack(response_action="errors", errors=dict(errors))
                return
            await self._keep(request, ack)

        self.app.view(callback_id)(_heard(lambda body: requests.view(body, "submission"), sent))
        if closed is not None:
            self._register("closed", callback_id, closed)
            self.app.view_closed(callback_id)(_heard(lambda body: requests.view(body, "closed"), self._keep))

    def shortcut(self, callback_id: str, listener: Listener) -> None:
        self._register("shortcut", callback_id, listener)
        self.app.shortcut(callback_id)(_heard(requests.shortcut, self._keep))

    def home(self, listener: Listener) -> None:
        """App Home was opened. Bolt acknowledges events by itself."""
        self._register("home", "home", listener)

        async def opened(request: Request, ack: AsyncAck) -> None:
            if request.name == "home":
                await self._keep(request, ack)

        self.app.event("app_home_opened")(_heard(requests.home, opened))

    def profile_change(self, changed: ProfileChange) -> None:
        """Somebody moved, was renamed, left or came back. It is one write and needs no row of its own."""

        async def noticed(change: ProfileNews, ack: AsyncAck) -> None:
            del ack  # Bolt acknowledges events by itself.
            await changed(change.slack_id, change.profile)

        self.app.event("user_change")(_heard(profile_news, noticed))

    def options(self, action_id: str, suggest: Suggest, shape: Literal["options", "option_groups"]) -> None:
        """Choices of a select, answered from the store within Slack's three seconds; none if that cannot be done."""

        async def asked(search: Search, ack: AsyncAck) -> None:
            found: Sequence[Option] | Sequence[OptionGroup] = ()
            try:
                found = await suggest(search)
            except (Refused, OutsideError) as error:
                log.warning("no choices to offer", select=action_id, why=str(error))
            given: Any = {shape: [one.to_dict() for one in found]}
            await ack(**given)

        self.app.options(action_id)(_heard(requests.search, asked))

    async def handle(self, event: InboxEvent) -> None:
        """Run the listener of a kept request; a refusal is said in its own words, anything else is raised."""
        request = Request(**event.payload)
        received = Received(request, event.id, event.received_at)
        listener = self.listeners.get((request.kind, request.name))
        if listener is None:
            raise Unheard(f"{request.kind} {request.name}")
        structlog.contextvars.bind_contextvars(event=event.id, user=request.user, request=request.name)
        try:
            await self._run(listener, received)
        except OUTAGES as error:
            # Of the answer, not of what was asked: that is kept by its request, so it is done once, however often run.
            raise Unavailable("Slack", f"it took no answer ({error})") from None
        finally:
            structlog.contextvars.unbind_contextvars("event", "user", "request")

    async def _run(self, listener: Listener, received: Received) -> None:
        try:
            await listener(received)
        except Refused as refusal:
            await self.replies.answer(received, refusals.refusal(refusal))
        except OutsideError as error:
            log.warning("outside call failed", why=str(error))
            said = f"{error.system} did not answer just now, so nothing was changed. Please try again in a minute."
            await self.replies.answer(received, Message(said))

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

    async def _refuse(self, error: Exception, response: BoltResponse | None) -> BoltResponse | None:
        """Whatever else is raised comes from Bolt or from our reading, so it is the sender's fault."""
        if isinstance(error, NotDone):
            log.error("request not kept", exc_info=error.__cause__)
            return None
        status, what = _STATUS.get(type(error), (400, "request not understood"))
        log.warning(what, why=type(error).__name__)
        if response is None:  # an event, which Bolt has acknowledged by itself
            return None
        return BoltResponse(status=status, body=what)

    async def _keep(self, request: Request, ack: AsyncAck) -> None:
        """The row first, then the acknowledgement; what was received before is only acknowledged."""
        event = await self.inbox.receive(EVENT, request.key, request.payload())
        await ack()
        if event is not None:
            self.inbox.begin(event, request.user)


Asked = TypeVar("Asked", Request, Search, ProfileNews)


def _heard(
    read: Callable[[Mapping[str, Any]], Asked], act: Callable[[Asked, AsyncAck], Awaitable[None]]
) -> Callable[[AsyncAck, dict[str, Any]], Awaitable[None]]:
    """A callable for Bolt; raises NotDone where the fault is ours, whatever `read` raises where it is the sender's."""

    async def heard(ack: AsyncAck, body: dict[str, Any]) -> None:
        asked = read(body)
        try:
            await act(asked, ack)
        except Exception as error:
            raise NotDone from error

    return heard


async def _faults(check: Check, request: Request) -> Mapping[str, str]:
    """What is wrong with a form; where that cannot be told just now, so that it stays open with what was typed."""
    try:
        return await check(request)
    except Refused as refusal:
        why = str(refusal)
    except OutsideError as error:
        log.warning("form not checked", form=request.name, why=str(error))
        why = f"{error.system} did not answer just now. Please send this again in a minute."
    return dict.fromkeys(list(request.fields)[:1], why)
