"""Alembic's entry: always on a connection that store/schema.py hands over."""

from alembic import context

import store.asana.tables
import store.budget.tables
import store.engine.tables
import store.harvest.tables
import store.people.tables
import store.time_entries.tables  # noqa: F401 - they register with the metadata
from store.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
