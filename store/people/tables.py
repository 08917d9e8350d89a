"""The tables of the workspace, its people and their sign-ins."""

import sqlalchemy as sa

from store.columns import Moment, key, metadata, workspace

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
    sa.Column("is_deactivated", sa.Boolean, nullable=False, server_default=sa.false()),
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
