"""The tables, once. Every one carries `workspace_id`; migrations/ brings a database to this shape."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class Moment(sa.TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone, so it is added again on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone must not reach the store")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _workspace(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column("workspace_id", sa.String(64), nullable=False, primary_key=primary_key)


def _key(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


_serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")

workspaces = sa.Table(
    "workspaces",
    metadata,
    _workspace(primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("stalled_at", Moment),
)

accounts = sa.Table(
    "accounts",
    metadata,
    _workspace(primary_key=True),
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
    _workspace(primary_key=True),
    _key("id", sa.BigInteger()),
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
    _workspace(primary_key=True),
    _key("id", sa.BigInteger()),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("currency", sa.String(8)),
    sa.Column("is_active", sa.Boolean, nullable=False),
)

projects = sa.Table(
    "projects",
    metadata,
    _workspace(primary_key=True),
    _key("id", sa.BigInteger()),
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
    _workspace(primary_key=True),
    _key("id", sa.BigInteger()),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
)

task_assignments = sa.Table(
    "task_assignments",
    metadata,
    _workspace(primary_key=True),
    _key("id", sa.BigInteger()),
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
    _workspace(primary_key=True),
    _key("id", sa.BigInteger()),
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
    _workspace(primary_key=True),
    _key("id", sa.BigInteger()),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("user_ids", sa.JSON, nullable=False),
)

rates = sa.Table(
    "rates",
    metadata,
    _workspace(primary_key=True),
    _key("is_cost", sa.Boolean()),
    _key("id", sa.BigInteger()),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("start_date", sa.Date),
    sa.Column("end_date", sa.Date),
)

harvest_entries = sa.Table(
    "harvest_entries",
    metadata,
    _workspace(primary_key=True),
    _key("id", sa.BigInteger()),
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
    _workspace(primary_key=True),
    _key("id", sa.BigInteger()),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("project_id", sa.BigInteger, nullable=False),
    sa.Column("task_id", sa.BigInteger, nullable=False),
    sa.Column("spent_date", sa.Date, nullable=False),
    sa.Column("hours", sa.Integer, nullable=False),
    sa.Column("noticed_at", Moment, nullable=False),
)

cursors = sa.Table(
    "cursors",
    metadata,
    _workspace(primary_key=True),
    _key("name", sa.String(64)),
    sa.Column("value", sa.Text, nullable=False),
)

touched_budgets = sa.Table(
    "touched_budgets",
    metadata,
    _workspace(primary_key=True),
    _key("project_id", sa.BigInteger()),
    _key("month", sa.Integer()),
)

budget_settings = sa.Table(
    "budget_settings",
    metadata,
    _workspace(primary_key=True),
    _key("project_id", sa.BigInteger()),
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
    _workspace(primary_key=True),
    _key("project_id", sa.BigInteger()),
    _key("slack_id", sa.String(64)),
)

budget_states = sa.Table(
    "budget_states",
    metadata,
    _workspace(primary_key=True),
    _key("project_id", sa.BigInteger()),
    _key("line", sa.String(32)),
    _key("period", sa.String(8)),
    sa.Column("band", sa.Integer, nullable=False),
    sa.Column("arming", sa.Integer, nullable=False),
    sa.Column("lock", sa.String(16), nullable=False),
    sa.Column("locked_by", sa.String(64), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("limit", sa.BigInteger),
    sa.Column("open_until", Moment),
    sa.Column("is_decided", sa.Boolean, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("changed_at", Moment),
)

unlock_requests = sa.Table(
    "unlock_requests",
    metadata,
    _workspace(primary_key=True),
    _key("key", sa.String(36)),
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
    _workspace(primary_key=True),
    _key("harvest_id", sa.BigInteger()),
    _key("line", sa.String(32)),
    sa.Column("project_id", sa.BigInteger, nullable=False),
    sa.Column("period", sa.String(8), nullable=False),
    sa.Column("hours", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("noticed_at", Moment, nullable=False),
    sa.Index("ix_overages_project_id", "workspace_id", "project_id", "period"),
)

people = sa.Table(
    "people",
    metadata,
    _workspace(primary_key=True),
    _key("slack_id", sa.String(64)),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("harvest_user_id", sa.BigInteger),
    sa.Column("checked_at", Moment, nullable=False),
)

connections = sa.Table(
    "connections",
    metadata,
    _workspace(primary_key=True),
    _key("slack_id", sa.String(64)),
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
    _workspace(primary_key=True),
    _key("digest", sa.String(64)),
    sa.Column("slack_id", sa.String(64), nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    sa.Column("tokens", sa.Text),
)

time_entries = sa.Table(
    "time_entries",
    metadata,
    _workspace(primary_key=True),
    _key("key", sa.String(36)),
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
    sa.UniqueConstraint("workspace_id", "harvest_id"),
    sa.Index("ix_time_entries_state", "workspace_id", "state", "due_at"),
    sa.Index("ix_time_entries_slack_id", "workspace_id", "slack_id", "created_at"),
)

timers = sa.Table(
    "timers",
    metadata,
    _workspace(primary_key=True),
    _key("entry_key", sa.String(36)),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("seconds_before", sa.Integer, nullable=False),
)

channel_links = sa.Table(
    "channel_links",
    metadata,
    _workspace(primary_key=True),
    _key("channel_id", sa.String(64)),
    sa.Column("project_id", sa.BigInteger, nullable=False),
    sa.Column("linked_by", sa.String(64), nullable=False),
    sa.Column("linked_at", Moment, nullable=False),
)

notices = sa.Table(
    "notices",
    metadata,
    _workspace(),
    sa.Column("id", _serial, primary_key=True),
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
    _workspace(),
    sa.Column("id", _serial, primary_key=True),
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
    _workspace(),
    sa.Column("id", _serial, primary_key=True),
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
    _workspace(primary_key=True),
    _key("slack_id", sa.String(64)),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
)

leases = sa.Table(
    "leases",
    metadata,
    _workspace(primary_key=True),
    _key("name", sa.String(64)),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("until", Moment, nullable=False),
)
