"""`GET /events`: what happened since a sync token, for bots without a public address."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from sandbox.asana import access, refusals
from sandbox.asana.calls import Call, Json
from sandbox.asana.feed_records import Event
from sandbox.asana.opt_fields import listed
from sandbox.asana.records import Record

PER_TOKEN = 100
LIFETIME = timedelta(hours=24)


@dataclass(frozen=True)
class _Sync:
    """`position` counts all events of the feed, whosever they are."""

    resource: str
    position: int
    issued_at: datetime


class EventStreams:
    """The sync tokens that were given out."""

    def __init__(self) -> None:
        self._tokens: dict[str, _Sync] = {}

    def forget(self) -> None:
        """Every token is too old from now on."""
        self._tokens.clear()

    def events(self, call: Call) -> web.Response:
        """412 with a fresh token where there is none to go on from. Asking again with a used token is allowed."""
        resource = _resource(call)
        sync = self._tokens.get(call.asked("sync") or "")
        now = call.state.now()
        if sync is None or sync.resource != resource.gid or now - sync.issued_at > LIFETIME:
            raise refusals.sync_needed(self._issue(call, resource, len(call.state.events)))
        feed = call.state.events
        carried = [place for place in range(sync.position, len(feed)) if resource.gid in feed[place].seen_from]
        shown, has_more = carried[:PER_TOKEN], len(carried) > PER_TOKEN
        position = shown[-1] + 1 if has_more else len(feed)
        data = [listed(as_json(feed[place]), call.wanted) for place in shown]
        return web.json_response({"data": data, "sync": self._issue(call, resource, position), "has_more": has_more})

    def _issue(self, call: Call, resource: Record, position: int) -> str:
        token = secrets.token_hex(16)
        self._tokens[token] = _Sync(resource.gid, position, call.state.now())
        return token


def as_json(event: Event) -> Json:
    """Records within are still records."""
    shown: Json = {
        "user": event.user,
        "created_at": event.created_at,
        "type": event.resource.resource_type,
        "action": event.action,
        "resource": event.resource,
        "parent": event.parent,
    }
    if event.change is not None:
        new_value = {} if event.change.new_value is None else {"new_value": event.change.new_value}
        shown["change"] = {"field": event.change.field, "action": event.change.action, **new_value}
    return shown


def _resource(call: Call) -> Record:
    """A project or a task."""
    gid = call.required("resource")
    if gid in call.state.projects:
        return access.project(call.state, call.user, gid)
    return access.task(call.state, call.user, gid, even_trashed=True)
