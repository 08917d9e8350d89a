"""The tables of what Harvest holds: its account, directory and time entries."""

import sqlalchemy as sa

from store.columns import Moment, key, metadata, workspace

accounts = sa.Table(
    "accounts",
    metadata,
    workspace(primary_key=True),
    sa.Column("id", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("uses_timestamps", sa.Boolean, nullable=False),
    sa.Column("clock", sa.String(8), nullable=False),
    sa.Column("web_url", sa.Text),
    sa.Column("imported_at", Moment),
    sa.Column("access_roles", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("settled_at", Moment),
)

harvest_users = sa.Table(
    "harvest_users",
    metadata,
    workspace(primary_key=True),
    key("id", sa.BigInteger()),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("access_roles", sa.JSON, nullable=False),
    sa.Column("timezone", sa.Text),
    sa.Column("roles", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("weekly_capacity", sa.Integer, nullable=False, server_default="126000"),
    sa.Index("ix_harvest_users_email", "workspace_id", "email"),
)

clients = sa.Table(
    "clients",
    metadata,
    workspace(primary_key=True),
    key("id", sa.BigInteger()),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("currency", sa.String(8)),
    sa.Column("is_active", sa.Boolean, nullable=False),
)

projects = sa.Table(
    "projects",
    metadata,
    workspace(primary_key=True),
    key("id", sa.BigInteger()),
    sa.Column("client_id", sa.BigInteger, nullable=False),
    sa.Column("client_name", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("is_billable", sa.Boolean, nullable=False),
    sa.Column("currency", sa.String(8)),
    sa.Column("budget_by", sa.String(16), nullable=False, server_default="none"),
    sa.Column("budget", sa.BigInteger),
    sa.Column("is_monthly", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("shows_budget", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("is_excluded", sa.Boolean, nullable=False, server_default=sa.false()),
)

tasks = sa.Table(
    "tasks",
    metadata,
    workspace(primary_key=True),
    key("id", sa.BigInteger()),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
)

task_assignments = sa.Table(
    "task_assignments",
    metadata,
    workspace(primary_key=True),
    key("id", sa.BigInteger()),
    sa.Column("project_id", sa.BigInteger, nullable=False),
    sa.Column("task_id", sa.BigInteger, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("billable", sa.Boolean, nullable=False),
    sa.Column("budget", sa.BigInteger),
    sa.Index("ix_task_assignments_project_id", "workspace_id", "project_id"),
)

user_assignments = sa.Table(
    "user_assignments",
    metadata,
    workspace(primary_key=True),
    key("id", sa.BigInteger()),
    sa.Column("project_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("is_project_manager", sa.Boolean, nullable=False),
    sa.Column("budget", sa.BigInteger),
    sa.Index("ix_user_assignments_user_id", "workspace_id", "user_id"),
)

roles = sa.Table(
    "roles",
    metadata,
    workspace(primary_key=True),
    key("id", sa.BigInteger()),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("user_ids", sa.JSON, nullable=False),
)

rates = sa.Table(
    "rates",
    metadata,
    workspace(primary_key=True),
    key("is_cost", sa.Boolean()),
    key("id", sa.BigInteger()),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("start_date", sa.Date),
    sa.Column("end_date", sa.Date),
)

harvest_entries = sa.Table(
    "harvest_entries",
    metadata,
    workspace(primary_key=True),
    key("id", sa.BigInteger()),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("project_id", sa.BigInteger, nullable=False),
    sa.Column("task_id", sa.BigInteger, nullable=False),
    sa.Column("spent_date", sa.Date, nullable=False),
    sa.Column("hours", sa.Integer, nullable=False),
    sa.Column("rounded_hours", sa.Integer, nullable=False),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column("billable", sa.Boolean, nullable=False),
    sa.Column("budgeted", sa.Boolean, nullable=False),
    sa.Column("billable_rate", sa.BigInteger),
    sa.Column("is_running", sa.Boolean, nullable=False),
    sa.Column("is_locked", sa.Boolean, nullable=False),
    sa.Column("locked_reason", sa.Text),
    sa.Column("approval_status", sa.String(32), nullable=False),
    sa.Column("is_billed", sa.Boolean, nullable=False),
    sa.Column("timer_started_at", Moment),
    sa.Column("started", sa.Time),
    sa.Column("ended", sa.Time),
    sa.Column("reference_id", sa.Text),
    sa.Column("permalink", sa.Text),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("month", sa.Integer, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Index("ix_harvest_entries_spent_date", "workspace_id", "spent_date", "user_id"),
    sa.Index("ix_harvest_entries_reference_id", "workspace_id", "reference_id"),
    sa.Index(
        "ix_harvest_entries_project_id",
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
    ),
)
"""The mirror of Harvest's time entries. The second index answers every question about a budget by itself."""

deleted_entries = sa.Table(
    "deleted_entries",
    metadata,
    workspace(primary_key=True),
    key("id", sa.BigInteger()),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("project_id", sa.BigInteger, nullable=False),
    sa.Column("task_id", sa.BigInteger, nullable=False),
    sa.Column("spent_date", sa.Date, nullable=False),
    sa.Column("hours", sa.Integer, nullable=False),
    sa.Column("noticed_at", Moment, nullable=False),
)
