"""The mends of hours that wait: Retry, Discard, Log time, Edit, Restore, Accept; the flows check what is pressed."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from handlers.asana.mapping_buttons import Refresh
from handlers.asana.views import forms
from handlers.asana.views import mapping as views
from handlers.asana.views import reports as report_views
from handlers.cards import hold as held_hours
from handlers.slack.listening import Listening
from handlers.slack.replies import Replies, plain
from handlers.slack.requests import Received, Request, number
from handlers.slack.values import HoldValue, TaskValue
from store.asana.records.state import HoldState
from store.people.records import Person
from store.time_entries.records import EntryState, TimeEntry
from sync.asana.flows import AsanaFlows
from sync.asana.holds.decisions import Decided, NotYourHours
from sync.asana.holds.queries import Waiting
from sync.errors import Refused
from sync.people.people import People, local
from sync.ports.engine import Clock
from sync.rules.asana.hold_policy import Fix, can_be
from sync.rules.text.slack import escape


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button about a hold: who pressed it, on what, as it looked then."""

    person: Person
    key: str
    revision: int
    mark: str
    """Of all that were shown together; empty for one alone."""


@dataclass(frozen=True)
class HoldButtons:
    asana: AsanaFlows
    clock: Clock
    people: People
    replies: Replies
    refresh: Refresh

    def register(self, listening: Listening) -> None:
        listening.action(held_hours.RETRY, self.retry)
        listening.action(held_hours.DISCARD, self.discard)
        listening.action(held_hours.COUNT, self.count)
        listening.action(held_hours.RESTORE, self.restore)
        listening.action(report_views.FREE, self.free)
        listening.action(held_hours.LOG_FORM, self.open_log)
        listening.action(held_hours.PLACE_FORM, self.open_place)
        listening.action(held_hours.PERSON_FORM, self.open_person)
        listening.form(forms.LOG, self.check_log, self.logged)
        listening.form(forms.PLACE, self.check_nothing, self.placed)
        listening.form(forms.PERSON, self.check_nothing, self.named)

    async def retry(self, received: Received) -> None:
        async with self._deciding(received) as pressed:
            hold = await self.asana.decisions.retry(pressed.person, pressed.key)
            waiting = await self._waiting(pressed.key)
        if hold.state is HoldState.OPEN:
            await self.replies.answer(received, views.still_waits(waiting))
        else:
            outcome = held_hours.TRASHED if waiting.is_trashed else held_hours.FREED
            await self.replies.answer(received, plain(f":white_check_mark: {outcome}"))

    async def discard(self, received: Received) -> None:
        async with self._deciding(received) as pressed:
            waiting = await self._waiting(pressed.key)
            person, key, revision = pressed.person, pressed.key, pressed.revision
            await self.asana.decisions.discard(person, key, revision, pressed.mark)
        accepted = can_be(waiting.hold.kind, Fix.ACCEPT)
        said = "Accepted: what stands in Harvest counts." if accepted else "Discarded: nothing is logged."
        await self.replies.answer(received, plain(f":wastebasket: {said}"))
        for other in waiting.others if pressed.mark else ():
            await self.refresh(f"hold:{other.key}:")

    async def count(self, received: Received) -> None:
        async with self._deciding(received) as pressed:
            await self.asana.decisions.count(pressed.person, pressed.key, pressed.revision)
        said = ":white_check_mark: Understood: these are different hours. They will be logged in Harvest as well."
        await self.replies.answer(received, plain(said))

    async def restore(self, received: Received) -> None:
        async with self._deciding(received) as pressed:
            restored = await self.asana.decisions.restore(pressed.person, pressed.key, pressed.revision)
        said = ":white_check_mark: I am putting the entry back into Harvest as Asana has it."
        await self.replies.answer(received, plain(_kept([restored]) or said))

    async def free(self, received: Received) -> None:
        """No time needed: the task genuinely cost nothing, and no later report names it (S1-38)."""
        person = await self.people.person(received.request.user)
        task = TaskValue.read(received.request.text)
        await self.asana.decisions.mark_free(person, task.gid if task else "")
        await self.replies.answer(received, plain(":white_check_mark: Noted: the task really took no time."))
        await self.refresh("weekly-report:")

    async def open_log(self, received: Received) -> None:
        pressed, waiting = await self._open_one(received)
        people = await self.asana.board.people()
        who = next((one for one in people if one.gid == waiting.hold.user_gid), None)
        day = waiting.hold.day or local(received.at, pressed.person).date()
        await self.replies.open_or_say(received, forms.log_form(waiting, who, day, received.request.text))

    async def check_log(self, request: Request) -> Mapping[str, str]:
        person = await self.people.person(request.user)
        day = request.day(forms.DAY)
        if day is None or day > local(self.clock.now(), person).date():
            return {forms.DAY: "Choose today or an earlier day."}
        return {}

    async def logged(self, received: Received) -> None:
        fields = received.request.fields
        day = received.request.day(forms.DAY)
        if day is None:
            raise Refused("Choose a day, then press Log time once more.")
        async with self._deciding(received) as pressed:
            key, revision, who = pressed.key, pressed.revision, fields.get(forms.WHO) or ""
            made = await self.asana.decisions.log_for(pressed.person, key, revision, who, day)
        said = f":white_check_mark: The hours will be logged in Harvest on {day:%Y-%m-%d}."
        await self.replies.answer(received, plain(_kept(made) or said))

    async def open_place(self, received: Received) -> None:
        _, waiting = await self._open_one(received)
        await self.replies.open_or_say(received, forms.place_form(waiting, received.request.text))

    async def placed(self, received: Received) -> None:
        chosen = received.request.fields.get(forms.PLACE_CHOICE) or ""
        async with self._deciding(received) as pressed:
            key, revision = pressed.key, pressed.revision
            await self.asana.decisions.choose_project(pressed.person, key, revision, chosen)
        await self.replies.answer(received, plain(":white_check_mark: The hours go to the project you chose."))

    async def open_person(self, received: Received) -> None:
        """Who somebody is, is said for all their hours, so only by those who decide everywhere."""
        pressed, waiting = await self._open_one(received)
        await self.asana.mapping.require(pressed.person, "mapping.person", waiting.hold.user_gid or "")
        await self.replies.open_or_say(received, forms.person_form(waiting, received.request.text))

    async def named(self, received: Received) -> None:
        user_id = number(received.request.fields.get(forms.WHO))
        async with self._deciding(received) as pressed:
            waiting = await self._waiting(pressed.key)
            await self.asana.mapping.name_user(pressed.person, waiting.hold.user_gid or "", user_id)
        said = ":white_check_mark: Understood. I am checking this person's waiting hours again."
        await self.replies.answer(received, plain(said))

    async def check_nothing(self, request: Request) -> Mapping[str, str]:
        """Both selects must be filled; Slack sees to that, and the flows look at what is chosen."""
        del request
        return {}

    @asynccontextmanager
    async def _deciding(self, received: Received) -> AsyncIterator[Pressed]:
        """Afterwards the card says how it stands, whether this decided it or somebody else had before."""
        pressed = await self._pressed(received.request)
        try:
            yield pressed
        except Decided:
            await self.refresh(f"hold:{pressed.key}:")
            raise
        await self.refresh(f"hold:{pressed.key}:")

    async def _open_one(self, received: Received) -> tuple[Pressed, Waiting]:
        """For a form: it still waits as the button says."""
        pressed = await self._pressed(received.request)
        waiting = await self._waiting(pressed.key)
        if not waiting.is_open or waiting.hold.revision != pressed.revision:
            await self.refresh(f"hold:{pressed.key}:")
            raise Decided
        theirs = {hold.key for hold in await self.asana.decisions.waiting(pressed.person)}
        if pressed.key not in theirs:
            raise NotYourHours
        return pressed, waiting

    async def _pressed(self, request: Request) -> Pressed:
        person = await self.people.person(request.user)
        hold = HoldValue.read(request.text or request.metadata)
        if hold is None:
            raise Decided
        return Pressed(person, hold.key, hold.revision, hold.mark)

    async def _waiting(self, key: str) -> Waiting:
        waiting = await self.asana.board.waiting(key)
        if waiting is None:
            raise Decided
        return waiting


def _kept(entries: Sequence[TimeEntry]) -> str:
    """Where a budget is locked; empty if all of them go out."""
    reason = next((entry.reason for entry in entries if entry.state is EntryState.HELD), None)
    return f":lock: {escape(reason)} The hours are kept, and will be logged once it is unlocked." if reason else ""
