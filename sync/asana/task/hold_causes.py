"""Which holds wait for one mend, and whether that was made meanwhile."""

from collections.abc import Sequence
from hashlib import blake2s

from store.asana.records.state import Hold, HoldKind, HoldState, ProjectMapping
from store.database import Transaction
from store.harvest.records import Project
from sync.rules.asana.hold_policy import POLICIES, HoldScope, is_shared


def mend(hold: Hold) -> object:
    """The same for all that one mend lets through."""
    match POLICIES[hold.kind].scope:
        case HoldScope.PROJECT:
            return hold.kind, hold.project_gid
        case HoldScope.PERSON:
            return hold.kind, hold.project_gid, hold.user_gid
        case HoldScope.TASK | HoldScope.HOURS:
            return hold.key


async def siblings(tx: Transaction, hold: Hold) -> Sequence[Hold]:
    """What else waits for the same mend, oldest first."""
    if not is_shared(hold.kind):
        return []
    every = await tx.asana_holds.open(project_gid=hold.project_gid, kinds=[hold.kind])
    return [one for one in every if one.key != hold.key and mend(one) == mend(hold)]


async def beside(tx: Transaction, hold: Hold) -> Sequence[Hold]:
    """The hold itself and, while it is open, what waits for the same mend."""
    return [hold, *(await siblings(tx, hold) if hold.state is HoldState.OPEN else [])]


def mark(holds: Sequence[Hold]) -> str:
    """The revision of them all: another one once any of them changes, is decided or comes to them."""
    shown = ",".join(sorted(f"{hold.key}:{hold.revision}" for hold in holds))
    return blake2s(shown.encode(), digest_size=8).hexdigest()


async def is_free(tx: Transaction, hold: Hold) -> bool:
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


async def _is_open(tx: Transaction, hold: Hold, mapping: ProjectMapping) -> bool:
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
