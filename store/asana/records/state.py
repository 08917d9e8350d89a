"""What Gleaner knows of Asana beside what Asana holds: mappings, tasks it has seen, bookings, holds, webhooks.

Frozen records by Asana's gids. No I/O, no clock. Hours are hundredths; booked ones may be less than 0.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from store.asana.records.api import AsanaProject, FieldKind
from store.units import Hours


class Source(StrEnum):
    """Where a project's hours stand; one for each project (contract, section 6)."""

    FIELD = "field"
    TIME_ENTRIES = "time_entries"


class WhoseHours(StrEnum):
    """Ruling 11: who typed them, on the day typed; or the assignee, on the completion day."""

    TYPED = "typed"
    COMPLETION = "completion"


@dataclass(frozen=True, slots=True)
class ProjectMapping:
    """An Asana project and the Harvest project that its hours go to. Keyed by gid and id; names are only shown."""

    project_gid: str
    harvest_project_id: int
    default_task_id: int | None
    non_billable_task_id: int | None
    source: Source
    attribution: WhoseHours
    counts_parents: bool
    """Whether a task's own hours count beside those of its subtasks; else they are held."""
    ignores_percentage: bool
    """Only what is billable is typed (S1-40)."""
    linked_by: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class KnownField:
    """A custom field of a project, as the last crawl saw it."""

    gid: str
    name: str
    kind: FieldKind
    format: str | None
    is_formula: bool


@dataclass(frozen=True, slots=True)
class KnownProject:
    """A project as the last crawl saw it. The gids of its fields are kept when the fields are renamed."""

    project: AsanaProject
    workspace_gid: str
    hours_gid: str | None
    percentage_gid: str | None
    type_gid: str | None
    fields: tuple[KnownField, ...]
    is_ignored: bool
    """Somebody said that its hours are of no interest."""
    sync: str | None
    """Token of its event stream."""
    swept_at: datetime | None


class ChoiceKind(StrEnum):
    SECTION = "section"
    OPTION = "option"


@dataclass(frozen=True, slots=True)
class Choice:
    """A section of a project, or an option of one of its fields: what a Harvest task can be mapped to."""

    project_gid: str
    gid: str
    kind: ChoiceKind
    name: str
    field_name: str | None


@dataclass(frozen=True, slots=True)
class KnownUser:
    """`harvest_user_id`: said by hand, where the e-mail address does not tell."""

    gid: str
    name: str
    email: str | None
    harvest_user_id: int | None


@dataclass(frozen=True, slots=True)
class KnownTask:
    """`asked` counts how often somebody heard of the task; `revision` how often it was booked."""

    gid: str
    project_gid: str | None
    name: str
    url: str | None
    completed_at: datetime | None
    value: Decimal | None
    modified_at: datetime | None
    is_trashed: bool
    is_free: bool
    """Somebody said that it genuinely cost nothing (S1-38)."""
    assignee_gid: str | None
    since: datetime | None
    """Backfilled: hours count from here on, however early that is before go-live."""
    chosen_project: str | None
    """Which of several mapped projects somebody chose."""
    asked: int
    revision: int
    until: datetime | None = None
    """Backfilled up to here alone: what was typed from then on to go-live does not count."""
    minutes: int | None = None
    """Of its native time entries together, when it was booked last."""


class AllocationKind(StrEnum):
    CLAIM = "claim"
    """Went into an entry, or was taken out of one."""
    DISCARDED = "discarded"
    """Somebody decided that it is no time; it is in no entry."""
    CORRECTION = "correction"
    """Harvest holds otherwise than was booked, and somebody accepted or restored that; no story tells of it."""


ACCEPTED = "accepted:"
"""How the source of a correction begins that somebody accepted."""


class Allocation(NamedTuple):
    """Hours accounted for: `source` is the gid of the story or time entry, or names the decision."""

    task_gid: str
    source: str
    kind: AllocationKind
    user_gid: str
    day: date | None
    hours: Hours
    entry_key: str | None


class HoldKind(StrEnum):
    """Why hours wait: `sync.rules.hold_policy` says what each of them allows."""

    UNMAPPED = "unmapped"
    NO_PROJECT = "no_project"
    SEVERAL_PROJECTS = "several_projects"
    ASANA_ARCHIVED = "asana_archived"
    HARVEST_ARCHIVED = "harvest_archived"
    NO_TASK = "no_task"
    NO_NON_BILLABLE_TASK = "no_non_billable_task"
    NOT_IN_HARVEST = "not_in_harvest"
    NOT_ASSIGNED = "not_assigned"
    DUPLICATE = "duplicate"
    PARENT = "parent"
    COPIED = "copied"
    UNEXPLAINED = "unexplained"
    NOBODY = "nobody"
    OVER_A_DAY = "over_a_day"
    FIELD_MISSING = "field_missing"
    """The field of which hours were booked is not shown any more."""
    UNFIT = "unfit"
    """What stands in the fields cannot be read as hours; `words` says what."""
    LOWERING = "lowering"
    """Taken back in Asana, and no entry could give it."""
    DELETED = "deleted"
    """Somebody deleted in Harvest what was booked (ruling 12)."""
    EDITED = "edited"
    """Somebody changed in Harvest what was booked."""
    MISPLACED = "misplaced"
    """In Harvest, but billable or not as the task no more is, and the entry cannot be changed; `words` says why."""


class HoldState(StrEnum):
    """open -> released (its cause is gone) | discarded (somebody decided); either may open again."""

    OPEN = "open"
    RELEASED = "released"
    DISCARDED = "discarded"


class Part(NamedTuple):
    """What of the hours that wait is of one story or time entry."""

    source: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class Hold:
    """Hours of a task that did not go through. `hours` is less than 0 where they should have been taken back."""

    key: str
    kind: HoldKind
    project_gid: str | None
    task_gid: str
    parts: tuple[Part, ...]
    """None where no story tells of the hours."""
    user_gid: str | None
    hours: Hours
    day: date | None
    words: str
    entry_key: str | None = None
    entry_ids: tuple[int, ...] = ()
    """Harvest's ids of what may hold these hours already."""
    state: HoldState = HoldState.OPEN
    revision: int = 0
    decided_by: str | None = None
    opened_at: datetime | None = None


class HookState(StrEnum):
    """pending -> active -> dead; a handshake is taken only while pending."""

    PENDING = "pending"
    ACTIVE = "active"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook of ours. `id` is our own and cannot be guessed; `secret` is encrypted."""

    id: str
    resource_gid: str
    gid: str | None
    secret: str | None = field(repr=False)
    state: HookState
    asked_at: datetime
    heard_at: datetime | None
