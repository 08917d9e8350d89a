"""Native time tracking entries."""

from datetime import date
from typing import Any

from aiohttp import web

from sandbox.asana import access, refusals, task_wishes
from sandbox.asana.calls import Call, emptied
from sandbox.asana.records import TimeEntry

_BILLABLE = ("billable", "nonBillable", "notApplicable")


def entries(call: Call) -> web.Response:
    """By task, project, user or workspace, the last only with a date bound; bounds are inclusive."""
    _require_plan(call)
    first, last = call.asked("entered_on_start_date"), call.asked("entered_on_end_date")
    if call.asked("workspace") and not (first or last):
        raise refusals.bad("workspace: Must be given with entered_on_start_date or entered_on_end_date")
    if not any(call.asked(name) for name in ("task", "attributable_to", "user", "workspace")):
        raise refusals.bad("You must specify one of task, attributable_to, portfolio, user or workspace")
    since = task_wishes.day("entered_on_start_date", first) if first else date.min
    until = task_wishes.day("entered_on_end_date", last) if last else date.max
    rows = [row for row in call.state.time_entries.values() if since <= row.entered_on <= until]
    return call.many([row for row in rows if _wanted(call, row) and _is_seen(call, row)])


def task_entries(call: Call) -> web.Response:
    _require_plan(call)
    return call.many(access.task(call.state, call.user, call.gid).time_entries)


def entry(call: Call) -> web.Response:
    return call.one(_entry(call))


def entry_added(call: Call) -> web.Response:
    _require_plan(call)
    task = access.task(call.state, call.user, call.gid)
    given = _read(call)
    if "duration_minutes" not in given:
        raise refusals.bad("duration_minutes: Missing input")
    minutes, day = given.pop("duration_minutes"), given.pop("entered_on", call.state.now().date())
    return call.one(call.state.add_time_entry(task, call.user, minutes, day, **given), 201)


def entry_changed(call: Call) -> web.Response:
    """One's own alone."""
    found = _own_entry(call)
    call.state.edit_time_entry(found, **_read(call))
    return call.one(found)


def entry_deleted(call: Call) -> web.Response:
    call.state.delete_time_entry(_own_entry(call))
    return emptied()


def _require_plan(call: Call) -> None:
    if not any(place.plan.time_tracking for place in call.user.workspaces):
        raise refusals.payment_required("Time tracking")


def _entry(call: Call) -> TimeEntry:
    _require_plan(call)
    found = call.state.time_entries.get(call.gid)
    if found is None:
        raise refusals.unknown("time_tracking_entry", call.gid)
    if not _is_seen(call, found):
        raise refusals.forbidden()
    return found


def _own_entry(call: Call) -> TimeEntry:
    found = _entry(call)
    if found.created_by is not call.user:
        raise refusals.forbidden()
    return found


def _is_seen(call: Call, row: TimeEntry) -> bool:
    """What hangs on a task in the trash is gone with it."""
    if row.task is not None:
        return access.sees(call.user, row.task) and not row.task.is_gone
    return row.attributable_to is None or access.sees(call.user, row.attributable_to)


def _wanted(call: Call, row: TimeEntry) -> bool:
    user = call.asked("user")
    places: dict[str, Any] = {"task": row.task, "attributable_to": row.attributable_to, "workspace": row.workspace}
    if user is not None and row.created_by is not access.user_named(call.state, call.user, user):
        return False
    return all(call.asked(name) is None or (one and one.gid == call.asked(name)) for name, one in places.items())


def _read(call: Call) -> dict[str, Any]:
    """What was given, checked."""
    data, given = call.data, dict[str, Any]()
    if "duration_minutes" in data:
        minutes = data["duration_minutes"]
        if isinstance(minutes, bool) or not isinstance(minutes, int) or minutes < 1:
            raise refusals.bad("duration_minutes: Value must be a whole number above 0")
        given["duration_minutes"] = minutes
    if "entered_on" in data:
        given["entered_on"] = task_wishes.day("entered_on", data["entered_on"])
    if "attributable_to" in data:
        given["attributable_to"] = access.project(call.state, call.user, str(data["attributable_to"]))
    if "billable_status" in data:
        if data["billable_status"] not in _BILLABLE:
            raise refusals.bad(f"billable_status: Must be one of {', '.join(_BILLABLE)}")
        given["billable_status"] = data["billable_status"]
    return given | ({"description": str(data["description"])} if "description" in data else {})
