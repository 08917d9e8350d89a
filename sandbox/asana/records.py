"""What an Asana organization holds. Mutable: the state changes records in place, and they point at each other.

Times are aware, UTC, whole milliseconds. Numbers in fields are `Decimal`; a percentage is a fraction (0.25 is 25 %).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, TypeVar, dataclass_transform

Row = TypeVar("Row")

Subtype = Literal["number", "enum", "text"]
Format = Literal["none", "percentage", "currency", "duration", "custom"]
Source = Literal["web", "mobile", "email", "api"]
Action = Literal["added", "changed", "removed", "deleted", "undeleted"]


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(field,))
def record(cls: type[Row]) -> type[Row]:
    """A dataclass compared by identity: records form circles, and two with the same content are still two."""
    return dataclass(kw_only=True, eq=False, repr=False)(cls)


@record
class Record:
    resource_type: ClassVar[str]

    gid: str
    created_at: datetime
    name: str = ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.gid} {self.name!r}>"


@dataclass
class Plan:
    """What is paid for; what is not is answered with 402, or left out of records."""

    time_tracking: bool = True
    custom_fields: bool = True


@record
class Workspace(Record):
    resource_type = "workspace"

    is_organization: bool = True
    email_domains: tuple[str, ...] = ()
    plan: Plan = field(default_factory=Plan)


@record
class Team(Record):
    resource_type = "team"

    workspace: Workspace


@record
class User(Record):
    resource_type = "user"

    email: str | None = None
    """None for guests who hide it, and once the person was removed."""
    workspaces: list[Workspace] = field(default_factory=list)
    is_service_account: bool = False
    """Of an integration, no person."""


@record
class Option(Record):
    """One choice of an enum field; it can be disabled, never deleted."""

    resource_type = "enum_option"

    enabled: bool = True
    color: str = "cool-gray"


@record
class Field(Record):
    """A custom field. `formula`: computed from the task, read-only. One gid wherever it is used."""

    resource_type = "custom_field"

    workspace: Workspace
    resource_subtype: Subtype = "number"
    precision: int = 0
    format: Format = "none"
    options: list[Option] = field(default_factory=list)
    formula: "Callable[[Task], Decimal | None] | None" = None
    is_global_to_workspace: bool = True
    created_by: User | None = None


Value = Decimal | Option | str


@record
class Setting(Record):
    """That a project uses a field."""

    resource_type = "custom_field_setting"

    project: "Project"
    field: Field
    is_important: bool = True


@record
class Project(Record):
    resource_type = "project"

    workspace: Workspace
    team: Team | None = None
    owner: User | None = None
    members: list[User] = field(default_factory=list)
    is_private: bool = False
    """Seen by its owner and members alone."""
    archived: bool = False
    deleted: bool = False
    notes: str = ""
    created_from_template: str | None = None
    """The template's gid."""
    modified_at: datetime
    """Changes of tasks do not count."""
    settings: list[Setting] = field(default_factory=list)
    sections: "list[Section]" = field(default_factory=list)
    tasks: "list[Task]" = field(default_factory=list)

    @property
    def fields(self) -> list[Field]:
        return [setting.field for setting in self.settings]

    @property
    def permalink_url(self) -> str:
        return f"https://app.asana.com/1/{self.workspace.gid}/project/{self.gid}"


@record
class Section(Record):
    resource_type = "section"

    project: Project


@dataclass
class Membership:
    project: Project
    section: Section


@record
class Task(Record):
    resource_type = "task"

    workspace: Workspace
    resource_subtype: str = "default_task"
    created_by: User | None = None
    notes: str = ""
    assignee: User | None = None
    followers: list[User] = field(default_factory=list)
    completed: bool = False
    completed_at: datetime | None = None
    completed_by: User | None = None
    due_on: date | None = None
    memberships: list[Membership] = field(default_factory=list)
    parent: "Task | None" = None
    subtasks: "list[Task]" = field(default_factory=list)
    is_rendered_as_separator: bool = False
    values: dict[Field, Value] = field(default_factory=dict)
    stories: "list[Story]" = field(default_factory=list)
    time_entries: "list[TimeEntry]" = field(default_factory=list)
    modified_at: datetime
    """Of its own properties."""
    touched_at: datetime
    """What `modified_since` goes by: stories and projects count as well."""
    trashed: bool = False

    @property
    def ancestors(self) -> "list[Task]":
        """Nearest first."""
        return [] if self.parent is None else [self.parent, *self.parent.ancestors]

    @property
    def homes(self) -> list[Project]:
        """Its projects; a subtask without any is at home in those of its nearest ancestor that has some."""
        for task in (self, *self.ancestors):
            if task.memberships:
                return [membership.project for membership in task.memberships]
        return []

    @property
    def is_gone(self) -> bool:
        """In somebody's trash, with a parent there, or in deleted projects alone."""
        homes = self.homes
        lost = bool(homes) and all(project.deleted for project in homes)
        return lost or any(task.trashed for task in (self, *self.ancestors))

    @property
    def fields(self) -> list[Field]:
        """Those of its projects, then those whose values it holds nevertheless."""
        offered = [found for membership in self.memberships for found in membership.project.fields]
        return list(dict.fromkeys([*offered, *self.values]))

    @property
    def permalink_url(self) -> str:
        place = f"/project/{self.memberships[0].project.gid}" if self.memberships else ""
        return f"https://app.asana.com/1/{self.workspace.gid}{place}/task/{self.gid}"

    def has_enabled(self, wanted: Field) -> bool:
        """False: the field was taken off its projects, and what is left of it can only be cleared."""
        return any(wanted in project.fields for project in self.homes)


@record
class Story(Record):
    resource_type = "story"

    task: Task
    created_by: User | None
    """None: Asana itself, such as a rule."""
    resource_subtype: str
    text: str
    source: Source = "web"
    facts: dict[str, Any] = field(default_factory=dict)
    """What else it tells, under Asana's own names such as `old_number_value`."""

    @property
    def type(self) -> str:
        return "comment" if self.resource_subtype == "comment_added" else "system"


@record
class TimeEntry(Record):
    resource_type = "time_tracking_entry"

    workspace: Workspace
    task: Task | None
    created_by: User | None
    duration_minutes: int
    entered_on: date
    attributable_to: Project | None = None
    billable_status: str = "notApplicable"
    approval_status: str = "DRAFT"
    description: str = ""


@record
class Job(Record):
    resource_type = "job"

    resource_subtype: str
    status: str = "succeeded"
    new_project: Project | None = None
