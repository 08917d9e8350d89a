"""Hands somebody a text file in their direct messages."""

from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.outages import OUTAGES
from handlers.slack.web import open_dm, unspoilt

log = structlog.get_logger()


@dataclass(frozen=True)
class Files:
    client: AsyncWebClient

    async def give(self, user: str, filename: str, text: str) -> bool:
        """False where Slack does not take it, as without the scope files:write; nothing is lost by that."""
        try:
            channel = await open_dm(self.client, user)
            with unspoilt():  # one step of the upload is no call of the Web API
                await self.client.files_upload_v2(channel=channel, filename=filename, content=text, title=filename)
        except OUTAGES as error:
            log.warning("file not handed over", file=filename, why=str(error)[:200])
            return False
        return True
