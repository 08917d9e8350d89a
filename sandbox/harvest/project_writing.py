"""Creating and changing projects and tasks, and putting people and tasks on projects."""

from typing import Any

from sandbox.harvest import wishes
from sandbox.harvest.records import Project, Task, TaskAssignment, User, UserAssignment
from sandbox.harvest.refusals import unprocessable
from sandbox.harvest.state import HarvestState

_TEXTS = ("name", "code", "notes", "bill_by", "budget_by")
_AMOUNTS = ("budget", "cost_budget", "hourly_rate", "fee", "over_budget_notification_percentage")
_FLAGS = (
    "is_active",
    "is_billable",
    "is_fixed_fee",
    "budget_is_monthly",
    "notify_when_over_budget",
    "show_budget_to_all",
)


def create(state: HarvestState, user: User, body: dict[str, Any]) -> Project:
    """Assigned at once: default tasks, people with access to all future projects, and the creator as its manager."""
    client_id = wishes.number(body.get("client_id"))
    causes = [] if client_id in state.clients else ["Client can't be blank"]
    causes += [] if body.get("name") else ["Name can't be blank"]
    if causes:
        raise unprocessable(*causes)
    project = state.add_project(client_id=client_id, **_fields(body))
    for task in [task for task in state.tasks.values() if task.is_default and task.is_active]:
        state.assign_task(project, task)
    for member in state.users.values():
        if member.has_access_to_all_future_projects or member.id == user.id:
            state.assign_user(project, member, is_project_manager=member.id == user.id)
    return project


def create_task(state: HarvestState, body: dict[str, Any]) -> Task:
    name = str(body.get("name") or "").strip()
    if not name:
        raise unprocessable("Name can't be blank")
    if any(task.name.casefold() == name.casefold() for task in state.tasks.values()):
        raise unprocessable("Name has already been taken")
    return state.add_task(name=name, is_default=wishes.flag(body.get("is_default")))


def change(state: HarvestState, project: Project, body: dict[str, Any]) -> None:
    state.change(project, **_fields(body))


def assign_user(state: HarvestState, project: Project, body: dict[str, Any]) -> UserAssignment:
    user = state.users.get(wishes.number(body.get("user_id")) or 0)
    if user is None:
        raise unprocessable("User can't be blank")
    if state.user_assignment(project.id, user.id) is not None:
        raise unprocessable("User is already assigned to the project")
    return state.assign_user(project, user, is_project_manager=wishes.flag(body.get("is_project_manager")))


def assign_task(state: HarvestState, project: Project, body: dict[str, Any]) -> TaskAssignment:
    task = state.tasks.get(wishes.number(body.get("task_id")) or 0)
    if task is None:
        raise unprocessable("Task can't be blank")
    if state.task_assignment(project.id, task.id) is not None:
        raise unprocessable("Task is already assigned to the project")
    billable = wishes.flag(body["billable"]) if "billable" in body else task.billable_by_default
    return state.assign_task(project, task, billable=billable)


def _fields(body: dict[str, Any]) -> dict[str, Any]:
    """Only what was sent; the rest keeps its default or present value."""
    texts = {name: body[name] for name in _TEXTS if name in body}
    amounts = {name: wishes.amount(body, name) for name in _AMOUNTS if name in body}
    flags = {name: wishes.flag(body[name]) for name in _FLAGS if name in body}
    return {**texts, **amounts, **flags}
