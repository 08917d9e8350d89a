"""What all tables are made of: the metadata they hang on, times, keys, the workspace."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class Moment(sa.TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone, so it is added again on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone must not reach the store")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def sqlite_text(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], str] | None:
    """How SQLAlchemy writes a day, a moment or a time of day into SQLite; None for what goes there as it is."""
    match kind:
        case Moment():
            return _moment_text
        case sa.Date():
            return date.isoformat
        case sa.Time():
            return _time_text
    return None


def _moment_text(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone must not reach the store")
    return moment.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _time_text(of_day: time) -> str:
    return of_day.isoformat("microseconds")


def workspace(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column("workspace_id", sa.String(64), nullable=False, primary_key=primary_key)


def key(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")
