"""Brings a database to the newest schema, and tells whether it is there."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from store.database import Store

_LOCK = 0x676C65616E  # "glean": any number of our own will do


async def migrate(store: Store) -> None:
    """Safe to run twice and by several processes at once: the second waits, then finds nothing to do."""
    async with store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        await connection.run_sync(_upgrade)


async def is_current(store: Store) -> bool:
    """Whether the newest migration has run; raises if the database cannot be reached."""
    async with store.engine.connect() as connection:
        await connection.execution_options(reads_only=True)
        return await connection.run_sync(_is_head)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: sa.Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_head(connection: sa.Connection) -> bool:
    heads = set(ScriptDirectory.from_config(_config()).get_heads())
    return heads == set(MigrationContext.configure(connection).get_current_heads())
