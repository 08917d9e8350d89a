"""What the flows need from Asana, as one narrow protocol, and the events that our webhooks ask for."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from store.asana.records.api import (
    AsanaChange,
    AsanaProject,
    AsanaTask,
    AsanaTimeEntry,
    AsanaUser,
    AsanaWorkspace,
    Field,
    Section,
    Stories,
    Webhook,
)
from sync.errors import Refused


@dataclass(frozen=True, slots=True)
class WebhookFilter:
    """One kind of event; a webhook delivers what any of its filters lets through."""

    resource_type: str
    action: str
    resource_subtype: str | None = None
    fields: tuple[str, ...] = ()
    """Only with the action `changed`, and not on a workspace."""


_ANYTHING = ("added", "removed", "deleted", "undeleted")

PROJECT_FILTERS = (
    WebhookFilter("story", "added", "number_custom_field_changed"),
    WebhookFilter("story", "added", "enum_custom_field_changed"),
    WebhookFilter("task", "changed", fields=("custom_fields", "completed", "assignee", "name", "parent")),
    *(WebhookFilter("task", action) for action in _ANYTHING),
    WebhookFilter("project", "changed", fields=("name", "archived")),
    WebhookFilter("project", "deleted"),
)
"""For the webhook of a project: its tasks, their subtasks, the stories on both, and the project itself."""

WORKSPACE_FILTERS = tuple(WebhookFilter("project", action) for action in (*_ANYTHING, "changed"))
"""For the webhook of a workspace, which must have filters and never carries tasks: new and vanished projects."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Events since a sync token. `sync` is the token to ask with next; with `has_more` at once."""

    changes: Sequence[AsanaChange]
    sync: str
    has_more: bool


@dataclass(frozen=True, slots=True)
class SyncLost:
    """What happened since that token is not known, or none was given: read everything, then go on with `sync`."""

    sync: str


@dataclass(frozen=True, slots=True)
class CreatedWebhook:
    """`secret` is the one of the answer; it must be the one that the handshake brought."""

    gid: str
    secret: str = field(repr=False)


class ReadDelivery(Protocol):
    def __call__(self, body: bytes) -> Sequence[AsanaChange]:
        """The events that a webhook brought, from its raw body; without any it is a heartbeat. Raises ValueError."""


class Asana(Protocol):
    """Asana seen with one token, which shows what its user may see. Every call may raise any OutsideError.

    Gone and Rejected (403) may also mean that access was lost, so neither proves a deletion. Lists are read page by
    page. Only writes raise UnknownOutcome.
    """

    async def me(self) -> AsanaUser: ...

    async def workspaces(self) -> Sequence[AsanaWorkspace]: ...

    def users(self, workspace: str) -> AsyncIterator[Sequence[AsanaUser]]: ...

    def projects(self, workspace: str, *, is_archived: bool | None = None) -> AsyncIterator[Sequence[AsanaProject]]:
        """None: archived ones and others."""

    async def project(self, gid: str) -> AsanaProject: ...

    async def sections(self, project: str) -> Sequence[Section]: ...

    async def fields(self, project: str) -> Sequence[Field]: ...

    def tasks(self, project: str, modified_since: datetime | None = None) -> AsyncIterator[Sequence[AsanaTask]]:
        """Those in the project, completed ones included; not their subtasks, whose changes `modified_since` misses."""

    async def task(self, gid: str) -> AsanaTask: ...

    async def subtasks(self, task: str) -> Sequence[AsanaTask]:
        """One level down."""

    async def stories(self, task: str) -> Stories:
        """Changes of number fields, and when the task became somebody's to do."""

    def time_entries(self, workspace: str, first: date, last: date) -> AsyncIterator[Sequence[AsanaTimeEntry]]:
        """Everybody's, entered on these days, both included. Rejected (402) where the plan has no time tracking."""

    async def task_time_entries(self, task: str) -> Sequence[AsanaTimeEntry]: ...

    async def time_entry(self, gid: str) -> AsanaTimeEntry: ...

    async def changes(self, resource: str, sync: str | None = None) -> Changes | SyncLost:
        """Events of a project (with its tasks and their subtasks) or a task; without a token always SyncLost."""

    async def webhooks(self, workspace: str, resource: str | None = None) -> Sequence[Webhook]:
        """Those that this token's user made with this app."""

    async def create_webhook(self, resource: str, target: str, filters: Sequence[WebhookFilter]) -> CreatedWebhook:
        """Asana shakes hands with `target` before it answers. Rejected (403) if there is one for both already."""

    async def delete_webhook(self, gid: str) -> None:
        """Done as well when it was gone before."""


class NoAsana(Refused):
    """Asana is not connected here: whoever runs Gleaner has to set ASANA_ACCESS_TOKEN."""

    def __init__(self) -> None:
        super().__init__()


@dataclass(frozen=True, repr=False)
class AsanaConnection:
    """The Asana of this workspace, if there is a token for it."""

    asana: Asana | None

    @property
    def is_connected(self) -> bool:
        return self.asana is not None

    @property
    def client(self) -> Asana:
        """Raises NoAsana without a token."""
        if self.asana is None:
            raise NoAsana
        return self.asana
