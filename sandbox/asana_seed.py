"""Fills the double of Asana with the agency: its people, seven projects, and two weeks of hours typed into tasks.

Five projects are named like their Harvest projects, one by its code as well. Each keeps its hours in another of the
ways that agencies do.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.agency import Agency
from sandbox.asana.panel_lines import HOURS
from sandbox.asana.records import Field, Project, Task, User
from sandbox.asana.server import AsanaDouble
from sandbox.asana.state import AsanaState

__all__ = ["BOT_TOKEN", "fill_asana"]

BOT_TOKEN = "asana-bot-token-fake"
SECTIONS = ("To do", "Doing", "Done")

_FIRST_DAY = 11


@dataclass(frozen=True)
class _Job:
    """A task. `who` is a first name; `typed`: weekdays back, and where the hours then stood, oldest first."""

    name: str
    who: str
    typed: tuple[tuple[int, float], ...] = ()
    section: str = "Doing"
    share: float | str | None = None
    """Of a percentage field, or the option of an enum field."""
    minutes: tuple[tuple[int, int], ...] = ()
    """Weekdays back and minutes of native time entries."""
    below: "tuple[_Job, ...]" = ()


@dataclass(frozen=True)
class _Plan:
    """`extra`: name, kind and options of a field beside the hours."""

    name: str
    manager: str
    jobs: tuple[_Job, ...]
    extra: tuple[str, str, tuple[str, ...]] | None = None


_PLANS = (
    _Plan(
        "Website relaunch",
        "Maya",
        (
            _Job("Homepage copy", "Ada", ((9, 1.5), (8, 3.25))),
            _Job("Navigation prototype", "Ada", ((6, 2.0),), "Done"),
            _Job("Product pages", "Tom", ((7, 4.0), (6, 6.5), (5, 7.5))),
            _Job("Search filters", "Priya", ((3, 2.5),)),
            _Job(
                "Launch checklist",
                "Maya",
                section="To do",
                below=(_Job("Redirects", "Tom"), _Job("Analytics events", "Priya", ((2, 0.75),))),
            ),
        ),
    ),
    _Plan(
        "Booking portal",
        "Maya",
        (
            _Job("Appointment calendar", "Priya", ((8, 5.0), (7, 8.0)), share=1.0),
            _Job("Patient sign-in", "Priya", ((4, 3.0),), share=0.5),
            _Job("Icon set", "Lucas", ((6, 2.25),), "Done", share=1.0),
            _Job("Accessibility review", "Lucas", section="To do", share=0.5),
        ),
        ("Billable Percentage", "percentage", ()),
    ),
    _Plan(
        "Annual report",
        "Erik",
        (
            _Job("Cover and grid", "Ada", ((9, 3.5),), "Done", share="Billable"),
            _Job("Figures and charts", "Lucas", ((5, 4.0),), share="50 %"),
            _Job("Letter from the board", "Jonas", ((4, 2.0),), share="Billable"),
            _Job("Kick-off notes", "Erik", ((10, 1.0),), "Done", share="Non-billable"),
        ),
        ("Billing type", "enum", ("Billable", "50 %", "Non-billable")),
    ),
    _Plan(
        "Timetable app",
        "Erik",
        (
            _Job("Departures list", "Sofia", minutes=((6, 150), (5, 210))),
            _Job("Offline mode", "Priya", minutes=((4, 95),)),
            _Job("App icon", "Ada", minutes=((3, 45),), section="Done"),
        ),
    ),
    _Plan(
        "Brand identity",
        "Maya",
        (
            _Job("Logo sketches", "Ada", ((8, 2.0), (7, 5.0))),
            _Job("Colour palette", "Ada", section="To do"),
            _Job("Guidelines", "Ada", ((2, 1.25),), below=(_Job("Typography page", "Ada", ((1, 0.5),)),)),
        ),
    ),
    # It says whose it is by the code in its name.
    _Plan(
        "ELM-1 Admissions site",
        "Maya",
        (_Job("Open day page", "Tom", ((3, 1.5),)), _Job("Prospectus form", "Lucas", section="To do")),
    ),
    # Nothing in Harvest is called like this.
    _Plan(
        "New business: Harbour Museum",
        "Erik",
        (_Job("Pitch deck", "Lucas", ((3, 3.0),)), _Job("Estimate", "Erik", ((2, 0.75),))),
    ),
)


def fill_asana(double: AsanaDouble, agency: Agency) -> None:
    """Nothing in it is later than the double's present; what was typed by hand has its stories."""
    state = double.state
    began = _workday(state.clock.now(), _FIRST_DAY)
    with state.at(began):
        place = state.add_workspace("Lumen Studio")
        team = state.add_team(place, "Client work")
        people = {person.name.split()[0]: state.add_user(person.name, person.email, place) for person in agency.people}
        state.grant(state.add_user("Gleaner", "gleaner@lumen.example", place, is_service_account=True), BOT_TOKEN)
    hours: Field | None = None
    for plan in _PLANS:
        with state.at(began):
            manager = people[plan.manager]
            project = state.add_project(plan.name, place, team=team, owner=manager, by=manager, sections=SECTIONS)
            hours = _with_hours(state, project, hours)
            extra = _with_extra(state, project, plan)
            tasks = [(_with_task(state, project, job, people, extra), job) for job in plan.jobs]
        for task, job in tasks:
            _work(state, task, job, people, hours)


def _with_hours(state: AsanaState, project: Project, hours: Field | None) -> Field:
    """One field of the library, shared by all projects."""
    if hours is None:
        return state.add_field(project, HOURS, by=project.owner)
    state.share_field(project, hours, project.owner)
    return hours


def _with_extra(state: AsanaState, project: Project, plan: _Plan) -> Field | None:
    if plan.extra is None:
        return None
    name, kind, options = plan.extra
    return state.add_field(project, name, kind, options=options, by=project.owner)


def _with_task(state: AsanaState, project: Project, job: _Job, people: dict[str, User], extra: Field | None) -> Task:
    """Its share is given at once, as from a template, so no story tells of it."""
    task = state.add_task(
        project,
        job.name,
        section=next(section for section in project.sections if section.name == job.section),
        assignee=people[job.who],
        by=project.owner,
        values_given={} if extra is None else {extra: job.share},
    )
    for below in job.below:
        state.add_subtask(task, below.name, assignee=people[below.who], by=project.owner)
    return task


def _work(state: AsanaState, task: Task, job: _Job, people: dict[str, User], hours: Field) -> None:
    who, now = people[job.who], state.clock.now()
    for back, value in job.typed:
        with state.at(_workday(now, back)):
            state.set_field(task, hours, value, who)
    for back, minutes in job.minutes:
        day = _workday(now, back)
        with state.at(day):
            state.add_time_entry(task, who, minutes, day.date(), billable_status="billable")
    if job.section == "Done":
        with state.at(_workday(now, 1)):
            state.complete_task(task, who)
    for subtask, below in zip(task.subtasks, job.below, strict=True):
        _work(state, subtask, below, people, hours)


def _workday(now: datetime, back: int) -> datetime:
    """Half past two, in UTC, so many weekdays before today."""
    day = now.replace(hour=14, minute=30, second=0, microsecond=0)
    while back:
        day -= timedelta(days=1)
        back -= day.weekday() < 5
    return day
