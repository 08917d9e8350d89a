"""Filters of webhooks: reading what a client gives, and which events pass."""

from typing import Any

from sandbox.asana.feed_records import Event, Filter
from sandbox.asana.records import Project, Record, Task
from sandbox.asana.refusals import bad

_ACTIONS = ("added", "changed", "removed", "deleted", "undeleted")


def passes(filters: tuple[Filter, ...], event: Event) -> bool:
    """One filter that fits is enough, and so is none at all."""
    return not filters or any(_fits(one, event) for one in filters)


def read(given: Any, resource: Record) -> tuple[Filter, ...]:
    """Raises 400. Webhooks on anything above projects must have filters, and these name no keys of records."""
    if not isinstance(given or [], list):
        raise bad("filters: Value is not an array")
    filters = tuple(_read(one) for one in given or [])
    if isinstance(resource, Project | Task):
        return filters
    if not filters:
        raise bad("filters: Webhooks on this kind of resource must have filters")
    if any(one.fields for one in filters):
        raise bad("filters: `fields` is not available for webhooks on this kind of resource")
    if any(one.resource_type in {"task", "story"} for one in filters):
        raise bad("filters: Tasks and stories are not available for webhooks on this kind of resource")
    return filters


def _fits(one: Filter, event: Event) -> bool:
    if one.resource_type != event.resource.resource_type:
        return False
    if one.resource_subtype not in {None, getattr(event.resource, "resource_subtype", None)}:
        return False
    if one.action not in {None, event.action}:
        return False
    return one.fields is None or (event.change is not None and event.change.field in one.fields)


def _read(given: Any) -> Filter:
    if not isinstance(given, dict) or not given.get("resource_type"):
        raise bad("filters: resource_type: Missing input")
    action, fields = given.get("action"), given.get("fields")
    if action is not None and action not in _ACTIONS:
        raise bad(f"filters: action: Must be one of {', '.join(_ACTIONS)}")
    if fields is not None and action != "changed":
        raise bad("filters: fields: Only valid for the action `changed`")
    subtype = given.get("resource_subtype")
    return Filter(str(given["resource_type"]), subtype, action, tuple(fields) if fields is not None else None)
