"""The life of a time entry: each change of its state, as a pure function that gives a guarded `Transition`.

The diagram stands at `EntryState`. Three rules hold for all of them. What a person asks for raises `revision`, so that
buttons drawn before know that they are late; what Harvest answers does not. Whatever is asked for anew starts with
fresh attempts, at once. `told_at` is dropped with each answer and each new asking: it promises one message, not two.
"""

from dataclasses import replace
from datetime import date, datetime

from store.harvest.records import HarvestEntry
from store.time_entries.records import (
    OPEN_STATES,
    EntryEdit,
    EntryState,
    EntryValues,
    HeldFor,
    TimeEntry,
    TimerStop,
    Transition,
)
from store.units import Hours

_HELD = (EntryState.HELD,)
_AT_REST = (EntryState.LOGGED, EntryState.RUNNING)
NOT_IN_HARVEST = (EntryState.HELD, EntryState.REFUSED, EntryState.INTENDED)
"""States in which Harvest has no entry yet."""


# What a person, a budget or an Asana task asks for.


def edit(entry: TimeEntry, wanted: EntryEdit) -> Transition:
    """A logged entry is to be changed in Harvest."""
    return Transition((EntryState.LOGGED,), _asked(entry, EntryState.EDITING, wanted))


def edit_at_rest(entry: TimeEntry, wanted: EntryEdit) -> Transition:
    """The same by what Harvest holds: a timer that was stopped there is at rest, whatever our row says."""
    return Transition(_AT_REST, _asked(entry, EntryState.EDITING, wanted))


def rewrite(entry: TimeEntry, wanted: EntryEdit) -> Transition:
    """A held entry is changed here, before it goes out."""
    return Transition(_HELD, _asked(entry, EntryState.INTENDED) | _given(wanted))


def rewrite_held(entry: TimeEntry, wanted: EntryEdit) -> Transition:
    """The same, and it stays held for what it was held for."""
    return Transition(_HELD, {"revision": entry.revision + 1, **_given(wanted)})


def rewrite_locked(entry: TimeEntry, wanted: EntryEdit, reason: str) -> Transition:
    """The same where the budget is used up: it goes on waiting, for that."""
    return Transition(_HELD, _asked(entry, EntryState.HELD) | _given(wanted) | _held(HeldFor.LOCKED, reason))


def retry(entry: TimeEntry) -> Transition:
    """A person sends a held entry again."""
    return Transition(_HELD, _asked(entry, EntryState.INTENDED))


def release(told_at: datetime | None) -> Transition:
    """What kept an entry is gone. `told_at`: set where its person hears of it, so that its arrival is told."""
    values: EntryValues = {"state": EntryState.INTENDED, "held_for": None, "reason": None, "attempts": 0}
    return Transition(_HELD, {**values, "due_at": None, "told_at": told_at})


def begin(today: date, now: datetime) -> Transition:
    """A held timer is to start now instead of when it was asked for."""
    return Transition(_HELD, {"hours": None, "started": None, "spent_date": today, "created_at": now})


def lock(reason: str) -> Transition:
    """An entry that is held already waits for its budget now."""
    return Transition(_HELD, _held(HeldFor.LOCKED, reason))


def stop(entry: TimeEntry, wanted: TimerStop) -> Transition:
    return Transition((EntryState.RUNNING,), _asked(entry, EntryState.STOPPING, wanted))


def undo(entry: TimeEntry) -> Transition:
    """An entry that is in Harvest is to be deleted there."""
    return Transition(_AT_REST, _asked(entry, EntryState.UNDOING))


def discard() -> Transition:
    """An entry that never reached Harvest is dropped. A create that may be out is not: it would be there after all."""
    return Transition(NOT_IN_HARVEST, {"state": EntryState.DISCARDED}, is_unsent=True)


def discard_held(entry: TimeEntry) -> Transition:
    """Hours from Asana were taken back before they went out."""
    return Transition(_HELD, {"state": EntryState.DISCARDED, "revision": entry.revision + 1})


def held(entry: TimeEntry, reason: str) -> TimeEntry:
    """An entry nobody has sent yet, kept back from the beginning because its budget is used up."""
    return replace(entry, state=EntryState.HELD, held_for=HeldFor.LOCKED, reason=reason)


# What Harvest answered.


