"""The tables of budgets: what was decided about them in Slack, where each stands, what went over."""

import sqlalchemy as sa

from store.columns import Moment, key, metadata, workspace

touched_budgets = sa.Table(
    "touched_budgets",
    metadata,
    workspace(primary_key=True),
    key("project_id", sa.BigInteger()),
    key("month", sa.Integer()),
)

budget_settings = sa.Table(
    "budget_settings",
    metadata,
    workspace(primary_key=True),
    key("project_id", sa.BigInteger()),
    sa.Column("hours", sa.BigInteger),
    sa.Column("quoted", sa.BigInteger),
    sa.Column("channel_id", sa.String(64)),
    sa.Column("may_be_shared", sa.Boolean, nullable=False),
    sa.Column("muted_until", sa.Date),
    sa.Column("lock_policy", sa.Text),
)

project_managers = sa.Table(
    "project_managers",
    metadata,
    workspace(primary_key=True),
    key("project_id", sa.BigInteger()),
    key("slack_id", sa.String(64)),
)

budget_states = sa.Table(
    "budget_states",
    metadata,
    workspace(primary_key=True),
    key("project_id", sa.BigInteger()),
    key("line", sa.String(32)),
    key("period", sa.String(8)),
    sa.Column("band", sa.Integer, nullable=False),
    sa.Column("arming", sa.Integer, nullable=False),
    sa.Column("lock", sa.String(16), nullable=False),
    sa.Column("locked_by", sa.String(64), nullable=False),
    sa.Column("why", sa.Text, nullable=False, default=""),  # of earlier versions; no longer read
    sa.Column("limit", sa.BigInteger),
    sa.Column("open_until", Moment),
    sa.Column("is_decided", sa.Boolean, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("changed_at", Moment),
)

unlock_requests = sa.Table(
    "unlock_requests",
    metadata,
    workspace(primary_key=True),
    key("key", sa.String(36)),
    sa.Column("project_id", sa.BigInteger, nullable=False),
    sa.Column("line", sa.String(32), nullable=False),
    sa.Column("period", sa.String(8), nullable=False),
    sa.Column("slack_id", sa.String(64), nullable=False),
    sa.Column("hours", sa.BigInteger),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("entry_key", sa.String(36)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("decided_by", sa.String(64)),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("ix_unlock_requests_project_id", "workspace_id", "project_id", "state"),
)

overages = sa.Table(
    "overages",
    metadata,
    workspace(primary_key=True),
    key("harvest_id", sa.BigInteger()),
    key("line", sa.String(32)),
    sa.Column("project_id", sa.BigInteger, nullable=False),
    sa.Column("period", sa.String(8), nullable=False),
    sa.Column("hours", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("noticed_at", Moment, nullable=False),
    sa.Index("ix_overages_project_id", "workspace_id", "project_id", "period"),
)
