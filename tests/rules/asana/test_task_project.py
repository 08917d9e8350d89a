"""Which project a task's hours belong to."""

from collections.abc import Sequence

import pytest

from store.asana.records.api import AsanaTask, Membership
from sync.rules.asana.task_project import Nowhere, Place, Placed, Several, memberships, place
from tests.rules.asana_samples import task

SITE, APP = Membership("p1", "Site", "sec1", "Design"), Membership("p2", "App", None, None)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ([task(memberships=(SITE,))], (SITE,)),
        # A subtask without a project takes its nearest ancestor's (S1-46).
        ([task(), task(memberships=(APP,)), task(memberships=(SITE,))], (APP,)),
        ([task(), task()], ()),
        ([], ()),
    ],
)
def test_the_nearest_task_in_any_project_decides(line: Sequence[AsanaTask], found: tuple[Membership, ...]) -> None:
    assert memberships(line) == found


@pytest.mark.parametrize(
    ("found", "mapped", "ignored", "chosen", "expected"),
    [
        ([SITE], {"p1"}, set(), None, Placed("p1", "sec1", is_mapped=True)),
        ([SITE], set(), set(), None, Placed("p1", "sec1", is_mapped=False)),
        # The mapped one of several, wherever it stands.
        ([SITE, APP], {"p2"}, set(), None, Placed("p2", None, is_mapped=True)),
        ([SITE, APP], {"p1", "p2"}, set(), None, Several((SITE, APP))),
        ([SITE, APP], {"p1", "p2"}, set(), "p2", Placed("p2", None, is_mapped=True)),
        ([SITE, APP], {"p1", "p2"}, set(), "p9", Several((SITE, APP))),
        # What is ignored is no choice.
        ([SITE, APP], {"p1", "p2"}, {"p1"}, None, Placed("p2", None, is_mapped=True)),
        ([SITE], {"p1"}, {"p1"}, None, Nowhere(is_ignored=True)),
        ([], set(), set(), None, Nowhere(is_ignored=False)),
        # A choice of what is not mapped counts for nothing.
        ([SITE, APP], {"p1"}, set(), "p2", Placed("p1", "sec1", is_mapped=True)),
    ],
)
def test_place(
    found: Sequence[Membership], mapped: set[str], ignored: set[str], chosen: str | None, expected: Place
) -> None:
    assert place(found, mapped, ignored, chosen) == expected
