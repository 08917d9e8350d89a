"""Notices within minutes that projects are new, copied, renamed, archived or have other fields.

No webhook or event stream of a project tells of a new one, and who may have those of a workspace Asana does not say.
The list of projects costs one request for a hundred, so it is read often, and the parts of a project as it changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from store.asana.records.api import AsanaProject
from store.asana.records.state import KnownProject, Source
from store.engine.cursors import Cursor
from sync.asana.mapping.project_sync import ProjectSync
from sync.engine.tenant import Tenant
from sync.errors import Gone, Rejected
from sync.ports.asana import AsanaConnection

log = structlog.get_logger()

_LOOKED_INTO = 10
"""Linked projects without the field for hours that are read anew each time; the others wait for the daily reading."""


@dataclass(frozen=True)
class ProjectWatch:
    tenant: Tenant
    asana: AsanaConnection
    projects: ProjectSync

    async def run(self) -> int:
        """How many projects were read anew; none before all of them were read once."""
        async with self.tenant.reading() as tx:
            if await tx.cursors.get(Cursor.ASANA_CRAWLED) is None:
                return 0
            known = {one.project.gid: one for one in await tx.asana.projects()}
            typed = [one.project_gid for one in await tx.mappings.every() if one.source is Source.FIELD]
        # Somebody may just have added the field that is looked for; nothing in the list tells of that.
        lacking = [gid for gid in typed if gid in known and known[gid].hours_gid is None][:_LOOKED_INTO]
        settled = {gid: one for gid, one in known.items() if gid not in lacking}
        count = 0
        for workspace in await self.asana.client.workspaces():
            try:
                count += await self._workspace(workspace.gid, settled)
            except (Gone, Rejected) as error:
                log.warning("asana does not show a workspace", workspace=workspace.gid, why=str(error))
        return count

    async def _workspace(self, gid: str, settled: Mapping[str, KnownProject]) -> int:
        count = 0
        async for page in self.asana.client.projects(gid):
            for project in page:
                if not _is_as_known(project, settled.get(project.gid)):
                    await self.projects.read(project, gid)
                    count += 1
        return count


def _is_as_known(project: AsanaProject, known: KnownProject | None) -> bool:
    return known is not None and known.project == project
