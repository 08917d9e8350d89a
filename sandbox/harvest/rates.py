"""What an hour is billed at, by the project's way of billing, and what it costs."""

from decimal import Decimal

from sandbox.harvest.records import Entry
from sandbox.harvest.state import HarvestState


def is_billable(state: HarvestState, entry: Entry) -> bool:
    """The project has to be billable and the task too, on this project."""
    work = state.task_assignment(entry.project_id, entry.task_id)
    return state.projects[entry.project_id].is_billable and work is not None and work.billable


def billable_rate(state: HarvestState, entry: Entry) -> Decimal | None:
    """None for what is not billed by the hour."""
    project = state.projects[entry.project_id]
    if not is_billable(state, entry):
        return None
    if project.bill_by == "Project":
        return project.hourly_rate
    if project.bill_by == "Tasks":
        work = state.task_assignment(project.id, entry.task_id)
        return work.hourly_rate if work else None
    return _of_person(state, entry) if project.bill_by == "People" else None


def cost_rate(state: HarvestState, entry: Entry) -> Decimal | None:
    return state.rate_on(entry.user_id, "cost", entry.spent_date)


def _of_person(state: HarvestState, entry: Entry) -> Decimal | None:
    member = state.user_assignment(entry.project_id, entry.user_id)
    if member is None or member.use_default_rates:
        return state.rate_on(entry.user_id, "billable", entry.spent_date)
    return member.hourly_rate
