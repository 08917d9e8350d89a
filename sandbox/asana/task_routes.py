"""Tasks, subtasks and stories."""

from datetime import UTC, datetime

from aiohttp import web

from sandbox.asana import access, refusals, task_wishes
from sandbox.asana.calls import Call, emptied
from sandbox.asana.records import Project, Story, Task


def tasks(call: Call) -> web.Response:
    """Of one project, one section, or one person in one workspace; subtasks are not among them."""
    rows = [task for task in _container(call) if not task.is_gone]
    completed_since, modified_since = call.asked("completed_since"), call.asked("modified_since")
    if completed_since == "now":
        rows = [task for task in rows if not task.completed]
    elif completed_since is not None:
        since = _moment("completed_since", completed_since)
        rows = [task for task in rows if task.completed_at is None or task.completed_at >= since]
    if modified_since is not None:
        since = _moment("modified_since", modified_since)
        rows = [task for task in rows if task.touched_at >= since]
    return call.many(rows)


def project_tasks(call: Call) -> web.Response:
    rows = access.project(call.state, call.user, call.gid).tasks
    return call.many([task for task in rows if not task.is_gone])


def section_tasks(call: Call) -> web.Response:
    place = access.section(call.state, call.user, call.gid)
    return call.many([task for task in _in_section(place.project, place.gid) if not task.is_gone])


def task(call: Call) -> web.Response:
    return call.one(_shown(call))


def task_added(call: Call) -> web.Response:
    """Into the first of `projects`; `parent` makes a subtask."""
    named = call.data.get("projects") or []
    if call.data.get("parent"):
        return _below(call, access.task(call.state, call.user, str(call.data["parent"])))
    if not named:
        raise refusals.bad("You should specify one of workspace, parent, projects")
    project = access.project(call.state, call.user, str(named[0]))
    made = call.state.add_task(
        project,
        str(call.data.get("name", "")),
        assignee=task_wishes.person(call, call.data.get("assignee")),
        by=call.user,
        values_given=task_wishes.first_values(call, project),
    )
    for other in named[1:]:
        call.state.add_to_project(made, access.project(call.state, call.user, str(other)), by=call.user)
    return call.one(made, 201)


def task_changed(call: Call) -> web.Response:
    found = access.task(call.state, call.user, call.gid)
    task_wishes.change(call, found)
    return call.one(found)


def task_deleted(call: Call) -> web.Response:
    """Into the user's trash."""
    call.state.trash_task(access.task(call.state, call.user, call.gid), call.user)
    return emptied()


def subtasks(call: Call) -> web.Response:
    """One level."""
    found = access.task(call.state, call.user, call.gid)
    return call.many([subtask for subtask in found.subtasks if not subtask.is_gone])


def subtask_added(call: Call) -> web.Response:
    return _below(call, access.task(call.state, call.user, call.gid))


def task_projects(call: Call) -> web.Response:
    return call.many([found.project for found in access.task(call.state, call.user, call.gid).memberships])


def project_joined(call: Call) -> web.Response:
    found = access.task(call.state, call.user, call.gid)
    project = access.project(call.state, call.user, str(call.data.get("project", "")))
    given = call.data.get("section")
    place = access.section(call.state, call.user, str(given)) if given else None
    if any(membership.project is project for membership in found.memberships):
        call.state.move_to_section(found, place or project.sections[0], call.user)
    else:
        call.state.add_to_project(found, project, place, call.user)
    return emptied()


def project_left(call: Call) -> web.Response:
    found = access.task(call.state, call.user, call.gid)
    project = access.project(call.state, call.user, str(call.data.get("project", "")))
    if any(membership.project is project for membership in found.memberships):
        call.state.remove_from_project(found, project, call.user)
    return emptied()


def section_joined(call: Call) -> web.Response:
    """The task moves there within the section's project."""
    place = access.section(call.state, call.user, call.gid)
    found = access.task(call.state, call.user, str(call.data.get("task", "")))
    call.state.move_to_section(found, place, call.user)
    return emptied()


def stories(call: Call) -> web.Response:
    """Oldest first."""
    return call.many(access.task(call.state, call.user, call.gid).stories)


def story(call: Call) -> web.Response:
    return call.one(_story(call))


def commented(call: Call) -> web.Response:
    """`text` or `html_text`."""
    found = access.task(call.state, call.user, call.gid)
    text = call.data.get("text") or call.data.get("html_text")
    if not text:
        raise refusals.bad("text: Missing input")
    return call.one(call.state.comment(found, str(text), call.user, source="api"), 201)


def story_deleted(call: Call) -> web.Response:
    """One's own comments alone."""
    found = _story(call)
    if found.created_by is not call.user or found.type != "comment":
        raise refusals.forbidden()
    call.state.delete_story(found, call.user)
    return emptied()


def _shown(call: Call) -> Task:
    return access.task(call.state, call.user, call.gid, even_trashed=call.state.habits.shows_trashed_tasks)


def _story(call: Call) -> Story:
    found = call.state.stories.get(call.gid)
    if found is None or found.task.is_gone:
        raise refusals.unknown("story", call.gid)
    if not access.sees(call.user, found.task):
        raise refusals.forbidden()
    return found


def _below(call: Call, parent: Task) -> web.Response:
    made = call.state.add_subtask(
        parent,
        str(call.data.get("name", "")),
        assignee=task_wishes.person(call, call.data.get("assignee")),
        by=call.user,
    )
    return call.one(made, 201)


def _container(call: Call) -> list[Task]:
    project, section, assignee = call.asked("project"), call.asked("section"), call.asked("assignee")
    if sum(given is not None for given in (project, section, assignee)) != 1:
        raise refusals.bad(
            "You must specify exactly one of project, tag, section, user task list, or assignee + workspace"
        )
    if project is not None:
        return access.project(call.state, call.user, project).tasks
    if section is not None:
        place = access.section(call.state, call.user, section)
        return _in_section(place.project, place.gid)
    person = task_wishes.person(call, assignee)
    workspace = access.workspace(call.state, call.user, call.required("workspace"))
    rows = [row for row in call.state.tasks.values() if row.assignee is person and row.workspace is workspace]
    return [row for row in rows if access.sees(call.user, row)]


def _in_section(project: Project, gid: str) -> list[Task]:
    return [row for row in project.tasks if any(found.section.gid == gid for found in row.memberships)]


def _moment(name: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise refusals.bad(f"{name}: Not a valid date or time: {text}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
