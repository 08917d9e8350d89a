"""What is sent to Harvest: the bodies of writes and the filters of lists. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from store.units import Hours
from sync.ports.harvest import EntryChange, EntryDraft, ProjectDraft

PER_PAGE = 2000
"""The most that Harvest gives at once."""


def new_entry(draft: EntryDraft, clock_format: str) -> dict[str, Any]:
    """The body of a create."""
    return _given(
        user_id=draft.user_id,
        project_id=draft.project_id,
        task_id=draft.task_id,
        spent_date=_day(draft.spent_date),
        hours=_number(draft.hours),
        started_time=_time(draft.started, clock_format),
        ended_time=_time(draft.ended, clock_format),
        notes=draft.notes or None,
        external_reference=_given(id=draft.reference_id, group_id=draft.group_id, permalink=draft.permalink),
    )


def new_project(draft: ProjectDraft) -> dict[str, Any]:
    """The body of a create. Without a budget: that is set in Harvest, or in Slack."""
    return _given(
        client_id=draft.client_id,
        name=draft.name,
        code=draft.code or None,
        is_billable=draft.is_billable,
        is_fixed_fee=draft.is_fixed_fee or None,
        bill_by="People" if draft.is_billable else "none",
        budget_by="none",
        notes=draft.mark,
    )


def changed_fields(change: EntryChange, clock_format: str) -> dict[str, Any]:
    """The body of an update: only what changes."""
    return _given(
        project_id=change.project_id,
        task_id=change.task_id,
        spent_date=_day(change.spent_date),
        hours=_number(change.hours),
        started_time=_time(change.started, clock_format),
        ended_time=_time(change.ended, clock_format),
        notes=change.notes,
    )


def entry_filters(
    *,
    reference_id: str | None = None,
    user_id: int | None = None,
    from_date: date | None = None,
    to_date: date | None = None,
    is_running: bool | None = None,
    updated_since: datetime | None = None,
    project_id: int | None = None,
) -> Mapping[str, Any]:
    since = f"{updated_since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if updated_since else None
    return {
        **_given(updated_since=since),
        **_given(external_reference_id=reference_id, user_id=user_id, is_running=is_running, project_id=project_id),
        **_given(**{"from": _day(from_date), "to": _day(to_date)}),
    }


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _number(hours: Hours | None) -> float | None:
    """Hours as JSON wants them: the float nearest to two decimals is written with just these two."""
    return None if hours is None else hours / 100


def _time(moment: time | None, clock_format: str) -> str | None:
    """As the company's clock wants it: `8:00am` or `08:00`."""
    if moment is None:
        return None
    if clock_format == "24h":
        return f"{moment:%H:%M}"
    return f"{moment.hour % 12 or 12}:{moment:%M}{'am' if moment.hour < 12 else 'pm'}"
