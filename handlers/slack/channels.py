"""Channels as Slack has them: whether Gleaner may post there, and who would read it."""

from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.post_refusals import PLACE_REFUSALS, NextTry, next_try, refusal_code
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


@dataclass(frozen=True)
class SlackChannels:
    client: AsyncWebClient

    async def look(self, channel_id: str) -> Channel:
        """Raises SlackApiError; where the app may not ask, the channel counts as shared."""
        try:
            answer = await self.client.conversations_info(channel=channel_id)
        except SlackApiError as error:
            if refusal_code(error) == "missing_scope":
                return Channel(is_shared=True, is_archived=False, is_member=True, is_private=False)
            raise
        found = answer["channel"]
        return Channel(
            is_shared=bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared")),
            is_archived=bool(found.get("is_archived")),
            is_member=bool(found.get("is_member")),
            is_private=bool(found.get("is_private")),
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
        if not await self._has_member(channel_id, user):
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
                raise _no_way_in(channel_id, refusal_code(error)) from None
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if user in answer["members"] or not cursor:
                return user in answer["members"]
        return False

    async def enter(self, channel_id: str, *, is_confirmed: bool, again: str) -> None:
        """Make sure that alerts can be posted there; raises Refused with what to do.

        `again`: the command that confirms it, harmless in mrkdwn.
        """
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
        try:
            await self.client.conversations_join(channel=channel_id)
        except SlackApiError as error:
            raise _no_way_in(channel_id, refusal_code(error)) from None

    async def _seen(self, channel_id: str) -> Channel:
        """One that Slack does not show is private, and we are not in it."""
        try:
            return await self.look(channel_id)
        except SlackApiError as error:
            code = refusal_code(error)
            if code != "channel_not_found":
                raise _no_way_in(channel_id, code) from None
        return Channel(is_shared=False, is_archived=False, is_member=False, is_private=True)


def _no_way_in(channel_id: str, code: str) -> Exception:
    if next_try(code) is NextTry.ELSEWHERE:
        return Refused(f"<#{channel_id}> {PLACE_REFUSALS[code]}. Nothing was changed; choose another channel.")
    return Rejected("Slack", code, 200)
