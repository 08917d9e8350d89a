"""Webhooks: made with a handshake, listed, given other filters, deleted. Each user has their own."""

import secrets
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.asana import access, hook_filters, refusals
from sandbox.asana.calls import Call, emptied
from sandbox.asana.deliveries import Deliveries
from sandbox.asana.feed_records import Webhook
from sandbox.asana.records import Record

MOST = 1000
"""Webhooks on one resource."""


class WebhookRoutes:
    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    async def added(self, call: Call) -> web.Response:
        """The target is asked before this is answered, so it must serve while its own request is open."""
        resource = _resource(call, str(call.data.get("resource") or ""))
        target = _target(call.data.get("target"))
        filters = hook_filters.read(call.data.get("filters"), resource)
        _require_new(call, resource, target)
        secret = secrets.token_hex(32)
        if not await self._deliveries.handshake(target, secret):
            raise refusals.forbidden("The remote server did not respond with the handshake secret.")
        _require_new(call, resource, target)
        now = call.state.now()
        hook = Webhook(
            gid=call.state.new_gid(),
            created_at=now,
            user=call.user,
            resource=resource,
            target=target,
            secret=secret,
            filters=filters,
            last_sent_at=now,
        )
        call.state.webhooks[hook.gid] = hook
        self._deliveries.beat_once(hook)
        return call.one(hook, 201, **{"X-Hook-Secret": secret})


def webhooks(call: Call) -> web.Response:
    """Of the token's user alone."""
    place, resource = access.workspace(call.state, call.user, call.required("workspace")), call.asked("resource")
    rows = [hook for hook in call.state.webhooks.values() if hook.user is call.user]
    rows = [hook for hook in rows if place.gid in {hook.resource.gid, _workspace_of(hook.resource)}]
    return call.many([hook for hook in rows if resource in {None, hook.resource.gid}])


def webhook(call: Call) -> web.Response:
    return call.one(_hook(call))


def webhook_changed(call: Call) -> web.Response:
    """Takes the place of all filters."""
    hook = _hook(call)
    hook.filters = hook_filters.read(call.data.get("filters"), hook.resource)
    return call.one(hook)


def webhook_deleted(call: Call) -> web.Response:
    del call.state.webhooks[_hook(call).gid]
    return emptied()


def _hook(call: Call) -> Webhook:
    hook = call.state.webhooks.get(call.gid)
    if hook is None:
        raise refusals.unknown("webhook", call.gid)
    if hook.user is not call.user:
        raise refusals.forbidden()
    return hook


def _resource(call: Call, gid: str) -> Record:
    if gid in call.state.tasks:
        return access.task(call.state, call.user, gid)
    if gid in call.state.workspaces:
        return access.workspace(call.state, call.user, gid)
    if gid in call.state.teams:
        return call.state.teams[gid]
    return access.project(call.state, call.user, gid)


def _workspace_of(resource: Record) -> str:
    workspace: Record = getattr(resource, "workspace", resource)
    return workspace.gid


def _target(given: object) -> str:
    """Asana refuses targets on its own machine; here they all are."""
    if not isinstance(given, str) or urlsplit(given).scheme not in {"http", "https"} or not urlsplit(given).hostname:
        raise refusals.bad("target: Not a valid URI")
    return given


def _require_new(call: Call, resource: Record, target: str) -> None:
    theirs = [hook for hook in call.state.webhooks.values() if hook.resource is resource]
    if any((hook.user, hook.target) == (call.user, target) for hook in theirs):
        raise refusals.forbidden("Duplicated webhook: there is one for this resource and target already.")
    if len(theirs) >= MOST:
        raise refusals.forbidden("There are too many webhooks on this resource.")
