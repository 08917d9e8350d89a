"""Offers to start a timer on an Asana task: who was asked when, and who wants none. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "timer_offers",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("slack_id", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_off", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "slack_id", name=op.f("pk_timer_offers")),
    )


def downgrade() -> None:
    op.drop_table("timer_offers")
