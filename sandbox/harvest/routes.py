"""Which path of API v2 leads where."""

from collections.abc import Callable

from aiohttp import web

from sandbox.harvest import directory_routes as directory
from sandbox.harvest import entry_routes as entries
from sandbox.harvest.calls import Call, authorised
from sandbox.harvest.rate import RateLimit
from sandbox.harvest.state import HarvestState

_ID = r"{id:\d+}"
_ROUTES: tuple[tuple[str, str, Callable[[Call], web.Response]], ...] = (
    ("GET", "/company", directory.company),
    ("GET", "/users", directory.users),
    ("GET", "/users/me", directory.me),
    ("GET", "/users/me/project_assignments", directory.my_project_assignments),
    ("GET", f"/users/{_ID}", directory.user),
    ("GET", f"/users/{_ID}/billable_rates", directory.billable_rates),
    ("GET", f"/users/{_ID}/cost_rates", directory.cost_rates),
    ("GET", "/roles", directory.roles),
    ("GET", "/clients", directory.clients),
    ("GET", "/tasks", directory.tasks),
    ("POST", "/tasks", directory.task_added),
    ("GET", "/projects", directory.projects),
    ("POST", "/projects", directory.project_added),
    ("GET", f"/projects/{_ID}", directory.project),
    ("PATCH", f"/projects/{_ID}", directory.project_changed),
    ("DELETE", f"/projects/{_ID}", directory.project_deleted),
    ("GET", f"/projects/{_ID}/user_assignments", directory.project_user_assignments),
    ("POST", f"/projects/{_ID}/user_assignments", directory.user_assigned),
    ("GET", f"/projects/{_ID}/task_assignments", directory.project_task_assignments),
    ("POST", f"/projects/{_ID}/task_assignments", directory.task_assigned),
    ("GET", "/user_assignments", directory.user_assignments),
    ("GET", "/task_assignments", directory.task_assignments),
    ("GET", "/time_entries", entries.listed),
    ("POST", "/time_entries", entries.added),
    ("GET", f"/time_entries/{_ID}", entries.shown),
    ("PATCH", f"/time_entries/{_ID}", entries.changed),
    ("DELETE", f"/time_entries/{_ID}", entries.deleted),
    ("PATCH", f"/time_entries/{_ID}/stop", entries.stopped),
    ("PATCH", f"/time_entries/{_ID}/restart", entries.restarted),
    ("DELETE", f"/time_entries/{_ID}/external_reference", entries.unlinked),
)


def add(app: web.Application, state: HarvestState, limit: RateLimit) -> None:
    for method, path, answering in _ROUTES:
        app.router.add_route(method, f"/v2{path}", authorised(state, limit, answering))
