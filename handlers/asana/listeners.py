"""`/gleaner map` and `/gleaner audit`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from handlers.asana.hold_buttons import HoldButtons
from handlers.asana.mapping_buttons import MappingButtons
from handlers.asana.views import mapping as views
from handlers.asana.views import reports as report_views
from handlers.slack.files import Files
from handlers.slack.listening import Listening
from handlers.slack.replies import Message, Replies
from handlers.slack.requests import Received
from store.asana.records.state import KnownProject
from store.people.records import Person
from sync.asana.flows import AsanaFlows
from sync.asana.mapping.mapping import Mapped, Proposed
from sync.errors import OutsideError
from sync.people.people import People
from sync.rules.text.slack import unwrap
from sync.rules.text.words import fold
from sync.rules.time_entries import suggestions
from sync.time_entries.targets import Targets

log = structlog.get_logger()

_PATIENCE = 8.0
"""Seconds."""


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
                is_read = await self._read_anew(self.asana.watch.run)
                await self.replies.answer(received, _as_of(await self._overview(), is_read=is_read))
            case ["export" | "import", *_]:
                await self.replies.answer(received, views.export_hint())
            case ["ignored"]:
                ignored = await self.asana.board.ignored()
                await self.replies.answer(received, views.ignored_list(ignored))
            case _:
                await self._named_page(received, typed)

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

    async def _read_anew(self, read: Callable[[], Awaitable[object]]) -> bool:
        """Whether Asana could be read now. What takes longer is read by the next round, and nobody waits for it."""
        if not self.asana.is_connected:
            return True
        try:
            async with asyncio.timeout(_PATIENCE):
                await read()
        except (OutsideError, TimeoutError) as error:
            log.warning("asana was not read anew", why=str(error))
            return False
        return True

    async def _overview(self) -> Message:
        mapped = await self.asana.mapping.overview()
        loose = sorted((one for one in mapped if not one.mapping), key=lambda one: (-one.hours, one.origin.value))
        first = [await self._proposed(one) for one in loose[: views.PROPOSED]]
        ignored = await self.asana.board.ignored()
        return views.overview(mapped, first, len(ignored))

    async def _named_page(self, received: Received, typed: str) -> None:
        """That project is read anew; all of them, if it is not known yet."""
        known = _named(await self.asana.mapping.overview(), typed)
        gid = known[0].project.project.gid if len(known) == 1 else None
        is_read = await self._read_anew(partial(self.asana.projects.look_at, gid) if gid else self.asana.watch.run)
        mapped = await self.asana.mapping.overview()
        same = [one for one in mapped if one.project.project.gid == gid] or _named(mapped, typed)
        shown = await self._page(same[0]) if len(same) == 1 else await self._not_one(mapped, same, typed)
        await self.replies.answer(received, _as_of(shown, is_read=is_read))

    async def _page(self, found: Mapped) -> Message:
        if found.mapping is None:
            return views.unlinked_page(await self._proposed(found))
        choices, tasks = await self.asana.mapping.choices(found.project.project.gid)
        names_of = {task.id: task.name for task in await self.targets.tasks(found.mapping.harvest_project_id)}
        return views.page(found, choices, tasks, names_of, found.waiting)

    async def _not_one(self, mapped: Sequence[Mapped], same: Sequence[Mapped], typed: str) -> Message:
        """Several of that name, an ignored project, or none."""
        if same:
            return views.several(typed, same)
        ignored = [one for one in await self.asana.board.ignored() if fold(typed) in _names(one)]
        names = [one.project.project.name for one in mapped]
        return views.ignored_list(ignored) if ignored else views.unknown(typed, suggestions.nearest_names(typed, names))

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


def _names(known: KnownProject) -> set[str]:
    return {known.project.gid, fold(" ".join(known.project.name.split()))}


def _as_of(shown: Message, *, is_read: bool) -> Message:
    return shown if is_read else views.as_last_read(shown)
