"""What somebody does "in Asana" through the side API. People are named by name, everything else by gid.

What cannot be done raises `Unclear`.
"""

from datetime import date
from typing import Any, TypeVar

from sandbox.asana import panel_lines, values
from sandbox.asana.records import Field, Project, Record, Section, Task, TimeEntry, User
from sandbox.asana.state import AsanaState

Body = dict[str, Any]
Row = TypeVar("Row", bound=Record)


class Unclear(Exception):
    """Says in a sentence what is wrong with the request."""


def change_task(state: AsanaState, task: Task, body: Body) -> None:
    """Any of `hours`, `fields` (by name), `completed`, `name`, `assignee`, `section` (gid), by the person `who`."""
    who = person(state, body.get("who"))
    wishes = _field_wishes(task, body)
    for field, value in wishes.items():
        state.set_field(task, field, value, who)
    if "name" in body:
        state.rename_task(task, _name(body), who)
    if "assignee" in body:
        state.assign(task, person(state, body["assignee"]) if body["assignee"] else None, who)
    if body.get("section"):
        state.move_to_section(task, _among(state.sections, "section", body["section"]), who)
    if "completed" in body:
        turn = state.complete_task if body["completed"] else state.reopen_task
        turn(task, who)


def add_task(state: AsanaState, body: Body) -> Task:
    """`name`, by `who`, in `project` or under `parent` (gids); `hours` and `assignee` as wanted."""
    who, name = person(state, body.get("who")), _name(body)
    assignee = person(state, body["assignee"]) if body.get("assignee") else who
    if body.get("parent"):
        task = state.add_subtask(task_with(state, body["parent"]), name, assignee=assignee, by=who)
    else:
        project = project_with(state, body.get("project"))
        section: Section | None = None
        if body.get("section"):
            section = _among(state.sections, "section", body["section"])
        task = state.add_task(project, name, section=section, assignee=assignee, by=who)
    for field, value in _field_wishes(task, body).items():
        state.set_field(task, field, value, who)
    return task


def change_project(state: AsanaState, project: Project, body: Body) -> None:
    """`name`, `archived`, by `who`."""
    who = person(state, body.get("who"))
    if "name" in body:
        state.rename_project(project, _name(body), who)
    if "archived" in body and bool(body["archived"]) != project.archived:
        turn = state.archive_project if body["archived"] else state.unarchive_project
        turn(project, who)


def duplicate_project(state: AsanaState, project: Project, body: Body) -> Project:
    """Under `name` if there is one, by `who`."""
    return state.duplicate_project(project, body.get("name") or None, person(state, body.get("who")))


def add_time_entry(state: AsanaState, body: Body) -> TimeEntry:
    """`minutes` on `task` by `who`; `date` is today in UTC unless given."""
    who, task = person(state, body.get("who")), task_with(state, body.get("task"))
    minutes = body.get("minutes")
    if isinstance(minutes, bool) or not isinstance(minutes, int) or minutes < 1:
        raise Unclear("minutes is a whole number above 0")
    try:
        day = date.fromisoformat(body["date"]) if body.get("date") else state.now().date()
    except ValueError:
        raise Unclear("date is a date like 2026-11-19") from None
    return state.add_time_entry(task, who, minutes, day)


def person(state: AsanaState, name: Any) -> User:
    """By full or first name, whichever case it is written in, or by gid."""
    if not name:
        raise Unclear("who is missing")
    wanted = str(name).casefold()
    found = [
        one
        for one in state.users.values()
        if one.workspaces and wanted in (one.gid, one.name.casefold(), one.name.split()[0].casefold())
    ]
    if len(found) != 1:
        raise Unclear(f"There is {'more than one' if found else 'no'} person called {name}")
    return found[0]


def project_with(state: AsanaState, gid: Any) -> Project:
    found = _among(state.projects, "project", gid)
    if found.deleted:
        raise Unclear(f"The project {found.name} was deleted")
    return found


def task_with(state: AsanaState, gid: Any) -> Task:
    found = _among(state.tasks, "task", gid)
    if found.is_gone:
        raise Unclear(f"{found.name} is in the trash")
    return found


def _among(rows: dict[str, Row], kind: str, gid: Any) -> Row:
    found = rows.get(str(gid))
    if found is None:
        raise Unclear(f"There is no {kind} {gid or ''}".strip())
    return found


def _field_wishes(task: Task, body: Body) -> dict[Field, Any]:
    """Checked before anything is written."""
    given = dict(body.get("fields") or {})
    if "hours" in body:
        given[panel_lines.HOURS] = body["hours"]
    offered = {field.name: field for project in task.homes for field in project.fields}
    wishes = {}
    for name, value in given.items():
        if name not in offered or offered[name].formula is not None:
            raise Unclear(f"{task.name} has no field {name} to write in")
        try:
            wishes[offered[name]] = values.read(offered[name], value)
        except values.Unfit as unfit:
            raise Unclear(str(unfit)) from None
    return wishes


def _name(body: Body) -> str:
    name = str(body.get("name") or "").strip()
    if not name:
        raise Unclear("name is empty")
    return name
