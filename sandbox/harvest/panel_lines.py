"""How the side API shows time entries and projects."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.harvest import budgets
from sandbox.harvest.records import Entry, Project
from sandbox.harvest.state import HarvestState


def of_entry(state: HarvestState, row: Entry) -> dict[str, Any]:
    project = state.projects[row.project_id]
    return {
        "id": row.id,
        "who": state.users[row.user_id].name,
        "client": state.clients[project.client_id].name,
        "project": project.name,
        "code": project.code,
        "task": state.tasks[row.task_id].name,
        "date": row.spent_date.isoformat(),
        "hours": float(state.hours_of(row)),
        "notes": row.notes,
        "running": row.is_running,
        "reference": row.reference.id if row.reference else None,
    }


def of_projects(state: HarvestState) -> list[dict[str, Any]]:
    """By code."""
    entries: dict[int, list[Entry]] = defaultdict(list)
    for entry in state.entries.values():
        entries[entry.project_id].append(entry)
    rows = sorted(state.projects.values(), key=lambda row: row.code or "")
    return [of_project(state, row, entries[row.id]) for row in rows]


def of_project(state: HarvestState, row: Project, entries: list[Entry]) -> dict[str, Any]:
    """`entries`: all of the project. `budget` and `used` are hours, or money where `unit` is a currency.

    `used` is this month's where the budget is monthly; `people` and `tasks` are those who may log and on what.
    """
    this_month = [entry for entry in entries if _same_month(entry, state.now())]
    client = state.clients[row.client_id]
    return {
        "code": row.code,
        "name": row.name,
        "client": client.name,
        "notes": row.notes,
        "archived": not row.is_active,
        "budget_by": row.budget_by,
        "monthly": row.budget_is_monthly,
        "unit": client.currency if row.budget_by in budgets.MONEY else "hours",
        "budget": _plain(budgets.budget_of(state, row)),
        "used": _plain(budgets.used(state, row, this_month if row.budget_is_monthly else entries)),
        "hours_this_month": _plain(_hours(state, this_month)),
        "hours_in_all": _plain(_hours(state, entries)),
        "people": _people(state, row),
        "tasks": _tasks(state, row),
    }


def _people(state: HarvestState, project: Project) -> list[str]:
    rows = [row for row in state.user_assignments.values() if row.project_id == project.id and row.is_active]
    return sorted(state.users[row.user_id].name for row in rows)


def _tasks(state: HarvestState, project: Project) -> list[str]:
    rows = [row for row in state.task_assignments.values() if row.project_id == project.id and row.is_active]
    return sorted(state.tasks[row.task_id].name for row in rows)


def _same_month(entry: Entry, moment: datetime) -> bool:
    return (entry.spent_date.year, entry.spent_date.month) == (moment.year, moment.month)


def _hours(state: HarvestState, entries: list[Entry]) -> Decimal:
    return sum(map(state.hours_of, entries), Decimal(0))


def _plain(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
