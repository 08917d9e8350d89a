"""Which Asana projects Gleaner listens to: those that are linked, and those in which hours can be typed."""

from collections.abc import Sequence

from store.asana.records.state import KnownProject
from store.database import Transaction
from sync.rules.asana.project_match import Origin, origin


async def covered(tx: Transaction) -> Sequence[KnownProject]:
    """An unmapped project is heard as well: hours typed there wait, and somebody is told."""
    mapped = {one.project_gid for one in await tx.mappings.every()}
    return [one for one in await tx.asana.projects() if _is_heard(one, is_mapped=one.project.gid in mapped)]


def _is_heard(known: KnownProject, *, is_mapped: bool) -> bool:
    if known.project.is_archived or known.is_ignored:
        return False
    return is_mapped or (known.hours_gid is not None and origin(known.project.name) is not Origin.TEMPLATE)
