"""`/gleaner map` and `/gleaner audit`."""

from collections.abc import Callable, Sequence
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
from sync.rules.text.words import fold
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
        same = _named(mapped, typed)
        if len(same) != 1:
            names = suggestions.nearest_names(typed, [one.project.project.name for one in mapped])
            await self.replies.answer(received, views.several(typed, same) if same else views.unknown(typed, names))
            return
        (found,) = same
        if found.mapping is None:
            await self.replies.answer(received, views.unlinked_page(await self._proposed(found)))
        else:
            choices, tasks = await self.asana.mapping.choices(found.project.project.gid)
            names_of = {task.id: task.name for task in await self.targets.tasks(found.mapping.harvest_project_id)}
            await self.replies.answer(received, views.page(found, choices, tasks, names_of, found.waiting))

    async def _proposed(self, mapped: Mapped) -> Proposed:
        return await self.asana.mapping.propose(mapped.project.project.gid)


def _named(mapped: Sequence[Mapped], typed: str) -> Sequence[Mapped]:
    """By gid, else by name in Asana, else by the code of the Harvest project that they are linked to."""
    wanted = fold(" ".join(typed.split()))
    named: Sequence[Callable[[Mapped], str]] = (
        lambda one: one.project.project.gid,
        lambda one: " ".join(one.project.project.name.split()),
        lambda one: one.harvest.code if one.harvest else "",
    )
    found = ([one for one in mapped if fold(name(one)) == wanted] for name in named)
    return next(filter(None, found), [])
