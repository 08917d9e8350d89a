"""What the token's user may see: the organization's own, private projects only as owner or member."""

from typing import TypeVar

from sandbox.asana import refusals
from sandbox.asana.records import Project, Record, Section, Task, User, Workspace
from sandbox.asana.state import AsanaState

Row = TypeVar("Row", bound=Record)


def sees(user: User, row: Record) -> bool:
    match row:
        case Workspace():
            return row in user.workspaces
        case Project():
            invited = not row.is_private or row.owner is user or user in row.members
            return invited and row.workspace in user.workspaces
        case Section():
            return sees(user, row.project)
        case Task():
            homes = row.homes
            invited = row.assignee is user or user in row.followers
            return row.workspace in user.workspaces and (not homes or invited or any(sees(user, one) for one in homes))
        case _:
            return True


def workspace(state: AsanaState, user: User, gid: str | None) -> Workspace:
    return _seen(state.workspaces, "workspace", user, gid)


def project(state: AsanaState, user: User, gid: str | None) -> Project:
    found = _seen(state.projects, "project", user, gid)
    if found.deleted:
        raise refusals.unknown("project", found.gid)
    return found


def section(state: AsanaState, user: User, gid: str | None) -> Section:
    return _seen(state.sections, "section", user, gid)


def task(state: AsanaState, user: User, gid: str | None, *, even_trashed: bool = False) -> Task:
    found = _seen(state.tasks, "task", user, gid)
    if found.is_gone and not even_trashed:
        raise refusals.unknown("task", found.gid)
    return found


def _seen(rows: dict[str, Row], kind: str, user: User, gid: str | None) -> Row:
    """404 for what never was, 403 for what is not for this user."""
    found = rows.get(gid or "")
    if found is None:
        raise refusals.unknown(kind, gid or "")
    if not sees(user, found):
        raise refusals.forbidden()
    return found


def user_named(state: AsanaState, asking: User, name: str) -> User:
    """By gid, by e-mail address or `me`; who left the organization is unknown."""
    found = asking if name == "me" else state.users.get(name)
    if found is None:
        found = next((one for one in state.users.values() if one.email is not None and one.email == name), None)
    if found is None or not found.workspaces:
        raise refusals.unknown("user", name)
    return found
