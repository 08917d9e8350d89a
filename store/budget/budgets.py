"""What was decided about budgets in Slack, where each line stands, who asks for more, and what went over."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store.budget.records import (
    BudgetSettings,
    BudgetState,
    LockState,
    Overage,
    OverageState,
    RequestState,
    UnlockRequest,
)
from store.budget.tables import budget_settings, budget_states, overages, project_managers, unlock_requests
from store.scope import Scope
from store.units import Amount, Hours


class Budgets(Scope):
    async def settings(self, project_id: int) -> BudgetSettings:
        """What was set in Slack; the defaults if nothing was."""
        found = await self.settings_of([project_id])
        return found.get(project_id) or BudgetSettings(project_id)

    async def settings_of(self, project_ids: Iterable[int]) -> dict[int, BudgetSettings]:
        rows = await self._connection.execute(
            sa.select(*_columns(budget_settings, BudgetSettings)).where(
                self._mine(budget_settings), budget_settings.c.project_id.in_(list(project_ids))
            )
        )
        return {row.project_id: BudgetSettings(*row) for row in rows}

    async def save_settings(self, settings: BudgetSettings) -> None:
        await self._upsert(budget_settings, [asdict(settings)])

    async def name_manager(self, project_id: int, slack_id: str) -> None:
        await self._insert(project_managers, {"project_id": project_id, "slack_id": slack_id})

    async def dismiss_manager(self, project_id: int, slack_id: str) -> bool:
        named = (project_managers.c.project_id == project_id, project_managers.c.slack_id == slack_id)
        done = await self._connection.execute(sa.delete(project_managers).where(self._mine(project_managers), *named))
        return done.rowcount == 1

    async def named_managers(self, project_id: int) -> Sequence[str]:
        """Slack ids of those who were named in Slack."""
        rows = await self._connection.execute(
            sa.select(project_managers.c.slack_id)
            .where(self._mine(project_managers), project_managers.c.project_id == project_id)
            .order_by(project_managers.c.slack_id)
        )
        return [row.slack_id for row in rows]

    async def named_projects(self, slack_id: str) -> set[int]:
        rows = await self._connection.execute(
            sa.select(project_managers.c.project_id).where(
                self._mine(project_managers), project_managers.c.slack_id == slack_id
            )
        )
        return {row.project_id for row in rows}

    async def states(self, project_ids: Collection[int], *, for_change: bool = False) -> Sequence[BudgetState]:
        """Of all lines and periods. `for_change`: nobody else changes them before the transaction ends."""
        wanted = sa.select(*_columns(budget_states, BudgetState)).where(
            self._mine(budget_states), budget_states.c.project_id.in_(list(project_ids))
        )
        # In one order, so that two who change the same lines wait for each other in turn.
        wanted = wanted.order_by(budget_states.c.project_id, budget_states.c.line, budget_states.c.period)
        rows = await self._connection.execute(wanted.with_for_update() if for_change else wanted)
        return [_state(row) for row in rows]

    async def state(self, project_id: int, line: str, period: str) -> BudgetState:
        """As it was never looked at, if it was not."""
        every = await self.states([project_id])
        found = (one for one in every if (one.line, one.period) == (line, period))
        return next(found, BudgetState(project_id, line, period))

    async def save_state(self, before: BudgetState, after: BudgetState) -> bool:
        """Store `after` with the next revision; False if somebody else changed the state since `before` was read."""
        row = {**asdict(after), "revision": before.revision + 1}
        if before.revision == 0:
            return await self._insert(budget_states, row)
        keys = (
            budget_states.c.project_id == before.project_id,
            budget_states.c.line == before.line,
            budget_states.c.period == before.period,
        )
        done = await self._connection.execute(
            sa.update(budget_states)
            .where(self._mine(budget_states), *keys, budget_states.c.revision == before.revision)
            .values(**row)
        )
        return done.rowcount == 1

    async def over(self, band: int, month: str) -> set[int]:
        """Projects of which a line stands at that band or above now: in `month` (`2026-11`), or without periods."""
        is_present = budget_states.c.period.in_(["", month])
        rows = await self._connection.execute(
            sa.select(budget_states.c.project_id).where(
                self._mine(budget_states), budget_states.c.band >= band, is_present
            )
        )
        return {row.project_id for row in rows}

    async def ending(self, now: datetime) -> set[tuple[int, str]]:
        """Project and period of openings whose time is over."""
        rows = await self._connection.execute(
            sa.select(budget_states.c.project_id, budget_states.c.period).where(
                self._mine(budget_states), budget_states.c.open_until <= now, budget_states.c.lock == LockState.OPEN
            )
        )
        return {(row.project_id, row.period) for row in rows}

    async def ask(self, request: UnlockRequest) -> bool:
        """False if this request is kept already."""
        return await self._insert(unlock_requests, asdict(request))

    async def request(self, key: str) -> UnlockRequest | None:
        found = await self._requests(unlock_requests.c.key == key)
        return found[0] if found else None

    async def asked(self, project_id: int) -> Sequence[UnlockRequest]:
        """Requests of a project that nobody has answered, oldest first."""
        return await self._requests(
            unlock_requests.c.project_id == project_id, unlock_requests.c.state == RequestState.ASKED
        )

    async def asking(self) -> Sequence[int]:
        """Projects with requests that nobody has answered."""
        of = unlock_requests.c
        wanted = (self._mine(unlock_requests), of.state == RequestState.ASKED)
        rows = await self._connection.execute(
            sa.select(of.project_id).where(*wanted).distinct().order_by(of.project_id)
        )
        return [row.project_id for row in rows]

    async def answer(self, key: str, state: RequestState, by: str, answer: str) -> bool:
        """False if it was answered before."""
        done = await self._connection.execute(
            sa.update(unlock_requests)
            .where(self._mine(unlock_requests), unlock_requests.c.key == key)
            .where(unlock_requests.c.state == RequestState.ASKED)
            .values(state=state, decided_by=by, answer=answer)
        )
        return done.rowcount == 1

    async def _requests(self, *wanted: sa.ColumnElement[bool]) -> Sequence[UnlockRequest]:
        rows = await self._connection.execute(
            sa.select(*_columns(unlock_requests, UnlockRequest))
            .where(self._mine(unlock_requests), *wanted)
            .order_by(unlock_requests.c.created_at, unlock_requests.c.key)
        )
        return [_request(row) for row in rows]

    async def overages(self, project_id: int, line: str, period: str) -> Sequence[Overage]:
        wanted = (overages.c.project_id == project_id, overages.c.line == line, overages.c.period == period)
        return await self._overages(*wanted)

    async def overages_of(self, harvest_ids: Iterable[int]) -> Sequence[Overage]:
        return await self._overages(overages.c.harvest_id.in_(list(harvest_ids)))

    async def save_overages(self, rows: Sequence[Overage]) -> None:
        await self._upsert(overages, [asdict(one) for one in rows])

    async def decide_overage(self, one: Overage, state: OverageState) -> bool:
        """False if somebody decided it before."""
        of = overages.c
        mine = (self._mine(overages), of.harvest_id == one.harvest_id, of.line == one.line)
        done = await self._connection.execute(
            sa.update(overages).where(*mine, of.state == OverageState.SEEN).values(state=state)
        )
        return done.rowcount == 1

    async def drop_overages(self, line: str, harvest_ids: Iterable[int]) -> None:
        gone = (overages.c.line == line, overages.c.harvest_id.in_(list(harvest_ids)))
        await self._connection.execute(sa.delete(overages).where(self._mine(overages), *gone))

    async def _overages(self, *wanted: sa.ColumnElement[bool]) -> Sequence[Overage]:
        rows = await self._connection.execute(
            sa.select(*_columns(overages, Overage)).where(self._mine(overages), *wanted).order_by(overages.c.harvest_id)
        )
        return [
            Overage(r.harvest_id, r.project_id, r.line, r.period, Hours(r.hours), OverageState(r.state), r.noticed_at)
            for r in rows
        ]


def _columns(table: sa.Table, record: Any) -> list[sa.Column[Any]]:
    """In the order of the record's fields."""
    return [table.c[name] for name in record.__dataclass_fields__]


def _state(row: sa.Row[Any]) -> BudgetState:
    values = dict(zip(BudgetState.__dataclass_fields__, row, strict=True))
    values["lock"] = LockState(values["lock"])
    values["limit"] = None if values["limit"] is None else Amount(values["limit"])
    return BudgetState(**values)


def _request(row: sa.Row[Any]) -> UnlockRequest:
    values = dict(zip(UnlockRequest.__dataclass_fields__, row, strict=True))
    values["state"] = RequestState(values["state"])
    return UnlockRequest(**values)
