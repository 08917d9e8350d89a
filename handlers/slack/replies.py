"""Speaks to Slack: answers where the person is while that is possible, later by direct message."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.slack.blocks import section
from handlers.slack.outages import OUTAGES
from handlers.slack.post_refusals import is_about_blocks
from handlers.slack.requests import Received
from handlers.slack.web import refusal, unspoilt
from sync.ports.engine import Clock

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `text` alone carries the whole meaning: it is the notification and what a screen reader reads."""

    text: str
    blocks: Sequence[Block] = ()


def plain(text: str) -> Message:
    """A message of one paragraph."""
    return Message(text, [section(text)])


Answer = TypeVar("Answer")
_CHART = "data_visualization"
"""The block that Slack is likeliest not to take: it is new, and no other kind can be drawn wrong by data alone."""


async def say(message: Message, send: Callable[[Message], Awaitable[Answer]]) -> Answer:
    """Send it; where Slack does not take its blocks, once more without the chart, then the text alone.

    Raises what `send` raised if the fault lies elsewhere.
    """
    without = [block for block in message.blocks if block.type != _CHART]
    simpler = [] if len(without) == len(message.blocks) else [replace(message, blocks=without)]
    for one in [message, *simpler]:
        try:
            return await send(one)
        except SlackApiError as error:
            if not one.blocks or not is_about_blocks(refusal(error)):
                raise
            log.warning("slack does not take these blocks", why=error.response.get("errors"))
    return await send(replace(message, blocks=()))


@dataclass(frozen=True)
class Replies:
    client: AsyncWebClient
    clock: Clock

    async def answer(self, received: Received, message: Message, *, replace: bool = False) -> None:
        """Only the person sees it. `replace`: in the place of the message whose button was pressed."""
        if received.may_answer(self.clock.now()) and await self._respond(received, message, replace=replace):
            return
        await self.tell(received.request.user, message)

    async def announce(self, received: Received, channel: str, message: Message) -> bool:
        """Everybody in the channel sees it; False where Slack does not let us speak there."""
        is_here = channel == received.request.channel and received.may_answer(self.clock.now())
        if is_here and await self._respond(received, message, is_public=True):
            return True
        try:
            await self.tell(channel, message)
        except SlackApiError as error:
            log.warning("not said in the channel", channel=channel, why=refusal(error))
            return False
        return True

    async def tell(self, user: str, message: Message) -> None:
        """A direct message."""

        async def post(said: Message) -> None:
            await self.client.chat_postMessage(
                channel=user, text=said.text, blocks=list(said.blocks), unfurl_links=False, unfurl_media=False
            )

        await say(message, post)

    async def open_or_say(self, received: Received, view: View) -> None:
        """Open a form, or say that the moment for it has passed."""
        if not await self.open(received, view):
            said = "Slack did not let me open the form in time. Please press or type that once more."
            await self.answer(received, Message(said))

    async def open(self, received: Received, view: View) -> bool:
        """Open a form; False if the moment for it has passed (a trigger lives three seconds)."""
        if not received.may_open(self.clock.now()):
            return False
        try:
            await self.client.views_open(trigger_id=received.request.trigger_id, view=view)
        except SlackApiError as error:
            if refusal(error) in {"expired_trigger_id", "exchanged_trigger_id"}:
                return False
            raise
        return True

    async def show_home(self, user: str, view: View) -> None:
        await self.client.views_publish(user_id=user, view=view)

    async def _respond(
        self, received: Received, message: Message, *, replace: bool = False, is_public: bool = False
    ) -> bool:
        """False where the answer has to go another way: the address is used up, or Slack does not take the blocks."""
        hook = AsyncWebhookClient(received.request.response_url or "", session=self.client.session, retry_handlers=[])
        try:
            with unspoilt():
                done = await hook.send(
                    text=message.text,
                    blocks=list(message.blocks),
                    response_type="in_channel" if is_public else "ephemeral",
                    replace_original=replace,
                )
        except OUTAGES as error:
            log.warning("answer by message instead", why=str(error))
            return False
        return done.status_code == 200
