"""Speaks to Slack: answers where the person is while that is possible, later by direct message."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.outages import OUTAGES
from handlers.requests import Received
from sync.ports import Clock

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `text` alone carries the whole meaning: it is the notification and what a screen reader reads."""

    text: str
    blocks: Sequence[Block] = ()


@dataclass(frozen=True)
class Replies:
    client: AsyncWebClient
    clock: Clock

    async def answer(self, received: Received, message: Message, *, replace: bool = False) -> None:
        """Only the person sees it. `replace`: in the place of the message whose button was pressed."""
        if received.may_answer(self.clock.now()) and await self._respond(received, message, replace=replace):
            return
        await self.tell(received.request.user, message)

    async def tell(self, user: str, message: Message) -> None:
        """A direct message."""
        await self.client.chat_postMessage(
            channel=user, text=message.text, blocks=list(message.blocks), unfurl_links=False, unfurl_media=False
        )

    async def open(self, received: Received, view: View) -> bool:
        """Open a form; False if the moment for it has passed (a trigger lives three seconds)."""
        if not received.may_open(self.clock.now()):
            return False
        try:
            await self.client.views_open(trigger_id=received.request.trigger_id, view=view)
        except SlackApiError as error:
            if error.response.get("error") in {"expired_trigger_id", "exchanged_trigger_id"}:
                return False
            raise
        return True

    async def show_home(self, user: str, view: View) -> None:
        await self.client.views_publish(user_id=user, view=view)

    async def _respond(self, received: Received, message: Message, *, replace: bool) -> bool:
        hook = AsyncWebhookClient(received.request.response_url or "", session=self.client.session, retry_handlers=[])
        try:
            done = await hook.send(
                text=message.text,
                blocks=list(message.blocks),
                response_type="ephemeral",
                replace_original=replace,
            )
        except OUTAGES as error:
            log.warning("answer by message instead", why=type(error).__name__)
            return False
        return done.status_code == 200
