"""Which path of API 1.0 leads where."""

from aiohttp import web

from sandbox.asana import project_routes as directory
from sandbox.asana import task_routes as tasks
from sandbox.asana import time_routes as times
from sandbox.asana import webhook_routes as hooks
from sandbox.asana.calls import Answering, authorised
from sandbox.asana.deliveries import Deliveries
from sandbox.asana.event_routes import EventStreams
from sandbox.asana.paging import Pages
from sandbox.asana.rate import RateLimit
from sandbox.asana.state import AsanaState

BASE = "/api/1.0"
_GID = r"{gid:\d+}"
_ROUTES: tuple[tuple[str, str, Answering], ...] = (
    ("GET", "/workspaces", directory.workspaces),
    ("GET", f"/workspaces/{_GID}", directory.workspace),
    ("GET", f"/workspaces/{_GID}/projects", directory.workspace_projects),
    ("GET", f"/workspaces/{_GID}/users", directory.workspace_users),
    ("GET", f"/workspaces/{_GID}/custom_fields", directory.workspace_fields),
    ("GET", f"/workspaces/{_GID}/typeahead", directory.typeahead),
    ("GET", "/users", directory.users),
    ("GET", "/users/{gid}", directory.user),
    ("GET", "/projects", directory.projects),
    ("GET", f"/projects/{_GID}", directory.project),
    ("PUT", f"/projects/{_GID}", directory.project_changed),
    ("POST", f"/projects/{_GID}/duplicate", directory.project_duplicated),
    ("GET", f"/projects/{_GID}/custom_field_settings", directory.settings),
    ("GET", f"/projects/{_GID}/sections", directory.sections),
    ("GET", f"/projects/{_GID}/tasks", tasks.project_tasks),
    ("GET", f"/jobs/{_GID}", directory.job),
    ("GET", f"/custom_fields/{_GID}", directory.field),
    ("GET", f"/sections/{_GID}", directory.section),
    ("GET", f"/sections/{_GID}/tasks", tasks.section_tasks),
    ("POST", f"/sections/{_GID}/addTask", tasks.section_joined),
    ("GET", "/tasks", tasks.tasks),
    ("POST", "/tasks", tasks.task_added),
    ("GET", f"/tasks/{_GID}", tasks.task),
    ("PUT", f"/tasks/{_GID}", tasks.task_changed),
    ("DELETE", f"/tasks/{_GID}", tasks.task_deleted),
    ("GET", f"/tasks/{_GID}/subtasks", tasks.subtasks),
    ("POST", f"/tasks/{_GID}/subtasks", tasks.subtask_added),
    ("GET", f"/tasks/{_GID}/projects", tasks.task_projects),
    ("POST", f"/tasks/{_GID}/addProject", tasks.project_joined),
    ("POST", f"/tasks/{_GID}/removeProject", tasks.project_left),
    ("GET", f"/tasks/{_GID}/stories", tasks.stories),
    ("POST", f"/tasks/{_GID}/stories", tasks.commented),
    ("GET", f"/stories/{_GID}", tasks.story),
    ("DELETE", f"/stories/{_GID}", tasks.story_deleted),
    ("GET", f"/tasks/{_GID}/time_tracking_entries", times.task_entries),
    ("POST", f"/tasks/{_GID}/time_tracking_entries", times.entry_added),
    ("GET", "/time_tracking_entries", times.entries),
    ("GET", f"/time_tracking_entries/{_GID}", times.entry),
    ("PUT", f"/time_tracking_entries/{_GID}", times.entry_changed),
    ("DELETE", f"/time_tracking_entries/{_GID}", times.entry_deleted),
    ("GET", "/webhooks", hooks.webhooks),
    ("GET", f"/webhooks/{_GID}", hooks.webhook),
    ("PUT", f"/webhooks/{_GID}", hooks.webhook_changed),
    ("DELETE", f"/webhooks/{_GID}", hooks.webhook_deleted),
)


def add(
    app: web.Application,
    state: AsanaState,
    pages: Pages,
    streams: EventStreams,
    deliveries: Deliveries,
    limit: RateLimit,
    latency: float,
) -> None:
    made: tuple[tuple[str, str, Answering], ...] = (
        ("GET", "/events", streams.events),
        ("POST", "/webhooks", hooks.WebhookRoutes(deliveries).added),
    )
    for method, path, answering in (*_ROUTES, *made):
        app.router.add_route(method, f"{BASE}{path}", authorised(state, pages, limit, answering, latency))
