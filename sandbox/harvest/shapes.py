"""The JSON of every Harvest object, each written once, with the full set of keys of the live API."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from sandbox.harvest import access, budgets, locks, rates, times
from sandbox.harvest.records import (
    Client,
    Company,
    Entry,
    Project,
    Rate,
    Reference,
    Role,
    Stored,
    Task,
    TaskAssignment,
    User,
    UserAssignment,
)
from sandbox.harvest.state import HarvestState

Json = dict[str, Any]


def company(row: Company) -> Json:
    return {
        "base_uri": row.base_uri,
        "full_domain": urlsplit(row.base_uri).netloc,
        "name": row.name,
        "is_active": True,
        "week_start_day": "Monday",
        "wants_timestamp_timers": row.wants_timestamp_timers,
        "time_format": "decimal",
        "date_format": "%d/%m/%Y",
        "plan_type": "sponsored",
        "clock": row.clock,
        "currency_code_display": "iso_code_none",
        "currency_symbol_display": "symbol_before",
        "decimal_symbol": ".",
        "thousands_separator": ",",
        "color_scheme": "orange",
        "weekly_capacity": row.weekly_capacity,
        "expense_feature": True,
        "invoice_feature": True,
        "estimate_feature": True,
        "approval_feature": True,
        "team_feature": True,
    }


def user(row: User, *, with_rates: bool) -> Json:
    """Members get no rate fields at all, not even null ones."""
    hidden = {"default_hourly_rate": _number(row.default_hourly_rate), "cost_rate": _number(row.cost_rate)}
    return {
        "id": row.id,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "email": row.email,
        "telephone": "",
        "timezone": times.harvest_zone(row.timezone),
        "weekly_capacity": row.weekly_capacity,
        "has_access_to_all_future_projects": row.has_access_to_all_future_projects,
        "is_contractor": row.is_contractor,
        "is_active": row.is_active,
        **_stamps(row),
        **(hidden if with_rates else {}),
        "roles": list(row.roles),
        "access_roles": list(row.access_roles),
        "avatar_url": f"https://avatars.harvest.example/{row.id}.png",
    }


def client(row: Client) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "is_active": row.is_active,
        "address": row.address,
        "statement_key": f"{row.id:032x}",
        **_stamps(row),
        "currency": row.currency,
    }


def rate(row: Rate) -> Json:
    return {
        "id": row.id,
        "amount": _number(row.amount),
        "start_date": _day(row.start_date),
        "end_date": _day(row.end_date),
        **_stamps(row),
    }


def project(state: HarvestState, row: Project, reader: User) -> Json:
    """Amounts of money are null for those who may not see rates."""
    return {
        "id": row.id,
        "name": row.name,
        "code": row.code,
        "is_active": row.is_active,
        "is_billable": row.is_billable,
        "is_fixed_fee": row.is_fixed_fee,
        "bill_by": row.bill_by,
        "budget": _number(row.budget),
        "budget_by": row.budget_by,
        "budget_is_monthly": row.budget_is_monthly,
        "notify_when_over_budget": row.notify_when_over_budget,
        "over_budget_notification_percentage": float(row.over_budget_notification_percentage),
        "show_budget_to_all": row.show_budget_to_all,
        **_stamps(row),
        "starts_on": _day(row.starts_on),
        "ends_on": _day(row.ends_on),
        "over_budget_notification_date": _day(row.over_budget_notification_date),
        "notes": row.notes,
        "cost_budget": _amount(row.cost_budget, reader),
        "cost_budget_include_expenses": row.cost_budget_include_expenses,
        "hourly_rate": _amount(row.hourly_rate, reader),
        "fee": _amount(row.fee, reader),
        "client": _client_link(state, row),
    }


def task(row: Task, reader: User) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "billable_by_default": row.billable_by_default,
        "default_hourly_rate": _amount(row.default_hourly_rate, reader),
        "is_default": row.is_default,
        "is_active": row.is_active,
        **_stamps(row),
    }


def role(row: Role) -> Json:
    return {"id": row.id, "name": row.name, **_stamps(row), "user_ids": list(row.user_ids)}


def user_assignment(state: HarvestState, row: UserAssignment, reader: User) -> Json:
    owner = state.users[row.user_id]
    return {
        **_user_terms(row, reader),
        "project": _project_link(state.projects[row.project_id]),
        "user": {"id": owner.id, "name": owner.name},
    }


def task_assignment(state: HarvestState, row: TaskAssignment, reader: User) -> Json:
    return {
        **_task_terms(state, row, reader),
        "project": _project_link(state.projects[row.project_id]),
        "task": _task_link(state, row.task_id),
    }


def project_assignment(state: HarvestState, row: UserAssignment, reader: User) -> Json:
    """What a person may log on: the assignment with the project's tasks, inactive ones included."""
    where = state.projects[row.project_id]
    tasks = [each for each in state.task_assignments.values() if each.project_id == where.id]
    customer = state.clients[where.client_id]
    return {
        **_user_terms(row, reader),
        "project": _project_link(where),
        "client": {"id": customer.id, "name": customer.name},
        "task_assignments": [
            {**_task_terms(state, each, reader), "task": _task_link(state, each.task_id)} for each in tasks
        ],
    }


