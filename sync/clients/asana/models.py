"""Asana's answers, checked once and turned into records, and the fields that are asked for so that they hold them.

Lenient where recordings differ: unknown fields are ignored, and null counts as missing. Numbers never become floats.
"""

from datetime import UTC, date, datetime
from decimal import Context, Decimal
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Rule

from store.asana.records.api import (
    AsanaProject,
    AsanaTask,
    AsanaTimeEntry,
    AsanaUser,
    AsanaWorkspace,
    Field,
    FieldKind,
    FieldStory,
    FieldValue,
    Membership,
    Option,
    Section,
    TurnStory,
)


def asked(*names: str, **within: str) -> str:
    """`name,owner.gid,owner.email`: names, and those within an object, which is always asked for its gid too."""
    inner = [f"{place}.{name}" for place, its in within.items() for name in its.split()]
    gids = [f"{name.rpartition('.')[0]}.gid" for name in inner]
    return ",".join(dict.fromkeys([*names, *gids, *inner]))


WORKSPACE_FIELDS = asked("name", "is_organization")
USER_FIELDS = asked("name", "email")
PROJECT_FIELDS = asked(
    "name", "archived", "permalink_url", "modified_at", team="name", owner="email", created_from_template="name"
)
SECTION_FIELDS = asked("name")
SETTING_FIELDS = asked(
    custom_field="name resource_subtype precision format is_formula_field "
    "enum_options.gid enum_options.name enum_options.enabled"
)
TASK_FIELDS = asked(
    "name", "resource_subtype", "completed", "completed_at", "num_subtasks", "actual_time_minutes",
    "created_at", "modified_at", "due_on", "permalink_url",
    completed_by="name email",
    assignee="name email",
    memberships="project.name section.name",
    parent="name",
    custom_fields="name resource_subtype enabled number_value precision format enum_value.name is_formula_field",
)  # fmt: skip
STORY_FIELDS = asked(
    "created_at", "resource_subtype", "source", "old_number_value", "new_number_value",
    created_by="name email",
    custom_field="name",
)  # fmt: skip
TIME_ENTRY_FIELDS = asked(
    "duration_minutes", "entered_on", "billable_status", "description",
    created_by="name email",
    task="name",
    attributable_to="name",
)  # fmt: skip

_NUMBER_STORY, _ASSIGNED, _REOPENED = "number_custom_field_changed", "assigned", "marked_incomplete"
_BILLABLE = {"billable": True, "nonBillable": False}


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment outside of the calendar") from error


_MOST_FIGURE, _FINEST, _WIDE = Decimal(10**15), Decimal("1e-20"), Context(prec=60)


def _bounded(figure: Decimal) -> Decimal:
    """Exact as far as anybody types: as a fraction `1e999999999` or `1e-999999999` would fill all memory."""
    within = max(-_MOST_FIGURE, min(figure, _MOST_FIGURE))
    rounded = within.quantize(_FINEST, context=_WIDE)
    return within if within == rounded else rounded


Gid = Annotated[str, StringConstraints(pattern=r"\A[0-9A-Za-z_-]{1,64}\z")]
"""Digits, in all that was seen. It is put into addresses, so nothing that means something there."""
Moment = Annotated[datetime, AfterValidator(_utc)]
Figure = Annotated[Decimal, AfterValidator(_bounded)]
Precision = Annotated[int, AfterValidator(lambda places: max(0, min(places, 9)))]


