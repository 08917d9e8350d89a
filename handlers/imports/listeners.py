"""`/gleaner import`, `/gleaner people`, `/gleaner why ENTRY`, and the button that confirms deletions."""

import asyncio
import contextlib
from dataclasses import dataclass

from handlers.imports import views
from handlers.slack.listening import Listening
from handlers.slack.outages import OUTAGES
from handlers.slack.replies import Message, Replies
from handlers.slack.requests import Received
from sync.engine.leases import JobLeases
from sync.errors import Refused
from sync.harvest.import_job import ImportProgress
from sync.people.people import People, local
from sync.people.roster import Rosters
from sync.rounds import Rounds
from sync.time_entries.history import EntryHistories

PAUSES = (5.0, 30.0, 120.0)
"""Seconds before each word on how far an import has come; a short one says nothing but that it is done."""


@dataclass(frozen=True)
class ImportListeners:
    rounds: Rounds
    job_leases: JobLeases
    people: People
    roster: Rosters
    histories: EntryHistories
    replies: Replies

    def register(self, listening: Listening) -> None:
        listening.word("import", self.read)
        listening.word("people", self.list_people)
        listening.word("why", self.why)
        listening.action(views.MEAN_IT, self.mean_it)

    async def read(self, received: Received) -> None:
        person = await self.people.person(received.request.user)
        if person.harvest_user_id is None:
            raise Refused(
                "Only people whom Harvest knows can start an import. Press Connect Harvest in `/gleaner connect` if "
                "your Harvest address is another one than Slack's. Nothing was read."
            )
        # An event that a crash interrupted takes its own turn again.
        async with self.job_leases.take("import", f"event {received.event_id}") as is_mine:
            if not is_mine:
                await self.replies.answer(received, views.running_already())
                return
            await self.replies.answer(received, views.begun())
            progress = ImportProgress()
            telling = asyncio.create_task(self._tell(received, progress))
            try:
                result, moved = await self.rounds.read_harvest(progress=progress)
            finally:
                telling.cancel()
        await self.replies.answer(received, views.imported(result, moved))

    async def _tell(self, received: Received, progress: ImportProgress) -> None:
        """Of five answers that Slack takes, begin and end are two."""
        for pause in PAUSES:
            await asyncio.sleep(pause)
            with contextlib.suppress(*OUTAGES):
                await self.replies.answer(received, views.under_way(progress))

    async def list_people(self, received: Received) -> None:
        """It names everybody: for those who may mend it."""
        person = await self.people.person(received.request.user)
        await self.roster.require_keeper(person, "people")
        await self.replies.answer(received, views.people(await self.roster.read()))

    async def why(self, received: Received) -> None:
        person = await self.people.person(received.request.user)
        found = await self.histories.past(person, received.request.text)
        await self.replies.answer(received, views.past(found, local(received.at, person).date()))

    async def mean_it(self, received: Received) -> None:
        """Only who may decide everywhere confirms that entries are gone."""
        person = await self.people.person(received.request.user)
        await self.roster.require_keeper(person, "import.mean_it")
        await self.rounds.imports.entries.deletions.question.approve(received.request.text)
        said = (
            ":wastebasket: Understood. I ask Harvest for each of them now, and take out here what is gone there; very "
            "many take some minutes."
        )
        await self.replies.answer(received, Message(said), replace=True)
