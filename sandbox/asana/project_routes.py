"""Workspaces, people, projects and what belongs to them."""

from aiohttp import web

from sandbox.asana import access, refusals
from sandbox.asana.calls import Call
from sandbox.asana.records import Project, Record, User, Workspace

_TYPEAHEAD = 20


def workspaces(call: Call) -> web.Response:
    return call.many(call.user.workspaces)


def workspace(call: Call) -> web.Response:
    return call.one(access.workspace(call.state, call.user, call.gid))


def users(call: Call) -> web.Response:
    """Without `workspace` those of all the workspaces that the token's user is in."""
    given = call.asked("workspace")
    theirs = [access.workspace(call.state, call.user, given)] if given else call.user.workspaces
    return call.many(_people(call, theirs))


def workspace_users(call: Call) -> web.Response:
    return call.many(_people(call, [access.workspace(call.state, call.user, call.gid)]))


def user(call: Call) -> web.Response:
    return call.one(access.user_named(call.state, call.user, call.gid))


def projects(call: Call) -> web.Response:
    given = call.asked("workspace")
    theirs = [access.workspace(call.state, call.user, given)] if given else call.user.workspaces
    return call.many(_projects(call, theirs))


def workspace_projects(call: Call) -> web.Response:
    return call.many(_projects(call, [access.workspace(call.state, call.user, call.gid)]))


def project(call: Call) -> web.Response:
    return call.one(access.project(call.state, call.user, call.gid))


def project_changed(call: Call) -> web.Response:
    """`name`, `archived` and `owner`."""
    found, data = access.project(call.state, call.user, call.gid), call.data
    if data.get("name"):
        call.state.rename_project(found, str(data["name"]), call.user)
    if "archived" in data and data["archived"] != found.archived:
        turn = call.state.archive_project if data["archived"] else call.state.unarchive_project
        turn(found, call.user)
    if "owner" in data:
        owner = access.user_named(call.state, call.user, data["owner"]) if data["owner"] else None
        call.state.set_owner(found, owner, call.user)
    return call.one(found)


def project_duplicated(call: Call) -> web.Response:
    """Done at once, though answered by a job as Asana does."""
    found = access.project(call.state, call.user, call.gid)
    if not call.data.get("name"):
        raise refusals.bad("name: Missing input")
    copy = call.state.duplicate_project(found, str(call.data["name"]), call.user)
    return call.one(call.state.add_job("duplicate_project", copy), 201)


def job(call: Call) -> web.Response:
    found = call.state.jobs.get(call.gid)
    if found is None:
        raise refusals.unknown("job", call.gid)
    return call.one(found)


def settings(call: Call) -> web.Response:
    found = access.project(call.state, call.user, call.gid)
    if not found.workspace.plan.custom_fields:
        raise refusals.payment_required("Custom Fields")
    return call.many(found.settings)


def field(call: Call) -> web.Response:
    found = call.state.fields.get(call.gid)
    if found is None:
        raise refusals.unknown("custom_field", call.gid)
    return call.one(found)


def workspace_fields(call: Call) -> web.Response:
    """Those of the library."""
    place = access.workspace(call.state, call.user, call.gid)
    return call.many(
        [one for one in call.state.fields.values() if one.workspace is place and one.is_global_to_workspace]
    )


def sections(call: Call) -> web.Response:
    return call.many(access.project(call.state, call.user, call.gid).sections)


def section(call: Call) -> web.Response:
    return call.one(access.section(call.state, call.user, call.gid))


def typeahead(call: Call) -> web.Response:
    """Names that contain the query; one page, never all."""
    place = access.workspace(call.state, call.user, call.gid)
    wanted = call.required("resource_type")
    count, query = int(call.asked("count") or _TYPEAHEAD), (call.asked("query") or "").casefold()
    rows: list[Record] = [*_projects(call, [place])] if wanted == "project" else []
    if wanted == "user":
        rows = [*_people(call, [place])]
    if wanted == "task":
        rows = [one for one in call.state.tasks.values() if access.sees(call.user, one) and not one.is_gone]
    return call.many([row for row in rows if query in row.name.casefold()][:count])


def _people(call: Call, places: list[Workspace]) -> list[User]:
    return [one for one in call.state.users.values() if any(place in one.workspaces for place in places)]


def _projects(call: Call, places: list[Workspace]) -> list[Project]:
    """`archived` and `team` narrow them down."""
    archived, team = call.asked("archived"), call.asked("team")
    rows = [one for one in call.state.projects.values() if one.workspace in places and not one.deleted]
    rows = [one for one in rows if access.sees(call.user, one)]
    if archived is not None:
        rows = [one for one in rows if one.archived == (archived == "true")]
    return [one for one in rows if team is None or (one.team is not None and one.team.gid == team)]