class Lenient(BaseModel):
    """By its types alone: tasks come by the ten thousand, and a validator in Python is slow."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class Ref(Lenient):
    gid: Gid
    name: str | None = None


class UserModel(Ref):
    email: str | None = None

    def record(self) -> AsanaUser:
        return AsanaUser(self.gid, self.name or "", self.email or None)


class WorkspaceModel(Ref):
    is_organization: bool | None = None

    def record(self) -> AsanaWorkspace:
        return AsanaWorkspace(self.gid, self.name or "", bool(self.is_organization))


class ProjectModel(Ref):
    archived: bool | None = None
    permalink_url: str | None = None
    team: Ref | None = None
    owner: UserModel | None = None
    created_from_template: Ref | None = None
    modified_at: Moment | None = None

    def record(self) -> AsanaProject:
        return AsanaProject(
            gid=self.gid,
            name=(self.name or "").strip(),
            is_archived=bool(self.archived),
            url=self.permalink_url,
            team=self.team.name if self.team else None,
            owner_email=self.owner.email if self.owner else None,
            is_from_template=self.created_from_template is not None,
            modified_at=self.modified_at,
        )


class SectionModel(Ref):
    def record(self) -> Section:
        return Section(self.gid, (self.name or "").strip())


class _OptionModel(Ref):
    enabled: bool | None = None

    def record(self) -> Option:
        return Option(self.gid, (self.name or "").strip(), self.enabled is not False)


class _FieldModel(Ref):
    resource_subtype: str | None = None
    precision: Precision | None = None
    format: str | None = None
    is_formula_field: bool | None = None

    @property
    def kind(self) -> FieldKind:
        return FieldKind(self.resource_subtype) if self.resource_subtype in _KINDS else FieldKind.OTHER


_KINDS = frozenset(FieldKind)


class _ProjectFieldModel(_FieldModel):
    enum_options: list[_OptionModel] | None = None

    def record(self) -> Field:
        return Field(
            gid=self.gid,
            name=(self.name or "").strip(),
            kind=self.kind,
            precision=self.precision,
            format=self.format,
            options=tuple(option.record() for option in self.enum_options or ()),
            is_formula=bool(self.is_formula_field),
        )


class SettingModel(Lenient):
    """That a project has a field."""

    custom_field: _ProjectFieldModel


class _ValueModel(_FieldModel):
    enabled: bool | None = None
    number_value: Figure | None = None
    enum_value: Ref | None = None

    def record(self) -> FieldValue:
        option = self.enum_value
        return FieldValue(
            gid=self.gid,
            name=(self.name or "").strip(),
            kind=self.kind,
            is_enabled=self.enabled is not False,
            number=self.number_value,
            precision=self.precision,
            format=self.format,
            option_gid=option.gid if option else None,
            option_name=(option.name or "").strip() if option else None,
            is_formula=bool(self.is_formula_field),
        )


class _MembershipModel(Lenient):
    project: Ref | None = None
    section: Ref | None = None


class TaskModel(Ref):
    resource_subtype: str | None = None
    completed: bool
    completed_at: Moment | None = None
    completed_by: UserModel | None = None
    assignee: UserModel | None = None
    memberships: list[_MembershipModel] | None = None
    parent: Ref | None = None
    num_subtasks: Annotated[int, Rule(ge=0, lt=2**31)] | None = None
    actual_time_minutes: Figure | None = None
    created_at: Moment
    modified_at: Moment
    due_on: date | None = None
    permalink_url: str | None = None
    custom_fields: list[_ValueModel] | None = None

    def record(self) -> AsanaTask:
        return AsanaTask(
            gid=self.gid,
            name=(self.name or "").strip(),
            is_completed=self.completed,
            completed_at=self.completed_at,
            completed_by=_user(self.completed_by),
            assignee=_user(self.assignee),
            memberships=self._places(),
            parent_gid=self.parent.gid if self.parent else None,
            subtask_count=self.num_subtasks or 0,
            actual_minutes=None if self.actual_time_minutes is None else int(self.actual_time_minutes),
            fields=tuple(value.record() for value in self.custom_fields or ()),
            created_at=self.created_at,
            modified_at=self.modified_at,
            due_on=self.due_on,
            url=self.permalink_url,
            kind=self.resource_subtype or "default_task",
        )

    def _places(self) -> tuple[Membership, ...]:
        return tuple(
            Membership(
                place.project.gid,
                place.project.name or "",
                place.section.gid if place.section else None,
                place.section.name if place.section else None,
            )
            for place in self.memberships or ()
            if place.project
        )


class StoryModel(Lenient):
    gid: Gid
    created_at: Moment
    created_by: UserModel | None = None
    resource_subtype: str | None = None
    source: str | None = None
    custom_field: Ref | None = None
    old_number_value: Figure | None = None
    new_number_value: Figure | None = None

    def turn(self) -> TurnStory | None:
        """None if it tells of something else."""
        if self.resource_subtype not in {_ASSIGNED, _REOPENED}:
            return None
        return TurnStory(self.gid, self.created_at, _user(self.created_by), self.resource_subtype == _ASSIGNED)

    def field(self, task_gid: str) -> FieldStory | None:
        """None if it tells of something else."""
        if self.resource_subtype != _NUMBER_STORY or self.custom_field is None:
            return None
        return FieldStory(
            gid=self.gid,
            task_gid=task_gid,
            created_at=self.created_at,
            created_by=_user(self.created_by),
            field_gid=self.custom_field.gid,
            field_name=self.custom_field.name or "",
            old=self.old_number_value,
            new=self.new_number_value,
            source=self.source or "unknown",
        )


class TimeEntryModel(Lenient):
    gid: Gid
    duration_minutes: int = Rule(ge=0, le=10_000_000)
    entered_on: date
    created_by: UserModel | None = None
    task: Ref | None = None
    attributable_to: Ref | None = None
    billable_status: str | None = None
    description: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it says which task it is of, if only that it is of none: a compact record does not."""
        return "task" in self.model_fields_set

    def record(self) -> AsanaTimeEntry:
        return AsanaTimeEntry(
            gid=self.gid,
            minutes=self.duration_minutes,
            entered_on=self.entered_on,
            created_by=_user(self.created_by),
            task_gid=self.task.gid if self.task else None,
            project_gid=self.attributable_to.gid if self.attributable_to else None,
            billable=_BILLABLE.get(self.billable_status or ""),
            description=self.description or "",
        )


Item = TypeVar("Item", bound=BaseModel)


class One(Lenient, Generic[Item]):
    data: Item


class _Place(Lenient):
    offset: str = Rule(min_length=1)


class Page(Lenient, Generic[Item]):
    data: list[Item]
    next_page: _Place | None
    """Required: a page without would pass for the last one, and what stands on the others for deleted."""


def _user(model: UserModel | None) -> AsanaUser | None:
    return model.record() if model else None
