"""How the side API shows projects, their tasks and what stands in their fields."""

from decimal import Decimal
from typing import Any

from sandbox.asana import values
from sandbox.asana.opt_fields import listed, parsed
from sandbox.asana.records import Field, Project, Story, Task, Value
from sandbox.asana.state import AsanaState

HOURS = "Billable Hours"


def of_projects(state: AsanaState) -> list[dict[str, Any]]:
    """Those that live first, then by name."""
    rows = [row for row in state.projects.values() if not row.deleted]
    rows.sort(key=lambda row: (row.archived, row.name.casefold(), row.gid))
    return [of_project(row) for row in rows]


def of_project(row: Project) -> dict[str, Any]:
    tasks = [task for task in row.tasks if not task.is_gone]
    return {
        "gid": row.gid,
        "name": row.name,
        "owner": row.owner.name if row.owner else None,
        "archived": row.archived,
        "url": row.permalink_url,
        "hours": _plain(sum((_hours(task) for task in tasks), Decimal(0))),
        "fields": [_definition(field) for field in row.fields],
        "sections": [{"gid": section.gid, "name": section.name} for section in row.sections],
        "tasks": [line for task in tasks for line in _lines(task, row, 0)],
    }


def of_task(task: Task, depth: int = 0, section: str | None = None) -> dict[str, Any]:
    """`depth` counts the tasks above it; `hours` is None where the task has no such field."""
    hours = next((field for field in _offered(task) if field.name == HOURS), None)
    value = values.of(task, hours) if hours else None
    return {
        "gid": task.gid,
        "name": task.name,
        "depth": depth,
        "section": section,
        "assignee": task.assignee.name if task.assignee else None,
        "completed": task.completed,
        "url": task.permalink_url,
        "has_hours": hours is not None,
        "hours": _plain(value),
        "fields": [_field(task, field) for field in _offered(task) if field is not hours],
        "minutes": sum(entry.duration_minutes for entry in task.time_entries),
        "last": _last(task),
    }


def of_story(story: Story) -> dict[str, Any]:
    shown: dict[str, Any] = listed(story, parsed("created_at,created_by.name,text,resource_subtype"))
    return shown


def _lines(task: Task, project: Project, depth: int) -> list[dict[str, Any]]:
    section = next((found.section.name for found in task.memberships if found.project is project), None)
    below = [line for subtask in task.subtasks if not subtask.is_gone for line in _lines(subtask, project, depth + 1)]
    return [of_task(task, depth, section), *below]


def _offered(task: Task) -> list[Field]:
    """What a person can fill in: a subtask offers the fields of its project."""
    return list(dict.fromkeys([*(field for project in task.homes for field in project.fields), *task.fields]))


def _hours(task: Task) -> Decimal:
    own = next((value for field, value in task.values.items() if field.name == HOURS), None)
    below = sum((_hours(subtask) for subtask in task.subtasks if not subtask.is_gone), Decimal(0))
    return (own if isinstance(own, Decimal) else Decimal(0)) + below


def _last(task: Task) -> dict[str, Any] | None:
    return of_story(task.stories[-1]) if task.stories else None


def _definition(field: Field) -> dict[str, Any]:
    return {
        "gid": field.gid,
        "name": field.name,
        "kind": field.format if field.format == "percentage" else field.resource_subtype,
        "options": [option.name for option in field.options if option.enabled],
        "computed": field.formula is not None,
    }


def _field(task: Task, field: Field) -> dict[str, Any]:
    value = values.of(task, field)
    return {
        **_definition(field),
        "value": _plain(value),
        "shown": values.displayed(field, value),
        "enabled": task.has_enabled(field),
    }


def _plain(value: Value | None) -> float | str | None:
    match value:
        case None:
            return None
        case Decimal():
            return float(value)
        case str():
            return value
        case _:
            return value.name
