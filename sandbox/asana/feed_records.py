"""What tells of changes: webhooks with their filters, and the events themselves."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.asana.records import Action, Record, User, record


@dataclass(frozen=True)
class Filter:
    """None matches anything; `fields` is only for changes."""

    resource_type: str
    resource_subtype: str | None = None
    action: str | None = None
    fields: tuple[str, ...] | None = None


@record
class Webhook(Record):
    resource_type = "webhook"

    user: User
    resource: Record
    target: str
    secret: str
    filters: tuple[Filter, ...] = ()
    active: bool = True
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_failure_content: str = ""
    delivery_retry_count: int = 0
    next_attempt_after: datetime | None = None
    failure_deletion_timestamp: datetime | None = None
    """When it will be deleted unless a delivery succeeds before."""
    last_sent_at: datetime


@dataclass(frozen=True)
class Change:
    """`new_value` only where it is itself a record of Asana's."""

    field: str
    action: Action = "changed"
    new_value: Record | None = None


@dataclass(frozen=True)
class Event:
    """Has no id in Asana. `seen_from`: gids of everything whose webhooks and event streams carry it."""

    created_at: datetime
    user: User | None
    action: Action
    resource: Record
    parent: Record | None
    change: Change | None
    seen_from: frozenset[str]
