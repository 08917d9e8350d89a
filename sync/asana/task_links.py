"""From the address of an Asana task to where its time goes: the mapped project and task, and its name as note."""

from dataclasses import dataclass

import structlog

from sync.asana.task.context import AsanaRules, load_context
from sync.asana.task.reader import TaskReader
from sync.asana.task.sync import unknown_task
from sync.engine.tenant import Tenant
from sync.errors import Gone, OutsideError, Refused, Rejected
from sync.ports.asana import AsanaConnection
from sync.ports.task_links import LinkedTask, TaskReference
from sync.rules.text.slack import escape
from sync.rules.text.work import asana_task_gid

log = structlog.get_logger()


@dataclass(frozen=True)
class AsanaTaskLinks:
    tenant: Tenant
    asana: AsanaConnection
    reading: TaskReader
    rules: AsanaRules

    async def find(self, target: str) -> LinkedTask | None:
        """None if the target is no address of an Asana task. Raises Refused, saying what mends it."""
        gid = asana_task_gid(target)
        if gid is None:
            return None
        async with self.tenant.reading() as tx:
            known = await tx.asana_work.task(gid) or unknown_task(gid)
        try:
            seen = await self.reading.read(self.asana.client, known)
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
            context = await load_context(tx, known, seen, self.rules)
            task_id = context.task_id(is_billable=True)
            task = await tx.directory.task(task_id) if task_id in context.tasks and task_id else None
        if context.harvest is None or context.project_gid is None:
            raise Refused(
                f"“{escape(seen.task.name)}” is in no Asana project that is linked to Harvest. Put the project's code "
                "there instead, or ask the coordinator to link it (`/gleaner map`)."
            )
        url = seen.task.url or f"https://app.asana.com/0/{context.project_gid}/{gid}"
        return LinkedTask(context.harvest, task, TaskReference(gid, context.project_gid, url, seen.task.name))
