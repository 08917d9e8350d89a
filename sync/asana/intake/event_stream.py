"""The ear for where there is no public address: Asana's event streams, asked again and again (contract, section 2)."""

from dataclasses import dataclass

import structlog

from store.asana.records.state import HookState, KnownProject
from sync.asana.intake.sweep import TaskSweep
from sync.asana.mapping.project_sync import ProjectSync
from sync.asana.mapping.watched_projects import covered
from sync.asana.task.lost_access import LostAccess
from sync.asana.task.sync import TaskSync
from sync.engine.tenant import Tenant
from sync.errors import Gone, Rejected
from sync.ports.asana import AsanaConnection, SyncLost
from sync.rules.asana.event_targets import hints

log = structlog.get_logger()


@dataclass(frozen=True)
class EventStreams:
    tenant: Tenant
    tasks: TaskSync
    asana: AsanaConnection
    access: LostAccess
    writing: Tenant
    """As of AsanaTasks: what is done just now, in whichever process."""
    projects: ProjectSync
    sweep: TaskSweep

    async def poll(self) -> int:
        """Every project that no webhook of ours listens to; how many tasks were heard of."""
        async with self.tenant.reading() as tx:
            hooked = {hook.resource_gid for hook in await tx.asana.hooks(HookState.ACTIVE)}
            quiet = [one for one in await covered(tx) if one.project.gid not in hooked]
        heard = 0
        for project in quiet:
            try:
                heard += await self._poll(project)
            except (Gone, Rejected) as error:
                # A project that is shown all the same is read each night: its hours come later.
                log.warning("asana does not tell of a project", project=project.project.gid, why=str(error))
                await self.access.is_gone(self.asana.client, project.project.gid)
        return heard

    async def _poll(self, project: KnownProject) -> int:
        gid, sync, heard = project.project.gid, project.sync, 0
        while True:
            answer = await self.asana.client.changes(gid, sync)
            if isinstance(answer, SyncLost):
                # What happened meanwhile nobody tells: the project is read whole, and the stream begins anew.
                async with self.tenant.transaction() as tx:
                    await tx.asana.move_stream(gid, answer.sync)
                    await tx.asana.forget_sweep(gid)
                return heard + await self.sweep.project(project)
            found = hints(answer.changes)
            # Before the stream moves on: what is cut off here is told once more, and looked at again.
            for changed in found.projects:
                await self.projects.look_at(changed)
            async with self.tenant.transaction() as tx:
                await tx.asana_work.touch(found.tasks, self.writing.now(), gid)
                await tx.asana.move_stream(gid, answer.sync)
            heard += len(found.tasks)
            if not answer.has_more:
                return heard
            sync = answer.sync
