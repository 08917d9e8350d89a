"""Hours of Asana's that wait, and why; and the decisions that were made about them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store.asana.records.state import Hold, HoldKind, HoldState, Part
from store.asana.tables import asana_holds
from store.scope import Scope
from store.units import Hours


class AsanaHolds(Scope):
    async def get(self, key: str) -> Hold | None:
        found = await self._many(asana_holds.c.key == key)
        return found[0] if found else None

    async def of_task(self, task_gid: str) -> Sequence[Hold]:
        """Whatever their state."""
        return await self._many(asana_holds.c.task_gid == task_gid)

    async def open(
        self,
        *,
        project_gid: str | None = None,
        user_gid: str | None = None,
        kinds: Collection[HoldKind] = (),
    ) -> Sequence[Hold]:
        """Oldest first; only those of the project, of the person, of these kinds."""
        of = asana_holds.c
        wanted = [of.state == HoldState.OPEN]
        wanted += [of.project_gid == project_gid] if project_gid else []
        wanted += [of.user_gid == user_gid] if user_gid else []
        wanted += [of.kind.in_(list(kinds))] if kinds else []
        return await self._many(*wanted)

    async def save(self, hold: Hold, opened_at: datetime) -> None:
        row = asdict(hold) | {"parts": [list(one) for one in hold.parts], "entry_ids": list(hold.entry_ids)}
        await self._upsert(asana_holds, [row | {"opened_at": hold.opened_at or opened_at}])

    async def decide(self, hold: Hold, state: HoldState, by: str) -> bool:
        """Close an open hold, if it is still as it was when somebody was shown it."""
        of = asana_holds.c
        here = (self._mine(asana_holds), of.key == hold.key, of.state == HoldState.OPEN, of.revision == hold.revision)
        done = await self._connection.execute(
            sa.update(asana_holds).where(*here).values(state=state, decided_by=by, revision=hold.revision + 1)
        )
        return done.rowcount == 1

    async def _many(self, *wanted: sa.ColumnElement[bool]) -> Sequence[Hold]:
        rows = await self._connection.execute(
            sa.select(*(asana_holds.c[name] for name in Hold.__dataclass_fields__))
            .where(self._mine(asana_holds), *wanted)
            .order_by(asana_holds.c.opened_at, asana_holds.c.key)
        )
        return [_hold(row) for row in rows]


def _hold(row: sa.Row[Any]) -> Hold:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to a row's mapping
    read = {
        "kind": HoldKind(row.kind),
        "state": HoldState(row.state),
        "hours": Hours(row.hours),
        "parts": tuple(Part(one[0], Hours(one[1])) for one in row.parts),
        "entry_ids": tuple(row.entry_ids),
    }
    return Hold(**{**values, **read})
