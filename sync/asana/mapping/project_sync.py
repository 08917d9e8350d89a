"""What projects, sections, fields and people Asana has: read whole once a day and on demand, changes told.

Renames are shown and break nothing, because everything is kept by gid (S1-34). Hours of what is archived wait.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from store.asana.records.api import AsanaProject, Field, FieldKind, Section
from store.asana.records.state import Choice, ChoiceKind, KnownField, KnownProject, ProjectMapping, Source
from store.database import Transaction
from store.engine.cursors import Cursor
from sync.asana.mapping.hours_fields import field_news
from sync.asana.task.lost_access import LostAccess
from sync.asana.task.sync import TaskSync
from sync.engine.tenant import Tenant
from sync.errors import Gone, Rejected
from sync.news import News, enqueue
from sync.news.asana import Lost, ProjectArchived, ProjectRenamed, ProjectUnmapped, new_project
from sync.ports.asana import Asana, AsanaConnection
from sync.rules.asana.billable_hours import HOURS_FIELD
from sync.rules.asana.billable_share import PERCENTAGE_FIELD, TYPE_FIELD
from sync.rules.asana.field_names import is_called
from sync.rules.asana.harvest_side import HarvestSide
from sync.rules.asana.project_match import Origin, origin

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ProjectsSynced:
    projects: int
    users: int
    changed: int

    def __str__(self) -> str:
        return f"{self.projects} projects, {self.users} people, {self.changed} changes"


@dataclass(frozen=True)
class ProjectSync:
    tenant: Tenant
    tasks: TaskSync
    asana: AsanaConnection
    access: LostAccess

    async def sync_all(self) -> ProjectsSynced:
        """Everything that the token's user sees. The first time nothing is new, so nothing is told."""
        asana, users, changed = self.asana.client, 0, 0
        async with self.tenant.reading() as tx:
            is_first = await tx.cursors.get(Cursor.ASANA_CRAWLED) is None
        seen, hidden = set[str](), set[str]()
        for workspace in await asana.workspaces():
            users += await self._users(asana, workspace.gid)
            try:
                async for page in asana.projects(workspace.gid):
                    for project in page:
                        changed += await self.read(project, workspace.gid, is_first=is_first)
                        seen.add(project.gid)
            except (Gone, Rejected) as error:
                log.warning("asana does not show a workspace", workspace=workspace.gid, why=str(error))
                hidden.add(workspace.gid)
        changed += await self._missing(seen, hidden)
        async with self.tenant.transaction() as tx:
            await tx.cursors.move(Cursor.ASANA_CRAWLED, self.tenant.now().isoformat())
        await self.refresh_harvest()
        return ProjectsSynced(len(seen), users, changed)

    async def synced_at(self) -> datetime | None:
        async with self.tenant.reading() as tx:
            at = await tx.cursors.get(Cursor.ASANA_CRAWLED)
        return datetime.fromisoformat(at) if at else None

    async def look_at(self, project_gid: str) -> None:
        """One project that an event told of."""
        asana = self.asana.client
        async with self.tenant.reading() as tx:
            known = await tx.asana.project(project_gid)
        try:
            project = await asana.project(project_gid)
        except (Gone, Rejected):
            await self._gone([known] if known else [])
            return
        place = known.workspace_gid if known else (await asana.workspaces())[0].gid
        await self.read(project, place)

    async def refresh_harvest(self) -> None:
        """Mapped Harvest projects that were archived or renamed since the last look."""
        async with self.tenant.transaction() as tx:
            for mapping in await tx.mappings.every():
                await self._look_at_mapped(tx, mapping)

    async def _users(self, asana: Asana, workspace_gid: str) -> int:
        count = 0
        try:
            async for page in asana.users(workspace_gid):
                async with self.tenant.transaction() as tx:
                    await tx.asana.save_users(page)
                count += len(page)
        except (Gone, Rejected) as error:
            log.warning("asana does not show the people of a workspace", workspace=workspace_gid, why=str(error))
        return count

    async def read(self, project: AsanaProject, place: str, *, is_first: bool = False) -> int:
        """Its sections and fields, and what of it is news; 1 if it changed. Of an archived one only itself is read.

        `place`: its workspace. `is_first`: it was there before Gleaner was, so it is no news.
        """
        parts = None if project.is_archived else await self._parts(self.asana.client, project.gid)
        async with self.tenant.transaction() as tx:
            before = await tx.asana.project(project.gid, for_change=True)
            mapping = await tx.mappings.get(project.gid)
            known = _unread(before) if parts is None else _known(before, parts[1])
            gids = (known.hours_gid, known.percentage_gid, known.type_gid)
            await tx.asana.save_project(project, place, known.fields, gids)
            if parts is not None:
                await tx.asana.save_choices(project.gid, [*_choices(project.gid, *parts)])
            if before is not None and before.hours_gid is None and known.hours_gid is not None:
                # What was typed there before is found by reading it whole.
                await tx.asana.forget_sweep(project.gid)
            if not (is_first and before is None):
                await self._tell(tx, project, before, mapping)
        is_changed = before is None or replace(before.project, modified_at=project.modified_at) != project
        if before is not None and before.project.is_archived and not project.is_archived:
            await self._look_again(project.gid)
        return int(is_changed)

    async def _parts(self, asana: Asana, project_gid: str) -> tuple[Sequence[Section], Sequence[Field]] | None:
        """Sections and fields; None where Asana does not show them, as on a plan without custom fields."""
        try:
            found = await asana.sections(project_gid), await asana.fields(project_gid)
        except (Gone, Rejected) as error:
            await self.access.lost(project_gid, Lost.FIELDS, error)
            return None
        await self.access.shown([project_gid], Lost.FIELDS)
        return found

    async def _tell(
        self, tx: Transaction, project: AsanaProject, before: KnownProject | None, mapping: ProjectMapping | None
    ) -> None:
        made_from, now = origin(project.name), self.tenant.now()
        news: list[tuple[str, News]] = []
        if before is None and mapping is None and not project.is_archived and made_from is not Origin.TEMPLATE:
            unmapped = ProjectUnmapped(project.gid, project.name, project.url, made_from.value)
            await enqueue(tx, new_project(project.gid), unmapped, now)
        if before is not None and mapping is not None and before.project.name != project.name:
            renamed = ProjectRenamed(project.gid, before.project.name, project.name, "asana")
            news.append((f"renamed:{now.isoformat()}", renamed))
        if before is not None and mapping is not None and project.is_archived and not before.project.is_archived:
            harvest = await tx.directory.project(mapping.harvest_project_id)
            archived = ProjectArchived(project.gid, project.name, harvest.name if harvest else "", "asana")
            news.append((f"archived:{now.isoformat()}", archived))
        for key, one in news:
            await enqueue(tx, f"asana-project:{project.gid}:{key}", one, now)

    async def _missing(self, seen: set[str], hidden: set[str]) -> int:
        """`hidden`: workspaces that could not be read, of which nothing is known."""
        async with self.tenant.reading() as tx:
            known = [one for one in await tx.asana.projects() if one.workspace_gid not in hidden]
        gone = [one for one in known if one.project.gid not in seen and not one.project.is_archived]
        await self._gone(gone)
        return len(gone)

    async def _gone(self, gone: Iterable[KnownProject]) -> None:
        """Deleted, or no longer shown to us: either way its hours wait, as those of an archived one do."""
        async with self.tenant.transaction() as tx:
            for gid in [one.project.gid for one in gone]:
                one = await tx.asana.project(gid, for_change=True)
                if one is None or one.project.is_archived:
                    continue
                project = replace(one.project, is_archived=True)
                gids = (one.hours_gid, one.percentage_gid, one.type_gid)
                await tx.asana.save_project(project, one.workspace_gid, one.fields, gids)
                if not await self.access.is_told(tx, project.gid):
                    await self._tell(tx, project, one, await tx.mappings.get(project.gid))

    async def _look_at_mapped(self, tx: Transaction, mapping: ProjectMapping) -> None:
        now = self.tenant.now()
        known, project = (
            await tx.asana.project(mapping.project_gid),
            await tx.directory.project(mapping.harvest_project_id),
        )
        cursor = Cursor.ASANA_HARVEST.of(mapping.project_gid)
        side = HarvestSide.of(mapping.harvest_project_id, project)
        kept = await tx.cursors.get(cursor)
        before = HarvestSide.read(kept) if kept is not None else None
        if known is not None:
            await self._tell_of_field(tx, known, mapping)
        if before == side or not await tx.cursors.swap(cursor, kept, side.write()):
            return
        if before is not None and side.is_renamed(before):
            renamed = ProjectRenamed(mapping.project_gid, before.name, side.name, "harvest")
            await enqueue(tx, f"{cursor}:renamed:{now.isoformat()}", renamed, now)
        if side.is_archived(before):
            shown = known.project.name if known else mapping.project_gid
            archived = ProjectArchived(mapping.project_gid, shown, side.name, "harvest")
            await enqueue(tx, f"{cursor}:archived:{now.isoformat()}", archived, now)

    async def _tell_of_field(self, tx: Transaction, known: KnownProject, mapping: ProjectMapping) -> None:
        """Once for each link: its hours are to be typed into a field that it does not have, or that is not read."""
        gid, found = known.project.gid, field_news(known)
        if found is None or mapping.source is not Source.FIELD or known.project.is_archived:
            return
        if not await self.access.is_told(tx, gid, Lost.FIELDS):
            what, news = found
            key = f"asana-project:{gid}:{what}:{mapping.linked_at.isoformat()}"
            await enqueue(tx, key, news, self.tenant.now())

    async def _look_again(self, project_gid: str) -> None:
        async with self.tenant.reading() as tx:
            waiting = {hold.task_gid for hold in await tx.asana_holds.open(project_gid=project_gid)}
        await self.tasks.mark_due(waiting)


