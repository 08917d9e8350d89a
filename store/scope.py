"""What the queries of every noun share: the connection, the workspace, and one insert for both databases."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store.columns import sqlite_text

_ROWS_A_STATEMENT = 500
"""SQLite binds at most 32,766 values in one statement; our widest row written so has sixteen."""


ALIVE: sa.Select[str] = (
    sa.select(sa.column("application_name", sa.String))
    .select_from(sa.table("pg_stat_activity"))
    .where(sa.column("datname") == sa.func.current_database())
)
"""The names of every process that is connected to our database."""


class Scope:
    """Queries of one noun inside one transaction and one workspace. No statement is made without the workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id

    def _mine(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return table.c.workspace_id == self._workspace

    @property
    def _me(self) -> sa.ColumnElement[str] | None:
        """What others know this process by while it lives: the name of its connections. An embedded store has one."""
        is_shared = self._connection.dialect.name == "postgresql"
        return sa.func.current_setting("application_name") if is_shared else None

    async def _release_dead(self, table: sa.Table) -> int:
        """Take back leases of processes that are connected no longer; the number of rows.

        One that lost its connections for a moment and lives loses its leases too: what is done under them is safe
        against that, because every write of unknown outcome is looked for before it is repeated.
        """
        if self._me is None:
            return 0
        held = (table.c.leased_until.is_not(None), table.c.leased_by.is_not(None), table.c.leased_by.not_in(ALIVE))
        done = await self._connection.execute(
            sa.update(table).where(self._mine(table), *held).values(leased_until=None, leased_by=None)
        )
        return done.rowcount

    async def _insert(self, table: sa.Table, row: Mapping[str, Any]) -> bool:
        """True if the row is new; False if its unique key stood already (then nothing changes)."""
        statement = _insert(self._connection, table).values(workspace_id=self._workspace, **row)
        done = await self._connection.execute(statement.on_conflict_do_nothing().returning(table.c.workspace_id))
        return done.first() is not None

    async def _insert_all(
        self, table: sa.Table, rows: Sequence[Mapping[str, Any]], *wanted: Any
    ) -> Sequence[sa.Row[Any]]:
        """`wanted` of those rows that are new, in one statement."""
        part = [{"workspace_id": self._workspace, **row} for row in rows]
        statement = _insert(self._connection, table).values(part).on_conflict_do_nothing()
        return (await self._connection.execute(statement.returning(*wanted))).all()

    async def _upsert(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, or bring those with the same primary key up to date."""
        keys = [column.name for column in table.primary_key]
        for start in range(0, len(rows), _ROWS_A_STATEMENT):
            part = [{"workspace_id": self._workspace, **row} for row in rows[start : start + _ROWS_A_STATEMENT]]
            statement = _insert(self._connection, table).values(part)
            # A row that is all key is written anew all the same: that locks it until the transaction ends.
            fresh = {
                name: statement.excluded[name] for name in part[0] if name not in keys or set(part[0]) == set(keys)
            }
            await self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh))

    async def _upsert_many(
        self, table: sa.Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], kept: Sequence[str] = ()
    ) -> None:
        """The same by one prepared statement for all of many rows, given as tuples of `columns`.

        `kept`: columns of a row that stands already which stay as they are.
        """
        names = ("workspace_id", *columns)
        keys = [column.name for column in table.primary_key]
        statement = _insert(self._connection, table)
        fresh = {name: statement.excluded[name] for name in names if name not in keys and name not in kept}
        # A row that is all key is written anew all the same: that locks it until the transaction ends.
        statement = statement.on_conflict_do_update(
            index_elements=keys, set_=fresh or {keys[0]: statement.excluded[keys[0]]}
        )
        whole = [(self._workspace, *row) for row in rows]
        if self._connection.dialect.name == "sqlite":
            prepared = statement.compile(dialect=self._connection.dialect, column_keys=names)
            order = [names.index(name) for name in prepared.positiontup or ()]
            await self._connection.exec_driver_sql(str(prepared), _as_kept(table, names, order, whole))
        else:
            await self._connection.execute(statement, [dict(zip(names, row, strict=True)) for row in whole])


def _as_kept(
    table: sa.Table, names: Sequence[str], order: Sequence[int], rows: Sequence[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """Values as SQLite keeps them, in the statement's order.

    SQLAlchemy's own way there, value by value, costs more than the writing itself (bench.imports).
    """
    texts = [(at, text) for at, name in enumerate(names) if (text := sqlite_text(table.c[name].type))]
    kept = []
    for row in rows:
        values = list(row)
        for at, text in texts:
            if values[at] is not None:
                values[at] = text(values[at])
        kept.append(tuple([values[at] for at in order]))
    return kept


def _insert(connection: AsyncConnection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
