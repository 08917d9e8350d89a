"""One row in every table as release 0.1 wrote it, at schema 0005: what an upgrade must carry over."""

from datetime import UTC, date, datetime, time
from typing import Any

AT = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 19)
KEY = "11111111-1111-4111-8111-111111111111"
HOLD = "22222222-2222-4222-8222-222222222222"
REQUEST = "33333333-3333-4333-8333-333333333333"

ENTRY: dict[str, Any] = {
    "key": KEY, "slack_id": "U1", "harvest_user_id": 12, "project_id": 21, "task_id": 31, "spent_date": DAY,
    "hours": 150, "started": time(9), "ended": time(10, 30), "note": "nav", "is_timer": False, "state": "intended",
    "held_for": None, "reason": None, "harvest_id": None, "wanted": None, "revision": 0, "attempts": 0, "sent_at": None,
    "due_at": None, "leased_until": None, "told_at": None, "created_at": AT, "asana_task_gid": "8801",
    "asana_project_gid": "8800", "asana_url": "https://app.asana.com/0/8800/8801",
}  # fmt: skip

ROWS: dict[str, dict[str, Any]] = {
    "workspaces": {"name": "Lumen", "started_at": AT, "stalled_at": None},
    "accounts": {
        "id": 7, "name": "Lumen", "uses_timestamps": False, "clock": "24h", "web_url": "https://lumen.example",
        "imported_at": AT, "access_roles": ["administrator"], "settled_at": AT,
    },
    "people": {
        "slack_id": "U1", "name": "Ada Park", "email": "u1@lumen.example", "timezone": "Europe/Berlin",
        "harvest_user_id": 12, "checked_at": AT,
    },
    "connections": {
        "slack_id": "U2", "account_id": 7, "harvest_user_id": 12, "tokens": "gAAAA-fake", "expires_at": AT,
        "is_revoked": False, "leased_until": None,
    },
    "sign_ins": {"digest": "d" * 64, "slack_id": "U1", "expires_at": AT, "used_at": None, "tokens": None},
    "time_entries": ENTRY,
    "timers": {"entry_key": KEY, "started_at": AT, "seconds_before": 60},
    "channel_links": {"channel_id": "C1", "project_id": 21, "linked_by": "U1", "linked_at": AT},
    "drafts": {"slack_id": "U1", "fields": {"note": "half a note"}, "saved_at": AT},
    "notices": {
        "id": 1, "key": f"arrived:{KEY}", "news": "SignInLost", "facts": {"slack_id": "U1"}, "state": "due",
        "reason": None, "attempts": 0, "due_at": AT, "leased_until": None, "channel_id": None,
        "message_ts": None, "created_at": AT,
    },
    "inbox": {
        "id": 1, "key": "trigger:1.2", "kind": "slack", "payload": {"kind": "command", "name": "log"},
        "received_at": AT, "state": "received", "attempts": 0, "due_at": AT, "leased_until": None,
    },
    "audit_events": {"id": 1, "at": AT, "actor": "U1", "deed": "entry.asked", "subject": KEY, "facts": {"hours": 150}},
    "leases": {"name": "import", "owner": "host:1:abc", "until": AT},
    "cursors": {"name": "entries", "value": "2026-11-19T09:00:00+00:00"},
    "harvest_users": {
        "id": 12, "name": "Ada Park", "email": "u1@lumen.example", "is_active": True, "access_roles": ["member"],
        "timezone": "Europe/Berlin", "roles": ["Designer"], "weekly_capacity": 126000,
    },
    "clients": {"id": 1, "name": "ACME", "currency": "EUR", "is_active": True},
    "projects": {
        "id": 21, "client_id": 1, "client_name": "ACME", "name": "Website relaunch", "code": "ACME-12",
        "is_active": True, "is_billable": True, "currency": "EUR", "budget_by": "project", "budget": 10000,
        "is_monthly": False,
        "shows_budget": True, "is_excluded": False,
    },
    "tasks": {"id": 31, "name": "Design", "is_active": True},
    "task_assignments": {
        "id": 41, "project_id": 21, "task_id": 31, "is_active": True, "billable": True, "budget": None,
    },
    "user_assignments": {
        "id": 51, "project_id": 21, "user_id": 12, "is_active": True, "is_project_manager": True, "budget": None,
    },
    "roles": {"id": 61, "name": "Designer", "user_ids": [12]},
    "rates": {"is_cost": False, "id": 71, "user_id": 12, "amount": 9000, "start_date": None, "end_date": None},
    "harvest_entries": {
        "id": 81, "user_id": 12, "project_id": 21, "task_id": 31, "spent_date": DAY, "hours": 100, "rounded_hours": 100,
        "notes": "fixed nav", "billable": True, "budgeted": True, "billable_rate": 9000, "is_running": False,
        "is_locked": False, "locked_reason": None, "approval_status": "unsubmitted", "is_billed": False,
        "timer_started_at": None, "started": None, "ended": None, "reference_id": "gleaner:other", "permalink": None,
        "updated_at": AT, "month": 202611, "seen_at": AT,
    },
    "deleted_entries": {
        "id": 82, "user_id": 12, "project_id": 21, "task_id": 31, "spent_date": DAY, "hours": 25, "noticed_at": AT,
    },
    "budget_settings": {
        "project_id": 21, "hours": 9000, "quoted": 8000, "channel_id": "C1", "may_be_shared": False,
        "muted_until": None, "lock_policy": "*:110",
    },
    "budget_states": {
        "project_id": 21, "line": "project", "period": "", "band": 75, "arming": 1, "lock": "open", "locked_by": "",
        "why": "", "limit": None, "open_until": None, "is_decided": False, "revision": 2, "changed_at": AT,
    },
    "project_managers": {"project_id": 21, "slack_id": "U1"},
    "touched_budgets": {"project_id": 21, "month": 202611},
    "unlock_requests": {
        "key": REQUEST, "project_id": 21, "line": "project", "period": "", "slack_id": "U1", "hours": 400,
        "reason": "launch", "entry_key": None, "state": "asked", "decided_by": None, "answer": "", "created_at": AT,
    },
    "overages": {
        "harvest_id": 81, "line": "project", "project_id": 21, "period": "", "hours": 25, "state": "seen",
        "noticed_at": AT,
    },
    "asana_projects": {
        "gid": "8800", "workspace_gid": "8000", "name": "Old|archived|2020", "url": None, "team": "Web",
        "owner_email": None, "is_archived": False, "is_from_template": False, "modified_at": AT, "hours_gid": "8900",
        "percentage_gid": None, "type_gid": None, "fields": [], "is_ignored": False, "sync": None, "swept_at": AT,
    },
    "asana_choices": {
        "project_gid": "8800", "gid": "8811", "kind": "section", "name": "Design", "field_name": None,
    },
    "asana_mappings": {
        "project_gid": "8800", "harvest_project_id": 21, "default_task_id": 31, "non_billable_task_id": None,
        "source": "field", "attribution": "typed", "counts_parents": False, "ignores_percentage": False,
        "linked_by": "U1", "linked_at": AT,
    },
    "asana_task_mappings": {"project_gid": "8800", "gid": "8811", "task_id": 31},
    "asana_users": {"gid": "8701", "name": "Ada Park", "email": "u1@lumen.example", "harvest_user_id": 12},
    "asana_webhooks": {
        "id": "hook", "resource_gid": "8800", "gid": "8850", "secret": None, "state": "active", "asked_at": AT,
        "heard_at": AT,
    },
    "asana_tasks": {
        "gid": "8801", "project_gid": "8800", "name": "Fix nav", "url": None, "completed_at": None, "value": "1.5",
        "modified_at": AT, "is_trashed": False, "is_free": False, "assignee_gid": "8701", "since": None, "until": None,
        "minutes": None, "parent_gid": None, "time_digest": None, "time_looked_at": None, "chosen_project": None,
        "asked": 0, "revision": 3, "attempts": 0, "due_at": AT, "leased_until": None,
    },
    "asana_bookings": {
        "id": 1, "task_gid": "8801", "revision": 3, "place": 0, "source": "8899", "kind": "claim", "user_gid": "8701",
        "day": DAY, "hours": 150, "entry_key": KEY,
    },
    "asana_holds": {
        "key": HOLD, "kind": "unmapped", "project_gid": "8800", "task_gid": "8801", "parts": [], "user_gid": "8701",
        "hours": 50, "day": DAY, "words": "", "entry_key": None, "entry_ids": [], "state": "open", "revision": 0,
        "decided_by": None, "opened_at": AT,
    },
    "timer_offers": {"slack_id": "U1", "offered_at": AT, "is_off": False},
}  # fmt: skip
