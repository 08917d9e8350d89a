"""`/gleaner import`, `/gleaner people`, `/gleaner why ENTRY`, and the button that confirms deletions."""

from dataclasses import dataclass

from handlers.imports import views
from handlers.listening import Listening
from handlers.replies import Message, Replies
from handlers.requests import Received
from sync.flows import Flows
from sync.people import local


@dataclass(frozen=True)
class ImportListeners:
    flows: Flows
    replies: Replies

    def register(self, listening: Listening) -> None:
        listening.word("import", self.read)
        listening.word("people", self.people)
        listening.word("why", self.why)
        listening.action(views.MEAN_IT, self.mean_it)

    async def read(self, received: Received) -> None:
        await self.replies.answer(received, views.begun())
        result = await self.flows.imports.run()
        moved = await self.flows.settlement.run()
        await self.replies.answer(received, views.imported(result, moved))

    async def people(self, received: Received) -> None:
        await self.replies.answer(received, views.people(await self.flows.roster.read()))

    async def why(self, received: Received) -> None:
        person = await self.flows.people.person(received.request.user)
        found = await self.flows.why.past(person, received.request.text)
        await self.replies.answer(received, views.past(found, local(received.at, person).date()))

    async def mean_it(self, received: Received) -> None:
        """Only who may decide everywhere confirms that entries are gone."""
        person = await self.flows.people.person(received.request.user)
        await self.flows.roster.require_keeper(person, "import.mean_it")
        await self.flows.imports.entries.mean_it()
        said = ":wastebasket: Understood: what is gone from Harvest is taken out here. I read once more now."
        await self.replies.answer(received, Message(said), replace=True)
        await self.flows.imports.run(is_whole=False)
        await self.flows.settlement.run()
