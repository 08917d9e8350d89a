"""Channels as Slack has them: whether Gleaner may post there, and who would read it."""

from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sync.errors import Refused


@dataclass(frozen=True, slots=True)
class Channel:
    """`is_shared`: people of other organizations read it, or Slack does not tell."""

    is_shared: bool
    is_archived: bool
    is_member: bool
    is_private: bool


@dataclass(frozen=True)
class SlackChannels:
    client: AsyncWebClient

    async def look(self, channel_id: str) -> Channel:
        """Raises SlackApiError; where the app may not ask, the channel counts as shared."""
        try:
            answer = await self.client.conversations_info(channel=channel_id)
        except SlackApiError as error:
            if error.response.get("error") == "missing_scope":
                return Channel(is_shared=True, is_archived=False, is_member=True, is_private=False)
            raise
        found = answer["channel"]
        return Channel(
            is_shared=bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared")),
            is_archived=bool(found.get("is_archived")),
            is_member=bool(found.get("is_member")),
            is_private=bool(found.get("is_private")),
        )

    async def enter(self, channel_id: str, *, is_confirmed: bool, again: str) -> None:
        """Make sure that alerts can be posted there; raises Refused with what to do.

        `again`: the command that confirms it, harmless in mrkdwn.
        """
        try:
            channel = await self.look(channel_id)
        except SlackApiError as error:
            if error.response.get("error") != "channel_not_found":
                raise
            channel = Channel(is_shared=False, is_archived=False, is_member=False, is_private=True)
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
        await self.client.conversations_join(channel=channel_id)
