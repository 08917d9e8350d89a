"""`/gleaner map` and `/gleaner audit`."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.asana.hold_buttons import HoldButtons
from handlers.asana.mapping_buttons import MappingButtons
from handlers.asana.views import mapping as views
from handlers.asana.views import reports as report_views
from handlers.slack.files import Files
from handlers.slack.listening import Listening
from handlers.slack.replies import Replies
from handlers.slack.requests import Received
from store.people.records import Person
from sync.asana.flows import AsanaFlows
from sync.asana.mapping.mapping import Mapped, Proposed
from sync.people.people import People
from sync.rules.text.slack import unwrap
from sync.rules.time_entries import suggestions
from sync.time_entries.targets import Targets


@dataclass(frozen=True)
class AsanaListeners:
    asana: AsanaFlows
    people: People
    targets: Targets
    replies: Replies
    files: Files
    mapping: MappingButtons
    holds: HoldButtons

    def register(self, listening: Listening) -> None:
        listening.word("map", self.map)
        listening.word("audit", self.audit)
        self.mapping.choices.register(listening)
        self.mapping.register(listening)
        self.holds.register(listening)

    async def map(self, received: Received) -> None:
        """`map`, `map NAME or CODE`, `map ignored`, `map export`."""
        typed = unwrap(received.request.text)
        person = await self.people.person(received.request.user)
        await self.asana.mapping.require(person, "mapping.look", typed or "overview")
        match typed.casefold().split():
            case []:
                await self._overview(received)
            case ["export" | "import", *_]:
                await self.replies.answer(received, views.export_hint())
            case ["ignored"]:
                ignored = await self.asana.board.ignored()
                await self.replies.answer(received, views.ignored_list(ignored))
            case _:
                await self._page(received, typed)

    async def audit(self, received: Received) -> None:
        """The findings at once, and all of them as a file, where Slack takes one."""
        person = await self.people.person(received.request.user)
        await self._require(person)
        found = await self.asana.reports.audit()
        user, rows = received.request.user, report_views.csv(found)
        is_sent = bool(found.projects) and await self.files.give(user, report_views.FILE, rows)
        await self.replies.answer(received, report_views.audit(found, is_sent=is_sent))

    async def _require(self, person: Person) -> None:
        await self.asana.mapping.require(person, "audit", "audit")

    async def _overview(self, received: Received) -> None:
        mapped = await self.asana.mapping.overview()
        loose = sorted((one for one in mapped if not one.mapping), key=lambda one: (-one.hours, one.origin.value))
        first = [await self._proposed(one) for one in loose[: views.PROPOSED]]
        ignored = await self.asana.board.ignored()
        await self.replies.answer(received, views.overview(mapped, first, len(ignored)))

    async def _page(self, received: Received, typed: str) -> None:
        mapped = await self.asana.mapping.overview()
        found = _named(mapped, typed)
        if found is None:
            names = [one.project.project.name for one in mapped]
            await self.replies.answer(received, views.unknown(typed, suggestions.nearest_names(typed, names)))
        elif found.mapping is None:
            await self.replies.answer(received, views.unlinked_page(await self._proposed(found)))
        else:
            choices, tasks = await self.asana.mapping.choices(found.project.project.gid)
            names_of = {task.id: task.name for task in await self.targets.tasks(found.mapping.harvest_project_id)}
            await self.replies.answer(received, views.page(found, choices, tasks, names_of, found.waiting))

    async def _proposed(self, mapped: Mapped) -> Proposed:
        return await self.asana.mapping.propose(mapped.project.project.gid)


def _named(mapped: Sequence[Mapped], typed: str) -> Mapped | None:
    """By its name in Asana, its gid, or the code of the Harvest project that it is linked to."""
    wanted = typed.casefold()
    for one in mapped:
        names = {one.project.project.name.casefold(), one.project.project.gid}
        if wanted in names or (one.harvest and one.harvest.code and one.harvest.code.casefold() == wanted):
            return one
    return None
