"""From the mirror to budget lines: what a project's budgets are, in Harvest or set in Slack, and what counts there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.budget.records import BudgetSettings
from store.database import Transaction
from store.harvest.mirror import Group, Total
from store.harvest.records import BudgetBy, HarvestEntry, Project
from store.units import Amount
from sync.rules.budget.bands import BudgetLine, month_of
from sync.rules.text.money import charged

_GROUPS: dict[BudgetBy, Group] = {BudgetBy.TASK: "task_id", BudgetBy.TASK_FEES: "task_id", BudgetBy.PERSON: "user_id"}
_PREFIXES: dict[Group, str] = {"task_id": "task", "user_id": "person"}


@dataclass(frozen=True, slots=True)
class Kind:
    """How a project is budgeted, Slack's word before Harvest's (ruling 7)."""

    group: Group | None
    is_money: bool


@dataclass(frozen=True, slots=True)
class Budget:
    """`key`: the task's or user's id, 0 for the project's own."""

    key: int
    name: str
    amount: Amount | None


@dataclass(frozen=True)
class Counted:
    """What counts to the projects of one kind in one period."""

    totals: Mapping[tuple[int, int], Total]
    timers: Sequence[HarvestEntry]
    sees_rates: bool

    def line(self, project: Project, kind: Kind, budget: Budget) -> BudgetLine:
        total = self.totals.get((project.id, budget.key))
        used = 0 if total is None else charged(total.fees, project.currency) if kind.is_money else total.hours
        mine = [timer for timer in self.timers if timer.project_id == project.id and _is_of(timer, kind, budget.key)]
        return BudgetLine(
            key=f"{_PREFIXES[kind.group]}:{budget.key}" if kind.group else "",
            name=budget.name,
            is_money=kind.is_money,
            budget=budget.amount,
            used=None if kind.is_money and not self.sees_rates else Amount(used),
            running=sum(timer.hours for timer in mine),
            timers=len(mine),
        )


def kind_of(project: Project, settings: BudgetSettings | None) -> Kind:
    if settings is not None and settings.hours:
        return Kind(None, is_money=False)
    return Kind(_GROUPS.get(project.budget_by), project.budget_by.is_money)


async def load_lines(
    tx: Transaction, projects: Sequence[Project], period: str, *, sees_rates: bool
) -> dict[int, list[BudgetLine]]:
    """The lines of each project in that period; one without a budget where none is set."""
    ids = [project.id for project in projects]
    settings = await tx.budgets.settings_of(ids)
    kinds = {project.id: kind_of(project, settings.get(project.id)) for project in projects}
    ours = {project.id for project in projects if project.is_ours}
    running = [timer for timer in await tx.mirror.running(ids) if _is_in(timer, period)]
    timers = [timer for timer in running if timer.budgeted or timer.project_id in ours]
    found: dict[int, list[BudgetLine]] = {}
    for group, is_ours in {(kinds[project.id].group, project.is_ours) for project in projects}:
        chosen = [one for one in projects if (kinds[one.id].group, one.is_ours) == (group, is_ours)]
        wanted = [project.id for project in chosen]
        totals = await tx.mirror.totals(wanted, by=group, month=month_of(period), is_ours=is_ours)
        counted = Counted({(total.project_id, total.group): total for total in totals}, timers, sees_rates)
        budgets = await _budgets(tx, chosen, group, settings)
        for project in chosen:
            found[project.id] = [counted.line(project, kinds[project.id], one) for one in budgets[project.id]]
    return found


def concerns(line: BudgetLine, task_id: int, user_id: int) -> bool:
    """Whether work of this person on this task counts to the line."""
    return line.key in {"", f"task:{task_id}", f"person:{user_id}"}


async def _budgets(
    tx: Transaction, projects: Sequence[Project], group: Group | None, settings: Mapping[int, BudgetSettings]
) -> dict[int, list[Budget]]:
    ids = [project.id for project in projects]
    if group is None:
        return {project.id: [Budget(0, "", _whole(project, settings.get(project.id)))] for project in projects}
    rows = await (tx.directory.task_budgets(ids) if group == "task_id" else tx.directory.person_budgets(ids))
    keys: Iterable[int] = {key for _, key, _ in rows}
    names = await (tx.directory.task_names(keys) if group == "task_id" else tx.directory.user_names(keys))
    found: dict[int, list[Budget]] = {project_id: [] for project_id in ids}
    for project_id, key, amount in rows:
        found[project_id].append(Budget(key, names.get(key, f"{_PREFIXES[group]} {key}"), amount))
    return found


def _whole(project: Project, settings: BudgetSettings | None) -> Amount | None:
    if settings is not None and settings.hours:
        return Amount(settings.hours)
    return project.budget if project.budget_by in {BudgetBy.PROJECT, BudgetBy.PROJECT_COST} else None


def _is_of(timer: HarvestEntry, kind: Kind, key: int) -> bool:
    return kind.group is None or (timer.task_id if kind.group == "task_id" else timer.user_id) == key


def _is_in(timer: HarvestEntry, period: str) -> bool:
    return not period or timer.month == month_of(period)
