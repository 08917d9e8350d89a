"""What Asana's events point to. What an event says itself is never used."""

from collections.abc import Sequence

import pytest

from store.asana.records.api import AsanaChange
from sync.rules.asana.event_targets import hints


def changed(kind: str, gid: str = "1", parent_kind: str | None = None, parent: str | None = None) -> AsanaChange:
    given = dict.fromkeys(AsanaChange._fields)
    named = {"resource_type": kind, "resource_gid": gid, "parent_type": parent_kind, "parent_gid": parent}
    return AsanaChange(**{**given, **named})  # type: ignore[arg-type]  # what no rule reads is left empty


@pytest.mark.parametrize(
    ("changes", "tasks", "projects"),
    [
        ([], set(), set()),
        ([changed("task")], {"1"}, set()),
        ([changed("project", "7")], set(), {"7"}),
        # A story points to its task.
        ([changed("story", "5", "task", "2")], {"2"}, set()),
        ([changed("story", "5", "task")], set(), set()),
        ([changed("story", "5", "project", "7")], set(), set()),
        ([changed("section", "3", "project", "7"), changed("user")], set(), set()),
        # Many events of one task are one look.
        ([changed("task"), changed("task"), changed("story", "5", "task", "1"), changed("project", "7")], {"1"}, {"7"}),
    ],
)
def test_hints(changes: Sequence[AsanaChange], tasks: set[str], projects: set[str]) -> None:
    found = hints(changes)
    assert set(found.tasks) == tasks
    assert set(found.projects) == projects
