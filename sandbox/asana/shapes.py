"""Which keys each kind of record has: all that can be asked for, those of a full record, those of a compact one.

After recorded answers where there are some: a full record is by no means all (a story lacks its numbers).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sandbox.asana import values
from sandbox.asana.records import (
    Field,
    Job,
    Option,
    Project,
    Section,
    Setting,
    Story,
    Task,
    Team,
    TimeEntry,
    User,
    Value,
    Webhook,
    Workspace,
)

Getter = Callable[[Any], Any]


class Absent(Exception):
    """The record has no such key."""


@dataclass(frozen=True)
class FieldValue:
    """A custom field as a task shows it. Where it is asked for as a whole, it comes as a whole."""

    field: Field
    value: Value | None
    enabled: bool

    @property
    def gid(self) -> str:
        return self.field.gid


@dataclass(frozen=True)
class Shape:
    """`is_part`: not a record that other records point at but a part of them, never cut down to its gid."""

    compact: tuple[str, ...]
    full: tuple[str, ...]
    getters: Mapping[str, Getter]
    is_part: bool = False


def shape_of(row: Any) -> Shape | None:
    """None for what is no record."""
    return _SHAPES.get(type(row))


def _plain(names: str) -> dict[str, Getter]:
    """Keys that are called like the attributes, parted by blanks."""
    return {name: attrgetter(name) for name in names.split()}


def _always(**facts: Any) -> dict[str, Getter]:
    """What the double never has, as it looks when there is none."""

    def constant(fact: Any) -> Getter:
        return lambda _: fact

    return {name: constant(fact) for name, fact in facts.items()}


def _shape(
    compact: str,
    full: str,
    getters: Mapping[str, Getter],
    *,
    is_part: bool = False,
) -> Shape:
    """`full`: what comes on top of `compact`. The keys that every record has need not be written."""
    names = tuple(f"gid resource_type {compact}".split())
    common = _plain("gid resource_type name created_at")
    return Shape(names, (*names, *full.split()), {**common, **getters}, is_part)


def _custom_fields(task: Task) -> list[FieldValue]:
    if not task.workspace.plan.custom_fields:
        raise Absent
    return [FieldValue(field, values.of(task, field), task.has_enabled(field)) for field in task.fields]


def _memberships(task: Task) -> list[dict[str, Any]]:
    return [{"project": found.project, "section": found.section} for found in task.memberships]


_TASK = _shape(
    "name resource_subtype",
    "assignee assignee_status completed completed_at created_at custom_fields due_at due_on followers hearted hearts "
    "is_rendered_as_separator liked likes memberships modified_at notes num_hearts num_likes parent permalink_url "
    "projects start_at start_on tags workspace",
    {
        **_plain(
            "resource_subtype assignee completed completed_at completed_by created_by due_on followers modified_at "
            "notes parent permalink_url workspace is_rendered_as_separator"
        ),
        **_always(
            assignee_status="upcoming",
            due_at=None,
            start_at=None,
            start_on=None,
            hearted=False,
            hearts=[],
            liked=False,
            likes=[],
            num_hearts=0,
            num_likes=0,
            tags=[],
            approval_status=None,
        ),
        "custom_fields": _custom_fields,
        "memberships": _memberships,
        "projects": lambda task: [found.project for found in task.memberships],
        "num_subtasks": lambda task: len([found for found in task.subtasks if not found.trashed]),
        "actual_time_minutes": lambda task: sum(entry.duration_minutes for entry in task.time_entries) or None,
    },
)
_PROJECT = _shape(
    "name",
    "archived color completed completed_at created_at created_from_template current_status custom_field_settings "
    "custom_fields default_view due_date due_on followers members modified_at notes owner permalink_url "
    "privacy_setting public start_on team workspace html_notes icon",
    {
        **_plain("archived modified_at notes owner permalink_url team workspace members"),
        **_always(
            color="dark-green",
            completed=False,
            completed_at=None,
            current_status=None,
            custom_fields=[],
            default_view="list",
            due_date=None,
            due_on=None,
            followers=[],
            icon="list",
            start_on=None,
        ),
        "custom_field_settings": lambda project: list(project.settings),
        "html_notes": lambda project: f"<body>{project.notes}</body>",
        "public": lambda project: not project.is_private,
        "privacy_setting": lambda project: "private" if project.is_private else "public_to_workspace",
        "created_from_template": lambda project: (
            project.created_from_template
            and {"gid": project.created_from_template, "resource_type": "project_template"}
        ),
    },
)


def _facts(names: str) -> dict[str, Getter]:
    """Keys that only stories of some subtypes have."""

    def fact(name: str) -> Getter:
        def get(story: Story) -> Any:
            if name not in story.facts:
                raise Absent
            return story.facts[name]

        return get

    return {name: fact(name) for name in names.split()}


_STORY = _shape(
    "created_at created_by text type resource_subtype",
    "source target previews is_edited is_pinned liked likes num_likes hearted hearts num_hearts",
    {
        **_plain("created_by text type resource_subtype source task"),
        **_always(
            previews=[],
            is_edited=False,
            is_pinned=False,
            liked=False,
            likes=[],
            num_likes=0,
            hearted=False,
            hearts=[],
            num_hearts=0,
        ),
        "target": attrgetter("task"),
        **_facts(
            "custom_field old_number_value new_number_value old_enum_value new_enum_value old_text_value "
            "new_text_value old_section new_section assignee project old_name new_name"
        ),
    },
)


def _only(subtype: str, getter: Getter) -> Getter:
    """A key that only fields of that kind have."""

    def get(shown: FieldValue | Field) -> Any:
        if _definition(shown).resource_subtype != subtype:
            raise Absent
        return getter(shown)

    return get


def _definition(shown: FieldValue | Field) -> Field:
    return shown.field if isinstance(shown, FieldValue) else shown


def _of_definition(name: str) -> Getter:
    return lambda shown: getattr(_definition(shown), name)


def _defined(names: str) -> dict[str, Getter]:
    return {name: _of_definition(name) for name in names.split()}


_FIELD_GETTERS: dict[str, Getter] = {
    **_defined("resource_type name created_at created_by resource_subtype is_global_to_workspace"),
    **_always(description="", privacy_setting="public_with_guests"),
    "type": _of_definition("resource_subtype"),
    "precision": _only("number", _of_definition("precision")),
    "format": _only("number", _of_definition("format")),
    "enum_options": _only("enum", _of_definition("options")),
    "is_formula_field": lambda shown: _definition(shown).formula is not None,
    "is_value_read_only": lambda shown: _definition(shown).formula is not None,
    "representation_type": lambda shown: (
        "formula" if _definition(shown).formula else _definition(shown).resource_subtype
    ),
}
_FIELD = _shape(
    "name resource_subtype type",
    "created_by description enum_options format is_formula_field is_global_to_workspace is_value_read_only precision "
    "privacy_setting representation_type",
    _FIELD_GETTERS,
    is_part=True,
)
_FIELD_VALUE = _shape(
    "name resource_subtype type",
    "created_by description display_value enabled enum_options enum_value format is_formula_field number_value "
    "precision representation_type text_value",
    {
        **_FIELD_GETTERS,
        **_plain("enabled"),
        **{f"{kind}_value": _only(kind, attrgetter("value")) for kind in ("number", "enum", "text")},
        "display_value": lambda shown: values.displayed(shown.field, shown.value),
    },
    is_part=True,
)
_WEBHOOK = _shape(
    "active resource target",
    "created_at last_failure_at last_failure_content last_success_at delivery_retry_count next_attempt_after "
    "failure_deletion_timestamp filters",
    {
        **_plain(
            "active resource target last_failure_at last_failure_content last_success_at delivery_retry_count "
            "next_attempt_after failure_deletion_timestamp"
        ),
        "filters": lambda hook: [
            {key: found for key, found in vars(part).items() if found is not None} for part in hook.filters
        ],
    },
)
_TIME_ENTRY = _shape(
    "duration_minutes entered_on attributable_to created_by categories",
    "task created_at approval_status billable_status description",
    {
        **_plain(
            "duration_minutes entered_on attributable_to created_by task approval_status billable_status description"
        ),
        **_always(categories=[]),
    },
)
_SHAPES: dict[type, Shape] = {
    Workspace: _shape("name", "is_organization email_domains", _plain("is_organization email_domains")),
    Team: _shape("name", "", _plain("workspace")),
    User: _shape("name", "email photo workspaces", {**_plain("email workspaces"), **_always(photo=None)}),
    Project: _PROJECT,
    Section: _shape("name", "created_at project", _plain("project")),
    Task: _TASK,
    Story: _STORY,
    Field: _FIELD,
    FieldValue: _FIELD_VALUE,
    Option: _shape("color enabled name", "", _plain("color enabled"), is_part=True),
    Setting: _shape(
        "is_important parent project custom_field",
        "",
        {**_plain("is_important project"), "parent": attrgetter("project"), "custom_field": attrgetter("field")},
    ),
    Webhook: _WEBHOOK,
    TimeEntry: _TIME_ENTRY,
    Job: _shape("resource_subtype status new_project", "", _plain("resource_subtype status new_project")),
}
