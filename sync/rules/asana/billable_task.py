"""A task that became billable, or is so no more: which entries of ours change their Harvest task for it.

An entry is changed, never made anew, so no claim is ever in two entries.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from store.asana.records.state import HoldKind
from sync.rules.asana.plan_records import EntryStanding, Held, Plan, SyncedEntry

_AT_REST = frozenset({EntryStanding.LOGGED, EntryStanding.HELD})


@dataclass(frozen=True, slots=True)
class Sides:
    """Harvest's tasks for an Asana task's billable and other work. `bookable`: those that the project has.

    Only entries of that Harvest project are moved: what was booked on another one stays where it is.
    """

    project_id: int
    is_billable: bool
    billable: int | None
    other: int | None
    bookable: frozenset[int]

    @property
    def target(self) -> int | None:
        """None: no task is set for it, or it may not be booked."""
        task_id = self.billable if self.is_billable else self.other
        return task_id if task_id in self.bookable else None

    def is_wrong(self, one: SyncedEntry) -> bool:
        """Whether it was put on the other side's task. One billable task is as good as another."""
        if one.project_id != self.project_id:
            return False
        if self.is_billable:
            return one.task_id == self.other != self.billable
        return one.task_id != self.other


def move(planned: Plan, synced: Iterable[SyncedEntry], sides: Sides) -> None:
    """Add to the plan which entries move; what cannot move is held, and somebody is asked."""
    for one in synced:
        is_going = planned.changes.get(one.key) == 0
        if is_going or not one.booked or not sides.is_wrong(one) or _is_elsewhere(one):
            continue
        if one.standing is EntryStanding.MOVING:
            planned.waits = True
        elif one.standing in _AT_REST:
            _move(planned, one, sides.target)


def misplaced(one: SyncedEntry, why: str) -> Held:
    return Held(HoldKind.MISPLACED, one.booked, who=one.key, words=why, entry_key=one.key)


def _move(planned: Plan, one: SyncedEntry, target: int | None) -> None:
    why = _obstacle(one, target)
    if target is None or why:
        planned.held.append(misplaced(one, why))
        return
    planned.moves[one.key] = target
    # Harvest may refuse: another look sees whether the entry is there.
    planned.waits |= one.standing is EntryStanding.LOGGED


def _is_elsewhere(one: SyncedEntry) -> bool:
    """Somebody chose its task in Harvest; their word stands."""
    return one.entry is not None and (one.entry.project_id, one.entry.task_id) != (one.project_id, one.task_id)


def _obstacle(one: SyncedEntry, target: int | None) -> str:
    entry = one.entry
    if target is None:
        return "no Harvest task is set for it"
    if one.refusal:
        return one.refusal
    if entry is not None and (entry.is_locked or entry.is_billed):
        return entry.locked_reason or "the entry is locked in Harvest"
    return "a timer runs on it" if entry is not None and entry.is_running else ""
