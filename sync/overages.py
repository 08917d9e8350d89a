"""Hours that went over a closed lock: a manager accepts them or moves them elsewhere (N2, W5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from store.budget_records import Overage, OverageState
from store.database import Store
from store.harvest_records import HarvestEntry, Project
from store.records import AuditEvent, Person
from sync.drafts import Wanted
from sync.errors import Refused
from sync.locks import Locks
from sync.ports import Clock
from sync.targets import Booking
from sync.time_entries import TimeEntries


@dataclass(frozen=True, slots=True)
class Over:
    """Hours beyond a lock with the entry they are in and its person's name; the entry is None once it is gone."""

    overage: Overage
    entry: HarvestEntry | None
    who: str


@dataclass(frozen=True)
class Overages:
    store: Store
    workspace_id: str
    clock: Clock
    locks: Locks
    entries: TimeEntries

    async def of(self, harvest_ids: Sequence[int]) -> Sequence[Over]:
        async with self.store.reading(self.workspace_id) as tx:
            found = await tx.budgets.overages_of(harvest_ids)
            entries = {one.harvest_id: await tx.mirror.get(one.harvest_id) for one in found}
            names = await tx.directory.user_names({entry.user_id for entry in entries.values() if entry})
        return [_over(one, entries[one.harvest_id], names) for one in found]

    async def project(self, project_id: int) -> Project:
        async with self.store.reading(self.workspace_id) as tx:
            project = await tx.directory.project(project_id)
        if project is None:
            raise Refused("That project is not in Harvest any more. Nothing was changed.")
        return project

    async def accept(self, person: Person, harvest_ids: Sequence[int]) -> int:
        """Let them stand where they are; how many were still open."""
        return await self._decide(person, harvest_ids, OverageState.ACCEPTED)

    async def move(self, person: Person, harvest_ids: Sequence[int], booking: Booking) -> int:
        """Book the whole entries elsewhere, such as on a task that is not billed; how many were moved."""
        every = await self.of(harvest_ids)
        chosen = [over for over in every if over.entry and over.overage.state is OverageState.SEEN]
        moved = await self._decide(person, [over.overage.harvest_id for over in chosen], OverageState.MOVED)
        for over in chosen:
            if over.entry is not None:
                wanted = Wanted(project_id=booking.project.id, task_id=booking.task.id)
                await self.entries.rebook(over.entry, wanted, by=person.slack_id)
        return moved

    async def _decide(self, person: Person, harvest_ids: Sequence[int], state: OverageState) -> int:
        async with self.store.reading(self.workspace_id) as tx:
            found = await tx.budgets.overages_of(harvest_ids)
        for project_id in {one.project_id for one in found}:
            await self.locks.require(person, project_id, f"overage.{state}")
        async with self.store.transaction(self.workspace_id) as tx:
            fresh = [one for one in await tx.budgets.overages_of(harvest_ids) if one.state is OverageState.SEEN]
            await tx.budgets.save_overages([replace(one, state=state) for one in fresh])
            for one in fresh:
                facts = {"entry": one.harvest_id, "hours": one.hours}
                deed, subject = f"overage.{state}", f"project:{one.project_id}"
                await tx.audit.add(AuditEvent(self.clock.now(), person.slack_id, deed, subject, facts))
        return len(fresh)


def _over(overage: Overage, entry: HarvestEntry | None, names: Mapping[int, str]) -> Over:
    return Over(overage, entry, names.get(entry.user_id, f"user {entry.user_id}") if entry else "")
