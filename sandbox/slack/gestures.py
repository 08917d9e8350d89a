"""What people do in Slack's client, whether a test's driver or the browser page asks for it."""

from dataclasses import dataclass
from typing import Any

from sandbox.slack import elements, payloads, texts
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.identity import BOT_USER
from sandbox.slack.outcomes import (
    TROUBLE,
    UNFILLED,
    Outcome,
    after_command,
    after_interaction,
    after_submission,
    outcome,
)
from sandbox.slack.refusals import SlackRefusal
from sandbox.slack.state import Message, Workspace
from sandbox.slack.validation import require_options
from sandbox.slack.views import View

Json = dict[str, Any]
Surface = Message | View


@dataclass(frozen=True)
class Gestures:
    """Unknown ids are a LookupError or a SlackRefusal: no client could have sent them."""

    space: Workspace
    deliveries: Deliveries

    async def command(self, user: str, channel: str | None, name: str, text: str) -> Outcome:
        """Types a slash command; without a channel, in the direct messages with the bot."""
        space = self.space
        if name not in space.app.commands:
            raise LookupError(f"The app has no command {name}; it has {', '.join(space.app.commands)}.")
        place = channel or space.dm(user).id
        payload = payloads.command(space, space.member(user), place, name, self._escaped(name, text))
        hook = space.hooks.issue(place, user, space.clock.now())
        ack = await self.deliveries.send("slash_commands", payload)
        return after_command(space, hook, name, f"{name} {text}".strip(), ack)

    def _escaped(self, name: str, text: str) -> str:
        escaped = texts.escape(text)
        if not self.space.app.commands[name].get("should_escape"):
            return escaped
        people = [(member.username, member.id) for member in self.space.people.values()]
        channels = [(channel.name, channel.id) for channel in self.space.channels.values() if channel.kind == "channel"]
        return texts.entities(escaped, people, channels)

    async def act(self, user: str, surface: Surface, block_id: str, action_id: str, choice: Json) -> Outcome:
        """Presses or chooses. An element of an input block tells the bot only with dispatch_action."""
        element = elements.find(surface.blocks, block_id, action_id)
        block = _block(surface.blocks, block_id)
        live = self._live(surface)
        if live and element["type"] in elements.STATEFUL:
            self._remember(user, live, block_id, elements.state_of(element, choice), action_id)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Outcome(200)
        action = elements.action(block, element, choice, self.space.next_ts())
        member = self.space.member(user)
        payload = payloads.block_actions(self.space, member, live or surface, action)
        return after_interaction(await self.deliveries.send("interactive", payload))

    def _live(self, surface: Surface) -> Surface | None:
        """The surface as it is now; None when it has gone since the person looked."""
        try:
            if isinstance(surface, View):
                return self.space.views.find(surface.id)
            return self.space.message(surface.channel, surface.ts)
        except SlackRefusal:
            return None

    def _remember(self, user: str, surface: Surface, block_id: str, state: Json, action_id: str) -> None:
        values = surface.state if isinstance(surface, View) else surface.state.setdefault(user, {})
        values.setdefault(block_id, {})[action_id] = state
        self.space.changes.touch([user])

    async def options(self, user: str, surface: Surface, block_id: str, action_id: str, query: str) -> Json:
        """What an external select shows for a query: options or option_groups; {} when the bot failed."""
        asked = {"action_id": action_id, "block_id": block_id, "value": query}
        payload = payloads.block_suggestion(self.space, self.space.member(user), self._live(surface) or surface, asked)
        ack = await self.deliveries.send("interactive", payload)
        return require_options(ack.body) if ack.ok else {}

    async def submit(self, user: str, view_id: str, values: dict[str, Json] | None = None) -> Outcome:
        """Submits what stands in the view; required inputs left empty never reach the bot."""
        view = self.space.views.find(view_id)
        view.merge(values or {})
        if unfilled := _unfilled(view):
            return Outcome(0, errors=unfilled)
        view.errors = {}
        urls = self._response_urls(user, view)
        payload = payloads.view_submission(self.space, self.space.member(user), view, urls)
        return after_submission(self.space, view, await self.deliveries.send("interactive", payload))

    def _response_urls(self, user: str, view: View) -> list[Json]:
        """One for each chosen conversation whose select says response_url_enabled."""
        urls = []
        for block, element in elements.walk(view.blocks):
            if not element.get("response_url_enabled"):
                continue
            ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
            state = view.state.get(ids["block_id"], {}).get(ids["action_id"], {})
            channel = state.get(elements.STATEFUL[element["type"]].value)
            if channel in self.space.channels:
                hook = self.space.hooks.issue(channel, user, self.space.clock.now())
                urls.append({**ids, "channel_id": channel, "response_url": self.space.hook_url(hook)})
        return urls

    async def close(self, user: str, view_id: str, *, everything: bool = False) -> Outcome:
        """Cancel takes one view away, the cross (everything) the whole stack."""
        view = self.space.views.find(view_id)
        closed = list(self.space.views.stacks[user]) if everything else [view]
        if everything:
            self.space.views.stacks[user].clear()
        else:
            self.space.views.close(view)
        self.space.changes.touch([user])
        result = Outcome(200)
        for gone in reversed(closed):
            if gone.content.get("notify_on_close"):
                payload = payloads.view_closed(self.space.member(user), gone, is_cleared=everything)
                result = after_interaction(await self.deliveries.send("interactive", payload))
        return result

    async def shortcut(self, user: str, callback_id: str, message: Message | None = None) -> Outcome:
        """A global shortcut, or one on a message."""
        space, member = self.space, self.space.member(user)
        wanted = "message" if message else "global"
        if space.app.shortcut(callback_id)["type"] != wanted:
            raise LookupError(f"{callback_id} is not a {wanted} shortcut.")
        if message:
            payload = payloads.message_shortcut(space, member, callback_id, message)
        else:
            payload = payloads.shortcut(space, member, callback_id)
        return after_interaction(await self.deliveries.send("interactive", payload))

    async def home(self, user: str) -> Outcome:
        """Opens the bot's Home tab; the event goes out if the app subscribed to it."""
        if "app_home_opened" not in self.space.app.events:
            return Outcome(200)
        content = payloads.app_home_opened(self.space, user)
        ack = await self.deliveries.event(payloads.event(self.space, content))
        return outcome(ack, None if ack.ok else TROUBLE)

    def say(self, user: str, channel_id: str, text: str, thread_ts: str | None = None) -> Message:
        """Types a message; events that the app subscribed to follow in the background."""
        channel = self.space.channels[channel_id]
        if user not in channel.members:
            raise LookupError(f"{user} is not in {channel_id}.")
        if channel.is_archived:
            raise LookupError(f"{channel_id} is archived.")
        if channel.kind == "dm" and (not self.space.app.messages_tab or self.space.app.messages_read_only):
            raise LookupError("Sending messages to this app has been turned off.")
        message = Message(channel_id, self.space.next_ts(), user, texts.escape(text), thread_ts=thread_ts)
        message.text = message.text.replace(f"&lt;@{BOT_USER}&gt;", f"<@{BOT_USER}>")
        self.space.add_message(message)
        self._announce(message)
        return message

    def _announce(self, message: Message) -> None:
        kind = payloads.message_event(self.space, message)["channel_type"]
        subscription = {"im": "message.im", "group": "message.groups"}.get(kind, "message.channels")
        wanted = {subscription: "message"}
        if f"<@{BOT_USER}>" in message.text:
            wanted["app_mention"] = "app_mention"
        for name, event in wanted.items():
            if name in self.space.app.events and BOT_USER in self.space.channels[message.channel].members:
                content = payloads.message_event(self.space, message, event)
                self.deliveries.event_soon(payloads.event(self.space, content))


def _block(blocks: list[Json], block_id: str) -> Json:
    return next(block for block, _ in elements.walk(blocks) if block["block_id"] == block_id)


def _unfilled(view: View) -> dict[str, str]:
    """Inputs that are not optional and have nothing in them."""
    missing = {}
    for block, element in elements.walk(view.blocks):
        if block["type"] != "input" or block.get("optional"):
            continue
        state = view.state[block["block_id"]][element["action_id"]]
        if state.get(elements.STATEFUL[element["type"]].value) in (None, "", []):
            missing[block["block_id"]] = UNFILLED
    return missing
