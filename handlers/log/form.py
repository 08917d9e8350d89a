"""The log form: what it holds when it opens, and what is read from it when it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from handlers.cards.project_fields import PROJECT, TASK, BookingFields, FieldRefused
from handlers.log import views
from handlers.slack.requests import Request, number, read_day
from handlers.slack.values import EditValue
from store.time_entries.records import TimeEntry
from store.units import Hours
from sync.errors import Refused
from sync.people.people import People, local
from sync.ports.engine import Clock
from sync.rules.text.dates import parse_date
from sync.rules.text.durations import check, parse_duration
from sync.rules.text.slack import tidy_note, unwrap
from sync.rules.time_entries.shown import Shown
from sync.time_entries.entries import NewEntry
from sync.time_entries.form_drafts import FormDraft
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
        opened = EditValue.read(request.metadata)
        shown = opened.shown if opened else None
        hours, started, ended = self._hours(fields.get(views.DURATION) or "", shown)
        note = tidy_note(unwrap(fields.get(views.NOTE) or "")).text
        return NewEntry(booking, day, hours, note, started, ended)

    async def restored(self, fields: Mapping[str, str | None], today: date) -> views.Fields:
        """A draft that was closed without sending, as far as it still makes sense."""
        chosen = number(fields.get(PROJECT))
        project = await self.targets.project(chosen) if chosen is not None else None
        tasks = await self.targets.tasks(project.id) if project else []
        task = next((one for one in tasks if str(one.id) == fields.get(TASK)), None)
        day = read_day(fields.get(views.DAY)) or today
        return views.Fields(project, task, day, fields.get(views.DURATION) or "", fields.get(views.NOTE) or "")

    async def left_open(self, draft: FormDraft, today: date) -> views.Fields:
        """A form that was closed without sending; one of an earlier day does not bring that day back."""
        fields = draft.fields if draft.saved_on == today else {**draft.fields, views.DAY: None}
        return await self.restored(fields, today)

    def is_same(self, draft: FormDraft, logged: NewEntry) -> bool:
        """Whether these hours are what the draft was about: of its length and note."""
        typed = "".join(unwrap(draft.fields.get(views.DURATION) or "").split())
        try:
            duration = parse_duration(typed) if typed else None
        except Refused:
            return False
        note = tidy_note(unwrap(draft.fields.get(views.NOTE) or "")).text
        return duration is not None and duration.hundredths == logged.hours and note == logged.note

    async def filled(self, entry: TimeEntry) -> views.Fields:
        """The entry as it stands, to be changed."""
        shown = {
            PROJECT: str(entry.project_id),
            TASK: str(entry.task_id),
            views.DAY: entry.spent_date.isoformat(),
            views.DURATION: typed_hours(entry.hours),
            views.NOTE: tidy_note(entry.note).text,
        }
        return await self.restored(shown, entry.spent_date)

    def _hours(self, typed: str, shown: Shown | None) -> tuple[Hours, time | None, time | None]:
        """Hours that were not changed are taken as they are, whatever the steps."""
        try:
            duration = parse_duration(" ".join(unwrap(typed).split()))
            if duration is not None and shown is not None and shown.has("hours", duration.hundredths):
                return Hours(int(duration.hundredths)), None, None
            if duration is not None:
                hours = check(duration.hundredths, self.limits.step, self.limits.minimum)
                return hours, duration.started, duration.ended
        except Refused as refusal:
            raise FieldRefused(views.DURATION, str(refusal)) from None
        raise FieldRefused(views.DURATION, "Type a duration, as 1.5, 90m, 1:30 or 9-10:30.")


def typed_hours(hours: Hours | None) -> str:
    """As somebody would type them."""
    return "" if hours is None else f"{hours / 100:g}"
