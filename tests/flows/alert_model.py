"""A second opinion on alerts: which bands should have been told, from the rows alone. Shares no code with the flows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

from store.database import Store
from store.engine.tables import cursors, notices
from store.harvest.tables import accounts, harvest_entries, projects, task_assignments, user_assignments

BANDS = (75, 90, 100)
Row = Mapping[str, Any]
Key = tuple[int, str, str]
"""Project, line and period."""


@dataclass(frozen=True)
class Rows:
    """What stands in the tables: entries, the directory, and what was told."""

    entries: Sequence[Row]
    projects: Sequence[Row]
    tasks: Sequence[Row]
    people: Sequence[Row]
    told: Sequence[Row]
    cursor: str | None
    is_settled: bool

    @classmethod
    async def read(cls, store: Store, workspace: str) -> "Rows":
        async with store.engine.connect() as connection:

            async def every(table: sa.Table) -> list[Row]:
                rows = await connection.execute(sa.select(table).where(table.c.workspace_id == workspace))
                return [dict(row._mapping) for row in rows]

            cursor = [row["value"] for row in await every(cursors) if row["name"] == "entries"]
            account = await every(accounts)
            return cls(
                entries=await every(harvest_entries),
                projects=await every(projects),
                tasks=await every(task_assignments),
                people=await every(user_assignments),
                told=await every(notices),
                cursor=cursor[0] if cursor else None,
                is_settled=bool(account and account[0]["settled_at"]),
            )

    def news(self, name: str) -> list[Row]:
        return [row["facts"] for row in self.told if row["news"] == name]

    def alerts(self) -> Counter[tuple[Key, int]]:
        """Every line of every message that was told."""
        return Counter(
            ((facts["project_id"], line["key"], facts["period"]), line["band"])
            for facts in self.news("BudgetCrossed")
            for line in facts["lines"]
        )


@dataclass
class Alerts:
    """`at`: the band each line stood at when it was last looked at."""

    at: dict[Key, int] = field(default_factory=dict)
    expected: Counter[tuple[Key, int]] = field(default_factory=Counter)

    def settled(self, rows: Rows, month: str, *, is_first: bool) -> None:
        """What a settlement has to make of these rows in that month (`2026-11`); of ended ones, 100 % alone is told."""
        shares = self._shares(rows)
        off = {project["id"] for project in rows.projects if project["is_excluded"]}
        for key in {*shares, *self.at}:
            if key[0] in off:
                continue
            now = shares.get(key, 0)
            before = self.at.get(key, 0)
            has_ended = bool(key[2]) and key[2] < month
            if now > before and not is_first and (not has_ended or before < 100 <= now):
                self.expected[key, now] += 1
            self.at[key] = now

    def _shares(self, rows: Rows) -> dict[Key, int]:
        return {
            (project["id"], line, period): _band(used(project, line, period, rows.entries), budget)
            for project in rows.projects
            for line, budget in _lines(project, rows)
            for period in self._periods(project, rows.entries)
        }

    def _periods(self, project: Row, entries: Iterable[Row]) -> set[str]:
        if not project["is_monthly"]:
            return {""}
        known = {period for project_id, _, period in self.at if project_id == project["id"]}
        return known | {f"{one['spent_date']:%Y-%m}" for one in entries if one["project_id"] == project["id"]}


def used(project: Row, line: str, period: str, entries: Iterable[Row]) -> Decimal:
    """Hours or money, in hundredths."""
    total = Decimal(0)
    for one in entries:
        is_its = one["project_id"] == project["id"] and line in {
            "",
            f"task:{one['task_id']}",
            f"person:{one['user_id']}",
        }
        is_counted = one["budgeted"] and not one["is_running"]
        if is_its and is_counted and period in {"", f"{one['spent_date']:%Y-%m}"}:
            worth = Decimal(one["billable_rate"] or 0) / 100 if one["billable"] else Decimal(0)
            total += one["rounded_hours"] * (worth if "cost" in project["budget_by"] else 1)
    return total.quantize(Decimal(1), ROUND_HALF_UP)


def _lines(project: Row, rows: Rows) -> list[tuple[str, int | None]]:
    if project["budget_by"] == "task":
        return [(f"task:{one['task_id']}", one["budget"]) for one in rows.tasks if _carries(one, project)]
    if project["budget_by"] == "person":
        return [(f"person:{one['user_id']}", one["budget"]) for one in rows.people if _carries(one, project)]
    return [("", project["budget"])]


def _carries(assignment: Row, project: Row) -> bool:
    return assignment["project_id"] == project["id"] and assignment["is_active"] and assignment["budget"] is not None


def _band(amount: Decimal, budget: int | None) -> int:
    reached = [band for band in BANDS if budget and amount * 100 >= band * budget]
    return max(reached, default=0)
