"""Posts a message to the first place that takes it, at most once: a post of unknown outcome is looked for first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from pydantic import Field
from slack_sdk.models.metadata import Metadata
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.addressed import Place
from handlers.slack.channels import SlackChannels
from handlers.slack.lenient import Lenient
from handlers.slack.post_refusals import NextTry, next_try
from handlers.slack.replies import Message, say
from handlers.slack.web import NextPage, open_dm, read
from sync.errors import Gone, Rejected

log = structlog.get_logger()

_PAGES, _PER_PAGE = 10, 200
"""How far back a post of unknown outcome is looked for: 2,000 messages, or fewer where Slack lists fewer at once."""


class Unreachable(Exception):
    """A place that cannot take a message; `why` is one of Slack's error codes."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class _Posted(Lenient):
    ts: str = Field(min_length=1)


class _Metadata(Lenient):
    event_payload: dict[str, Any] = Field(default_factory=dict)


class _Message(_Posted):
    metadata: _Metadata | None = None

    @property
    def notice(self) -> object:
        return self.metadata.event_payload.get("notice") if self.metadata else None


class _History(Lenient):
    messages: list[_Message] = Field(default_factory=list)
    response_metadata: NextPage = Field(default_factory=NextPage)


class Reach(Protocol):
    async def reach(self, address: str) -> str | None:
        """The channel or Slack user behind an address; None if nobody is there."""


@dataclass(frozen=True)
class Posts:
    client: AsyncWebClient
    people: Reach
    places: SlackChannels

    async def channel(self, place: Place) -> str:
        """A person's direct-message channel, or a channel that may be read by those who are in it."""
        address = await self._address(place)
        if address.startswith(("U", "W")):
            return await open_dm(self.client, address)
        if address.startswith(("C", "G")) and not place.may_be_shared and (await self.places.look(address)).is_shared:
            raise Unreachable("is_shared")
        return address

    async def _address(self, place: Place) -> str:
        try:
            address = await self.people.reach(place.address)
        except (Gone, Rejected) as error:
            if error.message != "missing_scope" and next_try(error.message) is not NextTry.ELSEWHERE:
                raise
            raise Unreachable("not_looked_up" if error.message == "missing_scope" else error.message) from None
        if address is None:
            raise Unreachable("user_not_found")
        return address

    async def post(self, channel: str, message: Message, notice: int) -> str:
        """The timestamp of the message, which carries the notice's id as metadata."""

        async def post(said: Message) -> str:
            posted = await self.client.chat_postMessage(
                channel=channel,
                text=said.text,
                blocks=list(said.blocks),
                metadata=Metadata(event_type="gleaner_notice", event_payload={"notice": str(notice)}),
                unfurl_links=False,
                unfurl_media=False,
            )
            return read(posted, _Posted).ts

        return await say(message, post)

    async def update(self, channel: str, ts: str, message: Message) -> None:
        async def update(said: Message) -> None:
            await self.client.chat_update(channel=channel, ts=ts, text=said.text, blocks=list(said.blocks))

        await say(message, update)

    async def posted_before(self, channel: str, notice: int, since: datetime) -> str | None:
        """The message, if an attempt whose answer was lost did post it, however much was said since."""
        cursor: str | None = None
        for _ in range(_PAGES):
            found = await self.client.conversations_history(
                channel=channel,
                include_all_metadata=True,
                oldest=_slack_ts(since - timedelta(minutes=5)),
                limit=_PER_PAGE,
                cursor=cursor,
            )
            page = read(found, _History)
            ours = next((one.ts for one in page.messages if one.notice == str(notice)), None)
            cursor = page.response_metadata.next_cursor
            if ours or not cursor:
                return ours
        log.warning("an earlier post was not found", notice=notice, pages=_PAGES)
        return None


def _slack_ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"
