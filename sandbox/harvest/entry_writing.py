"""Creating, changing and deleting time entries, with the two account modes and their silent traps."""

from datetime import date, datetime, time
from decimal import Decimal

from sandbox.harvest import access, locks, timers, times
from sandbox.harvest.records import Entry, User
from sandbox.harvest.refusals import not_removable, unprocessable
from sandbox.harvest.state import HarvestState
from sandbox.harvest.wishes import EntryWish


def create(state: HarvestState, user: User, wish: EntryWish) -> Entry:
    """Raises 422 with every cause, 403 for somebody else's sheet."""
    owner_id = wish.user_id or user.id
    access.require_logging_for(state, user, owner_id, wish.project_id)
    spent_date, project_id, task_id = _required(wish)
    check_assigned(state, owner_id, project_id, task_id)
    if _is_timer(state, wish) and state.habits.stops_other_timers:
        timers.stop_all(state, owner_id)
    zone = state.users[owner_id].timezone
    return state.add_entry(
        user_id=owner_id,
        project_id=project_id,
        task_id=task_id,
        spent_date=spent_date,
        notes=wish.notes,
        reference=wish.reference,
        **_times(state, wish, spent_date, zone),
    )


def change(state: HarvestState, user: User, entry: Entry, wish: EntryWish) -> None:
    """`user_id` and `billable` cannot be changed and are ignored, as is what the account's mode has no use for."""
    access.require_logging_for(state, user, entry.user_id, entry.project_id)
    if wish.faults:
        raise unprocessable(*wish.faults)
    if locks.reason(state, entry) is not None:
        _change_locked(state, user, entry, wish)
        return
    project_id, task_id = wish.project_id or entry.project_id, wish.task_id or entry.task_id
    if (project_id, task_id) != (entry.project_id, entry.task_id):
        check_assigned(state, entry.user_id, project_id, task_id)
    state.change(
        entry,
        project_id=project_id,
        task_id=task_id,
        spent_date=wish.spent_date or entry.spent_date,
        reference=wish.reference if "external_reference" in wish.given else entry.reference,
    )
    _change_notes(state, entry, wish)
    if state.company.wants_timestamp_timers:
        _change_times(state, entry, wish)
    elif wish.hours is not None:
        _change_hours(state, entry, wish.hours)


def delete(state: HarvestState, user: User, entry: Entry) -> Entry:
    """Nobody deletes on archived projects; administrators delete what is locked otherwise."""
    access.require_logging_for(state, user, entry.user_id, entry.project_id)
    reason = locks.reason(state, entry)
    if reason is not None and (locks.is_archived(state, entry) or not user.is_administrator):
        raise not_removable(f"This time entry can't be deleted: {reason}")
    return state.delete_entry(entry.id)


def _required(wish: EntryWish) -> tuple[date, int, int]:
    causes = []
    if wish.project_id is None:
        causes.append("Project can't be blank")
    if wish.task_id is None:
        causes.append("Task can't be blank")
    if wish.spent_date is None and not wish.faults:
        causes += ["Spent date can't be blank", "Spent date is not a valid date"]
    causes += wish.faults
    if causes or wish.spent_date is None or wish.project_id is None or wish.task_id is None:
        raise unprocessable(*causes)
    return wish.spent_date, wish.project_id, wish.task_id


def check_assigned(state: HarvestState, owner_id: int, project_id: int, task_id: int) -> None:
    """Raises 422 with every reason why this person cannot log on this project and task."""
    project, task = state.projects.get(project_id), state.tasks.get(task_id)
    member, work = state.user_assignment(project_id, owner_id), state.task_assignment(project_id, task_id)
    causes = []
    if member is None or not member.is_active:
        causes.append("User isn't assigned to the project")
    if project is None or not project.is_active:
        causes.append("Project isn't active")
    if work is None or not work.is_active or task is None or not task.is_active:
        causes.append("Task isn't assigned to the project")
    if causes:
        raise unprocessable(*causes)


def _is_timer(state: HarvestState, wish: EntryWish) -> bool:
    """Only the field of the account's own mode counts; the other mode's is passed over without a word."""
    return (wish.ended if state.company.wants_timestamp_timers else wish.hours) is None


def _times(
    state: HarvestState, wish: EntryWish, spent_date: date, zone: str
) -> dict[str, Decimal | time | datetime | None]:
    if not _is_timer(state, wish):
        return _finished(state, wish, zone)
    started_at = state.now()
    if state.company.wants_timestamp_timers and wish.started is not None:
        started_at = times.at_local(spent_date, wish.started, zone)
    return {"timer_started_at": started_at, "started": timers.minute_of(started_at, zone)}


def _finished(state: HarvestState, wish: EntryWish, zone: str) -> dict[str, Decimal | time | datetime | None]:
    if not state.company.wants_timestamp_timers:
        return {"booked": wish.hours}
    started = wish.started or timers.minute_of(state.now(), zone)
    return {"started": started, "ended": wish.ended, "booked": _span(started, wish.ended or started)}


def _span(started: time, ended: time) -> Decimal:
    """What Harvest does with an end before the start is not documented; refusing shows the mistake."""
    if ended < started:
        raise unprocessable("Ended time must be after started time")
    return times.between(started, ended)


def _change_locked(state: HarvestState, user: User, entry: Entry, wish: EntryWish) -> None:
    """Administrators change notes and hours; project, task and date stay as they are, and the answer is still 200."""
    if not user.is_administrator:
        raise unprocessable(f"This time entry can't be changed: {locks.reason(state, entry)}")
    _change_notes(state, entry, wish)
    if wish.hours is not None and not state.company.wants_timestamp_timers:
        _change_hours(state, entry, wish.hours)


def _change_notes(state: HarvestState, entry: Entry, wish: EntryWish) -> None:
    if "notes" in wish.given:
        state.change(entry, notes=wish.notes)


def _change_hours(state: HarvestState, entry: Entry, hours: Decimal) -> None:
    """A running timer goes on from the given hours."""
    state.change(entry, booked=hours, timer_started_at=state.now() if entry.is_running else None)


def _change_times(state: HarvestState, entry: Entry, wish: EntryWish) -> None:
    """On accounts with start and end times; `ended_time` stops a running timer."""
    if wish.started is None and wish.ended is None:
        return
    started, ended = wish.started or entry.started, wish.ended or entry.ended
    if started is None:
        raise unprocessable("Started time can't be blank")
    if ended is None:
        zone = state.users[entry.user_id].timezone
        state.change(entry, started=started, timer_started_at=times.at_local(entry.spent_date, started, zone))
        return
    state.change(entry, started=started, ended=ended, booked=_span(started, ended), timer_started_at=None)
