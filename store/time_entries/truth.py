"""How a kept entry reads: what Harvest holds of it is taken from the mirror, so that no copy here can be stale.

A row's own columns say what was asked for, until Harvest has it. From then on the mirror's row says how it stands; one
at rest whose mirror row was found to be deleted reads as undone, with the hours it had last.
"""

from typing import Any

import sqlalchemy as sa

from store.harvest.tables import deleted_entries, harvest_entries
from store.time_entries.records import EntryState, TimeEntry
from store.time_entries.tables import time_entries as ours

_AT_REST = (EntryState.LOGGED, EntryState.RUNNING)
_MIRRORED = {
    "project_id": harvest_entries.c.project_id,
    "task_id": harvest_entries.c.task_id,
    "spent_date": harvest_entries.c.spent_date,
    "hours": sa.case((harvest_entries.c.is_running, None), else_=harvest_entries.c.hours),
    "started": harvest_entries.c.started,
    "ended": harvest_entries.c.ended,
    "note": harvest_entries.c.notes,
}
_stands = harvest_entries.c.id.is_not(None)
_rests = ours.c.state.in_(_AT_REST)

ENTRIES = ours.outerjoin(
    harvest_entries,
    sa.and_(harvest_entries.c.workspace_id == ours.c.workspace_id, harvest_entries.c.id == ours.c.harvest_id),
).outerjoin(
    deleted_entries,
    sa.and_(deleted_entries.c.workspace_id == ours.c.workspace_id, deleted_entries.c.id == ours.c.harvest_id),
)
"""To select from."""

STATE: sa.ColumnElement[str] = sa.case(
    (sa.and_(_rests, _stands, harvest_entries.c.is_running), EntryState.RUNNING.value),
    (sa.and_(_rests, _stands), EntryState.LOGGED.value),
    (sa.and_(_rests, deleted_entries.c.id.is_not(None)), EntryState.UNDONE.value),
    else_=ours.c.state,
)


def _column(name: str) -> sa.ColumnElement[Any]:
    if name == "state":
        return STATE
    if name not in _MIRRORED:
        return ours.c[name]
    last = [(deleted_entries.c.id.is_not(None), deleted_entries.c[name])] if name in deleted_entries.c else []
    return sa.case((_stands, _MIRRORED[name]), *last, else_=ours.c[name])


COLUMNS = {name: _column(name) for name in TimeEntry.__dataclass_fields__}
"""By the record's field: what it says now."""