@dataclass(frozen=True, slots=True)
class _Fields:
    hours_gid: str | None
    percentage_gid: str | None
    type_gid: str | None
    fields: tuple[KnownField, ...]


def _known(before: KnownProject | None, fields: Sequence[Field]) -> _Fields:
    """A field is found by its name once; after that by its gid for as long as the project has it."""
    there = {field.gid for field in fields}

    def gid(name: str, known: str | None, kind: FieldKind | None) -> str | None:
        if known in there:
            return known
        fitting = [one for one in fields if is_called(one.name, name)]
        found = max(fitting, key=lambda one: (one.kind is kind, one.name == name), default=None)
        return found.gid if found else None

    return _Fields(
        gid(HOURS_FIELD, before.hours_gid if before else None, FieldKind.NUMBER),
        gid(PERCENTAGE_FIELD, before.percentage_gid if before else None, FieldKind.NUMBER),
        gid(TYPE_FIELD, before.type_gid if before else None, FieldKind.ENUM),
        tuple(KnownField(one.gid, one.name, one.kind, one.format, one.is_formula) for one in fields),
    )


def _unread(before: KnownProject | None) -> _Fields:
    if before is None:
        return _Fields(None, None, None, ())
    return _Fields(before.hours_gid, before.percentage_gid, before.type_gid, before.fields)


def _choices(project_gid: str, sections: Iterable[Section], fields: Iterable[Field]) -> Iterable[Choice]:
    for section in sections:
        yield Choice(project_gid, section.gid, ChoiceKind.SECTION, section.name, None)
    for field in fields:
        for option in field.options:
            yield Choice(project_gid, option.gid, ChoiceKind.OPTION, option.name, field.name)
