"""`/gleaner connect`, `/gleaner disconnect` and the Connect Harvest button."""

from dataclasses import dataclass

import structlog

from handlers.cards import entry as entries
from handlers.connect import views
from handlers.slack.listening import Listening
from handlers.slack.outages import OUTAGES
from handlers.slack.replies import Replies
from handlers.slack.requests import Received
from sync.harvest.connect import Connect, Connected

log = structlog.get_logger()


@dataclass(frozen=True)
class ConnectListeners:
    connect: Connect
    replies: Replies

    def register(self, listening: Listening) -> None:
        listening.word("connect", self.begin)
        listening.word("disconnect", self.disconnect)
        listening.action(entries.CONNECT, self.begin)
        listening.link(views.OPEN_LINK)

    async def begin(self, received: Received) -> None:
        user = received.request.user
        if await self.connect.is_connected(user) and received.request.kind == "command":
            await self.replies.answer(received, views.connected())
            return
        await self.replies.answer(received, views.invitation(await self.connect.begin(user)))

    async def disconnect(self, received: Received) -> None:
        was = await self.connect.disconnect(received.request.user)
        await self.replies.answer(received, views.disconnected(was=was))

    async def welcome(self, connected: Connected) -> None:
        """The browser came back from Harvest: Slack says so too, if it can."""
        try:
            await self.replies.tell(connected.slack_id, views.welcome(connected.name, connected.account))
        except OUTAGES as error:
            log.warning("welcome not delivered", why=str(error))
