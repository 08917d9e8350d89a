"""The tables of time entries, timers, forms not finished and channels' projects."""

import sqlalchemy as sa

from store.columns import Moment, key, metadata, workspace

time_entries = sa.Table(
    "time_entries",
    metadata,
    workspace(primary_key=True),
    key("key", sa.String(36)),
    sa.Column("slack_id", sa.String(64), nullable=False),
    sa.Column("harvest_user_id", sa.BigInteger, nullable=False),
    sa.Column("project_id", sa.BigInteger, nullable=False),
    sa.Column("task_id", sa.BigInteger, nullable=False),
    sa.Column("spent_date", sa.Date, nullable=False),
    sa.Column("hours", sa.Integer),
    sa.Column("started", sa.Time),
    sa.Column("ended", sa.Time),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("is_timer", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("held_for", sa.String(16)),
    sa.Column("reason", sa.Text),
    sa.Column("harvest_id", sa.BigInteger),
    sa.Column("wanted", sa.JSON(none_as_null=True)),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("settles_at", Moment),
    sa.Column("due_at", Moment),
    sa.Column("leased_until", Moment),
    sa.Column("leased_by", sa.String(32)),
    sa.Column("told_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("asana_task_gid", sa.String(64)),
    sa.Column("asana_project_gid", sa.String(64)),
    sa.Column("asana_url", sa.Text),
    sa.UniqueConstraint("workspace_id", "harvest_id"),
    sa.Index("ix_time_entries_state", "workspace_id", "state", "due_at"),
    sa.Index("ix_time_entries_slack_id", "workspace_id", "slack_id", "created_at"),
    sa.Index("ix_time_entries_asana_task_gid", "workspace_id", "asana_task_gid"),
)


timers = sa.Table(
    "timers",
    metadata,
    workspace(primary_key=True),
    key("entry_key", sa.String(36)),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("seconds_before", sa.Integer, nullable=False),
)


channel_links = sa.Table(
    "channel_links",
    metadata,
    workspace(primary_key=True),
    key("channel_id", sa.String(64)),
    sa.Column("project_id", sa.BigInteger, nullable=False),
    sa.Column("linked_by", sa.String(64), nullable=False),
    sa.Column("linked_at", Moment, nullable=False),
)


drafts = sa.Table(
    "drafts",
    metadata,
    workspace(primary_key=True),
    key("slack_id", sa.String(64)),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
)
