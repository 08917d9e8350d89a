"""Looks at the budgets that changes have touched: announces bands, closes and opens locks, notes what went over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from store.budget_records import BudgetSettings, BudgetState, LockState, Overage, OverageState
from store.database import Store, Transaction
from store.harvest_records import HarvestEntry, Project
from store.records import Amount, Hours
from sync.budget_lines import concerns, load_lines
from sync.budget_rules import BudgetRules
from sync.entry_import import CURSOR
from sync.locks import Locks
from sync.news import BudgetCrossed, FoundOver, LockTriggered, OverageSeen, keep
from sync.ports import Clock, Jobs
from sync.rules.budget import FIRST_IMPORT, BudgetLine, Settled, excess, month_of, period_of_month, settle

log = structlog.get_logger()

_LATEST = 50
"""Entries looked at to say who pushed a budget over."""


@dataclass
class _Outcome:
    """What one run found, over all projects."""

    changed: int = 0
    found_over: list[int] = field(default_factory=list)
    released: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Look:
    """One project in one period."""

    project: Project
    period: str
    settings: BudgetSettings
    lines: Sequence[BudgetLine]
    states: dict[str, BudgetState]
    now: datetime
    is_first: bool


@dataclass(frozen=True)
class Settlement:
    store: Store
    workspace_id: str
    clock: Clock
    jobs: Jobs
    rules: BudgetRules
    locks: Locks

    async def run(self) -> int:
        """Look at every touched budget once; how many lines moved.

        All in one transaction with the news of it: a crash leaves the budgets touched, and nobody is told twice.
        """
        outcome = _Outcome()
        async with self.store.transaction(self.workspace_id) as tx:
            account = await tx.workspaces.account()
            if account is None or await tx.mirror.cursor(CURSOR) is None:
                return 0
            touched = await tx.mirror.take_touched()
            for look in await self._looks(tx, touched):
                await self._look(tx, look, outcome)
            if await tx.workspaces.settle_first(self.clock.now()) and outcome.found_over:
                await keep(tx, "found-over", FoundOver(outcome.found_over), self.clock.now())
        for key in outcome.released:
            self.jobs.wake("entry", key)
        return outcome.changed

    async def _looks(self, tx: Transaction, touched: Iterable[tuple[int, int]]) -> list[_Look]:
        now = self.clock.now()
        # Asked for only now: taking the marks has waited for whoever settled at the same time.
        account = await tx.workspaces.account()
        sees_rates = account is not None and account.sees_rates
        is_first = account is not None and account.settled_at is None
        ending = await tx.budgets.ending(now)
        ids = {project_id for project_id, _ in touched} | {project_id for project_id, _ in ending}
        projects = {one.id: one for one in await tx.directory.projects(ids) if not one.is_excluded}
        # What is switched off, or not known yet, is looked at once it counts.
        await tx.mirror.touch({(one, month) for one, month in touched if one not in projects})
        due = {(one, _period(projects[one], month)) for one, month in touched if one in projects}
        due |= {(one, period) for one, period in ending if one in projects}
        settings = await tx.budgets.settings_of(projects)
        states = await tx.budgets.states(list(projects), for_change=True)
        looks = []
        for period in sorted({period for _, period in due}):
            chosen = [projects[one] for one, its in sorted(due) if its == period]
            lines = await load_lines(tx, chosen, period, sees_rates=sees_rates)
            for project in chosen:
                mine = {one.line: one for one in states if (one.project_id, one.period) == (project.id, period)}
                known = settings.get(project.id) or BudgetSettings(project.id)
                looks.append(_Look(project, period, known, lines[project.id], mine, now, is_first))
        return looks

    async def _look(self, tx: Transaction, look: _Look, outcome: _Outcome) -> None:
        crossed: list[tuple[BudgetLine, Settled]] = []
        locked: list[BudgetLine] = []
        for line in [*look.lines, *_forgotten(look)]:
            before = look.states.get(line.key) or BudgetState(look.project.id, line.key, look.period)
            limit = self.rules.limit(line, look.settings)
            settled = settle(before, line, self.rules.bands, limit, look.now, is_first=look.is_first)
            if settled.state != before:
                if not await tx.budgets.save_state(before, settled.state):
                    continue  # Somebody else looked at it in this moment, and tells.
                outcome.changed += 1
            if settled.state.locked_by == FIRST_IMPORT and look.is_first:
                outcome.found_over.append(look.project.id)
            crossed += [(line, settled)] if settled.crossed else []
            locked += [line] if settled.has_locked else []
            if settled.has_opened:
                outcome.released += await self.locks.release(tx, look.project.id)
            await self._went_over(tx, look, line, settled.state, limit)
        await self._tell(tx, look, crossed, locked)

    async def _tell(
        self, tx: Transaction, look: _Look, crossed: Sequence[tuple[BudgetLine, Settled]], locked: Sequence[BudgetLine]
    ) -> None:
        """One message for all lines of a project (ruling 6), one card for each manager if it locked (S2-44)."""
        project, period = look.project, look.period
        muted = look.settings.muted_until
        is_muted = muted is not None and self.rules.today(look.now) < muted
        stamp = "+".join(f"{line.key}@{settled.state.revision + 1}" for line, settled in crossed)
        if crossed and not is_muted:
            ids, since = await self._pushed_by(tx, look, [line for line, _ in crossed])
            facts = [_facts(line, settled.crossed) for line, settled in crossed]
            news = BudgetCrossed(project.id, period, facts, bool(locked), ids, since)
            await keep(tx, _key("budget", project.id, period, stamp), news, look.now)
            log.info("budget crossed", project=project.id, period=period, bands=[one.crossed for _, one in crossed])
        for line in locked:
            state = look.states.get(line.key)
            revision = state.revision + 1 if state else 1
            for manager in await self.locks.managers.of(tx, project.id):
                news_key = _key("locked", project.id, period, f"{line.key}@{revision}:{manager.address}")
                await keep(tx, news_key, LockTriggered(project.id, period, line.key, manager.address), look.now)

    async def _pushed_by(
        self, tx: Transaction, look: _Look, lines: Sequence[BudgetLine]
    ) -> tuple[list[int], str | None]:
        """Whose latest hours carried the first of these lines over its band, and since when."""
        line = lines[0]
        latest = await tx.mirror.recent(look.project.id, month=month_of(look.period), limit=_LATEST)
        pushing = [entry for entry in latest if entry.budgeted and concerns(line, entry.task_id, entry.user_id)]
        edge = max(one for one in (0, *self.rules.bands) if line.share is not None and line.share >= one)
        beyond = (line.used or 0) - (line.budget or 0) * edge // 100
        found: list[HarvestEntry] = []
        for entry in pushing:
            found.append(entry)
            beyond -= entry.rounded_hours
            if beyond < 0 or line.is_money:
                break
        ids = list(dict.fromkeys(entry.user_id for entry in found))
        return ids, found[-1].updated_at.isoformat() if found else None

    async def _went_over(
        self, tx: Transaction, look: _Look, line: BudgetLine, state: BudgetState, limit: Amount | None
    ) -> None:
        """Note the hours that came while the line was locked; its managers are told once of each (N2)."""
        known = await tx.budgets.overages(look.project.id, line.key, look.period) if state.revision else []
        if state.lock is not LockState.CLOSED or line.used is None or state.changed_at is None:
            return
        over = line.used - max(limit or 0, state.limit or 0)
        came = await tx.mirror.seen_since(look.project.id, month_of(look.period), state.changed_at)
        pieces = [(one.id, one.rounded_hours) for one in came if concerns(line, one.task_id, one.user_id)]
        wanted = excess(pieces, sum(hours for _, hours in pieces) if line.is_money or limit is None else over)
        fresh = {key: hours for key, hours in wanted.items() if key not in {one.harvest_id for one in known}}
        await tx.budgets.save_overages(
            [
                Overage(key, look.project.id, line.key, look.period, Hours(hours), OverageState.SEEN, look.now)
                for key, hours in fresh.items()
            ]
        )
        since = {entry.id for entry in came}
        gone = [one.harvest_id for one in known if one.state is OverageState.SEEN and one.harvest_id not in since]
        stale = [key for key in gone if await tx.mirror.get(key) is None]
        await tx.budgets.drop_overages(line.key, stale)
        for manager in await self.locks.managers.of(tx, look.project.id) if fresh else []:
            news = OverageSeen(look.project.id, look.period, line.key, sorted(fresh), manager.address)
            stamp = f"{line.key}:{max(fresh)}:{len(known)}:{manager.address}"
            await keep(tx, _key("overage", look.project.id, look.period, stamp), news, look.now)


def _period(project: Project, month: int) -> str:
    return period_of_month(month) if project.is_monthly else ""


def _forgotten(look: _Look) -> list[BudgetLine]:
    """Lines whose budget was taken away in Harvest: they are of no band any more, and locked by no policy."""
    known = {line.key for line in look.lines}
    return [BudgetLine(key, "", False, None, None) for key in look.states if key not in known]  # noqa: FBT003 - a line without anything


def _facts(line: BudgetLine, crossed: int) -> dict[str, Any]:
    return {
        "key": line.key,
        "name": line.name,
        "band": crossed,
        "used": line.used,
        "budget": line.budget,
        "is_money": line.is_money,
    }


def _key(kind: str, project_id: int, period: str, stamp: str) -> str:
    return f"{kind}:{project_id}:{period}:{stamp}"[:255]
