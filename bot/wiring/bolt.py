"""Bolt, told everything it needs: with variables that it finds by itself it would become another app."""

import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from handlers.slack.listening import Stranger

_BOLTS = (
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_VERIFICATION_TOKEN",
)
"""The first two would make it an OAuth app that keeps people's tokens in files (contract, section 2)."""


def bolt_app(settings: Settings, workspace_id: str, client: AsyncWebClient) -> AsyncApp:
    """Signatures are checked before it, on the raw body. Its own client has no token, because we never use it."""
    bare = AsyncWebClient(base_url=settings.slack_api_url, session=client.session)
    with _own_settings_alone():
        return AsyncApp(
            authorize=_authorize(settings, workspace_id),
            client=bare,
            request_verification_enabled=False,
            raise_error_for_unhandled_request=True,
        )


@contextmanager
def _own_settings_alone() -> Iterator[None]:
    hidden = {name: os.environ.pop(name) for name in _BOLTS if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)


def _authorize(settings: Settings, workspace_id: str) -> Callable[[str | None], Awaitable[AuthorizeResult]]:
    token = settings.slack_bot_token.get_secret_value()

    async def authorize(team_id: str | None) -> AuthorizeResult:
        """Nobody from another workspace gets in, whatever the signature says."""
        if team_id != workspace_id:
            raise Stranger
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token=token, bot_user_id="bot", bot_id="bot")

    return authorize
