"""A task's parent, the end of its backfill, and what of its native time was looked at last. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("asana_tasks") as batch:
        batch.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("minutes", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("parent_gid", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("time_digest", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("time_looked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("asana_tasks") as batch:
        for name in ("time_looked_at", "time_digest", "parent_gid", "minutes", "until"):
            batch.drop_column(name)
