"""The life of a time entry: each change of its state, as a pure function that gives a guarded `Transition`.

The diagram stands at `EntryState`. Three rules hold for all of them. What a person asks for raises `revision`, so that
buttons drawn before know that they are late; what Harvest answers does not. Whatever is asked for anew starts with
fresh attempts, at once. `told_at` is dropped with each answer and each new asking: it promises one message, not two.
"""

from dataclasses import asdict, replace
from datetime import date, datetime, time

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
_ON_ITS_WAY = OPEN_STATES
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
    """A held entry is changed here, before it goes out. One that may be out is looked for, and changed there."""
    if entry.may_be_out:
        return Transition(_HELD, _asked(entry, EntryState.EDITING, wanted))
    return Transition(_HELD, _asked(entry, EntryState.INTENDED) | _given(wanted))


def rewrite_held(entry: TimeEntry, wanted: EntryEdit) -> Transition:
    """The same, and it stays held for what it was held for."""
    return Transition(_HELD, {"revision": entry.revision + 1, **_given(wanted)}, is_unsent=True)


def rewrite_locked(entry: TimeEntry, wanted: EntryEdit, reason: str) -> Transition:
    """The same where the budget is used up: it goes on waiting, for that."""
    values = _asked(entry, EntryState.HELD) | _given(wanted) | _held(HeldFor.LOCKED, reason)
    return Transition(_HELD, values, is_unsent=True)


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
    """A timer is to end, whether its start has reached Harvest or not."""
    return _anew(entry, (EntryState.RUNNING, EntryState.INTENDED), _asked(entry, EntryState.STOPPING, wanted))


def undo(entry: TimeEntry) -> Transition:
    """An entry that is in Harvest, or may be, is to be deleted there.

    What was asked for before stays with it: Harvest may have done that, and its answer was lost.
    """
    return _anew(entry, (*_AT_REST, *_ON_ITS_WAY, *_HELD), _asked(entry, EntryState.UNDOING, entry.wanted))


def edit_on_its_way(entry: TimeEntry, wanted: EntryEdit) -> Transition:
    """A change of what has not arrived yet: it joins what was asked for before."""
    match entry.wanted:
        case TimerStop() as ending:
            after = replace(ending, then=_joined(ending.then, wanted))
            return _anew(entry, (EntryState.STOPPING,), _asked(entry, EntryState.STOPPING, after))
        case before:
            values = _asked(entry, EntryState.EDITING, _joined(before, wanted))
            return _anew(entry, (EntryState.INTENDED, EntryState.EDITING), values)


def never_sent(entry: TimeEntry, started: time | None, ended: time | None) -> Transition:
    """What was pressed before anything was sent becomes what is sent. `started`, `ended`: when a stopped timer ran."""
    if entry.state is EntryState.UNDOING:
        return Transition((entry.state,), {**_answered(EntryState.DISCARDED)})
    match entry.wanted:
        case TimerStop() as stop:
            # Harvest would take an entry without hours for a timer to start.
            hours = Hours(max(stop.hours, 1))
            values: EntryValues = {"state": EntryState.INTENDED, "hours": hours, "wanted": None}
            values |= {"started": started, "ended": ended, "sent_at": None, "settles_at": None}
            if stop.note is not None:
                values["note"] = stop.note
            return Transition((entry.state,), values | (_given(stop.then) if stop.then else {}))
        case EntryEdit() as change:
            values = {"state": EntryState.INTENDED, "wanted": None, "sent_at": None, "settles_at": None}
            return Transition((entry.state,), values | _given(change))
    # Whoever is late finds an entry that was made ready to be sent meanwhile, and leaves it so.
    return Transition((entry.state,), {"wanted": None})


def discard() -> Transition:
    """An entry that never reached Harvest is dropped. A create that may be out is not: it would be there after all."""
    return Transition(NOT_IN_HARVEST, {"state": EntryState.DISCARDED}, is_unsent=True)


def discard_held(entry: TimeEntry) -> Transition:
    """Hours from Asana were taken back before they went out."""
    return Transition(_HELD, {"state": EntryState.DISCARDED, "revision": entry.revision + 1}, is_unsent=True)


