"""How Asana tells of changes: answers of `/events`, deliveries of webhooks, and the webhooks themselves."""

from collections.abc import Sequence

from pydantic import Field as Rule

from store.asana.records.api import AsanaChange, Webhook
from sync.clients.asana.models import Gid, Lenient, Moment, Ref, asked
from sync.ports.asana import Changes, CreatedWebhook
from sync.rules.text.storable import storable_json

WEBHOOK_FIELDS = asked(
    "active", "target", "last_success_at", "last_failure_at", "last_failure_content", "failure_deletion_timestamp",
    resource="name",
)  # fmt: skip


class WebhookModel(Lenient):
    gid: Gid
    active: bool | None = None
    resource: Ref
    target: str
    last_success_at: Moment | None = None
    last_failure_at: Moment | None = None
    last_failure_content: str | None = None
    failure_deletion_timestamp: Moment | None = None

    def record(self) -> Webhook:
        return Webhook(
            gid=self.gid,
            resource_gid=self.resource.gid,
            target=self.target,
            is_active=bool(self.active),
            last_success_at=self.last_success_at,
            last_failure_at=self.last_failure_at,
            last_failure=self.last_failure_content or None,
            deletion_at=self.failure_deletion_timestamp,
        )


class CreatedWebhookModel(Lenient):
    """The answer to a creation: the secret stands beside the webhook, not in it."""

    data: Ref
    secret: str = Rule(alias="X-Hook-Secret", min_length=1, repr=False)

    def record(self) -> CreatedWebhook:
        return CreatedWebhook(self.data.gid, self.secret)


class _ResourceModel(Ref):
    resource_type: str | None = None
    resource_subtype: str | None = None


class _ChangedModel(Lenient):
    field: str | None = None
    new_value: Ref | object = Rule(None, union_mode="left_to_right")
    """Mostly absent; an Asana object where one stands there now."""

    @property
    def value_gid(self) -> str | None:
        return self.new_value.gid if isinstance(self.new_value, Ref) else None


class _EventModel(Lenient):
    action: str | None = None
    resource: _ResourceModel | None = None
    parent: _ResourceModel | None = None
    change: _ChangedModel | None = None
    user: Ref | None = None
    created_at: Moment | None = None

    def record(self) -> AsanaChange | None:
        """None for an event that names nothing."""
        if self.resource is None or self.action is None:
            return None
        return AsanaChange(
            action=self.action,
            resource_gid=self.resource.gid,
            resource_type=self.resource.resource_type or "",
            resource_subtype=self.resource.resource_subtype,
            parent_gid=self.parent.gid if self.parent else None,
            parent_type=self.parent.resource_type if self.parent else None,
            field=self.change.field if self.change else None,
            value_gid=self.change.value_gid if self.change else None,
            user_gid=self.user.gid if self.user else None,
            created_at=self.created_at,
        )


class EventsModel(Lenient):
    data: list[_EventModel]
    sync: str = Rule(min_length=1)
    has_more: bool | None = None

    def record(self) -> Changes:
        return Changes(_changes(self.data), self.sync, bool(self.has_more))


class SyncModel(Lenient):
    """The answer 412: only where to go on."""

    sync: str = Rule(min_length=1)


class DeliveryModel(Lenient):
    """What a webhook brings; without events it is a heartbeat."""

    events: list[_EventModel]

    def record(self) -> Sequence[AsanaChange]:
        return _changes(self.events)


def delivered(body: bytes) -> Sequence[AsanaChange]:
    """The events of a delivery, from its raw body. Raises ValueError if it is none."""
    return DeliveryModel.model_validate_json(storable_json(body)).record()


def _changes(events: Sequence[_EventModel]) -> Sequence[AsanaChange]:
    return [change for event in events if (change := event.record())]
