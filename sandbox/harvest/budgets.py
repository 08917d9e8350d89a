"""Which entries count towards a project's budget, how large it is, and how much of it is used."""

from collections.abc import Iterable
from decimal import Decimal

from sandbox.harvest import rates
from sandbox.harvest.records import Entry, Project, TaskAssignment, UserAssignment
from sandbox.harvest.state import HarvestState

MONEY = frozenset({"project_cost", "task_fees"})
"""Ways of budgeting whose budgets are money; the others are hours."""
_BY_TASK = frozenset({"task", "task_fees"})


def is_budgeted(state: HarvestState, entry: Entry) -> bool:
    """Hours of a task or person whose budget is blank are not counted (H-360048686811)."""
    project = state.projects[entry.project_id]
    if project.budget_by in _BY_TASK:
        return _has_budget(state.task_assignment(project.id, entry.task_id))
    if project.budget_by == "person":
        return _has_budget(state.user_assignment(project.id, entry.user_id))
    return project.budget_by != "none" and budget_of(state, project) is not None


def parts(state: HarvestState, project: Project) -> list[TaskAssignment] | list[UserAssignment] | None:
    """The assignments that carry the budget; None where the project carries it itself."""
    if project.budget_by in _BY_TASK:
        return [row for row in state.task_assignments.values() if row.project_id == project.id]
    if project.budget_by == "person":
        return [row for row in state.user_assignments.values() if row.project_id == project.id]
    return None


def budget_of(state: HarvestState, project: Project) -> Decimal | None:
    """Hours or money, by `budget_by`; of budgets by task or person their sum. None: there is no budget."""
    if project.budget_by == "none":
        return None
    shares = parts(state, project)
    if shares is None:
        return project.cost_budget if project.budget_by in MONEY else project.budget
    given = [row.budget for row in shares if row.budget is not None]
    return sum(given, Decimal(0)) if given else None


def used(state: HarvestState, project: Project, entries: Iterable[Entry]) -> Decimal:
    """What these entries of the project take of its budget, in the budget's unit."""
    counted = [entry for entry in entries if is_budgeted(state, entry)]
    if project.budget_by in MONEY:
        return sum((state.hours_of(row) * (rates.billable_rate(state, row) or 0) for row in counted), Decimal(0))
    return sum(map(state.hours_of, counted), Decimal(0))


def set_budget(state: HarvestState, project: Project, amount: Decimal | None) -> None:
    """Budgets by task or person keep their proportions; a project without budget gets one in hours."""
    shares = parts(state, project)
    if shares is not None:
        _spread(state, shares, amount)
    elif project.budget_by in MONEY:
        state.change(project, cost_budget=amount)
    else:
        state.change(project, budget=amount, budget_by="project" if amount is not None else project.budget_by)


def _spread(state: HarvestState, shares: list[TaskAssignment] | list[UserAssignment], amount: Decimal | None) -> None:
    weights = [row.budget or Decimal(0) for row in shares]
    if not any(weights):
        weights = [Decimal(1)] * len(shares)
    left = amount or Decimal(0)
    for row, weight, rest in zip(shares, weights, _sums_from(weights), strict=True):
        part = (left * weight / rest).quantize(Decimal("0.01")) if rest else Decimal(0)
        state.change(row, budget=None if amount is None else part)
        left -= part


def _sums_from(weights: list[Decimal]) -> list[Decimal]:
    """For each weight the sum of it and of those after it."""
    return [sum(weights[index:], Decimal(0)) for index in range(len(weights))]


def _has_budget(row: TaskAssignment | UserAssignment | None) -> bool:
    return row is not None and row.budget is not None
