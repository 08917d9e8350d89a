"""What Harvest would refuse a person is not done on their behalf (ruling 21), said before anything is sent."""

from dataclasses import dataclass

from store.harvest.records import HarvestEntry, Project
from sync.rules.text.slack import escape


@dataclass(frozen=True, slots=True)
class Standing:
    """The entry's project, as the directory has it, and whether the entry's person may book on it."""

    project: Project | None
    is_assigned: bool


def hindrance(found: HarvestEntry, standing: Standing) -> str | None:
    """Why this entry may be neither changed nor taken back by its person; None if it may."""
    if found.is_billed:
        return f"It is invoiced in Harvest, so it stays as it is. {_ASK}"
    if found.approval_status == "approved":
        return f"It is approved in Harvest, so it stays as it is. {_ASK}"
    if found.is_locked:
        why = f" (“{escape(found.locked_reason)}”)" if found.locked_reason else ""
        return f"Harvest has locked it{why}, so it stays as it is. {_ASK}"
    return closed_target(standing)


def closed_target(standing: Standing) -> str | None:
    """Why nothing may be booked or changed on this project by the person; None if it may."""
    project = standing.project
    if project is None:
        return None
    if not project.is_active:
        return f"{escape(project.name)} is archived in Harvest, so nothing on it can be changed. {_ASK}"
    if not standing.is_assigned:
        return f"You are not on {escape(project.name)} in Harvest, so nothing on it can be changed. {_ASK}"
    return None


_ASK = "Ask the project's manager if it is wrong."
