"""People as Slack knows them. Implements `sync.ports.Profiles`: no failure but the kinds of `sync.errors`."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.lenient import Lenient
from handlers.slack.outages import outside_errors
from handlers.slack.web import read, refusal
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
        return Profile(self.shown_name, (self.profile and self.profile.email) or None, _known_zone(self.tz))


class _FoundMember(Lenient):
    user: _Member


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
        """Raises Rejected if there is no such person."""
        found = await self._look(slack_id)
        return Member(found.shown_name, is_reachable=not (found.deleted or found.is_bot))

    async def _look(self, slack_id: str) -> _Member:
        with outside_errors():
            return read(await self.client.users_info(user=slack_id), _FoundMember).user

    async def find(self, email: str) -> str | None:
        with outside_errors():
            try:
                return read(await self.client.users_lookupByEmail(email=email), _FoundMember).user.id
            except SlackApiError as error:
                if refusal(error) == "users_not_found":
                    return None
                raise


def _known_zone(name: str | None) -> str:
    """Slack's zone if this machine knows it; UTC otherwise."""
    try:
        return ZoneInfo(name or "UTC").key
    except (KeyError, ValueError, OSError):
        return "UTC"
