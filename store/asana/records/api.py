"""What Asana holds, as far as hours come from it: frozen records by Asana's own gids. No I/O, no clock.

Numbers are Decimal, moments aware and in UTC. A gid is text; a name is only shown and never a key.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class FieldKind(StrEnum):
    """Kinds of custom field, as far as hours and percentages can stand in them."""

    NUMBER = "number"
    ENUM = "enum"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AsanaWorkspace:
    gid: str
    name: str
    is_organization: bool


@dataclass(frozen=True, slots=True)
class AsanaUser:
    """`email` is None where Asana does not show it."""

    gid: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class AsanaProject:
    """`modified_at` moves with the project's own data, not with its tasks."""

    gid: str
    name: str
    is_archived: bool
    url: str | None
    team: str | None
    owner_email: str | None
    is_from_template: bool
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Section:
    gid: str
    name: str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of an enum field; options are never deleted, only disabled."""

    gid: str
    name: str
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A custom field of a project. One of the workspace's library has the same gid in every project."""

    gid: str
    name: str
    kind: FieldKind
    precision: int | None
    format: str | None
    """`none`, `custom`, `percentage`, `currency`, `identifier` or `duration`; None for what is no number."""
    options: tuple[Option, ...]
    is_formula: bool


class FieldValue(NamedTuple):
    """A custom field of a task with what stands in it. A tuple, because a task may have dozens."""

    gid: str
    name: str
    kind: FieldKind
    is_enabled: bool
    """False: the field was taken from the project, or the task moved to one without it. The value stays."""
    number: Decimal | None
    precision: int | None
    format: str | None
    option_gid: str | None
    option_name: str | None
    is_formula: bool


class Membership(NamedTuple):
    """A project that a task is in, and where."""

    project_gid: str
    project_name: str
    section_gid: str | None
    section_name: str | None


@dataclass(frozen=True, slots=True)
class AsanaTask:
    gid: str
    name: str
    is_completed: bool
    completed_at: datetime | None
    completed_by: AsanaUser | None
    assignee: AsanaUser | None
    memberships: tuple[Membership, ...]
    """In no promised order; empty for most subtasks (S1-46)."""
    parent_gid: str | None
    subtask_count: int
    actual_minutes: int | None
    """The sum of its time entries."""
    fields: tuple[FieldValue, ...]
    """Those that the token's user may see: a field that is not here is not a zero."""
    created_at: datetime
    modified_at: datetime
    due_on: date | None
    url: str | None
    kind: str
    """`default_task`, `milestone`, `approval` or `custom`."""


@dataclass(frozen=True, slots=True)
class FieldStory:
    """Somebody changed a number field of a task. `created_by` is None for Asana's own rules."""

    gid: str
    task_gid: str
    created_at: datetime
    created_by: AsanaUser | None
    field_gid: str
    field_name: str
    old: Decimal | None
    """None: nothing stood there."""
    new: Decimal | None
    """None: it was emptied."""
    source: str
    """`web`, `email`, `mobile`, `api` or `unknown`."""


@dataclass(frozen=True, slots=True)
class TurnStory:
    """A task became somebody's to do: it was assigned, or marked incomplete again."""

    gid: str
    created_at: datetime
    created_by: AsanaUser | None
    is_assignment: bool


@dataclass(frozen=True, slots=True)
class Stories:
    """What is told of a task, as far as it counts here; in Asana's order, which is not promised to be that of time."""

    fields: tuple[FieldStory, ...] = ()
    turns: tuple[TurnStory, ...] = ()


@dataclass(frozen=True, slots=True)
class AsanaTimeEntry:
    """A native time-tracking entry. `entered_on` is the person's own day. It says neither when it was last changed."""

    gid: str
    minutes: int
    entered_on: date
    created_by: AsanaUser | None
    task_gid: str | None
    """None for general work on the project."""
    project_gid: str | None
    billable: bool | None
    """None where the plan does not know or it does not apply."""
    description: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook of ours, and how its deliveries went. Asana deletes one that failed for a day."""

    gid: str
    resource_gid: str
    target: str
    is_active: bool
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_failure: str | None
    deletion_at: datetime | None
    """When Asana gives it up, if deliveries go on failing."""


class AsanaChange(NamedTuple):
    """An event: a hint that something changed, never its value. It may be lost, repeated or out of order."""

    action: str
    """`added`, `changed`, `removed`, `deleted` or `undeleted`."""
    resource_gid: str
    resource_type: str
    resource_subtype: str | None
    parent_gid: str | None
    """Of a story its task, of an added or removed task the project."""
    parent_type: str | None
    field: str | None
    """Which field changed, such as `completed` or `custom_fields`."""
    value_gid: str | None
    """Of what now stands there, where that is an Asana object: of `custom_fields` the custom field."""
    user_gid: str | None
    created_at: datetime | None
