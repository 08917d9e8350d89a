"""Taking hours back: the newest entries that are open, of that person first."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.harvest.records import HarvestEntry
from store.units import Hours
from sync.rules.asana.lower_entries import lower


def entry(number: int, hours: int, day: int = 19, user: int = 1, **changes: Any) -> HarvestEntry:
    synced = HarvestEntry(
        id=number,
        user_id=user,
        project_id=1,
        task_id=1,
        spent_date=date(2026, 11, day),
        hours=Hours(hours),
        rounded_hours=Hours(hours),
        notes="",
        billable=True,
        budgeted=True,
        billable_rate=None,
        is_running=False,
        is_locked=False,
        locked_reason=None,
        approval_status="",
        is_billed=False,
        timer_started_at=None,
        started=None,
        ended=None,
        reference_id="1201",
        permalink=None,
        updated_at=datetime(2026, 11, 19, tzinfo=UTC),
    )
    return synced._replace(**changes)


@pytest.mark.parametrize(
    ("entries", "hours", "left", "remaining"),
    [
        ([entry(1, 150)], 50, [(1, 100)], 0),
        ([entry(1, 150)], 150, [(1, 0)], 0),  # 0: deleted
        ([entry(1, 150)], 200, [(1, 0)], 50),
        ([], 50, [], 50),
        # The newest day first, and of one day the entry made last.
        ([entry(2, 100, 18), entry(1, 100, 19)], 50, [(1, 50)], 0),
        ([entry(2, 100), entry(3, 100), entry(1, 100)], 150, [(3, 0), (2, 50)], 0),
        # This user's first, older ones too.
        ([entry(1, 100, 17), entry(2, 100, 19, user=2)], 150, [(1, 0), (2, 50)], 0),
        # What is locked, invoiced or running stays.
        ([entry(1, 100, 17), entry(2, 100, 19, is_locked=True)], 150, [(1, 0)], 50),
        ([entry(1, 100, is_billed=True)], 50, [], 50),
        ([entry(1, 100, is_running=True)], 50, [], 50),
        ([entry(1, 0), entry(2, 100, 18)], 50, [(2, 50)], 0),
        ([entry(1, 1)], 1, [(1, 0)], 0),
        ([entry(1, 100)], 0, [], 0),
        ([entry(1, 100)], -50, [], 0),
    ],
)
def test_hours_come_off_the_newest_open_entries(
    entries: list[HarvestEntry], hours: int, left: list[tuple[int, int]], remaining: int
) -> None:
    found = lower(entries, Hours(hours), user_id=1)
    assert [(one.entry.id, one.hours) for one in found.reductions] == left
    assert found.remaining == remaining


def test_without_a_user_the_newest_of_all_come_first() -> None:
    found = lower([entry(1, 100, 17), entry(2, 100, 19, user=2)], Hours(50))
    assert [(one.entry.id, one.hours) for one in found.reductions] == [(2, 50)]


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 30), st.integers(1, 3), st.booleans()), max_size=8),
    st.integers(0, 2000),
)
def test_as_many_hours_go_as_are_asked_for_or_open(rows: list[tuple[int, int, int, bool]], hours: int) -> None:
    entries = [entry(n, amount, day, user, is_locked=locked) for n, (amount, day, user, locked) in enumerate(rows)]
    found = lower(entries, Hours(hours), user_id=1)
    taken = sum(one.entry.hours - one.hours for one in found.reductions)
    assert taken + found.remaining == hours
    assert taken <= sum(one.hours for one in entries if not one.is_locked)
    assert all(0 <= one.hours < one.entry.hours and not one.entry.is_locked for one in found.reductions)
