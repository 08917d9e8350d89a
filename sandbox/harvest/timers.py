"""Stopping and restarting timers; starting one is creating an entry without an end."""

from datetime import datetime, time

from sandbox.harvest import access, locks, times
from sandbox.harvest.records import Entry, User
from sandbox.harvest.refusals import unprocessable
from sandbox.harvest.state import HarvestState


def stop(state: HarvestState, user: User, entry: Entry) -> Entry:
    """Raises 422 when it does not run."""
    access.require_timer_of(state, user, entry)
    if not entry.is_running:
        raise unprocessable("Timer is not running")
    _stop(state, entry)
    return entry


def restart(state: HarvestState, user: User, entry: Entry) -> Entry:
    """Raises 422 when it runs already. Accounts with start and end times answer with a new entry, of a new id."""
    access.require_timer_of(state, user, entry)
    if entry.is_running:
        raise unprocessable("Timer is already running")
    reason = locks.reason(state, entry)
    if reason is not None:
        raise unprocessable(f"This time entry can't be changed: {reason}")
    if state.habits.stops_other_timers:
        stop_all(state, entry.user_id)
    started = {"timer_started_at": state.now(), "started": minute_of(state.now(), _zone(state, entry))}
    if not state.company.wants_timestamp_timers:
        state.change(entry, **started)
        return entry
    return state.add_entry(
        user_id=entry.user_id,
        project_id=entry.project_id,
        task_id=entry.task_id,
        spent_date=entry.spent_date,
        notes=entry.notes,
        reference=entry.reference,
        **started,
    )


def stop_all(state: HarvestState, user_id: int) -> None:
    for entry in state.entries.values():
        if entry.user_id == user_id and entry.is_running:
            _stop(state, entry)


def minute_of(moment: datetime, zone: str) -> time:
    """The time of day there, to the minute, as Harvest shows it."""
    there = times.local(moment, zone)
    return time(there.hour, there.minute)


def _stop(state: HarvestState, entry: Entry) -> None:
    hours = state.hours_of(entry)
    ended = minute_of(state.now(), _zone(state, entry)) if state.company.wants_timestamp_timers else None
    state.change(
        entry, booked=hours, timer_started_at=None, started=entry.started if ended is not None else None, ended=ended
    )


def _zone(state: HarvestState, entry: Entry) -> str:
    return state.users[entry.user_id].timezone
