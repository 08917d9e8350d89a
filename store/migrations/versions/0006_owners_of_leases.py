"""Which process holds a lease, and from when on a create that was not found was not done. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LEASED = ("time_entries", "inbox", "notices", "asana_tasks", "leases")


def upgrade() -> None:
    for name in _LEASED:
        with op.batch_alter_table(name) as batch:
            batch.add_column(sa.Column("leased_by", sa.String(length=32), nullable=True))
    with op.batch_alter_table("time_entries") as batch:
        batch.add_column(sa.Column("settles_at", sa.DateTime(timezone=True), nullable=True))
    # A timer that did not arrive yet has no hours any more: `timers` says since when it runs.
    op.execute("UPDATE time_entries SET hours = NULL WHERE is_timer AND state IN ('held', 'intended')")


def downgrade() -> None:
    with op.batch_alter_table("time_entries") as batch:
        batch.drop_column("settles_at")
    for name in _LEASED:
        with op.batch_alter_table(name) as batch:
            batch.drop_column("leased_by")
