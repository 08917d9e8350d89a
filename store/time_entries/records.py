"""Time entries and timers as frozen records. No I/O, no clock.

Times are UTC; a spent date is the person's own plain date.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypedDict

from store.units import Hours


class EntryState(StrEnum):
    """Where a time entry stands between what a person asked for and what Harvest holds.

    intended -> logged | running | held | refused     a log goes out; a timer starts; Harvest says no
    running  -> stopping -> logged                    stopping may be asked again, so it has a state of its own
    logged   -> editing -> logged
    logged | running -> undoing -> undone
    held     -> intended | discarded                  a person presses Retry, Edit or Discard
    held     -> editing | undoing                     Edit or Discard, where its create may have reached Harvest

    What is pressed while an entry is on its way is kept in the same states (ruling 17). Without a `harvest_id` they
    wait for the create: found in Harvest it is stopped, changed or deleted there, never sent it becomes
        stopping | editing -> intended                a finished entry; the changed one
        undoing            -> discarded
    """

    INTENDED = "intended"
    RUNNING = "running"
    STOPPING = "stopping"
    LOGGED = "logged"
    EDITING = "editing"
    UNDOING = "undoing"
    UNDONE = "undone"
    HELD = "held"
    DISCARDED = "discarded"
    REFUSED = "refused"


OPEN_STATES = (EntryState.INTENDED, EntryState.STOPPING, EntryState.EDITING, EntryState.UNDOING)
"""States in which Harvest has not yet confirmed what was asked: the outbox and the sweep look for these."""


class HeldFor(StrEnum):
    """Why an entry is held: it decides which mends are offered."""

    REJECTED = "rejected"
    """Harvest said no; `reason` has its words."""
    SIGN_IN = "sign_in"
    """Harvest wants the person's own sign-in."""
    NO_SLOT = "no_slot"
    """A start/end account has no room for these hours before midnight (ruling 4)."""
    LOCKED = "locked"
    """The project's budget is used up; it goes out once a manager unlocks it."""


@dataclass(frozen=True, slots=True)
class EntryEdit:
    """What an edit asks for; None leaves a field as it is."""

    project_id: int | None = None
    task_id: int | None = None
    spent_date: date | None = None
    hours: Hours | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class TimerStop:
    """A stop that was asked for: when, what the hours were then, and the note the entry shall carry (None: its own).

    `then`: a change that was asked for before the stop had arrived. `is_exact`: it was asked for before Harvest had
    confirmed the start, so these are the hours whatever Harvest counted.
    """

    at: datetime
    hours: Hours
    note: str | None
    then: EntryEdit | None = None
    is_exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntry:
    """Hours a person asked for, from the asking to Harvest's confirmation and after.

    As made from the fields without a default it is an intent that nobody has sent yet. `key` is a UUID; Harvest carries
    it as external reference `gleaner:<key>`. `hours` is None while a timer has not been stopped.
    """

    key: str
    slack_id: str
    harvest_user_id: int
    project_id: int
    task_id: int
    spent_date: date
    hours: Hours | None
    started: time | None = None
    """Set, as `ended` is, when a range was typed, or the start of a backdated timer."""
    ended: time | None = None
    note: str
    is_timer: bool = False
    state: EntryState = EntryState.INTENDED
    held_for: HeldFor | None = None
    reason: str | None = None
    """Why it is held or refused, or why the last change was refused; in words for the person."""
    harvest_id: int | None = None
    wanted: EntryEdit | TimerStop | None = None
    """The edit or stop that is on its way."""
    revision: int = 0
    """Rises with each change a person makes, so that a button drawn before knows that it is late."""
    attempts: int = 0
    sent_at: datetime | None = None
    """When a create went out whose outcome is not known yet."""
    settles_at: datetime | None = None
    """From when on "not found" says that this create was not done."""
    due_at: datetime | None = None
    told_at: datetime | None = None
    """When the person was told that the entry is kept and will be sent; its arrival is then told as well."""
    created_at: datetime
    asana_task_gid: str | None = None
    """Work on an Asana task: Harvest's reference is then the task, and the key stands in the permalink (section 6)."""
    asana_project_gid: str | None = None
    asana_url: str | None = None

    @property
    def is_to_run(self) -> bool:
        """A timer that nobody has stopped yet; one that was stopped before it reached Harvest is hours like others."""
        return self.is_timer and self.hours is None

    @property
    def may_be_out(self) -> bool:
        """A create was sent whose outcome is not known."""
        return self.harvest_id is None and self.sent_at is not None


class EntryValues(TypedDict, total=False):
    """The columns of an entry that change after it was asked for."""

    slack_id: str
    project_id: int
    task_id: int
    spent_date: date
    hours: Hours | None
    started: time | None
    ended: time | None
    note: str
    state: EntryState
    held_for: HeldFor | None
    reason: str | None
    harvest_id: int | None
    wanted: EntryEdit | TimerStop | None
    revision: int
    attempts: int
    sent_at: datetime | None
    settles_at: datetime | None
    due_at: datetime | None
    leased_until: datetime | None
    told_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of an entry that is made only while the entry is in one of the states `was`."""

    was: tuple[EntryState, ...]
    values: EntryValues
    is_unsent: bool = False
    """Only if no create of the entry is on its way, or may be."""
    revision: int | None = None
    """Only if nothing else was asked for meanwhile."""


@dataclass(frozen=True, slots=True)
class Timer:
    """What Harvest does not remember of a timer: since when it runs and what it held before it was resumed."""

    entry_key: str
    started_at: datetime
    seconds_before: int
    """Seconds already on the entry when it was resumed; `cancel` restores them."""
