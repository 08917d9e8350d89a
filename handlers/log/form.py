"""The log form: what it holds when it opens, its searching selects, and what is read from it when it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from slack_sdk.models.blocks import Option, OptionGroup

from handlers.log import views
from handlers.requests import Request, Search
from store.harvest_records import Project, Task
from store.records import Hours, Person
from sync.errors import Refused
from sync.people import People, local
from sync.ports import Clock
from sync.rules import suggestions
from sync.rules.dates import parse_date
from sync.rules.hours import check, parse_duration
from sync.rules.slack_text import tidy_note, unwrap
from sync.targets import Booking, Targets
from sync.time_entries import Asked


@dataclass(frozen=True, slots=True)
class Limits:
    """HOURS_STEP and HOURS_MIN."""

    step: Hours
    minimum: Hours


class FieldRefused(Refused):
    """One field of the form cannot be taken."""

    def __init__(self, block_id: str, message: str) -> None:
        super().__init__(message)
        self.block_id = block_id


@dataclass(frozen=True)
class LogForm:
    people: People
    targets: Targets
    clock: Clock
    limits: Limits

    async def check(self, request: Request) -> Mapping[str, str]:
        """Field errors by block id."""
        try:
            await self.read(request, self.clock.now())
        except FieldRefused as refusal:
            return {refusal.block_id: str(refusal)}
        return {}

    async def read(self, request: Request, at: datetime) -> Asked:
        """What the form asks for; raises FieldRefused naming the field. `at`: when it was sent."""
        person = await self.people.person(request.user)
        fields = request.fields
        booking = await self._booking(fields)
        today = local(at, person).date()
        try:
            day = parse_date(fields.get(views.DAY) or "today", today) or today
        except Refused as refusal:
            raise FieldRefused(views.DAY, str(refusal)) from None
        hours, started, ended = self._hours(fields.get(views.DURATION) or "")
        note = tidy_note(unwrap(fields.get(views.NOTE) or "")).text
        return Asked(booking, day, hours, note, started, ended)

    async def search_projects(self, search: Search) -> Sequence[OptionGroup]:
        person = await self.people.person(search.user)
        mine = await self.targets.projects(person)
        return views.project_groups(_matching(search.query, mine) if search.query else mine)

    async def search_tasks(self, search: Search) -> Sequence[Option]:
        chosen = search.fields.get(views.PROJECT) or ""
        tasks = await self.targets.tasks(int(chosen)) if chosen.isdecimal() else []
        query = search.query.casefold()
        return views.task_options([task for task in tasks if query in task.name.casefold()])

    async def restored(self, person: Person, fields: Mapping[str, str | None], today: date) -> views.Fields:
        """A draft that was closed without sending, as far as it still makes sense."""
        chosen = fields.get(views.PROJECT) or ""
        project = await self.targets.project(int(chosen)) if chosen.isdecimal() else None
        tasks = await self.targets.tasks(project.id) if project else []
        task = next((one for one in tasks if str(one.id) == fields.get(views.TASK)), None)
        day = _iso(fields.get(views.DAY)) or today
        del person
        return views.Fields(project, task, day, fields.get(views.DURATION) or "", fields.get(views.NOTE) or "")

    def _hours(self, typed: str) -> tuple[Hours, time | None, time | None]:
        try:
            duration = parse_duration("".join(unwrap(typed).split()))
            if duration is not None:
                hours = check(duration.hundredths, self.limits.step, self.limits.minimum)
                return hours, duration.started, duration.ended
        except Refused as refusal:
            raise FieldRefused(views.DURATION, str(refusal)) from None
        raise FieldRefused(views.DURATION, "Type a duration, as 1.5, 90m, 1:30 or 9-10:30.")

    async def _booking(self, fields: Mapping[str, str | None]) -> Booking:
        chosen, task_id = fields.get(views.PROJECT) or "", fields.get(views.TASK) or ""
        project = await self.targets.project(int(chosen)) if chosen.isdecimal() else None
        if project is None:
            raise FieldRefused(views.PROJECT, "Choose a project.")
        tasks = await self.targets.tasks(project.id)
        task = next((one for one in tasks if str(one.id) == task_id), None)
        if task is None:
            raise FieldRefused(views.TASK, f"Choose a task of {project.name}: {_names(tasks)}.")
        return Booking(project, task)


def _names(tasks: Sequence[Task]) -> str:
    return ", ".join(task.name for task in tasks) or "it has none, ask its manager to add one"


def _matching(query: str, projects: Sequence[Project]) -> Sequence[Project]:
    """Those that contain what was typed; if none does, the nearest ones."""
    typed = query.casefold()
    found = [p for p in projects if typed in f"{p.code} {p.name} {p.client_name}".casefold()]
    return found or suggestions.nearest(query, projects)


def _iso(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
