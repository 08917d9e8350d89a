"""The ear with a public address: one webhook for each project, shaken hands with once, watched, made anew when dead."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Any

import structlog

from store.asana.records.api import Webhook
from store.asana.records.state import Hook, HookState, KnownProject
from store.engine.records import InboxEvent
from sync.asana.mapping.project_sync import ProjectSync
from sync.asana.mapping.watched_projects import covered
from sync.asana.task.sync import TaskSync
from sync.engine.inbox import Inbox
from sync.engine.tenant import Tenant
from sync.engine.vault import Vault
from sync.errors import OutsideError, Rejected, UnknownOutcome
from sync.ports.asana import PROJECT_FILTERS, AsanaConnection, ReadDelivery
from sync.rules.asana.event_targets import hints
from sync.rules.asana.webhook_signature import is_genuine

log = structlog.get_logger()

EVENT = "asana"
"""The kind of its rows in the inbox."""
_SILENT = timedelta(hours=17)
"""Two heartbeats, of 8 hours each, and some: after that nobody is at the other end."""
_PENDING = timedelta(minutes=10)
_HEARD = timedelta(minutes=1)
"""How exactly it is noted when a webhook was last heard."""


class Handshake(Enum):
    WELCOME = auto()
    UNKNOWN = auto()
    UNEXPECTED = auto()


class Delivered(Enum):
    KEPT = auto()
    UNKNOWN = auto()
    NOT_GENUINE = auto()
    UNREADABLE = auto()


@dataclass(frozen=True)
class AsanaWebhooks:
    """`public_url` None, or no keys to encrypt secrets with: there are no webhooks, and streams are polled."""

    tenant: Tenant
    vault: Vault
    inbox: Inbox
    tasks: TaskSync
    asana: AsanaConnection
    projects: ProjectSync
    public_url: str | None
    read_delivery: ReadDelivery

    @property
    def is_possible(self) -> bool:
        return self.public_url is not None and self.vault.is_open

    async def watch(self) -> int:
        """See that one webhook lives for each project; how many were made. What stands in Asana is believed."""
        if not self.is_possible:
            return 0
        async with self.tenant.reading() as tx:
            projects = await covered(tx)
            ours = await tx.asana.hooks(HookState.PENDING, HookState.ACTIVE)
        theirs = await self._theirs(projects)
        living = {hook.resource_gid for hook in ours if await self._lives(hook, theirs)}
        await self._clear_away(theirs, living)
        return sum([await self._create(one) for one in projects if one.project.gid not in living])

    async def handshake(self, hook_id: str, secret: str) -> Handshake:
        """Only while we are making that webhook, and only once: a stored secret is never replaced."""
        async with self.tenant.transaction() as tx:
            if await tx.asana.hook(hook_id) is None:
                return Handshake.UNKNOWN
            kept = self.vault.is_open and await tx.asana.keep_secret(hook_id, self.vault.seal_text(secret))
        return Handshake.WELCOME if kept else Handshake.UNEXPECTED

    async def receive(self, hook_id: str, body: bytes, signature: str | None) -> tuple[Delivered, InboxEvent | None]:
        """Keep a delivery before it is acknowledged; the same one twice is kept once."""
        async with self.tenant.reading() as tx:
            hook = await tx.asana.hook(hook_id)
        if hook is None:
            return Delivered.UNKNOWN, None
        secret = self.vault.unseal_text(hook.secret) if hook.secret else None
        if not is_genuine(secret, body, signature):
            return Delivered.NOT_GENUINE, None
        try:
            changes = self.read_delivery(body)
        except ValueError:
            return Delivered.UNREADABLE, None
        found = hints(changes)
        if not (found.tasks or found.projects):
            await self._heard(hook)
            return Delivered.KEPT, None
        digest = hashlib.sha256(hook_id.encode() + body).hexdigest()
        payload = {"hook": hook_id, "tasks": sorted(found.tasks), "projects": sorted(found.projects)}
        return Delivered.KEPT, await self.inbox.receive(EVENT, f"{EVENT}:{digest}", payload)

    async def handle(self, event: InboxEvent) -> None:
        """A kept delivery: its tasks are due now, its projects are looked at."""
        payload: dict[str, Any] = event.payload
        async with self.tenant.reading() as tx:
            hook = await tx.asana.hook(str(payload.get("hook", "")))
        if hook is not None:
            await self._heard(hook)
        await self.tasks.mark_due(payload.get("tasks", []), project_gid=hook.resource_gid if hook else None)
        for gid in payload.get("projects", []):
            await self.projects.look_at(gid)

    async def _theirs(self, projects: Sequence[KnownProject]) -> dict[str, Webhook]:
        """Those of ours that Asana has, by our own id."""
        found: dict[str, Webhook] = {}
        for place in sorted({one.workspace_gid for one in projects}):
            for webhook in await self.asana.client.webhooks(place):
                if webhook.target.startswith(self._address("")):
                    found[webhook.target.removeprefix(self._address(""))] = webhook
        return found

    async def _lives(self, hook: Hook, theirs: dict[str, Webhook]) -> bool:
        now, there = self.tenant.now(), theirs.get(hook.id)
        if hook.state is HookState.PENDING and now - hook.asked_at < _PENDING:
            return True
        if there is not None and hook.state is HookState.PENDING and hook.secret and there.is_active:
            # The answer to its creation was lost; the handshake was not.
            await self._change(hook, state=HookState.ACTIVE, gid=there.gid, heard_at=now)
            return True
        is_heard = hook.heard_at is not None and now - hook.heard_at < _SILENT
        # With the key gone that its secret was sealed with, every delivery would be refused as not genuine.
        is_understood = hook.secret is not None and self.vault.can_read(hook.secret)
        if there is not None and there.is_active and hook.state is HookState.ACTIVE and is_heard and is_understood:
            return True
        log.warning("webhook is dead", project=hook.resource_gid)
        await self._change(hook, state=HookState.DEAD)
        return False

    async def _clear_away(self, theirs: dict[str, Webhook], living: set[str]) -> None:
        """Dead ones would only be refused, or stand in the way of a new one."""
        async with self.tenant.reading() as tx:
            alive = {hook.id for hook in await tx.asana.hooks(HookState.PENDING, HookState.ACTIVE)}
        for hook_id, webhook in theirs.items():
            if hook_id not in alive or webhook.resource_gid not in living:
                await self.asana.client.delete_webhook(webhook.gid)

    async def _create(self, project: KnownProject) -> int:
        """1 if it lives. The hook's row is there before Asana is asked, for the handshake comes while it answers."""
        now, gid = self.tenant.now(), project.project.gid
        hook = Hook(secrets.token_urlsafe(24), gid, None, None, HookState.PENDING, now, None)
        async with self.tenant.transaction() as tx:
            await tx.asana.add_hook(hook)
        try:
            made = await self.asana.client.create_webhook(gid, self._address(hook.id), PROJECT_FILTERS)
        except UnknownOutcome:
            return 0
        except (Rejected, OutsideError) as error:
            log.warning("webhook not made", project=gid, why=str(error))
            await self._change(hook, state=HookState.DEAD)
            return 0
        async with self.tenant.reading() as tx:
            kept = await tx.asana.hook(hook.id)
        secret = self.vault.unseal_text(kept.secret) if kept and kept.secret else None
        if secret is None or not hmac.compare_digest(secret.encode(), made.secret.encode()):
            log.warning("webhook shook hands with another secret", project=gid)
            await self._change(hook, state=HookState.DEAD)
            await self.asana.client.delete_webhook(made.gid)
            return 0
        await self._change(hook, state=HookState.ACTIVE, gid=made.gid, heard_at=self.tenant.now())
        # What was typed before it listened is found by reading the project whole.
        async with self.tenant.transaction() as tx:
            await tx.asana.forget_sweep(gid)
        return 1

    async def _heard(self, hook: Hook) -> None:
        now = self.tenant.now()
        if hook.heard_at is None or now - hook.heard_at >= _HEARD:
            await self._change(hook, heard_at=now)

    async def _change(self, hook: Hook, **values: object) -> None:
        async with self.tenant.transaction() as tx:
            await tx.asana.change_hook(hook.id, hook.state, **values)

    def _address(self, hook_id: str) -> str:
        return f"{(self.public_url or '').rstrip('/')}/asana/webhooks/{hook_id}"