def entry(state: HarvestState, row: Entry, reader: User) -> Json:
    """As `reader` sees it: rates are for those who may see them, costs for administrators."""
    where, owner = state.projects[row.project_id], state.users[row.user_id]
    member, work = state.user_assignment(where.id, owner.id), state.task_assignment(where.id, row.task_id)
    return {
        "id": row.id,
        "spent_date": row.spent_date.isoformat(),
        **_amounts(state, row),
        "notes": row.notes,
        **_settlement(state, row),
        **_timer(state, row),
        **_money(state, row, reader),
        **_stamps(row),
        "user": {"id": owner.id, "name": owner.name},
        "client": _client_link(state, where),
        "project": _project_link(where),
        "task": _task_link(state, row.task_id),
        "user_assignment": _user_terms(member, reader) if member else None,
        "task_assignment": _task_terms(state, work, reader) if work else None,
        "external_reference": _reference(row.reference) if row.reference else None,
    }


def _amounts(state: HarvestState, row: Entry) -> Json:
    hours = state.hours_of(row)
    return {
        "hours": float(hours),
        "hours_without_timer": float(row.booked),
        "rounded_hours": float(times.rounded_up(hours, state.company.rounding_minutes)),
    }


def _settlement(state: HarvestState, row: Entry) -> Json:
    reason = locks.reason(state, row)
    invoice = {"id": row.invoice_id, "number": str(row.invoice_id)} if row.invoice_id else None
    return {
        "is_locked": reason is not None,
        "locked_reason": reason,
        "is_closed": row.approval_status == "approved",
        "approval_status": row.approval_status,
        "is_billed": invoice is not None,
        "invoice": invoice,
    }


def _timer(state: HarvestState, row: Entry) -> Json:
    clock = state.company.clock
    return {
        "timer_started_at": times.write_moment(row.timer_started_at) if row.timer_started_at else None,
        "started_time": times.write_time(row.started, clock) if row.started else None,
        "ended_time": times.write_time(row.ended, clock) if row.ended else None,
        "is_running": row.is_running,
    }


def _money(state: HarvestState, row: Entry, reader: User) -> Json:
    return {
        "billable": rates.is_billable(state, row),
        "budgeted": budgets.is_budgeted(state, row),
        "billable_rate": _amount(rates.billable_rate(state, row), reader),
        "cost_rate": _number(rates.cost_rate(state, row)) if reader.is_administrator else None,
    }


def _user_terms(row: UserAssignment, reader: User) -> Json:
    return {
        "id": row.id,
        "is_project_manager": row.is_project_manager,
        "is_active": row.is_active,
        "use_default_rates": row.use_default_rates,
        "budget": _number(row.budget),
        **_stamps(row),
        "hourly_rate": _amount(row.hourly_rate, reader),
    }


def _task_terms(state: HarvestState, row: TaskAssignment, reader: User) -> Json:
    is_money = state.projects[row.project_id].budget_by in budgets.MONEY
    return {
        "id": row.id,
        "billable": row.billable,
        "is_active": row.is_active,
        **_stamps(row),
        "hourly_rate": _amount(row.hourly_rate, reader),
        "budget": _amount(row.budget, reader) if is_money else _number(row.budget),
    }


def _reference(row: Reference) -> Json:
    """Harvest names the service after the permalink's host."""
    service = urlsplit(row.permalink or "").hostname
    return {
        "id": row.id,
        "group_id": row.group_id,
        "account_id": row.account_id,
        "permalink": row.permalink,
        "service": service,
        "service_icon_url": f"https://icons.harvest.example/{service}/icon.png" if service else None,
    }


def _project_link(row: Project) -> Json:
    return {"id": row.id, "name": row.name, "code": row.code}


def _client_link(state: HarvestState, row: Project) -> Json:
    customer = state.clients[row.client_id]
    return {"id": customer.id, "name": customer.name, "currency": customer.currency}


def _task_link(state: HarvestState, task_id: int) -> Json:
    return {"id": task_id, "name": state.tasks[task_id].name}


def _stamps(row: Stored) -> Json:
    return {"created_at": times.write_moment(row.created_at), "updated_at": times.write_moment(row.updated_at)}


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _amount(value: Decimal | None, reader: User) -> float | None:
    """Money, for those who may see it."""
    return _number(value) if access.sees_rates(reader) else None


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
