"""Looks at the budgets that changes have touched: announces bands, closes and opens locks, notes what went over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

import structlog

from store.budget.records import BudgetSettings, BudgetState
from store.database import Transaction
from store.engine.cursors import Cursor
from store.harvest.records import HarvestEntry, Project
from store.time_entries.records import HeldFor
from sync.budget.lines import load_lines
from sync.budget.locks import Locks
from sync.budget.overage_watch import OverageWatch, Watched
from sync.budget.policy import BudgetRules
from sync.engine.tenant import Tenant
from sync.news import enqueue
from sync.news.budget import BudgetCrossed, FoundOver, LockTriggered
from sync.ports.engine import Job, Jobs
from sync.rules.budget.bands import (
    FIRST_IMPORT,
    BudgetLine,
    Settled,
    is_past,
    month_of,
    period_of,
    period_of_month,
    settle,
)

log = structlog.get_logger()

_LATEST = 50
"""Entries looked at to say who pushed a budget over."""
_LONGEST_STAMP = 100
"""Characters; a notice's key has 255 in all."""


@dataclass
class _Outcome:
    """What one run found, over all projects."""

    changed: int = 0
    found_over: list[int] = field(default_factory=list)
    opened: set[int] = field(default_factory=set)
    """Projects of which a line has opened."""
    released: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)


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
    is_past: bool
    """The period has ended."""


