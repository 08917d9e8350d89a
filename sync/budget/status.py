"""How a project's budget lines stand in a period, and which of them are locked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from store.budget.records import BudgetSettings, BudgetState, LockState
from store.database import Transaction
from store.harvest.records import Project
from store.time_entries.entries import Pending
from store.units import Amount
from sync.budget.lines import concerns, load_lines
from sync.budget.policy import BudgetRules
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.people.permissions import Managers
from sync.rules.budget.bands import POLICY, BudgetLine, is_closed, period_of
from sync.rules.text.slack import escape


@dataclass(frozen=True, slots=True)
class BudgetStatus:
    """A project's lines in one period, and which of them are locked."""

    project: Project
    period: str
    settings: BudgetSettings
    lines: Sequence[BudgetLine]
    states: dict[str, BudgetState]
    limits: dict[str, Amount | None]
    closed: Sequence[BudgetLine]
    """Those that are locked, with hours on their way to Harvest counted as used."""
    managers: str
    """Who may unlock it, as a sentence begins."""

    def closed_to(self, task_id: int, user_id: int) -> list[BudgetLine]:
        """Which of them keep that person's work on that task waiting."""
        return [line for line in self.closed if concerns(line, task_id, user_id)]

    def state(self, line: BudgetLine) -> BudgetState:
        return self.states.get(line.key) or BudgetState(self.project.id, line.key, self.period)


class Locked(Refused):
    """New work on the project waits. `standing` says why and who can change that."""

    def __init__(self, standing: BudgetStatus) -> None:
        super().__init__(f"{escape(locked_words(standing))} Press Request unlock, or log on another project.")
        self.standing = standing


@dataclass(frozen=True)
class BudgetStatuses:
    tenant: Tenant
    rules: BudgetRules
    managers: Managers

    async def standing(
        self,
        tx: Transaction,
        project: Project,
        day: date,
        *,
        task_id: int | None = None,
        user_id: int | None = None,
        for_change: bool = False,
    ) -> BudgetStatus:
        """How the project stands on that day; with `task_id` and `user_id`, only lines which that work concerns.

        `for_change`: nobody else changes its states before the transaction ends.
        """
        (found,) = await self.standings(tx, [project], day, task_id=task_id, user_id=user_id, for_change=for_change)
        names = await self.managers.names(tx, project.id)
        return replace(found, managers=f"{names[:1].upper()}{names[1:]}")

    async def standings(
        self,
        tx: Transaction,
        projects: Sequence[Project],
        day: date,
        *,
        task_id: int | None = None,
        user_id: int | None = None,
        for_change: bool = False,
    ) -> list[BudgetStatus]:
        """Of many projects, with as many questions as for one; without their managers' names."""
        account = await tx.accounts.get()
        sees_rates = account is not None and account.sees_rates
        ids = [project.id for project in projects]
        states = await tx.budgets.states(ids, for_change=for_change)
        settings, pending = await tx.budgets.settings_of(ids), await tx.time_entries.on_the_way(ids)
        lines: dict[int, list[BudgetLine]] = {}
        for is_monthly in (False, True):
            chosen = [project for project in projects if project.is_monthly is is_monthly]
            lines |= await load_lines(tx, chosen, period_of(day, is_monthly=is_monthly), sees_rates=sees_rates)
        found = []
        for project in projects:
            concerned = [
                line
                for line in lines[project.id]
                if task_id is None or user_id is None or concerns(line, task_id, user_id)
            ]
            mine = [one for one in states if one.project_id == project.id]
            coming = [one for one in pending if one.project_id == project.id]
            known = settings.get(project.id) or BudgetSettings(project.id)
            found.append(self._standing(project, day, known, concerned, mine, coming))
        return found

    def _standing(
        self,
        project: Project,
        day: date,
        settings: BudgetSettings,
        lines: Sequence[BudgetLine],
        states: Sequence[BudgetState],
        pending: Sequence[Pending],
    ) -> BudgetStatus:
        """`pending`: hours on their way to Harvest, which count before they are there."""
        period = period_of(day, is_monthly=project.is_monthly)
        here = {one.line: one for one in states if one.period == period}
        limits = {line.key: self.rules.limit(line, settings) for line in lines}
        unseen, now = BudgetState(project.id, "", period), self.tenant.now()
        counted = [line.plus(_coming(line, period, pending)) for line in lines]
        closed = [line for line in counted if is_closed(here.get(line.key, unseen), line.used, limits[line.key], now)]
        return BudgetStatus(project, period, settings, lines, here, limits, closed, "")

    async def closed_for(self, project_id: int, task_id: int, user_id: int, day: date) -> BudgetStatus | None:
        """The standing, if that work waits; None if it may be done."""
        async with self.tenant.reading() as tx:
            return await self.closed_in(tx, project_id, task_id, user_id, day)

    async def known(
        self, tx: Transaction, project_id: int, day: date, found: dict[str, BudgetStatus]
    ) -> BudgetStatus | None:
        """The project's standing on that day, asked for once a period; None if the project is gone."""
        project = await tx.directory.project(project_id)
        if project is None:
            return None
        period = period_of(day, is_monthly=project.is_monthly)
        if period not in found:
            found[period] = await self.standing(tx, project, day)
        return found[period]

    async def closed_in(
        self, tx: Transaction, project_id: int, task_id: int, user_id: int, day: date
    ) -> BudgetStatus | None:
        project = await tx.directory.project(project_id)
        if project is None:
            return None
        standing = await self.standing(tx, project, day, task_id=task_id, user_id=user_id)
        return standing if standing.closed else None


def locked_words(standing: BudgetStatus) -> str:
    """State and who can change it, as plain text: `Website relaunch is locked: its budget is used up. …`.

    Without amounts: it is kept with the entry, and not everybody may see them.
    """
    line = next(iter(standing.closed), None)
    project = standing.project.name
    if line is None or not line.name:
        what = f"{project} is locked{_cause(standing, line, 'its')}"
    else:
        what = f"{project} ({line.name}) is locked{_cause(standing, line, 'that')}"
    return f"{what}. {standing.managers} can unlock it."


def _cause(standing: BudgetStatus, line: BudgetLine | None, whose: str) -> str:
    """Nothing where a person's word closed it."""
    state = standing.state(line) if line else None
    if line is None or state is None or (state.lock is LockState.CLOSED and state.locked_by != POLICY):
        return ""
    is_early = line.left is not None and line.left > 0
    return f": {whose} budget {'has reached its limit' if is_early else 'is used up'}"


def _coming(line: BudgetLine, period: str, pending: Sequence[Pending]) -> int:
    """Hours on their way that count to the line in that period."""
    return sum(
        one.hours
        for one in pending
        if period in {"", period_of(one.spent_date, is_monthly=True)} and concerns(line, one.task_id, one.user_id)
    )


async def load_project(tx: Transaction, project_id: int) -> Project:
    project = await tx.directory.project(project_id)
    if project is None:
        raise Refused(
            "That project is no longer in Harvest, or Harvest does not show it to me. `/budget` lists your projects."
        )
    return project
