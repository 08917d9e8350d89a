"""From the address of an Asana task to where its time goes: the mapped project and task, and its name as note."""

import re
from dataclasses import dataclass

import structlog

from store.harvest.records import Project, Task
from sync.asana.task.context import AsanaRules, lay_out
from sync.asana.task.reader import AsanaReading
from sync.asana.task.sync import AsanaTasks, unknown_task
from sync.engine.tenant import Tenant
from sync.errors import Gone, OutsideError, Refused, Rejected
from sync.rules.text.slack import escape
from sync.rules.text.work import asana_task_gid

log = structlog.get_logger()

_GIDS = re.compile(r"[0-9]{1,64}")


@dataclass(frozen=True, slots=True)
class TaskReference:
    """The Asana task that an entry is of (contract, section 6)."""

    task_gid: str
    project_gid: str
    url: str
    name: str

    def write(self) -> str:
        """For a form that keeps it until it is sent; the name is not needed any more by then."""
        return f"{self.task_gid}:{self.project_gid}"

    @classmethod
    def read(cls, written: str) -> "TaskReference | None":
        """What `write` wrote; None for anything else."""
        task, _, project = written.partition(":")
        if not (_GIDS.fullmatch(task) and _GIDS.fullmatch(project)):
            return None
        return cls(task, project, f"https://app.asana.com/0/{project}/{task}", "")


@dataclass(frozen=True, slots=True)
class LinkedTask:
    """`task` None: the mapping names none, so the person chooses."""

    project: Project
    task: Task | None
    reference: TaskReference


@dataclass(frozen=True)
class TaskLinks:
    tenant: Tenant
    tasks: AsanaTasks
    reading: AsanaReading
    rules: AsanaRules

    async def find(self, target: str) -> LinkedTask | None:
        """None if the target is no address of an Asana task. Raises Refused, saying what mends it."""
        gid = asana_task_gid(target)
        if gid is None:
            return None
        async with self.tenant.reading() as tx:
            known = await tx.asana_work.task(gid) or unknown_task(gid)
        try:
            seen = await self.reading.read(self.tasks.client, known)
        except (Gone, Rejected):
            raise Refused(
                "I cannot see that task in Asana. Check the address, or put the project's code there."
            ) from None
        except OutsideError as error:
            log.warning("asana was not asked about a task", task=gid, why=str(error))
            raise Refused(
                "Asana does not answer just now. Type the project's code instead of the address, or try later."
            ) from None
        async with self.tenant.reading() as tx:
            desk = await lay_out(tx, known, seen, self.rules)
            task_id = desk.task_id(is_billable=True)
            task = await tx.directory.task(task_id) if task_id in desk.tasks and task_id else None
        if desk.harvest is None or desk.project_gid is None:
            raise Refused(
                f"“{escape(seen.task.name)}” is in no Asana project that is linked to Harvest. Put the project's code "
                "there instead, or ask the coordinator to link it (`/gleaner map`)."
            )
        url = seen.task.url or f"https://app.asana.com/0/{desk.project_gid}/{gid}"
        return LinkedTask(desk.harvest, task, TaskReference(gid, desk.project_gid, url, seen.task.name))
