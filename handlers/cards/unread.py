"""Names for what Harvest does not show although it answers."""

from handlers.slack.blocks import name

_PARTS = {
    "clients": "the clients",
    "users": "the people",
    "tasks": "the tasks",
    "projects": "the projects",
    "task_assignments": "which tasks belong to which project",
    "user_assignments": "who is on which project",
    "roles": "the roles",
}


def part_name(part: str, who: str) -> str:
    """As the end of "I cannot read"."""
    return f"the {name(part)} of {name(who)}" if who else _PARTS.get(part, name(part))
