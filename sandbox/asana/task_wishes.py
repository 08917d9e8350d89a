"""Carries out what a client writes to a task, all of it or, where one part is wrong, nothing."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sandbox.asana import access, refusals, values
from sandbox.asana.calls import Call, Json
from sandbox.asana.records import Field, Project, Task, User, Value

Deed = Callable[[], Any]


def change(call: Call, task: Task) -> None:
    """Names that Asana knows and the double does not are passed over."""
    for deed in [*_own(call, task, call.data), *_fields(call, task, call.data)]:
        deed()


def first_values(call: Call, project: Project | None) -> dict[Field, Value]:
    """Custom fields of a task that is still to be made."""
    given = _given(call.data)
    offered = {field.gid: field for field in (project.fields if project else [])}
    wrong = next((gid for gid in given if gid not in offered), None)
    if wrong is not None:
        raise refusals.bad(f"custom_fields: Custom field with ID {wrong} is not on given object")
    read = {offered[gid]: _read(offered[gid], value) for gid, value in given.items()}
    return {field: value for field, value in read.items() if value is not None}


def person(call: Call, name: Any) -> User | None:
    return access.user_named(call.state, call.user, str(name)) if name else None


def day(name: str, text: Any) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise refusals.bad(f"{name}: Not a valid date: {text}") from None


def _own(call: Call, task: Task, data: Json) -> list[Deed]:
    state, by = call.state, call.user
    deeds: list[Deed] = []
    if "name" in data:
        deeds.append(lambda: state.rename_task(task, str(data["name"]), by))
    if "notes" in data:
        deeds.append(lambda: setattr(task, "notes", str(data["notes"])))
    if "assignee" in data:
        assignee = person(call, data["assignee"])
        deeds.append(lambda: state.assign(task, assignee, by))
    if "due_on" in data:
        due_on = day("due_on", data["due_on"]) if data["due_on"] else None
        deeds.append(lambda: state.set_due(task, due_on, by))
    if "completed" in data:
        if not isinstance(data["completed"], bool):
            raise refusals.bad("completed: Value is not a boolean")
        turn = state.complete_task if data["completed"] else state.reopen_task
        deeds.append(lambda: turn(task, by))
    return deeds


def _fields(call: Call, task: Task, data: Json) -> list[Deed]:
    return [_field_deed(call, task, gid, value) for gid, value in _given(data).items()]


def _field_deed(call: Call, task: Task, gid: str, value: Any) -> Deed:
    """A field that its projects no longer have can only be cleared."""
    field = call.state.fields.get(gid)
    if field is None or not (task.has_enabled(field) or field in task.values):
        raise refusals.bad(f"custom_fields: Custom field with ID {gid} is not on given object")
    if field.formula is not None:
        raise refusals.forbidden(f"custom_fields: {field.name} is computed and cannot be written")
    read = _read(field, value)
    if read is not None and not task.has_enabled(field):
        raise refusals.forbidden(f"custom_fields: {field.name} is disabled on this task and can only be cleared")
    return lambda: call.state.set_field(task, field, read, call.user, source="api")


def _read(field: Field, value: Any) -> Value | None:
    """Over the API a number is a number, and an option its gid; null clears."""
    is_text = isinstance(value, str)
    if value is not None and is_text == (field.resource_subtype == "number"):
        raise refusals.bad(f"custom_fields: {field.name}: Not a valid value: {value}")
    if is_text and field.resource_subtype == "enum" and value not in [option.gid for option in field.options]:
        raise refusals.bad(f"custom_fields: {field.name}: Not a valid option: {value}")
    try:
        return values.read(field, value)
    except values.Unfit as unfit:
        raise refusals.bad(f"custom_fields: {unfit}") from None


def _given(data: Json) -> dict[str, Any]:
    given = data.get("custom_fields") or {}
    if not isinstance(given, dict):
        raise refusals.bad("custom_fields: Value is not an object")
    return given