def held(entry: TimeEntry, reason: str) -> TimeEntry:
    """An entry nobody has sent yet, kept back from the beginning because its budget is used up."""
    return replace(entry, state=EntryState.HELD, held_for=HeldFor.LOCKED, reason=reason)


# What Harvest answered.


def arrived(entry: TimeEntry, found: HarvestEntry) -> Transition:
    """Harvest holds what was asked for, or what it made of that: its word is final.

    What was asked for only after the create had been sent goes on from here.
    """
    if entry.harvest_id is None and entry.state is not EntryState.INTENDED:
        known: EntryValues = {"harvest_id": found.id, "sent_at": None, "settles_at": None}
        return Transition((entry.state,), known)
    if isinstance(entry.wanted, TimerStop) and entry.wanted.then is not None:
        again: EntryValues = {**_as_in_harvest(found), "state": EntryState.EDITING, "wanted": entry.wanted.then}
        return Transition((entry.state,), again)
    state = EntryState.RUNNING if found.is_running else EntryState.LOGGED
    return Transition((entry.state,), _answered(state) | _as_in_harvest(found))


def undone(entry: TimeEntry, reason: str | None = None) -> Transition:
    """It is in Harvest no longer."""
    return Transition((entry.state,), {**_answered(EntryState.UNDONE), "reason": reason})


def fall_back(entry: TimeEntry, reason: str) -> Transition:
    """Harvest refused the change of an entry, which stands as it was: a timer that was not stopped runs on."""
    is_running = entry.state is EntryState.STOPPING or entry.hours is None
    back = EntryState.RUNNING if is_running else EntryState.LOGGED
    return Transition((entry.state,), {**_answered(back), "reason": reason})


def hold(entry: TimeEntry, kind: HeldFor, reason: str) -> Transition:
    """Harvest refused a create. A timer that never started holds no hours, so nothing of it has to be kept."""
    state = EntryState.REFUSED if entry.is_to_run and not entry.may_be_out else EntryState.HELD
    values: EntryValues = {"leased_until": None, "due_at": None, "told_at": None}
    return Transition((EntryState.INTENDED,), {"state": state, **_held(kind, reason), **values})


def adopt(found: HarvestEntry) -> Transition:
    """Our row of an entry at rest follows what stands in Harvest."""
    state = EntryState.RUNNING if found.is_running else EntryState.LOGGED
    return Transition(_AT_REST, {"state": state, **_as_in_harvest(found)})


# What happens on the way.


def sent(entry: TimeEntry, now: datetime, settles_at: datetime) -> Transition:
    """A create goes out; until it is answered, or until `settles_at`, nobody knows whether Harvest has it."""
    values: EntryValues = {"sent_at": now, "settles_at": settles_at, "attempts": entry.attempts + 1}
    return Transition((entry.state,), values)


def surely_not_sent() -> Transition:
    return Transition(_ON_ITS_WAY, {"sent_at": None, "settles_at": None})


def unsure(settles_at: datetime, due_at: datetime) -> Transition:
    """Nobody knows whether a create was done: it is looked for at `due_at`, and until `settles_at`."""
    return Transition(_ON_ITS_WAY, {"settles_at": settles_at, "due_at": due_at, "leased_until": None})


def postpone(entry: TimeEntry, due_at: datetime) -> Transition:
    """The next attempt is due then. A create counted its attempt when it was sent."""
    was_counted = entry.may_be_out
    attempts = entry.attempts + (0 if was_counted else 1)
    return Transition(_ON_ITS_WAY, {"due_at": due_at, "leased_until": None, "attempts": attempts})


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
        "settles_at": None,
        "due_at": None,
        "leased_until": None,
        "told_at": None,
        "reason": None,
        "held_for": None,
    }


def _anew(entry: TimeEntry, was: tuple[EntryState, ...], values: EntryValues) -> Transition:
    """Something else is asked for, unless that has happened meanwhile."""
    return Transition(was, values, revision=entry.revision)


def _joined(before: EntryEdit | None, wanted: EntryEdit) -> EntryEdit:
    """Both changes; where they name the same field, the later one."""
    given = {name: value for name, value in asdict(wanted).items() if value is not None}
    return replace(before or EntryEdit(), **given)


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
