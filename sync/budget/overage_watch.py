"""Hours that come while a line is locked: noted, dropped once they count there no more, told to its managers (N2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from store.budget.records import BudgetState, LockState, Overage, OverageState
from store.database import Transaction
from store.harvest.records import HarvestEntry, Project
from store.units import Amount, Hours
from sync.budget.lines import concerns
from sync.budget.locks import Locks
from sync.news import enqueue
from sync.news.budget import OverageSeen
from sync.rules.budget.bands import BudgetLine, excess, month_of


@dataclass(frozen=True)
class Watched:
    """A line in one period, as it stands after a look at it. `limit`: where the policy locks it."""

    project: Project
    period: str
    line: BudgetLine
    state: BudgetState
    limit: Amount | None
    now: datetime

    def counts(self, entry: HarvestEntry | None) -> bool:
        """Whether the entry is still there and still counts to that line: it may have been moved or re-dated."""
        if entry is None or entry.project_id != self.project.id or not (entry.budgeted or self.project.is_ours):
            return False
        return concerns(self.line, entry.task_id, entry.user_id) and month_of(self.period) in {None, entry.month}


@dataclass(frozen=True)
class OverageWatch:
    locks: Locks

    async def look(self, tx: Transaction, watched: Watched) -> None:
        """Each is told once, and again when it has grown; its manager decides anew then."""
        project_id, line = watched.project.id, watched.line.key
        known = await tx.budgets.overages(project_id, line, watched.period) if watched.state.revision else []
        await self._drop(tx, watched, known)
        if watched.state.lock is not LockState.CLOSED or watched.state.changed_at is None:
            return
        wanted = await self._wanted(tx, watched, watched.state.changed_at)
        before = {one.harvest_id: one for one in known}
        grown = {key: hours for key, hours in wanted.items() if key not in before or hours > before[key].hours}
        shrunk = [key for key, hours in wanted.items() if key in before and _is_less(before[key], hours)]
        await tx.budgets.save_overages([_seen(watched, key, wanted[key]) for key in [*grown, *shrunk]])
        await self._tell(tx, watched, grown)

    async def _drop(self, tx: Transaction, watched: Watched, known: Sequence[Overage]) -> None:
        open_ones = [one.harvest_id for one in known if one.state is OverageState.SEEN]
        stale = [key for key in open_ones if not watched.counts(await tx.mirror.get(key))]
        await tx.budgets.drop_overages(watched.line.key, stale)

    async def _wanted(self, tx: Transaction, watched: Watched, since: datetime) -> dict[int, int]:
        """Hours beyond the lock by the entries that brought them."""
        line, limit = watched.line, watched.limit
        if line.used is None:
            return {}
        came = await tx.mirror.seen_since(watched.project.id, month_of(watched.period), since)
        pieces = [(one.id, one.rounded_hours) for one in came if watched.counts(one)]
        over = line.used - max(limit or 0, watched.state.limit or 0)
        return excess(pieces, sum(hours for _, hours in pieces) if line.is_money or limit is None else over)

    async def _tell(self, tx: Transaction, watched: Watched, fresh: Mapping[int, int]) -> None:
        project_id, period, line = watched.project.id, watched.period, watched.line.key
        for address in await self.locks.addresses(tx, project_id) if fresh else []:
            news = OverageSeen(project_id, period, line, sorted(fresh), address)
            stamp = f"{address}:{line}:{max(fresh)}@{sum(fresh.values())}:{watched.now.timestamp():.3f}"
            await enqueue(tx, f"overage:{project_id}:{period}:{stamp}", news, watched.now)


def _seen(watched: Watched, key: int, hours: int) -> Overage:
    line, period = watched.line.key, watched.period
    return Overage(key, watched.project.id, line, period, Hours(hours), OverageState.SEEN, watched.now)


def _is_less(known: Overage, hours: int) -> bool:
    """What was decided stays as it was then."""
    return known.state is OverageState.SEEN and hours < known.hours
