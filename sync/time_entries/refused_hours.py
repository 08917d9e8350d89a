"""What those who can fix the cause do about hours of others that Harvest refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from store.people.records import Person
from store.time_entries.records import EntryState, HeldFor, TimeEntry
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.news import enqueue
from sync.news.time_entries import EntryArrived
from sync.people.permissions import Managers
from sync.time_entries.entries import TimeEntries


class NotYourProject(Refused):
    """Only those who manage the project can send other people's hours again. Nothing was changed."""


@dataclass(frozen=True)
class RefusedHours:
    tenant: Tenant
    managers: Managers
    entries: TimeEntries

    async def of(self, person: Person) -> Sequence[TimeEntry]:
        """Other people's, of the projects that this person manages, oldest first; all of them for the coordinator."""
        async with self.tenant.reading() as tx:
            refused = await tx.time_entries.refused()
            everywhere = await self.managers.decides_everywhere(tx, person)
            managed = set() if everywhere else await self.managers.managed(tx, person)
        return [one for one in refused if one.slack_id != person.slack_id and (everywhere or one.project_id in managed)]

    async def retry(self, person: Person, key: str) -> TimeEntry:
        """Send it again for its person, who is told if it arrives; raises NotYourProject."""
        entry = await self.entries.any_entry(key)
        async with self.tenant.transaction() as tx:
            if not await self.managers.may_decide(tx, person, entry.project_id):
                raise NotYourProject
            await self.tenant.audit(tx, person.slack_id, "entry.retry_for", key, {"of": entry.slack_id})
        if entry.state is not EntryState.HELD or entry.held_for is not HeldFor.REJECTED:
            return entry
        sent = await self.entries.retry(entry.slack_id, key)
        if sent.state is EntryState.LOGGED:
            async with self.tenant.transaction() as tx:
                await enqueue(tx, f"retried:{key}:{sent.revision}", EntryArrived(key), self.tenant.now())
        return sent
