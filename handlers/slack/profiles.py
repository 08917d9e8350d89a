"""Asks Slack who somebody is. Implements `sync.ports.Profiles`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.outages import OUTAGES
from handlers.slack.post_refusals import NextTry, next_try, refusal_code
from sync.errors import Gone, Rejected, Unavailable
from sync.ports.slack import Profile
from sync.rules.text.storable import storable


@dataclass(frozen=True)
class SlackProfiles:
    client: AsyncWebClient

    async def profile(self, slack_id: str) -> Profile:
        try:
            answer = await self.client.users_info(user=slack_id)
        except SlackApiError as error:
            code = refusal_code(error)
            if next_try(code) is NextTry.ELSEWHERE:
                raise Gone("Slack", code) from None
            raise Rejected("Slack", code, 200) from None
        except OUTAGES as error:
            raise Unavailable("Slack", type(error).__name__) from None
        return profile_of(answer["user"])

    async def find(self, email: str) -> str | None:
        try:
            answer = await self.client.users_lookupByEmail(email=email)
        except SlackApiError as error:
            code = refusal_code(error)
            if code == "users_not_found":
                return None
            raise Rejected("Slack", code, 200) from None
        except OUTAGES as error:
            raise Unavailable("Slack", type(error).__name__) from None
        return str(answer["user"]["id"])


def profile_of(user: Mapping[str, Any]) -> Profile:
    """Of a user as Slack writes one, in an answer as in an event."""
    shown = user.get("profile") or {}
    names = (shown.get("real_name"), user.get("real_name"), shown.get("display_name"), user.get("name"))
    name = next((one for one in names if one), user["id"])
    zone = _known_zone(user.get("tz"))
    return Profile(storable(name), shown.get("email") or None, zone, is_deactivated=bool(user.get("deleted")))


def _known_zone(name: str | None) -> str:
    """Slack's zone if this machine knows it; UTC otherwise."""
    try:
        return ZoneInfo(name or "UTC").key
    except (KeyError, ValueError, OSError):
        return "UTC"
