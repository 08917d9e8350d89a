"""How a feature below time entries changes an entry, as a narrow protocol."""

from typing import Protocol

from store.harvest.records import HarvestEntry
from store.time_entries.records import EntryEdit, TimeEntry


class Rebook(Protocol):
    async def rebook(self, found: HarvestEntry, wanted: EntryEdit, *, by: str) -> TimeEntry:
        """Change an entry as it stands in Harvest, whosever it is; the caller has asked whether `by` may."""
