"""The routes of everything entries hang on: company, users, clients, projects, tasks, assignments, roles.

Members are refused all lists; managers see tasks and clients, and of the rest what belongs to projects they manage.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from aiohttp import web

from sandbox.harvest import access, paging, project_writing, shapes, times, wishes
from sandbox.harvest.calls import Call, created, ok
from sandbox.harvest.records import Project, Stored, TaskAssignment, User, UserAssignment
from sandbox.harvest.refusals import not_authorised, not_found, unprocessable

Row = TypeVar("Row", bound=Stored)


def company(call: Call) -> web.Response:
    access.require_administrator(call.user)
    return ok(shapes.company(call.state.company))


def me(call: Call) -> web.Response:
    return ok(_user_shape(call, call.user))


def user(call: Call) -> web.Response:
    if call.id() != call.user.id:
        access.require_manager(call.user)
    return ok(_user_shape(call, _found(call.state.users, call.id())))


def users(call: Call) -> web.Response:
    access.require_manager(call.user)
    mates = {row.user_id for row in call.state.user_assignments.values() if _manages(call, row.project_id)}
    seen = [row for row in call.state.users.values() if call.user.is_administrator or row.id in mates | {call.user.id}]
    return _by_cursor(call, "users", seen, lambda row: _user_shape(call, row))


def billable_rates(call: Call) -> web.Response:
    """Also for managers who may see rates."""
    if not access.sees_rates(call.user):
        raise not_authorised()
    return _rates(call, "billable")


def cost_rates(call: Call) -> web.Response:
    access.require_administrator(call.user)
    return _rates(call, "cost")


def roles(call: Call) -> web.Response:
    access.require_administrator(call.user)
    return _by_cursor(call, "roles", call.state.roles.values(), shapes.role)


def clients(call: Call) -> web.Response:
    access.require_manager(call.user)
    return _by_cursor(call, "clients", call.state.clients.values(), shapes.client)


def tasks(call: Call) -> web.Response:
    access.require_manager(call.user)
    return _by_cursor(call, "tasks", call.state.tasks.values(), lambda row: shapes.task(row, call.user))


def task_added(call: Call) -> web.Response:
    access.require_administrator(call.user)
    return created(call, shapes.task(project_writing.create_task(call.state, call.body), call.user))


def projects(call: Call) -> web.Response:
    access.require_manager(call.user)
    rows = access.managed(call.state, call.user)
    wanted = wishes.number(call.request.query.get("client_id"))
    rows = [row for row in rows if wanted is None or row.client_id == wanted]
    return _by_cursor(call, "projects", rows, lambda row: shapes.project(call.state, row, call.user))


def project(call: Call) -> web.Response:
    return ok(shapes.project(call.state, _managed_project(call), call.user))


def project_added(call: Call) -> web.Response:
    if not (call.user.is_administrator or "project_creator" in call.user.access_roles):
        raise not_authorised()
    row = project_writing.create(call.state, call.user, call.body)
    return created(call, shapes.project(call.state, row, call.user))


def project_changed(call: Call) -> web.Response:
    row = _managed_project(call)
    project_writing.change(call.state, row, call.body)
    return ok(shapes.project(call.state, row, call.user))


def project_deleted(call: Call) -> web.Response:
    """200 with what was deleted; its time entries go too."""
    row = _managed_project(call)
    answer = ok(shapes.project(call.state, row, call.user))
    call.state.delete_project(row)
    return answer


def user_assignments(call: Call) -> web.Response:
    return _by_cursor(
        call, "user_assignments", _user_rows(call), lambda row: shapes.user_assignment(call.state, row, call.user)
    )


def task_assignments(call: Call) -> web.Response:
    return _by_cursor(
        call, "task_assignments", _task_rows(call), lambda row: shapes.task_assignment(call.state, row, call.user)
    )


def project_user_assignments(call: Call) -> web.Response:
    where = _managed_project(call).id
    rows = [row for row in _user_rows(call) if row.project_id == where]
    return _numbered(call, "user_assignments", rows, lambda row: shapes.user_assignment(call.state, row, call.user))


def project_task_assignments(call: Call) -> web.Response:
    where = _managed_project(call).id
    rows = [row for row in _task_rows(call) if row.project_id == where]
    return _numbered(call, "task_assignments", rows, lambda row: shapes.task_assignment(call.state, row, call.user))


def user_assigned(call: Call) -> web.Response:
    row = project_writing.assign_user(call.state, _managed_project(call), call.body)
    return created(call, shapes.user_assignment(call.state, row, call.user))


def task_assigned(call: Call) -> web.Response:
    row = project_writing.assign_task(call.state, _managed_project(call), call.body)
    return created(call, shapes.task_assignment(call.state, row, call.user))


def my_project_assignments(call: Call) -> web.Response:
    """Active ones on active projects only."""
    rows = [
        row
        for row in call.state.user_assignments.values()
        if row.user_id == call.user.id and row.is_active and call.state.projects[row.project_id].is_active
    ]
    return _numbered(
        call, "project_assignments", rows, lambda row: shapes.project_assignment(call.state, row, call.user)
    )


def _user_rows(call: Call) -> list[UserAssignment]:
    access.require_manager(call.user)
    return [row for row in call.state.user_assignments.values() if _manages(call, row.project_id)]


def _task_rows(call: Call) -> list[TaskAssignment]:
    access.require_manager(call.user)
    return [row for row in call.state.task_assignments.values() if _manages(call, row.project_id)]


def _managed_project(call: Call) -> Project:
    """Raises 403 for members, 404 for what is not there or not this manager's."""
    access.require_manager(call.user)
    row = _found(call.state.projects, call.id())
    if not _manages(call, row.id):
        raise not_found()
    return row


def _manages(call: Call, project_id: int) -> bool:
    return access.manages(call.state, call.user, project_id)


def _user_shape(call: Call, row: User) -> dict[str, Any]:
    return shapes.user(row, with_rates=call.user.is_administrator)


def _rates(call: Call, kind: str) -> web.Response:
    """Oldest first, unlike other lists."""
    rows = call.state.rates_of(_found(call.state.users, call.id()).id, kind)
    return ok(paging.by_cursor(f"{kind}_rates", rows, call.place, shapes.rate, newest_first=False))


def _found(rows: dict[int, Row], row_id: int) -> Row:
    if row_id not in rows:
        raise not_found()
    return rows[row_id]


def _by_cursor(call: Call, key: str, rows: Iterable[Row], shape: Callable[[Row], Any]) -> web.Response:
    return ok(paging.by_cursor(key, _filtered(call, rows), call.place, shape))


def _numbered(call: Call, key: str, rows: Iterable[Row], shape: Callable[[Row], Any]) -> web.Response:
    ordered = sorted(_filtered(call, rows), key=lambda row: row.id, reverse=True)
    return ok(paging.numbered(key, ordered, call.place, shape))


def _filtered(call: Call, rows: Iterable[Row]) -> list[Row]:
    """By `is_active` and `updated_since`, which all these lists take."""
    query = call.request.query
    kept = list(rows)
    if query.get("is_active"):
        wanted = wishes.flag(query["is_active"])
        kept = [row for row in kept if getattr(row, "is_active", True) == wanted]
    if query.get("updated_since"):
        try:
            moment = times.parse_moment(query["updated_since"])
        except ValueError:
            raise unprocessable("updated_since is not a valid date") from None
        kept = [row for row in kept if row.updated_at >= moment]
    return kept
