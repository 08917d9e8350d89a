"""The routes of time entries."""

from aiohttp import web

from sandbox.harvest import access, entry_filters, entry_writing, paging, shapes, timers, wishes
from sandbox.harvest.calls import Call, created, ok
from sandbox.harvest.records import Entry


def listed(call: Call) -> web.Response:
    rows = entry_filters.matching(call.state, call.user, call.request.query)
    return ok(paging.numbered("time_entries", rows, call.place, lambda row: _shape(call, row)))


def shown(call: Call) -> web.Response:
    return ok(_shape(call, _entry(call)))


def added(call: Call) -> web.Response:
    entry = entry_writing.create(call.state, call.user, wishes.read_entry(call.body))
    return created(call, _shape(call, entry))


def changed(call: Call) -> web.Response:
    entry = _entry(call)
    entry_writing.change(call.state, call.user, entry, wishes.read_entry(call.body))
    return ok(_shape(call, entry))


def deleted(call: Call) -> web.Response:
    """200 with what was deleted."""
    return ok(_shape(call, entry_writing.delete(call.state, call.user, _entry(call))))


def stopped(call: Call) -> web.Response:
    return ok(_shape(call, timers.stop(call.state, call.user, _entry(call))))


def restarted(call: Call) -> web.Response:
    return ok(_shape(call, timers.restart(call.state, call.user, _entry(call))))


def unlinked(call: Call) -> web.Response:
    """Takes the external reference off."""
    entry = _entry(call)
    access.require_logging_for(call.state, call.user, entry.user_id, entry.project_id)
    call.state.change(entry, reference=None)
    return ok(_shape(call, entry))


def _entry(call: Call) -> Entry:
    return access.seen_entry(call.state, call.user, call.id())


def _shape(call: Call, entry: Entry) -> shapes.Json:
    return shapes.entry(call.state, entry, call.user)
