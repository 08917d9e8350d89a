"""The driver for tests: one person at their Slack client."""

import asyncio
import copy
from collections.abc import Callable
from typing import Any, TypeVar

from sandbox.slack import elements, texts
from sandbox.slack.gestures import Gestures
from sandbox.slack.outcomes import Outcome
from sandbox.slack.state import Message
from sandbox.slack.views import View

Json = dict[str, Any]
Surface = Message | View
Found = TypeVar("Found")


class Person:
    """Messages and views are handed out as they look now; a later change does not reach the copy."""

    def __init__(self, user: str, gestures: Gestures) -> None:
        self.id = user
        self._gestures = gestures
        self._space = gestures.space

    # What this person does.

    async def command(self, name: str, text: str = "", channel: str | None = None) -> Outcome:
        """Types a slash command; without a channel, in the direct messages with the bot."""
        return await self._gestures.command(self.id, channel, name, text)

    def say(self, text: str, channel: str | None = None, thread_ts: str | None = None) -> Message:
        return self._gestures.say(self.id, channel or self._space.dm(self.id).id, text, thread_ts)

    async def press(self, surface: Surface, wanted: str) -> Outcome:
        """Presses a button by label (an emoji may precede it), action_id or block_id; confirms if asked."""
        block, element = elements.locate(surface.blocks, wanted)
        return await self._gestures.act(self.id, surface, block["block_id"], element["action_id"], {})

    async def choose(self, surface: Surface, wanted: str, value: Any) -> Outcome:
        """Chooses in a select, overflow, date picker or the like, by action_id or block_id.

        Options go by value, text or the beginning of the text; an external select asks the bot for them.
        """
        block, element = elements.locate(surface.blocks, wanted)
        choice = await self._choice(surface, block, element, value)
        return await self._gestures.act(self.id, surface, block["block_id"], element["action_id"], choice)

    async def options(self, surface: Surface, wanted: str, query: str = "") -> list[Json]:
        """The options an external select shows for a query, those of groups in one list."""
        block, element = elements.locate(surface.blocks, wanted)
        ids = (block["block_id"], element["action_id"])
        return elements.options_of(await self._gestures.options(self.id, surface, *ids, query))

    async def submit(self, view: View, values: dict[str, Any] | None = None) -> Outcome:
        """Fills inputs, named by block_id or action_id, and submits; the others keep what they hold."""
        filled: dict[str, Json] = {}
        for wanted, value in (values or {}).items():
            block, element = elements.locate(view.blocks, wanted)
            choice = await self._choice(view, block, element, value)
            state = elements.state_of(element, choice)
            filled.setdefault(block["block_id"], {})[element["action_id"]] = state
        return await self._gestures.submit(self.id, view.id, filled)

    async def close(self, view: View, *, everything: bool = False) -> Outcome:
        return await self._gestures.close(self.id, view.id, everything=everything)

    async def shortcut(self, callback_id: str, message: Message | None = None) -> Outcome:
        return await self._gestures.shortcut(self.id, callback_id, message)

    async def open_home(self) -> Outcome:
        return await self._gestures.home(self.id)

    def reload(self) -> None:
        """Reloads the client: ephemeral messages vanish."""
        self._space.forget_ephemerals(self.id)

    async def _choice(self, surface: Surface, block: Json, element: Json, value: Any) -> Json:
        if "external_select" not in element["type"] or value is None or isinstance(value, dict):
            return elements.choice_for(element, value)
        queries = [value] if isinstance(value, str) else [item for item in value if isinstance(item, str)]
        known: list[Json] = []
        for query in queries:
            ids = (block["block_id"], element["action_id"])
            answer = await self._gestures.options(self.id, surface, *ids, query)
            known += elements.options_of(answer)
        return elements.choice_for(element, value, known)

    # What this person sees.

    def messages(self, channel: str) -> list[Message]:
        """Oldest first, ephemerals to this person included."""
        return copy.deepcopy(self._space.seen_by(self.id, channel))

    def dms(self) -> list[Message]:
        return self.messages(self._space.dm(self.id).id)

    @property
    def view(self) -> View | None:
        """The modal on top, if one is open."""
        stack = self._space.views.stacks[self.id]
        return copy.deepcopy(stack[-1]) if stack else None

    @property
    def home(self) -> View | None:
        return copy.deepcopy(self._space.views.homes.get(self.id))

    async def sees(self, text: str, channel: str | None = None, within: float = 5.0) -> Message:
        """Waits for the newest visible message that contains the text, in this channel or anywhere.

        AssertionError after `within` seconds, with everything that was visible instead.
        """

        def look() -> Message | None:
            found = [message for message in self._visible(channel) if text in message.reading]
            return max(found, key=lambda message: message.ts, default=None)

        return copy.deepcopy(await self._wait_for(look, text, within))

    async def sees_view(self, text: str, within: float = 5.0) -> View:
        """Waits until the modal on top contains the text (title included)."""
        return await self._wait_for(lambda: _holding(self.view, text), text, within)

    async def sees_home(self, text: str, within: float = 5.0) -> View:
        return await self._wait_for(lambda: _holding(self.home, text), text, within)

    def _visible(self, channel: str | None) -> list[Message]:
        places = [channel] if channel else [place.id for place in self._space.channels_of(self.id)]
        return [message for place in places for message in self._space.seen_by(self.id, place)]

    async def _wait_for(self, look: Callable[[], Found | None], text: str, within: float) -> Found:
        try:
            async with asyncio.timeout(within):
                while (found := look()) is None:
                    await self._space.changes.something()
        except TimeoutError:
            raise AssertionError(f"{self.id} did not see {text!r} within {within} s.\n{self._sight()}") from None
        return found

    def _sight(self) -> str:
        seen = [f"{message.channel}: {message.reading.strip()}" for message in self._visible(None)]
        view = f"modal: {_reading(self.view)}" if self.view else "no modal"
        return "\n".join([*seen, view])


def _reading(view: View) -> str:
    return f"{view.title}\n{texts.reading(view.blocks)}"


def _holding(view: View | None, text: str) -> View | None:
    return view if view and text in _reading(view) else None
