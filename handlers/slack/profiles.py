"""People as Slack knows them. Implements `sync.ports.Profiles`: no failure but the kinds of `sync.errors`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.lenient import Lenient
from handlers.slack.outages import outside_errors
from handlers.slack.post_refusals import NextTry, next_try
from handlers.slack.web import read, refusal
from sync.errors import Gone
from sync.ports.slack import Profile


class _Profile(Lenient):
    real_name: str | None = None
    display_name: str | None = None
    email: str | None = None


class _Member(Lenient):
    id: str
    name: str | None = None
    real_name: str | None = None
    tz: str | None = None
    deleted: bool = False
    is_bot: bool = False
    profile: _Profile | None = None

    @property
    def shown_name(self) -> str:
        shown = self.profile or _Profile()
        names = (shown.real_name, self.real_name, shown.display_name, self.name)
        return next((one for one in names if one), self.id)

    def record(self) -> Profile:
        email = (self.profile and self.profile.email) or None
        return Profile(self.shown_name, email, _known_zone(self.tz), is_deactivated=self.deleted)


class _FoundMember(Lenient):
    user: _Member


class _Change(Lenient):
    event: _FoundMember


@dataclass(frozen=True, slots=True)
class ProfileNews:
    """How somebody's profile reads now."""

    slack_id: str
    profile: Profile


@dataclass(frozen=True, slots=True)
class Member:
    """`is_reachable`: somebody reads what is sent there."""

    name: str
    is_reachable: bool


@dataclass(frozen=True)
class SlackProfiles:
    client: AsyncWebClient

    async def profile(self, slack_id: str) -> Profile:
        return (await self._look(slack_id)).record()

    async def member(self, slack_id: str) -> Member:
        """Raises Gone if there is no such person."""
        found = await self._look(slack_id)
        return Member(found.shown_name, is_reachable=not (found.deleted or found.is_bot))

    async def _look(self, slack_id: str) -> _Member:
        with outside_errors():
            try:
                return read(await self.client.users_info(user=slack_id), _FoundMember).user
            except SlackApiError as error:
                if next_try(refusal(error)) is NextTry.ELSEWHERE:
                    raise Gone("Slack", refusal(error)) from None
                raise

    async def find(self, email: str) -> str | None:
        with outside_errors():
            try:
                return read(await self.client.users_lookupByEmail(email=email), _FoundMember).user.id
            except SlackApiError as error:
                if refusal(error) == "users_not_found":
                    return None
                raise


def profile_news(body: Mapping[str, Any]) -> ProfileNews:
    """Of the event `user_change`; raises ValidationError for anything else."""
    user = _Change.model_validate(body).event.user
    return ProfileNews(user.id, user.record())


def _known_zone(name: str | None) -> str:
    """Slack's zone if this machine knows it; UTC otherwise."""
    try:
        return ZoneInfo(name or "UTC").key
    except (KeyError, ValueError, OSError):
        return "UTC"
