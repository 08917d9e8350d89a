"""Channels as Slack has them: whether Gleaner may post there, and who would read it."""

from dataclasses import dataclass

from pydantic import Field
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.lenient import Lenient
from handlers.slack.outages import outside_errors
from handlers.slack.post_refusals import PLACE_REFUSALS, NextTry, next_try
from handlers.slack.web import NextPage, read, refusal
from sync.errors import Refused, Rejected

_PAGES, _PER_PAGE = 50, 1000
"""How many members of a channel are looked through."""


@dataclass(frozen=True, slots=True)
class Channel:
    """`is_shared`: people of other organizations read it, or Slack does not tell."""

    is_shared: bool
    is_archived: bool
    is_member: bool
    is_private: bool


class _ChannelFacts(Lenient):
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    is_archived: bool = False
    is_member: bool = False
    is_private: bool = False


class _ChannelAnswer(Lenient):
    channel: _ChannelFacts


class _Members(Lenient):
    members: list[str]
    response_metadata: NextPage = Field(default_factory=NextPage)


@dataclass(frozen=True)
class SlackChannels:
    client: AsyncWebClient

    async def look(self, channel_id: str) -> Channel:
        """Raises SlackApiError or SlackAway; where the app may not ask, the channel counts as shared."""
        try:
            answer = await self.client.conversations_info(channel=channel_id)
        except SlackApiError as error:
            if refusal(error) == "missing_scope":
                return Channel(is_shared=True, is_archived=False, is_member=True, is_private=False)
            raise
        found = read(answer, _ChannelAnswer).channel
        return Channel(
            is_shared=found.is_ext_shared or found.is_pending_ext_shared,
            is_archived=found.is_archived,
            is_member=found.is_member,
            is_private=found.is_private,
        )

    async def is_shared(self, channel_id: str) -> bool:
        """Whether people of other organizations read it; not for direct messages, nor where we are not told."""
        if not channel_id.startswith(("C", "G")):
            return False
        try:
            return (await self.look(channel_id)).is_shared
        except SlackApiError:
            return True

    async def require_member(self, channel_id: str, user: str) -> None:
        """Raises Refused for a channel that the person is not in, or that Slack does not show."""
        with outside_errors():
            is_member = await self._has_member(channel_id, user)
        if not is_member:
            raise Refused(
                f"You are not in <#{channel_id}>, so you can't decide what it stands for. Join it, then type this once "
                "more. Nothing was changed."
            )

    async def _has_member(self, channel_id: str, user: str) -> bool:
        cursor: str | None = None
        for _ in range(_PAGES):
            try:
                answer = await self.client.conversations_members(channel=channel_id, limit=_PER_PAGE, cursor=cursor)
            except SlackApiError as error:
                raise _no_way_in(channel_id, refusal(error)) from None
            page = read(answer, _Members)
            cursor = page.response_metadata.next_cursor
            if user in page.members or not cursor:
                return user in page.members
        return False

    async def enter(self, channel_id: str, *, is_confirmed: bool, again: str) -> None:
        """Make sure that alerts can be posted there; raises Refused with what to do, or OutsideError.

        `again`: the command that confirms it, harmless in mrkdwn.
        """
        with outside_errors():
            channel = await self._seen(channel_id)
        if channel.is_archived:
            raise Refused(f"<#{channel_id}> is archived, so nobody would read alerts there. Choose another channel.")
        if channel.is_shared and not is_confirmed:
            raise Refused(
                f"<#{channel_id}> is shared with people outside, who would read how the budget stands. If you mean "
                f"that: `{again}`"
            )
        if channel.is_member:
            return
        if channel.is_private:
            raise Refused(
                f"<#{channel_id}> is private, and I am not in it. Type `/invite @Gleaner` there, then this once more."
            )
        with outside_errors():
            try:
                await self.client.conversations_join(channel=channel_id)
            except SlackApiError as error:
                raise _no_way_in(channel_id, refusal(error)) from None

    async def _seen(self, channel_id: str) -> Channel:
        """One that Slack does not show is private, and we are not in it."""
        try:
            return await self.look(channel_id)
        except SlackApiError as error:
            code = refusal(error)
            if code != "channel_not_found":
                raise _no_way_in(channel_id, code) from None
        return Channel(is_shared=False, is_archived=False, is_member=False, is_private=True)


def _no_way_in(channel_id: str, code: str) -> Exception:
    if next_try(code) is NextTry.ELSEWHERE:
        return Refused(f"<#{channel_id}> {PLACE_REFUSALS[code]}. Nothing was changed; choose another channel.")
    return Rejected("Slack", code, 200)
