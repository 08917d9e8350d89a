"""A task of Asana's with its fields and stories, as the rules get them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from store.asana.records.api import AsanaTask, AsanaUser, FieldKind, FieldStory, FieldValue

ANA = AsanaUser("77", "Ana", "ana@lumen.example")
BO = AsanaUser("78", "Bo", "bo@lumen.example")
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


def at(minutes: int) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def number_field(number: str | None, name: str = "Billable Hours", gid: str = "500", **changes: Any) -> FieldValue:
    value = FieldValue(
        gid=gid,
        name=name,
        kind=FieldKind.NUMBER,
        is_enabled=True,
        number=None if number is None else Decimal(number),
        precision=2,
        format="none",
        option_gid=None,
        option_name=None,
        is_formula=False,
    )
    return value._replace(**changes)


def enum_field(option: str | None, gid: str = "600") -> FieldValue:
    return FieldValue(
        gid="501",
        name="Billing type",
        kind=FieldKind.ENUM,
        is_enabled=True,
        number=None,
        precision=None,
        format=None,
        option_gid=None if option is None else gid,
        option_name=option,
        is_formula=False,
    )


def task(*fields: FieldValue, **changes: Any) -> AsanaTask:
    given: dict[str, Any] = {
        "gid": "1201",
        "name": "Homepage copy",
        "is_completed": False,
        "completed_at": None,
        "completed_by": None,
        "assignee": BO,
        "memberships": (),
        "parent_gid": None,
        "subtask_count": 0,
        "actual_minutes": None,
        "created_at": at(-60),
        "modified_at": at(0),
        "due_on": None,
        "url": None,
        "kind": "default_task",
    }
    return AsanaTask(fields=fields, **{**given, **changes})


def story(
    number: int,
    old: str | None,
    new: str | None,
    by: AsanaUser | None = ANA,
    *,
    minutes: int | None = None,
    **changes: Any,
) -> FieldStory:
    """Story number 1 is of 12:01, unless said otherwise."""
    given: dict[str, Any] = {
        "gid": str(8800 + number),
        "task_gid": "1201",
        "created_at": at(number if minutes is None else minutes),
        "created_by": by,
        "field_gid": "500",
        "field_name": "Billable Hours",
        "old": None if old is None else Decimal(old),
        "new": None if new is None else Decimal(new),
        "source": "web",
    }
    return FieldStory(**{**given, **changes})
