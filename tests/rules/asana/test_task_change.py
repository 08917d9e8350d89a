"""When the sweep looks at a task again: never needlessly, for each look costs requests."""

from dataclasses import replace
from decimal import Decimal

import pytest

from store.asana.records.api import AsanaTask
from store.asana.records.state import KnownTask
from sync.rules.asana.task_change import has_changed
from tests.rules.asana_samples import NOON, at, number_field, task

KNOWN = KnownTask(
    gid="1201",
    project_gid="14",
    name="Homepage copy",
    url=None,
    completed_at=None,
    value=Decimal("1.5"),
    modified_at=NOON,
    is_trashed=False,
    is_free=False,
    assignee_gid=None,
    since=None,
    chosen_project=None,
    asked=1,
    revision=1,
    minutes=90,
)


def listed(number: str | None = "1.5", **changes: object) -> AsanaTask:
    return task(number_field(number), **{"modified_at": NOON, "actual_minutes": 90, **changes})


CASES: dict[str, tuple[AsanaTask, KnownTask | None, bool, bool]] = {
    "the same": (listed(), KNOWN, False, False),
    "never seen": (listed(), None, False, True),
    "modified since": (listed(modified_at=at(1)), KNOWN, False, True),
    "known as modified later": (listed(modified_at=at(-1)), KNOWN, False, True),
    "out of the trash": (listed(), replace(KNOWN, is_trashed=True), False, True),
    "another number": (listed("2"), KNOWN, False, True),
    "the same number, written longer": (listed("1.50"), KNOWN, False, False),
    "no number any more": (listed(None), KNOWN, False, True),
    "0, where none was known": (listed("0"), replace(KNOWN, value=None), False, False),
    "no field, where 0 was known": (
        task(modified_at=NOON, actual_minutes=90),
        replace(KNOWN, value=Decimal(0)),
        False,
        False,
    ),
    "other minutes, hours are typed": (listed(actual_minutes=120), KNOWN, False, False),
    "other minutes, hours are tracked": (listed(actual_minutes=120), KNOWN, True, True),
    "the same minutes, hours are tracked": (listed(), KNOWN, True, False),
    "no minutes, none known": (listed(actual_minutes=None), replace(KNOWN, minutes=None), True, False),
    "0 minutes, none known": (listed(actual_minutes=0), replace(KNOWN, minutes=None), True, False),
    "minutes, none known": (listed(), replace(KNOWN, minutes=None), True, True),
}


@pytest.mark.parametrize(("listed_task", "known", "by_time", "changed"), CASES.values(), ids=CASES)
def test_whether_a_task_is_looked_at(
    listed_task: AsanaTask, known: KnownTask | None, *, by_time: bool, changed: bool
) -> None:
    assert has_changed(listed_task, known, "500", by_time=by_time) is changed


def test_the_field_is_known_by_its_gid_whatever_it_is_called() -> None:
    renamed = task(number_field("1.5", name="Hours to bill"), modified_at=NOON)
    assert not has_changed(renamed, KNOWN, "500", by_time=False)
    assert has_changed(renamed, KNOWN, None, by_time=False)
