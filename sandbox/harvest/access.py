"""Who may see and do what, by the access role of the token's user."""

from sandbox.harvest.records import Entry, Project, User
from sandbox.harvest.refusals import not_authorised, not_found
from sandbox.harvest.state import HarvestState


def require_administrator(user: User) -> None:
    if not user.is_administrator:
        raise not_authorised()


def require_manager(user: User) -> None:
    """Administrators are let through as well."""
    if not (user.is_administrator or user.is_manager):
        raise not_authorised()


def sees_rates(user: User) -> bool:
    """Whether amounts of money are shown: to administrators, and to managers with that permission."""
    return user.is_administrator or (user.is_manager and "billable_rates_manager" in user.access_roles)


def manages(state: HarvestState, user: User, project_id: int) -> bool:
    """Administrators manage every project; managers those they are assigned to as project managers."""
    if user.is_administrator:
        return True
    row = state.user_assignment(project_id, user.id)
    return user.is_manager and row is not None and row.is_active and row.is_project_manager


def managed(state: HarvestState, user: User) -> list[Project]:
    return [project for project in state.projects.values() if manages(state, user, project.id)]


def sees(state: HarvestState, user: User, entry: Entry) -> bool:
    return entry.user_id == user.id or manages(state, user, entry.project_id)


def seen_entry(state: HarvestState, user: User, entry_id: int) -> Entry:
    """Raises 404 for what is not there and for what this user may not see."""
    entry = state.entries.get(entry_id)
    if entry is None or not sees(state, user, entry):
        raise not_found()
    return entry


def require_logging_for(state: HarvestState, user: User, owner_id: int, project_id: int | None) -> None:
    """On-behalf entries are for administrators, and for managers on their own projects; members get 403.

    The documentation leaves status and body open; these are the ones of every other forbidden call.
    """
    if owner_id != user.id and (project_id is None or not manages(state, user, project_id)):
        raise not_authorised()


def require_timer_of(state: HarvestState, user: User, entry: Entry) -> None:
    """Managers can e-mail the owner of a forgotten timer, not stop it."""
    may_stop_others = user.is_administrator and state.habits.administrators_stop_others
    if entry.user_id != user.id and not may_stop_others:
        raise not_authorised()
