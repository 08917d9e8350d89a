"""Asana: projects, users, mappings, tasks, bookings, holds, webhooks; entries know their Asana task. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asana_bookings",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_gid", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=96), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("user_gid", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("entry_key", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asana_bookings")),
        sa.UniqueConstraint(
            "workspace_id",
            "task_gid",
            "revision",
            "place",
            name=op.f("uq_asana_bookings_workspace_id_task_gid_revision_place"),
        ),
    )
    op.create_index("ix_asana_bookings_entry_key", "asana_bookings", ["workspace_id", "entry_key"], unique=False)
    op.create_table(
        "asana_choices",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("project_gid", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("gid", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("field_name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "project_gid", "gid", name=op.f("pk_asana_choices")),
    )
    op.create_table(
        "asana_holds",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=36), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("project_gid", sa.String(length=64), nullable=True),
        sa.Column("task_gid", sa.String(length=64), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("user_gid", sa.String(length=64), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("entry_key", sa.String(length=36), nullable=True),
        sa.Column("entry_ids", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_asana_holds")),
    )
    op.create_index("ix_asana_holds_state", "asana_holds", ["workspace_id", "state", "kind"], unique=False)
    op.create_index("ix_asana_holds_task_gid", "asana_holds", ["workspace_id", "task_gid"], unique=False)
    op.create_table(
        "asana_mappings",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("project_gid", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("harvest_project_id", sa.BigInteger(), nullable=False),
        sa.Column("default_task_id", sa.BigInteger(), nullable=True),
        sa.Column("non_billable_task_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("attribution", sa.String(length=16), nullable=False),
        sa.Column("counts_parents", sa.Boolean(), nullable=False),
        sa.Column("ignores_percentage", sa.Boolean(), nullable=False),
        sa.Column("linked_by", sa.String(length=64), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "project_gid", name=op.f("pk_asana_mappings")),
    )
    op.create_table(
        "asana_projects",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("gid", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("workspace_gid", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("owner_email", sa.Text(), nullable=True),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("is_from_template", sa.Boolean(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hours_gid", sa.String(length=64), nullable=True),
        sa.Column("percentage_gid", sa.String(length=64), nullable=True),
        sa.Column("type_gid", sa.String(length=64), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("is_ignored", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sync", sa.Text(), nullable=True),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "gid", name=op.f("pk_asana_projects")),
    )
    op.create_table(
        "asana_task_mappings",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("project_gid", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("gid", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "project_gid", "gid", name=op.f("pk_asana_task_mappings")),
    )
    op.create_table(
        "asana_tasks",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("gid", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("project_gid", sa.String(length=64), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_trashed", sa.Boolean(), nullable=False),
        sa.Column("is_free", sa.Boolean(), nullable=False),
        sa.Column("assignee_gid", sa.String(length=64), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_project", sa.String(length=64), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "gid", name=op.f("pk_asana_tasks")),
    )
    op.create_index("ix_asana_tasks_due_at", "asana_tasks", ["workspace_id", "due_at"], unique=False)
    op.create_index("ix_asana_tasks_project_gid", "asana_tasks", ["workspace_id", "project_gid"], unique=False)
    op.create_table(
        "asana_users",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("gid", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("harvest_user_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "gid", name=op.f("pk_asana_users")),
    )
    op.create_table(
        "asana_webhooks",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("resource_gid", sa.String(length=64), nullable=False),
        sa.Column("gid", sa.String(length=64), nullable=True),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_asana_webhooks")),
    )
    op.create_index("ix_asana_webhooks_resource_gid", "asana_webhooks", ["workspace_id", "resource_gid"], unique=False)
    op.create_index(
        "ix_harvest_entries_reference_id", "harvest_entries", ["workspace_id", "reference_id"], unique=False
    )
    op.add_column("time_entries", sa.Column("asana_task_gid", sa.String(length=64), nullable=True))
    op.add_column("time_entries", sa.Column("asana_project_gid", sa.String(length=64), nullable=True))
    op.add_column("time_entries", sa.Column("asana_url", sa.Text(), nullable=True))
    op.create_index("ix_time_entries_asana_task_gid", "time_entries", ["workspace_id", "asana_task_gid"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_time_entries_asana_task_gid", table_name="time_entries")
    op.drop_column("time_entries", "asana_url")
    op.drop_column("time_entries", "asana_project_gid")
    op.drop_column("time_entries", "asana_task_gid")
    op.drop_index("ix_harvest_entries_reference_id", table_name="harvest_entries")
    op.drop_index("ix_asana_webhooks_resource_gid", table_name="asana_webhooks")
    op.drop_table("asana_webhooks")
    op.drop_table("asana_users")
    op.drop_index("ix_asana_tasks_project_gid", table_name="asana_tasks")
    op.drop_index("ix_asana_tasks_due_at", table_name="asana_tasks")
    op.drop_table("asana_tasks")
    op.drop_table("asana_task_mappings")
    op.drop_table("asana_projects")
    op.drop_table("asana_mappings")
    op.drop_index("ix_asana_holds_task_gid", table_name="asana_holds")
    op.drop_index("ix_asana_holds_state", table_name="asana_holds")
    op.drop_table("asana_holds")
    op.drop_table("asana_choices")
    op.drop_index("ix_asana_bookings_entry_key", table_name="asana_bookings")
    op.drop_table("asana_bookings")
