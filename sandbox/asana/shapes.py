"""Which keys each kind of record has: all that can be asked for, those of a full record, those of a compact one.

After recorded answers where there are some: a full record is by no means all (a story lacks its numbers).
"""

import html
from operator import attrgetter
from typing import Any

from sandbox.asana import values
from sandbox.asana.feed_records import Webhook
from sandbox.asana.field_shapes import FIELD, FIELD_VALUE, FieldValue
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
    Workspace,
)
from sandbox.asana.shape import Absent, Getter, Shape, always, plain, shape


def shape_of(row: Any) -> Shape | None:
    """None for what is no record."""
    return _SHAPES.get(type(row))


def _html_notes(row: Task | Project) -> str:
    return f"<body>{html.escape(row.notes)}</body>"


def _custom_fields(task: Task) -> list[FieldValue]:
    if not task.workspace.plan.custom_fields:
        raise Absent
    return [FieldValue(field, values.of(task, field), task.has_enabled(field)) for field in task.fields]


def _memberships(task: Task) -> list[dict[str, Any]]:
    return [{"project": found.project, "section": found.section} for found in task.memberships]


_TASK = shape(
    "name resource_subtype",
    "assignee assignee_status completed completed_at created_at custom_fields due_at due_on followers hearted hearts "
    "is_rendered_as_separator liked likes memberships modified_at notes num_hearts num_likes parent permalink_url "
    "projects start_at start_on tags workspace",
    {
        **plain(
            "resource_subtype assignee completed completed_at completed_by created_by due_on followers modified_at "
            "notes parent permalink_url workspace is_rendered_as_separator"
        ),
        **always(
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
            dependencies=[],
            dependents=[],
        ),
        "html_notes": _html_notes,
        "custom_fields": _custom_fields,
        "memberships": _memberships,
        "projects": lambda task: [found.project for found in task.memberships],
        "num_subtasks": lambda task: len([found for found in task.subtasks if not found.trashed]),
        "actual_time_minutes": lambda task: sum(entry.duration_minutes for entry in task.time_entries) or None,
    },
)
_PROJECT = shape(
    "name",
    "archived color completed completed_at created_at created_from_template current_status custom_field_settings "
    "custom_fields default_view due_date due_on followers members modified_at notes owner permalink_url "
    "privacy_setting public start_on team workspace html_notes icon",
    {
        **plain("archived modified_at notes owner permalink_url team workspace members"),
        **always(
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
        "html_notes": _html_notes,
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


_STORY = shape(
    "created_at created_by text type resource_subtype",
    "source target previews is_edited is_pinned liked likes num_likes hearted hearts num_hearts",
    {
        **plain("created_by text type resource_subtype source task"),
        **always(
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


_WEBHOOK = shape(
    "active resource target",
    "created_at last_failure_at last_failure_content last_success_at delivery_retry_count next_attempt_after "
    "failure_deletion_timestamp filters",
    {
        **plain(
            "active resource target last_failure_at last_failure_content last_success_at delivery_retry_count "
            "next_attempt_after failure_deletion_timestamp"
        ),
        "filters": lambda hook: [
            {key: found for key, found in vars(part).items() if found is not None} for part in hook.filters
        ],
    },
)
_TIME_ENTRY = shape(
    "duration_minutes entered_on attributable_to created_by categories",
    "task created_at approval_status billable_status description",
    {
        **plain(
            "duration_minutes entered_on attributable_to created_by task approval_status billable_status description"
        ),
        **always(categories=[]),
    },
)
_SHAPES: dict[type, Shape] = {
    Workspace: shape("name", "is_organization email_domains", plain("is_organization email_domains")),
    Team: shape("name", "", plain("workspace")),
    User: shape("name", "email photo workspaces", {**plain("email workspaces"), **always(photo=None)}),
    Project: _PROJECT,
    Section: shape("name", "created_at project", plain("project")),
    Task: _TASK,
    Story: _STORY,
    Field: FIELD,
    FieldValue: FIELD_VALUE,
    Option: shape("color enabled name", "", plain("color enabled"), is_part=True),
    Setting: shape(
        "is_important parent project custom_field",
        "",
        {**plain("is_important project"), "parent": attrgetter("project"), "custom_field": attrgetter("field")},
    ),
    Webhook: _WEBHOOK,
    TimeEntry: _TIME_ENTRY,
    Job: shape("resource_subtype status new_project", "", plain("resource_subtype status new_project")),
}
