"""What Harvest would refuse to start, as far as the mirror knows: said before anything is stopped for it."""

from datetime import date

from store.database import Transaction
from store.people.records import Person
from sync.errors import Refused
from sync.rules.text.slack import escape
from sync.time_entries.targets import Target

_NOTHING = "No timer was started or stopped."


async def refuse_start(tx: Transaction, person: Person, target: Target, day: date) -> None:
    """Raises Refused with the reason and the mend; returns if nothing speaks against a timer there on that day."""
    user_id, project = person.harvest_user_id or 0, target.project
    name = escape(project.name)
    if not project.is_active:
        raise Refused(f"{name} is archived in Harvest. {_NOTHING} Choose another project, or have it restored there.")
    if project.id not in {one.id for one in await tx.directory.projects_of(user_id)}:
        raise Refused(f"You are not assigned to {name} in Harvest. {_NOTHING} A manager of the project can add you.")
    tasks = await tx.directory.tasks_of(project.id)
    if target.task.id not in {one.id for one in tasks}:
        task = escape(target.task.name)
        raise Refused(f"{task} can no longer be booked on {name}. {_NOTHING} Choose another task with `#task`.")
    if await tx.mirror.is_approved(user_id, day):
        raise Refused(f"Your hours of {day:%-d %B} are approved in Harvest. {_NOTHING} A manager can reopen that day.")
