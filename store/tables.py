"""The tables of what is ours, once. Every one carries `workspace_id`; migrations/ brings a database to this shape."""

import sqlalchemy as sa

from store.columns import Moment, key, metadata, serial, workspace

workspaces = sa.Table(
    "workspaces",
    metadata,
    workspace(primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("stalled_at", Moment),
)

people = sa.Table(
    "people",
    metadata,
    workspace(primary_key=True),
    key("slack_id", sa.String(64)),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("harvest_user_id", sa.BigInteger),
    sa.Column("checked_at", Moment, nullable=False),
)

connections = sa.Table(
    "connections",
    metadata,
    workspace(primary_key=True),
    key("slack_id", sa.String(64)),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("harvest_user_id", sa.BigInteger, nullable=False),
    sa.Column("tokens", sa.Text, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("is_revoked", sa.Boolean, nullable=False),
    sa.Column("leased_until", Moment),
)

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    workspace(primary_key=True),
    key("digest", sa.String(64)),
    sa.Column("slack_id", sa.String(64), nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    sa.Column("tokens", sa.Text),
)

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
    sa.Column("due_at", Moment),
    sa.Column("leased_until", Moment),
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

notices = sa.Table(
    "notices",
    metadata,
    workspace(),
    sa.Column("id", serial, primary_key=True),
    sa.Column("key", sa.String(255), nullable=False),
    sa.Column("news", sa.String(64), nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("leased_until", Moment),
    sa.Column("channel_id", sa.String(64)),
    sa.Column("message_ts", sa.String(32)),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("workspace_id", "key"),
    sa.Index("ix_notices_state", "workspace_id", "state", "due_at"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    workspace(),
    sa.Column("id", serial, primary_key=True),
    sa.Column("key", sa.String(255), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("leased_until", Moment),
    sa.UniqueConstraint("workspace_id", "key"),
    sa.Index("ix_inbox_state", "workspace_id", "state", "due_at"),
)

audit_events = sa.Table(
    "audit_events",
    metadata,
    workspace(),
    sa.Column("id", serial, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("deed", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(255), nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Index("ix_audit_events_subject", "workspace_id", "subject"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    workspace(primary_key=True),
    key("slack_id", sa.String(64)),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
)

leases = sa.Table(
    "leases",
    metadata,
    workspace(primary_key=True),
    key("name", sa.String(64)),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("until", Moment, nullable=False),
)
