"""Reads Harvest's directory: clients, projects, tasks, people, and who may book what."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from store.budget.records import LockState
from store.database import Transaction
from store.engine.records import AuditEvent
from store.harvest.directory import DirectoryChange, Listed
from store.harvest.records import (
    Account,
    Client,
    HarvestUser,
    Project,
    Task,
    TaskAssignment,
    UserAssignment,
)
from sync.engine.tenant import Tenant
from sync.errors import Gone, OutsideError, Rejected, Unavailable
from sync.harvest.access import HarvestAccess
from sync.harvest.unread import note_read, note_unread
from sync.rules.budget.bands import month_of

log = structlog.get_logger()

_TOLD = ("name", "code", "client_name", "is_active", "is_excluded", "budget_by", "budget", "is_monthly")
"""Fields of a project whose change is worth a line."""


_LISTS: dict[type[Listed], str] = {
    Client: "clients",
    HarvestUser: "users",
    Task: "tasks",
    Project: "projects",
    TaskAssignment: "task_assignments",
    UserAssignment: "user_assignments",
}
"""What Harvest calls the lists."""


class RightsLost(OutsideError):
    """The importing token sees less than it did; what it no longer shows is not gone."""


@dataclass(frozen=True)
class DirectoryImport:
    tenant: Tenant
    access: HarvestAccess

    async def run(self, seen: dict[str, int] | None = None) -> dict[str, int]:
        """Read everything once; how many of each list were seen, which `seen` says meanwhile.

        Raises RightsLost before anything is closed.

        A list that Harvest does not show waits by itself; two that fail running are an outage.
        """
        account = await self.access.refresh_account()
        harvest = await self.access.reader()
        me = await harvest.me()
        require_rights(account, me)
        lists: dict[type[Listed], AsyncIterator[Sequence[Listed]]] = {
            Client: harvest.clients(),
            HarvestUser: harvest.users(),
            Task: harvest.tasks(),
            Project: harvest.projects(),
            TaskAssignment: harvest.task_assignments(),
            UserAssignment: harvest.user_assignments(),
        }
        seen = {} if seen is None else seen
        await self._take_all(lists, seen)
        was_blind = account.imported_at is not None and not account.sees_rates
        account = replace(account, imported_at=self.tenant.now(), access_roles=me.access_roles)
        async with self.tenant.transaction() as tx:
            await tx.accounts.save(account)
            if was_blind and account.sees_rates:
                every = await tx.directory.all_projects()
                await tx.cursors.read_again(project.id for project in every if project.budget_by.is_money)
        return seen

    async def _take_all(self, lists: dict[type[Listed], AsyncIterator[Sequence[Listed]]], seen: dict[str, int]) -> None:
        has_failed = False
        for kind, pages in lists.items():
            part = _LISTS[kind]
            try:
                seen[part] = await self._take(kind, pages)
            except (Rejected, Gone, Unavailable) as error:
                if has_failed:
                    raise
                has_failed = isinstance(error, Unavailable)
                async with self.tenant.transaction() as tx:
                    await note_unread(tx, part, error, self.tenant.now())
            else:
                has_failed = False
                async with self.tenant.transaction() as tx:
                    await note_read(tx, part)

    async def _take(self, kind: type[Listed], pages: AsyncIterator[Sequence[Listed]]) -> int:
        """One list to its end, a transaction a page; what a complete list no longer holds is closed."""
        ids: set[int] = set()
        async for page in pages:
            async with self.tenant.transaction() as tx:
                await self._note(tx, await tx.directory.save(page))
            ids.update(item.id for item in page)
        async with self.tenant.transaction() as tx:
            await self._note(tx, await tx.directory.close_missing(kind, ids))
        return len(ids)

    async def _note(self, tx: Transaction, changes: Sequence[DirectoryChange]) -> None:
        """Keep what changed of a project, and look at the budgets that a change concerns."""
        now = self.tenant.now()
        concerned = {project_id for project_id in map(_budget_of, changes) if project_id}
        await tx.mirror.touch({(project_id, month) for project_id in concerned for month in _months(now)})
        await tx.mirror.touch(await _standing_out(tx, concerned))
        await tx.cursors.read_again({change.after.id for change in changes if _changes_entries(change)})
        for change in changes:
            if isinstance(change.before, Project) and (facts := _told(change)):
                await tx.audit.add(AuditEvent(now, "harvest", "project.changed", f"project:{change.after.id}", facts))
                log.info("project changed in harvest", project=change.after.id, fields=list(facts))


def require_rights(account: Account, me: HarvestUser) -> None:
    """Raises RightsLost if the importing user may see less than before: then nothing is ever taken for deleted."""
    lost = {"administrator", "manager"} & set(account.access_roles) - set(me.access_roles)
    if lost and not me.is_administrator:
        raise RightsLost(
            "Harvest",
            f"{me.name or 'the user of HARVEST_ACCESS_TOKEN'} is no longer {' or '.join(sorted(lost))}, so I see less "
            "than before. Nothing is deleted here. Give the role back, or use another administrator's token.",
        )


def _budget_of(change: DirectoryChange) -> int | None:
    """The project whose budget a change may concern."""
    match change.after:
        case Project():
            return change.after.id
        case TaskAssignment() | UserAssignment():
            was = change.before.budget if isinstance(change.before, TaskAssignment | UserAssignment) else None
            return change.after.project_id if change.after.budget != was else None
    return None


def _months(now: datetime) -> set[int]:
    """The present month, wherever on earth the agency is."""
    days = (now + timedelta(days=shift) for shift in (-1, 0, 1))
    return {day.year * 100 + day.month for day in days}


async def _standing_out(tx: Transaction, project_ids: Collection[int]) -> set[tuple[int, int]]:
    """Project and month of every period that is closed or has reached a band: a new budget may undo that."""
    found = set()
    for state in await tx.budgets.states(project_ids) if project_ids else []:
        month = month_of(state.period)
        if month is not None and (state.band or state.lock is LockState.CLOSED):
            found.add((state.project_id, month))
    return found


def _changes_entries(change: DirectoryChange) -> bool:
    """Whether Harvest says something else of all entries now, though it calls none of them changed.

    It calls them budgeted as soon as their project has a budget.
    """
    before, after = change.before, change.after
    return isinstance(before, Project) and isinstance(after, Project) and before.is_ours != after.is_ours


def _told(change: DirectoryChange) -> dict[str, object]:
    """Field -> [before, after], for fields that people know."""
    pairs = {name: [getattr(change.before, name), getattr(change.after, name)] for name in _TOLD}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def is_old(account: Account | None, now: datetime, age: timedelta) -> bool:
    """Whether the directory was read longer ago than `age`, or never."""
    return account is None or account.imported_at is None or now - account.imported_at >= age
