"""Looks again at what waits once its cause may be gone; nobody has to press anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from store.database import Store, Transaction
from store.harvest_records import Project
from store.mapping_records import Hold, HoldKind, Mapping
from store.records import EntryState
from sync.asana_tasks import AsanaTasks
from sync.ports import Clock, Jobs

_AT_ONCE = timedelta(0)
_REJECTED = "asana-rejected"
_REJECTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class AsanaRetries:
    store: Store
    workspace_id: str
    clock: Clock
    jobs: Jobs
    tasks: AsanaTasks

    async def run(self) -> int:
        """Tasks that are to be looked at again: freed ones, and those whose entries Harvest holds otherwise."""
        async with self.store.reading(self.workspace_id) as tx:
            free = {hold.task_gid for hold in await tx.asana_holds.open() if await _is_free(tx, hold)}
            astray = await tx.asana_work.astray()
        await self.tasks.heard_of(free | astray, _AT_ONCE)
        return len(free | astray) + await self._rejected()

    async def _rejected(self) -> int:
        """What Harvest refused is sent again once an hour; if it is refused again, nobody is told twice."""
        now = self.clock.now()
        async with self.store.transaction(self.workspace_id) as tx:
            last = await tx.mirror.cursor(_REJECTED)
            if last is not None and now.isoformat() < last:
                return 0
            await tx.mirror.move_cursor(_REJECTED, (now + _REJECTED_EVERY).isoformat())
            entries = await tx.time_entries.rejected_of_asana()
            for entry in entries:
                fresh: dict[str, Any] = {"held_for": None, "reason": None, "attempts": 0, "due_at": None}
                await tx.time_entries.change(entry.key, was=[EntryState.HELD], state=EntryState.INTENDED, **fresh)
        for entry in entries:
            self.jobs.wake("entry", entry.key)
        return len(entries)


async def _is_free(tx: Transaction, hold: Hold) -> bool:
    """Whether a look may find the cause gone. What this cannot tell, the nightly sweep looks at."""
    if hold.kind is HoldKind.NOT_IN_HARVEST:
        return await _harvest_user(tx, hold) is not None
    mapping = await tx.mappings.get(hold.project_gid or "")
    if mapping is None:
        return False
    if hold.kind is HoldKind.NOT_ASSIGNED:
        user_id = await _harvest_user(tx, hold)
        return user_id is not None and await tx.directory.is_assigned(user_id, mapping.harvest_project_id)
    return await _is_open(tx, hold, mapping)


async def _is_open(tx: Transaction, hold: Hold, mapping: Mapping) -> bool:
    known = await tx.asana.project(mapping.project_gid)
    project = await tx.directory.project(mapping.harvest_project_id)
    tasks = {task.id for task in await tx.directory.tasks_of(mapping.harvest_project_id)}
    answers = {
        HoldKind.UNMAPPED: True,
        HoldKind.ASANA_ARCHIVED: known is not None and not known.project.is_archived,
        HoldKind.HARVEST_ARCHIVED: project is not None and project.is_active,
        HoldKind.NO_TASK: mapping.default_task_id in tasks,
        HoldKind.NO_NON_BILLABLE_TASK: mapping.non_billable_task_id in tasks,
        HoldKind.PARENT: mapping.counts_parents,
        HoldKind.DUPLICATE: await _is_gone(tx, hold.entry_ids),
        HoldKind.MISPLACED: mapping.non_billable_task_id in tasks and await _is_changeable(tx, project, hold.entry_key),
    }
    return answers.get(hold.kind, False)


async def _is_gone(tx: Transaction, entry_ids: Sequence[int]) -> bool:
    return all([await tx.mirror.get(entry_id) is None for entry_id in entry_ids])


async def _is_changeable(tx: Transaction, project: Project | None, entry_key: str | None) -> bool:
    """Whether Harvest may take a change now. What it refused is not tried again and again."""
    if project is None or not project.is_active:
        return False
    entry = await tx.time_entries.get(entry_key or "")
    theirs = await tx.mirror.get(entry.harvest_id) if entry and entry.harvest_id else None
    if entry is None or theirs is None or entry.reason:
        return False
    return not (theirs.is_locked or theirs.is_billed or theirs.is_running)


async def _harvest_user(tx: Transaction, hold: Hold) -> int | None:
    for user in await tx.asana.users([hold.user_gid or ""]):
        if user.harvest_user_id is not None:
            found = await tx.directory.user(user.harvest_user_id)
        else:
            found = await tx.directory.user_by_email(user.email) if user.email else None
        if found is not None and found.is_active:
            return found.id
    return None
