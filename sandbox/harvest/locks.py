"""When Harvest locks an entry, and what it then calls the reason."""

from sandbox.harvest.records import Entry
from sandbox.harvest.state import HarvestState

_APPROVED = "Approved and Locked for this Time Period"
_PERIOD = "Locked for this Time Period"


def reason(state: HarvestState, entry: Entry) -> str | None:
    """`Item Invoiced and Archived` and the like; None where the entry may be changed."""
    causes = [
        text
        for text, holds in (
            ("Invoiced", entry.invoice_id is not None),
            ("Archived", is_archived(state, entry)),
            (_APPROVED, entry.approval_status == "approved"),
            (_PERIOD, entry.is_period_locked and entry.approval_status != "approved"),
        )
        if holds
    ]
    return f"Item {' and '.join(causes)}" if causes else None


def is_archived(state: HarvestState, entry: Entry) -> bool:
    """Its project or task was archived, or its user taken off the project."""
    member = state.user_assignment(entry.project_id, entry.user_id)
    work = state.task_assignment(entry.project_id, entry.task_id)
    alive = (
        state.projects[entry.project_id].is_active,
        state.tasks[entry.task_id].is_active,
        member is not None and member.is_active,
        work is not None and work.is_active,
    )
    return not all(alive)
