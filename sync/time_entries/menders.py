"""Hours that Harvest refuses are shown to those who can mend the cause: the project's managers, the coordinator."""

from dataclasses import dataclass
from datetime import datetime

from store.database import Transaction
from store.time_entries.records import TimeEntry
from sync.news import enqueue
from sync.news.time_entries import EntryBlocked
from sync.people.permissions import Managers


@dataclass(frozen=True)
class Menders:
    managers: Managers

    async def tell(self, tx: Transaction, entry: TimeEntry, now: datetime) -> None:
        """Once for each asking; not the entry's own person, who has their card. What came from Asana has its own."""
        if entry.asana_task_gid is not None:
            return
        person = await tx.people.by_harvest_user(entry.harvest_user_id)
        own = {entry.slack_id, f"user:{person.harvest_user_id}" if person else ""}
        addresses = [manager.address for manager in await self.managers.of(tx, entry.project_id)]
        if self.managers.coordinator:
            addresses.append(self.managers.coordinator)
        for address in dict.fromkeys(addresses):
            if address not in own:
                key = f"blocked:{entry.key}:{entry.revision}:{address}"
                await enqueue(tx, key, EntryBlocked(entry.key, address), now)
