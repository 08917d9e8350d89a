"""Hours that went over a closed lock: a manager accepts them or moves them elsewhere (N2, W5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from store.budget.records import Overage, OverageState
from store.database import Transaction
from store.harvest.records import HarvestEntry, Project, Task
from store.people.records import Person
from store.time_entries.records import EntryEdit, EntryState
from sync.budget.lines import concerns
from sync.budget.locks import Locks
from sync.budget.status import BudgetStatus, locked_words
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.news import enqueue
from sync.news.time_entries import EntryArrived
from sync.ports.rebook import Rebook


@dataclass(frozen=True, slots=True)
class OverageItem:
    """Hours beyond a lock with the entry they are in and its person's name; the entry is None once it is gone."""

    overage: Overage
    entry: HarvestEntry | None
    who: str


class MoveFailure(Enum):
    """Why an entry was not moved: Harvest's or a lock's word, no answer yet, or somebody else was at it."""

    REFUSED = auto()
    LOCKED = auto()
    ON_ITS_WAY = auto()
    CHANGED = auto()


@dataclass(frozen=True, slots=True)
class NotMoved:
    """An entry that was not moved. `words`: Harvest's, or how the lock stands; plain text."""

    who: str
    why: MoveFailure
    words: str


@dataclass(frozen=True, slots=True)
class MoveResult:
    """`count` entries stand elsewhere now."""

    count: int
    stays: Sequence[NotMoved]


@dataclass(frozen=True)
class Overages:
    tenant: Tenant
    locks: Locks
    entries: Rebook

    async def of(self, harvest_ids: Sequence[int]) -> Sequence[OverageItem]:
        async with self.tenant.reading() as tx:
            found = await tx.budgets.overages_of(harvest_ids)
            entries = {one.harvest_id: await tx.mirror.get(one.harvest_id) for one in found}
            names = await tx.directory.user_names({entry.user_id for entry in entries.values() if entry})
        return [_over(one, entries[one.harvest_id], names) for one in found]

    async def project(self, project_id: int) -> Project:
        async with self.tenant.reading() as tx:
            project = await tx.directory.project(project_id)
        if project is None:
            raise Refused("That project is no longer in Harvest. Nothing was changed.")
        return project

    async def accept(self, person: Person, harvest_ids: Sequence[int]) -> int:
        """Let them stand where they are; how many were still open."""
        fresh = [over.overage for over in await self._undecided(person, harvest_ids, OverageState.ACCEPTED)]
        async with self.tenant.transaction() as tx:
            decided = [one for one in fresh if await tx.budgets.decide_overage(one, OverageState.ACCEPTED)]
            await self._noted(tx, person, decided, OverageState.ACCEPTED)
        return len({one.harvest_id for one in decided})

    async def move(self, person: Person, harvest_ids: Sequence[int], project: Project, task: Task) -> MoveResult:
        """Book the whole entries elsewhere, such as on a task that is not billed; what stays is still to decide."""
        fresh = await self._undecided(person, harvest_ids, OverageState.MOVED)
        count, stays = 0, []
        # An entry may have gone over several lines; it is moved once.
        for over in {over.overage.harvest_id: over for over in fresh}.values():
            if over.entry is None:
                continue
            hindrance = await self._move(person, over.entry, project, task)
            if hindrance is None:
                count += 1
                await self._moved(person, [one.overage for one in fresh if one.overage.harvest_id == over.entry.id])
            else:
                stays.append(NotMoved(over.who, *hindrance))
        return MoveResult(count, stays)

    async def _move(
        self, person: Person, entry: HarvestEntry, project: Project, task: Task
    ) -> tuple[MoveFailure, str] | None:
        """None once it stands there in Harvest, and its owner is told."""
        standing = await self.locks.closed_for(project.id, task.id, entry.user_id, entry.spent_date)
        if standing is not None and _adds_to(standing, entry):
            return MoveFailure.LOCKED, locked_words(standing)
        wanted = EntryEdit(project_id=project.id, task_id=task.id)
        found = await self.entries.rebook(entry, wanted, by=person.slack_id)
        if found.state is EntryState.EDITING:
            return MoveFailure.ON_ITS_WAY, ""
        if (found.project_id, found.task_id) != (project.id, task.id):
            return (MoveFailure.REFUSED, found.reason) if found.reason else (MoveFailure.CHANGED, "")
        if found.slack_id not in {"", person.slack_id}:
            async with self.tenant.transaction() as tx:
                news = EntryArrived(found.key)
                await enqueue(tx, f"moved:{found.key}:{found.revision}", news, self.tenant.now())
        return None

    async def _undecided(self, person: Person, harvest_ids: Sequence[int], state: OverageState) -> list[OverageItem]:
        """Those that nobody has decided; raises NotYourBudget for who may not."""
        every = await self.of(harvest_ids)
        for project_id in {over.overage.project_id for over in every}:
            await self.locks.require(person, project_id, f"overage.{state}")
        return [over for over in every if over.overage.state is OverageState.SEEN]

    async def _moved(self, person: Person, lines: Sequence[Overage]) -> None:
        """One entry stands elsewhere. A look at the budget may have dropped its rows since, so they are not asked."""
        async with self.tenant.transaction() as tx:
            for one in lines:
                await tx.budgets.decide_overage(one, OverageState.MOVED)
            await self._noted(tx, person, lines, OverageState.MOVED)

    async def _noted(self, tx: Transaction, person: Person, decided: Sequence[Overage], state: OverageState) -> None:
        for one in decided:
            facts = {"entry": one.harvest_id, "hours": one.hours}
            await self.tenant.audit(tx, person.slack_id, f"overage.{state}", f"project:{one.project_id}", facts)


def _adds_to(standing: BudgetStatus, entry: HarvestEntry) -> bool:
    """Whether a closed line there is another than those the entry counts to already."""
    is_here = entry.project_id == standing.project.id
    return any(not (is_here and concerns(line, entry.task_id, entry.user_id)) for line in standing.closed)


def _over(overage: Overage, entry: HarvestEntry | None, names: Mapping[int, str]) -> OverageItem:
    return OverageItem(overage, entry, names.get(entry.user_id, f"user {entry.user_id}") if entry else "")
