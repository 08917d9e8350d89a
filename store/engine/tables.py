"""The tables of the rows that drive work: notices, inbox, audit trail, leases, cursors."""

import sqlalchemy as sa

from store.columns import Moment, key, metadata, serial, workspace

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
    sa.Column("leased_by", sa.String(32)),
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
    sa.Column("leased_by", sa.String(32)),
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


leases = sa.Table(
    "leases",
    metadata,
    workspace(primary_key=True),
    key("name", sa.String(64)),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("leased_by", sa.String(32)),
)


cursors = sa.Table(
    "cursors",
    metadata,
    workspace(primary_key=True),
    key("name", sa.String(64)),
    sa.Column("value", sa.Text, nullable=False),
)
