"""Hours of a task in the source that does not count for it: typed where time is tracked, or the reverse."""

from collections.abc import Iterable

from store.asana.records.api import AsanaTask, AsanaTimeEntry, FieldStory
from store.asana.records.state import Source
from store.units import Hours
from sync.rules.asana.billable_hours import billing
from sync.rules.asana.claims import Terms
from sync.rules.asana.tracked_time import billed_time


def unread_hours(
    task: AsanaTask, stories: Iterable[FieldStory], entries: Iterable[AsanaTimeEntry], source: Source, terms: Terms
) -> Hours:
    """What the other source than `source` would bring, of what somebody entered since go-live; 0 if it is not plain."""
    other = billed_time(task, entries, {}, terms) if source is Source.FIELD else billing(task, stories, terms)
    return Hours(max(0, sum(claim.hours for claim in other.claims)))
