"""The log form: what it holds when it opens, and what is read from it when it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from handlers.cards.project_fields import PROJECT, TASK, BookingFields, FieldRefused
from handlers.log import views
from handlers.slack.requests import Request, number
from store.people.records import Person
from store.units import Hours
from sync.errors import Refused
from sync.people.people import People, local
from sync.ports.engine import Clock
from sync.rules.text.dates import parse_date
from sync.rules.text.hours import check, parse_duration
from sync.rules.text.slack import tidy_note, unwrap
from sync.time_entries.entries import NewEntry
from sync.time_entries.targets import Targets


@dataclass(frozen=True, slots=True)
class Limits:
    """HOURS_STEP and HOURS_MIN."""

    step: Hours
    minimum: Hours


@dataclass(frozen=True)
class LogForm:
    people: People
    targets: Targets
    booking: BookingFields
    clock: Clock
    limits: Limits

    async def check(self, request: Request) -> Mapping[str, str]:
        """Field errors by block id."""
        try:
            await self.read(request, self.clock.now())
        except FieldRefused as refusal:
            return {refusal.block_id: str(refusal)}
        return {}

    async def read(self, request: Request, at: datetime) -> NewEntry:
        """What the form asks for; raises FieldRefused naming the field. `at`: when it was sent."""
        person = await self.people.person(request.user)
        fields = request.fields
        booking = await self.booking.read(fields)
        today = local(at, person).date()
        try:
            day = parse_date(fields.get(views.DAY) or "today", today) or today
        except Refused as refusal:
            raise FieldRefused(views.DAY, str(refusal)) from None
        hours, started, ended = self._hours(fields.get(views.DURATION) or "")
        note = tidy_note(unwrap(fields.get(views.NOTE) or "")).text
        return NewEntry(booking, day, hours, note, started, ended)

    async def restored(self, person: Person, fields: Mapping[str, str | None], today: date) -> views.Fields:
        """A draft that was closed without sending, as far as it still makes sense."""
        chosen = number(fields.get(PROJECT))
        project = await self.targets.project(chosen) if chosen is not None else None
        tasks = await self.targets.tasks(project.id) if project else []
        task = next((one for one in tasks if str(one.id) == fields.get(TASK)), None)
        day = _iso(fields.get(views.DAY)) or today
        del person
        return views.Fields(project, task, day, fields.get(views.DURATION) or "", fields.get(views.NOTE) or "")

    def _hours(self, typed: str) -> tuple[Hours, time | None, time | None]:
        try:
            duration = parse_duration(" ".join(unwrap(typed).split()))
            if duration is not None:
                hours = check(duration.hundredths, self.limits.step, self.limits.minimum)
                return hours, duration.started, duration.ended
        except Refused as refusal:
            raise FieldRefused(views.DURATION, str(refusal)) from None
        raise FieldRefused(views.DURATION, "Type a duration, as 1.5, 90m, 1:30 or 9-10:30.")


def _iso(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
