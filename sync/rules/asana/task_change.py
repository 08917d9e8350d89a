"""Whether a task in a list of Asana's differs from what is known of it."""

from store.asana.records.api import AsanaTask
from store.asana.records.state import KnownTask
from sync.rules.asana.billable_hours import HOURS_FIELD
from sync.rules.asana.billable_share import find_field


def has_changed(task: AsanaTask, known: KnownTask | None, hours_gid: str | None, *, by_time: bool) -> bool:
    """`by_time`: its native time entries count, or are told of.

    Such an entry may be of a day long ago, or name no project, so only their sum on the task tells of it.
    """
    if known is None or known.is_trashed or known.modified_at != task.modified_at:
        return True
    value = find_field(task.fields, HOURS_FIELD, hours_gid)
    if (known.value or 0) != ((value.number if value else None) or 0):
        return True
    return by_time and (known.minutes or 0) != (task.actual_minutes or 0)
