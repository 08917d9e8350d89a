"""From the address of an Asana task to where its time goes: the mapped project and task, and its name as note."""

from dataclasses import dataclass

import structlog

from sync.asana.task.context import AsanaRules, lay_out
from sync.asana.task.reader import AsanaReading
from sync.asana.task.sync import AsanaTasks, unknown_task
from sync.engine.tenant import Tenant
from sync.errors import Gone, OutsideError, Refused, Rejected
from sync.ports.task_links import LinkedTask, TaskReference
from sync.rules.text.slack import escape
from sync.rules.text.work import asana_task_gid

log = structlog.get_logger()


@dataclass(frozen=True)
class AsanaTaskLinks:
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
