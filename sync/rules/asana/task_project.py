"""Which project a task's hours belong to: its nearest ancestor's (S1-46), if exactly one of them is mapped."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from store.asana.records.api import AsanaTask, Membership


@dataclass(frozen=True, slots=True)
class Placed:
    """`is_mapped` False: a project that nobody has linked yet."""

    project_gid: str
    section_gid: str | None
    is_mapped: bool


@dataclass(frozen=True, slots=True)
class Several:
    """More than one of its projects is mapped, so somebody has to choose."""

    projects: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class Nowhere:
    """In no project at all; or (`is_ignored`) only in such as nobody wants to bill."""

    is_ignored: bool


Place = Placed | Several | Nowhere


def memberships(line: Sequence[AsanaTask]) -> tuple[Membership, ...]:
    """Of the nearest task in any project; `line` is the task, its parent, and so on."""
    return next((task.memberships for task in line if task.memberships), ())


def place(found: Sequence[Membership], mapped: Collection[str], ignored: Collection[str], chosen: str | None) -> Place:
    """`chosen`: the project that somebody picked, if it was several."""
    usable = [one for one in found if one.project_gid not in ignored]
    linked = [one for one in usable if one.project_gid in mapped]
    picked = [one for one in linked if one.project_gid == chosen]
    if len(linked) > 1 and not picked:
        return Several(tuple(linked))
    if first := next(iter(picked or linked or usable), None):
        return Placed(first.project_gid, first.section_gid, bool(linked))
    return Nowhere(is_ignored=bool(found))
