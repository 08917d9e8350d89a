"""The tables of Asana: what was seen there, how it maps to Harvest, what was booked, what waits."""

import sqlalchemy as sa

from store.columns import Moment, key, metadata, serial, workspace

GID = sa.String(64)

asana_projects = sa.Table(
    "asana_projects",
    metadata,
    workspace(primary_key=True),
    key("gid", GID),
    sa.Column("workspace_gid", GID, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("team", sa.Text),
    sa.Column("owner_email", sa.Text),
    sa.Column("is_archived", sa.Boolean, nullable=False),
    sa.Column("is_from_template", sa.Boolean, nullable=False),
    sa.Column("modified_at", Moment),
    sa.Column("hours_gid", GID),
    sa.Column("percentage_gid", GID),
    sa.Column("type_gid", GID),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("is_ignored", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("sync", sa.Text),
    sa.Column("swept_at", Moment),
)

asana_choices = sa.Table(
    "asana_choices",
    metadata,
    workspace(primary_key=True),
    key("project_gid", GID),
    key("gid", GID),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("field_name", sa.Text),
)

asana_users = sa.Table(
    "asana_users",
    metadata,
    workspace(primary_key=True),
    key("gid", GID),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("harvest_user_id", sa.BigInteger),
)

mappings = sa.Table(
    "asana_mappings",
    metadata,
    workspace(primary_key=True),
    key("project_gid", GID),
    sa.Column("harvest_project_id", sa.BigInteger, nullable=False),
    sa.Column("default_task_id", sa.BigInteger),
    sa.Column("non_billable_task_id", sa.BigInteger),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("attribution", sa.String(16), nullable=False),
    sa.Column("counts_parents", sa.Boolean, nullable=False),
    sa.Column("ignores_percentage", sa.Boolean, nullable=False),
    sa.Column("linked_by", sa.String(64), nullable=False),
    sa.Column("linked_at", Moment, nullable=False),
)

task_mappings = sa.Table(
    "asana_task_mappings",
    metadata,
    workspace(primary_key=True),
    key("project_gid", GID),
    key("gid", GID),
    sa.Column("task_id", sa.BigInteger, nullable=False),
)

asana_tasks = sa.Table(
    "asana_tasks",
    metadata,
    workspace(primary_key=True),
    key("gid", GID),
    sa.Column("project_gid", GID),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("completed_at", Moment),
    sa.Column("value", sa.Text),
    sa.Column("modified_at", Moment),
    sa.Column("is_trashed", sa.Boolean, nullable=False),
    sa.Column("is_free", sa.Boolean, nullable=False),
    sa.Column("assignee_gid", GID),
    sa.Column("since", Moment),
    sa.Column("until", Moment),
    sa.Column("minutes", sa.Integer),
    sa.Column("parent_gid", GID),
    sa.Column("time_digest", sa.String(64)),
    sa.Column("time_looked_at", Moment),
    sa.Column("chosen_project", GID),
    sa.Column("asked", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("leased_until", Moment),
    sa.Column("leased_by", sa.String(32)),
    sa.Index("ix_asana_tasks_due_at", "workspace_id", "due_at"),
    sa.Index("ix_asana_tasks_project_gid", "workspace_id", "project_gid"),
)

asana_bookings = sa.Table(
    "asana_bookings",
    metadata,
    workspace(),
    sa.Column("id", serial, primary_key=True),
    sa.Column("task_gid", GID, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("source", sa.String(96), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("user_gid", GID, nullable=False),
    sa.Column("day", sa.Date),
    sa.Column("hours", sa.Integer, nullable=False),
    sa.Column("entry_key", sa.String(36)),
    sa.UniqueConstraint("workspace_id", "task_gid", "revision", "place"),
    sa.Index("ix_asana_bookings_entry_key", "workspace_id", "entry_key"),
)

asana_holds = sa.Table(
    "asana_holds",
    metadata,
    workspace(primary_key=True),
    key("key", sa.String(36)),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("project_gid", GID),
    sa.Column("task_gid", GID, nullable=False),
    sa.Column("parts", sa.JSON, nullable=False),
    sa.Column("user_gid", GID),
    sa.Column("hours", sa.Integer, nullable=False),
    sa.Column("day", sa.Date),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("entry_key", sa.String(36)),
    sa.Column("entry_ids", sa.JSON, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("decided_by", sa.String(64)),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Index("ix_asana_holds_state", "workspace_id", "state", "kind"),
    sa.Index("ix_asana_holds_task_gid", "workspace_id", "task_gid"),
)

timer_offers = sa.Table(
    "timer_offers",
    metadata,
    workspace(primary_key=True),
    key("slack_id", sa.String(64)),
    sa.Column("offered_at", Moment),
    sa.Column("is_off", sa.Boolean, nullable=False),
)

asana_webhooks = sa.Table(
    "asana_webhooks",
    metadata,
    workspace(primary_key=True),
    key("id", sa.String(64)),
    sa.Column("resource_gid", GID, nullable=False),
    sa.Column("gid", GID),
    sa.Column("secret", sa.Text),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("heard_at", Moment),
    sa.Index("ix_asana_webhooks_resource_gid", "workspace_id", "resource_gid"),
)
