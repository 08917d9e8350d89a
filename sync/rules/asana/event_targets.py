"""What events of Asana's point to: tasks and projects to be read anew. What an event says itself is never used."""

from collections.abc import Iterable
from typing import NamedTuple

from store.asana.records.api import AsanaChange


class Hints(NamedTuple):
    tasks: frozenset[str]
    projects: frozenset[str]


def hints(changes: Iterable[AsanaChange]) -> Hints:
    """A story points to its task; what is done to a project, to the project."""
    tasks, projects = set(), set()
    for change in changes:
        if change.resource_type == "task":
            tasks.add(change.resource_gid)
        elif change.resource_type == "story" and change.parent_type == "task" and change.parent_gid:
            tasks.add(change.parent_gid)
        elif change.resource_type == "project":
            projects.add(change.resource_gid)
    return Hints(frozenset(tasks), frozenset(projects))