def arrived(entry: TimeEntry, found: HarvestEntry) -> Transition:
    """Harvest holds what was asked for, or what it made of that: its word is final."""
    state = EntryState.RUNNING if found.is_running else EntryState.LOGGED
    return Transition((entry.state,), _answered(state) | _as_in_harvest(found))


def undone(entry: TimeEntry, reason: str | None = None) -> Transition:
    """It is in Harvest no longer."""
    return Transition((entry.state,), {**_answered(EntryState.UNDONE), "reason": reason})


def fall_back(entry: TimeEntry, reason: str) -> Transition:
    """Harvest refused the change of an entry, which stands as it was."""
    back = EntryState.RUNNING if entry.state is EntryState.STOPPING else EntryState.LOGGED
    return Transition((entry.state,), {**_answered(back), "reason": reason})


def hold(entry: TimeEntry, kind: HeldFor, reason: str) -> Transition:
    """Harvest refused an entry. A timer that never started holds no hours, so nothing of it has to be kept."""
    state = EntryState.REFUSED if entry.is_timer else EntryState.HELD
    values: EntryValues = {"leased_until": None, "due_at": None, "told_at": None}
    return Transition((entry.state,), {"state": state, **_held(kind, reason), **values})


def adopt(found: HarvestEntry) -> Transition:
    """Our row of an entry at rest follows what stands in Harvest."""
    state = EntryState.RUNNING if found.is_running else EntryState.LOGGED
    return Transition(_AT_REST, {"state": state, **_as_in_harvest(found)})


# What happens on the way.


def sent(entry: TimeEntry, now: datetime) -> Transition:
    """A create goes out; until it is answered nobody knows whether Harvest has it."""
    return Transition((entry.state,), {"sent_at": now, "attempts": entry.attempts + 1})


def surely_not_sent(entry: TimeEntry) -> Transition:
    return Transition((entry.state,), {"sent_at": None})


def postpone(entry: TimeEntry, due_at: datetime) -> Transition:
    """The next attempt is due then. A create counted its attempt when it was sent."""
    was_counted = entry.state is EntryState.INTENDED and entry.sent_at is not None
    attempts = entry.attempts + (0 if was_counted else 1)
    return Transition((entry.state,), {"due_at": due_at, "leased_until": None, "attempts": attempts})


def say_why(entry: TimeEntry, reason: str) -> Transition:
    """Why a change of the entry waits."""
    return Transition((entry.state,), {"reason": reason})


def told(now: datetime) -> Transition:
    """The person hears that the entry is kept, so its arrival must be told as well."""
    return Transition(OPEN_STATES, {"told_at": now})


def _asked(entry: TimeEntry, state: EntryState, wanted: EntryEdit | TimerStop | None = None) -> EntryValues:
    return {
        "state": state,
        "wanted": wanted,
        "revision": entry.revision + 1,
        "attempts": 0,
        "due_at": None,
        "reason": None,
        "held_for": None,
        "told_at": None,
    }


def _answered(state: EntryState) -> EntryValues:
    return {
        "state": state,
        "wanted": None,
        "sent_at": None,
        "due_at": None,
        "leased_until": None,
        "told_at": None,
        "reason": None,
        "held_for": None,
    }


def _held(kind: HeldFor, reason: str) -> EntryValues:
    return {"held_for": kind, "reason": reason}


def _given(wanted: EntryEdit) -> EntryValues:
    """The fields an edit names. Hours of their own end a typed range."""
    values: EntryValues = {}
    if wanted.project_id is not None:
        values["project_id"] = wanted.project_id
    if wanted.task_id is not None:
        values["task_id"] = wanted.task_id
    if wanted.spent_date is not None:
        values["spent_date"] = wanted.spent_date
    if wanted.hours is not None:
        values |= {"hours": wanted.hours, "started": None, "ended": None}
    if wanted.note is not None:
        values["note"] = wanted.note
    return values


def _as_in_harvest(found: HarvestEntry) -> EntryValues:
    return {
        "harvest_id": found.id,
        "project_id": found.project_id,
        "task_id": found.task_id,
        "spent_date": found.spent_date,
        "hours": None if found.is_running else Hours(found.hours),
        "started": found.started,
        "ended": found.ended,
        "note": found.notes,
    }
