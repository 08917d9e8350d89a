"""Hours that somebody took back in Asana: which entries in Harvest become how much smaller (S1-03)."""

from collections.abc import Iterable
from dataclasses import dataclass

from store.harvest.records import HarvestEntry
from store.units import Hours


@dataclass(frozen=True, slots=True)
class Reduction:
    """An entry and what it shall hold from now on; 0: it shall be deleted."""

    entry: HarvestEntry
    hours: Hours


@dataclass(frozen=True, slots=True)
class Lowering:
    """`remaining`: hours that no entry could give, so somebody must be asked."""

    reductions: tuple[Reduction, ...]
    remaining: Hours


def lower(entries: Iterable[HarvestEntry], hours: Hours, user_id: int | None = None) -> Lowering:
    """Take `hours` (more than 0) off a task's entries: of this Harvest user first, of each the newest day first.

    Entries that are locked, invoiced or running stay as they are.
    """
    remaining = max(hours, 0)
    reductions = []
    open_ones = [entry for entry in entries if _is_open(entry)]
    for entry in sorted(open_ones, key=lambda one: (one.user_id == user_id, one.spent_date, one.id), reverse=True):
        if not remaining:
            break
        taken = min(remaining, entry.hours)
        reductions.append(Reduction(entry, Hours(entry.hours - taken)))
        remaining -= taken
    return Lowering(tuple(reductions), Hours(remaining))


def _is_open(entry: HarvestEntry) -> bool:
    return entry.hours > 0 and not (entry.is_locked or entry.is_billed or entry.is_running)
