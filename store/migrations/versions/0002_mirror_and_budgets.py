"""The mirror of Harvest's entries, budgets, locks, requests to unlock, overages. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budget_settings",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=True),
        sa.Column("quoted", sa.BigInteger(), nullable=True),
        sa.Column("channel_id", sa.String(length=64), nullable=True),
        sa.Column("may_be_shared", sa.Boolean(), nullable=False),
        sa.Column("muted_until", sa.Date(), nullable=True),
        sa.Column("lock_policy", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "project_id", name=op.f("pk_budget_settings")),
    )
    op.create_table(
        "budget_states",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.String(length=32), autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=8), autoincrement=False, nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("arming", sa.Integer(), nullable=False),
        sa.Column("lock", sa.String(length=16), nullable=False),
        sa.Column("locked_by", sa.String(length=64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("limit", sa.BigInteger(), nullable=True),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_decided", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "project_id", "line", "period", name=op.f("pk_budget_states")),
    )
    op.create_table(
        "cursors",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_cursors")),
    )
    op.create_table(
        "deleted_entries",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("spent_date", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_deleted_entries")),
    )
    op.create_table(
        "harvest_entries",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("spent_date", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("rounded_hours", sa.Integer(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("billable", sa.Boolean(), nullable=False),
        sa.Column("budgeted", sa.Boolean(), nullable=False),
        sa.Column("billable_rate", sa.BigInteger(), nullable=True),
        sa.Column("is_running", sa.Boolean(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("locked_reason", sa.Text(), nullable=True),
        sa.Column("approval_status", sa.String(length=32), nullable=False),
        sa.Column("is_billed", sa.Boolean(), nullable=False),
        sa.Column("timer_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started", sa.Time(), nullable=True),
        sa.Column("ended", sa.Time(), nullable=True),
        sa.Column("reference_id", sa.Text(), nullable=True),
        sa.Column("permalink", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_harvest_entries")),
    )
    op.create_index(
        "ix_harvest_entries_project_id",
        "harvest_entries",
        [
            "workspace_id",
            "project_id",
            "month",
            "task_id",
            "user_id",
            "is_running",
            "budgeted",
            "billable",
            "rounded_hours",
            "billable_rate",
        ],
        unique=False,
    )
    op.create_index(
        "ix_harvest_entries_spent_date", "harvest_entries", ["workspace_id", "spent_date", "user_id"], unique=False
    )
    op.create_table(
        "overages",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("harvest_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.String(length=32), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "harvest_id", "line", name=op.f("pk_overages")),
    )
    op.create_index("ix_overages_project_id", "overages", ["workspace_id", "project_id", "period"], unique=False)
    op.create_table(
        "project_managers",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slack_id", sa.String(length=64), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "project_id", "slack_id", name=op.f("pk_project_managers")),
    )
    op.create_table(
        "rates",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("is_cost", sa.Boolean(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "is_cost", "id", name=op.f("pk_rates")),
    )
    op.create_table(
        "roles",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("user_ids", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_roles")),
    )
    op.create_table(
        "touched_budgets",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "project_id", "month", name=op.f("pk_touched_budgets")),
    )
    op.create_table(
        "unlock_requests",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=36), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("slack_id", sa.String(length=64), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entry_key", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_unlock_requests")),
    )
    op.create_index(
        "ix_unlock_requests_project_id", "unlock_requests", ["workspace_id", "project_id", "state"], unique=False
    )
    op.add_column("accounts", sa.Column("access_roles", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("accounts", sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("harvest_users", sa.Column("roles", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("harvest_users", sa.Column("weekly_capacity", sa.Integer(), server_default="126000", nullable=False))
    op.add_column("projects", sa.Column("currency", sa.String(length=8), nullable=True))
    op.add_column("projects", sa.Column("budget_by", sa.String(length=16), server_default="none", nullable=False))
    op.add_column("projects", sa.Column("budget", sa.BigInteger(), nullable=True))
    op.add_column("projects", sa.Column("is_monthly", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("projects", sa.Column("shows_budget", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("projects", sa.Column("is_excluded", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("task_assignments", sa.Column("budget", sa.BigInteger(), nullable=True))
    op.add_column("user_assignments", sa.Column("budget", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("user_assignments", "budget")
    op.drop_column("task_assignments", "budget")
    op.drop_column("projects", "is_excluded")
    op.drop_column("projects", "shows_budget")
    op.drop_column("projects", "is_monthly")
    op.drop_column("projects", "budget")
    op.drop_column("projects", "budget_by")
    op.drop_column("projects", "currency")
    op.drop_column("harvest_users", "weekly_capacity")
    op.drop_column("harvest_users", "roles")
    op.drop_column("accounts", "settled_at")
    op.drop_column("accounts", "access_roles")
    op.drop_index("ix_unlock_requests_project_id", table_name="unlock_requests")
    op.drop_table("unlock_requests")
    op.drop_table("touched_budgets")
    op.drop_table("roles")
    op.drop_table("rates")
    op.drop_table("project_managers")
    op.drop_index("ix_overages_project_id", table_name="overages")
    op.drop_table("overages")
    op.drop_index("ix_harvest_entries_spent_date", table_name="harvest_entries")
    op.drop_index("ix_harvest_entries_project_id", table_name="harvest_entries")
    op.drop_table("harvest_entries")
    op.drop_table("deleted_entries")
    op.drop_table("cursors")
    op.drop_table("budget_states")
    op.drop_table("budget_settings")