@dataclass(frozen=True)
class BudgetReview:
    tenant: Tenant
    jobs: Jobs
    rules: BudgetRules
    locks: Locks
    overages: OverageWatch

    async def run(self) -> int:
        """Look at every touched budget once; how many lines moved.

        All in one transaction with the news of it: a crash leaves the budgets touched, and nobody is told twice.
        """
        outcome = _Outcome()
        async with self.tenant.transaction() as tx:
            account = await tx.accounts.get()
            if account is None or await tx.cursors.get(Cursor.ENTRIES) is None:
                return 0
            touched = await tx.mirror.take_touched()
            for look in await self._looks(tx, touched):
                await self._look(tx, look, outcome)
            if await tx.accounts.settle_first(self.tenant.now()) and outcome.found_over:
                await enqueue(tx, "found-over", FoundOver(outcome.found_over), self.tenant.now())
            await self._let_go(tx, outcome)
        self._wake(outcome)
        return outcome.changed

    async def _let_go(self, tx: Transaction, outcome: _Outcome) -> None:
        """Whatever opened a line, and if no budget was touched: nothing stays held, and no request unanswered."""
        for project_id in await tx.time_entries.waiting(HeldFor.LOCKED):
            outcome.released += await self.locks.release(tx, project_id)
        for project_id in await tx.budgets.asking():
            outcome.answered += await self.locks.answer_open(tx, project_id)

    def _wake(self, outcome: _Outcome) -> None:
        for key in outcome.released:
            self.jobs.wake(Job.ENTRY, key)
        cards = [f"unlock:{key}:" for key in outcome.answered]
        cards += [f"{kind}:{project_id}:" for project_id in sorted(outcome.opened) for kind in ("locked", "budget")]
        for key_prefix in cards:
            self.jobs.wake(Job.CARDS, key_prefix)

    async def _looks(self, tx: Transaction, touched: Iterable[tuple[int, int]]) -> list[_Look]:
        now = self.tenant.now()
        # Asked for only now: taking the marks has waited for whoever settled at the same time.
        account = await tx.accounts.get()
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
            has_ended = is_past(period, self.rules.today(now))
            for project in chosen:
                mine = {one.line: one for one in states if (one.project_id, one.period) == (project.id, period)}
                known = settings.get(project.id) or BudgetSettings(project.id)
                looks.append(_Look(project, period, known, lines[project.id], mine, now, is_first, has_ended))
        return looks

    async def _look(self, tx: Transaction, look: _Look, outcome: _Outcome) -> None:
        moved: list[tuple[BudgetLine, Settled]] = []
        for line in [*look.lines, *_forgotten(look)]:
            before = look.states.get(line.key) or BudgetState(look.project.id, line.key, look.period)
            limit = self.rules.limit(line, look.settings)
            settled = settle(
                before, line, self.rules.bands, limit, look.now, is_first=look.is_first, is_past=look.is_past
            )
            if settled.state != before:
                if not await tx.budgets.save_state(before, settled.state):
                    # Somebody else changed it in this moment, by what they saw then.
                    await tx.mirror.touch({(look.project.id, _month(look))})
                    continue
                outcome.changed += 1
            moved.append((line, settled))
            await self.overages.look(tx, Watched(look.project, look.period, line, settled.state, limit, look.now))
        outcome.opened |= {look.project.id for _, settled in moved if settled.has_opened}
        if self._is_found_over(look, [settled for _, settled in moved]) and look.project.id not in outcome.found_over:
            outcome.found_over.append(look.project.id)
        await self._tell(tx, look, moved)

    def _is_found_over(self, look: _Look, moved: Sequence[Settled]) -> bool:
        """Ruling 5: what the first import left open, of the present period."""
        is_present = look.period in {"", period_of(self.rules.today(look.now), is_monthly=True)}
        return look.is_first and is_present and any(one.state.locked_by == FIRST_IMPORT for one in moved)

    async def _tell(self, tx: Transaction, look: _Look, moved: Sequence[tuple[BudgetLine, Settled]]) -> None:
        """One message for all lines of a project (ruling 6), one card for each manager if it locked (S2-44)."""
        project, period = look.project, look.period
        crossed = [(line, settled) for line, settled in moved if settled.crossed]
        locked = [(line, settled) for line, settled in moved if settled.has_locked]
        muted = look.settings.muted_until
        is_muted = muted is not None and self.rules.today(look.now) < muted
        if crossed and not is_muted:
            ids, since = await self._pushed_by(tx, look, [line for line, _ in crossed])
            facts = [_facts(line, settled) for line, settled in crossed]
            news = BudgetCrossed(project.id, period, facts, bool(locked), ids, since, look.is_past)
            await enqueue(tx, f"budget:{project.id}:{period}:{_stamp(crossed)}", news, look.now)
            log.info("budget crossed", project=project.id, period=period, bands=[one.crossed for _, one in crossed])
        for address in await self.locks.addresses(tx, project.id) if locked else []:
            card = LockTriggered(project.id, period, [line.key for line, _ in locked], address)
            await enqueue(tx, f"locked:{project.id}:{period}:{address}:{_stamp(locked)}", card, look.now)

    async def _pushed_by(
        self, tx: Transaction, look: _Look, lines: Sequence[BudgetLine]
    ) -> tuple[list[int], str | None]:
        """Whose latest hours carried the first of these lines over its band, and since when."""
        line = lines[0]
        latest = await tx.mirror.recent(look.project.id, month=month_of(look.period), limit=_LATEST)
        watched = Watched(look.project, look.period, line, BudgetState(look.project.id, line.key, ""), None, look.now)
        pushing = [entry for entry in latest if watched.counts(entry)]
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


def _period(project: Project, month: int) -> str:
    return period_of_month(month) if project.is_monthly else ""


def _forgotten(look: _Look) -> list[BudgetLine]:
    """Lines whose budget was taken away in Harvest: they are of no band any more, and locked by no policy."""
    known = {line.key for line in look.lines}
    return [BudgetLine(key, "", False, None, None) for key in look.states if key not in known]  # noqa: FBT003 - a line without anything


def _facts(line: BudgetLine, settled: Settled) -> dict[str, object]:
    return {
        "key": line.key,
        "name": line.name,
        "band": settled.crossed,
        "used": line.used,
        "budget": line.budget,
        "is_money": line.is_money,
        "is_locked": settled.has_locked,
    }


def _month(look: _Look) -> int:
    """A month in which that period is looked at."""
    return month_of(look.period) or look.now.year * 100 + look.now.month


def _stamp(moved: Sequence[tuple[BudgetLine, Settled]]) -> str:
    """Names this move of these lines for good, short enough for a key."""
    whole = "+".join(f"{line.key}@{settled.state.revision + 1}" for line, settled in moved)
    return whole if len(whole) <= _LONGEST_STAMP else sha256(whole.encode()).hexdigest()
