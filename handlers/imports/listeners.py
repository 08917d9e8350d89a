"""`/gleaner import`, `/gleaner people`, `/gleaner why ENTRY`, and the button that confirms deletions."""

from dataclasses import dataclass

from handlers.imports import views
from handlers.slack.listening import Listening
from handlers.slack.replies import Message, Replies
from handlers.slack.requests import Received
from sync.errors import Refused
from sync.flows import Flows
from sync.people.people import local


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
        person = await self.flows.people.person(received.request.user)
        if person.harvest_user_id is None:
            raise Refused(
                "Only people whom Harvest knows can start an import. Press Connect Harvest in `/gleaner connect` if "
                "your Harvest address is another one than Slack's. Nothing was read."
            )
        # An event that a crash interrupted takes its own turn again.
        async with self.flows.job_leases.take("import", f"event {received.event_id}") as is_mine:
            if not is_mine:
                await self.replies.answer(received, views.running_already())
                return
            await self.replies.answer(received, views.begun())
            result = await self.flows.imports.run()
            moved = await self.flows.review.run()
        await self.replies.answer(received, views.imported(result, moved))

    async def people(self, received: Received) -> None:
        """It names everybody: for those who may mend it."""
        person = await self.flows.people.person(received.request.user)
        await self.flows.roster.require_keeper(person, "people")
        await self.replies.answer(received, views.people(await self.flows.roster.read()))

    async def why(self, received: Received) -> None:
        person = await self.flows.people.person(received.request.user)
        found = await self.flows.why.past(person, received.request.text)
        await self.replies.answer(received, views.past(found, local(received.at, person).date()))

    async def mean_it(self, received: Received) -> None:
        """Only who may decide everywhere confirms that entries are gone."""
        person = await self.flows.people.person(received.request.user)
        await self.flows.roster.require_keeper(person, "import.mean_it")
        await self.flows.imports.entries.deletions.approve(received.request.text)
        said = (
            ":wastebasket: Understood. I ask Harvest for each of them now, and take out here what is gone there; very "
            "many take some minutes."
        )
        await self.replies.answer(received, Message(said), replace=True)
