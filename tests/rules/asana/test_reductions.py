"""Hours that are taken back: which pool gives them, in which order, and when somebody is asked."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.asana.records.state import Allocation, AllocationKind, HoldKind, Part
from store.units import Hours
from sync.rules.asana.claims import Claim
from sync.rules.asana.plan_records import EntryStanding, SyncedEntry
from sync.rules.asana.reductions import Reductions, ReductionTerms, reductions
from tests.rules.asana.plan_samples import USER_IDS, accepted, allocated, claim, logged, standing
from tests.rules.asana_samples import BO

DISCARDED = AllocationKind.DISCARDED
ORDER = {f"s{number}": number for number in range(10)}


def reduced(
    claims: Sequence[Claim],
    allocations: Sequence[Allocation] = (),
    synced: Sequence[SyncedEntry] = (),
    *,
    is_netted: bool = True,
    ignored: int = 0,
    tolerance: int = 0,
) -> Reductions:
    terms = ReductionTerms(USER_IDS, ORDER, is_netted, Hours(ignored), tolerance)
    return reductions(claims, allocations, synced, terms)


def taken(found: Reductions) -> list[tuple[str | None, int]]:
    return [(one.entry_key, one.hours) for one in found.taken]


def test_the_pools_give_in_order() -> None:
    """Discarded, never there, accepted to be less, missing, in Harvest, before go-live; then somebody is asked."""
    allocations = [allocated(9, 10, None, DISCARDED), accepted(2, 10)]
    synced = [
        standing(1, 10, EntryStanding.DISCARDED),
        logged(2, 20, 20),
        logged(3, 30, 20),
        logged(4, 10, 10, is_locked=True),
    ]
    found = reduced([claim(5, -100)], allocations, synced, ignored=10)
    assert taken(found) == [(None, 10), ("e1", 10), ("e2", 10), ("e3", 10), ("e3", 20), ("e2", 20), (None, 10)]
    assert [one.is_accepted for one in found.taken] == [False, False, True, False, False, False, False]
    assert found.changes == {"e3": 0, "e2": 0}
    assert [(held.kind, held.hours, held.parts) for held in found.held] == [
        (HoldKind.LOWERING, -10, (Part("s5", Hours(-10)),))
    ]


@pytest.mark.parametrize("how", [EntryStanding.DISCARDED, EntryStanding.DELETED, EntryStanding.HELD])
def test_what_never_was_in_harvest_gives_without_a_change_there(how: EntryStanding) -> None:
    found = reduced([claim(5, -10)], [], [standing(1, 30, how), logged(2, 30)])
    assert taken(found) == [("e1", 10)]
    # What waits goes out with what is left of it.
    assert found.changes == ({"e1": 20} if how is EntryStanding.HELD else {})


@pytest.mark.parametrize(
    "earlier",
    [
        allocated(2, -40, "e1"),  # what was taken back before is booked off already
        accepted(1, 40)._replace(source="s2"),  # a correction of another kind
        accepted(1, 40)._replace(entry_key=None),
    ],
)
def test_only_what_somebody_accepted_counts_as_accepted(earlier: Allocation) -> None:
    found = reduced([claim(5, -50)], [allocated(1, 100), earlier], [logged(1, 60)])
    assert [(one.entry_key, one.hours, one.is_accepted) for one in found.taken] == [("e1", 50, False)]
    assert found.changes == {"e1": 10}


def test_discarded_entries_come_before_deleted_and_held_ones() -> None:
    synced = [
        standing(1, 10, EntryStanding.HELD),
        standing(2, 10, EntryStanding.DELETED),
        standing(3, 10, EntryStanding.DISCARDED),
    ]
    assert [key for key, _ in taken(reduced([claim(5, -30)], [], synced))] == ["e3", "e2", "e1"]


def test_the_person_who_takes_back_gives_first() -> None:
    synced = [logged(1, 50, user=2), logged(2, 50, user=1)]
    assert taken(reduced([claim(5, -60)], [], synced)) == [("e2", 50), ("e1", 10)]
    assert taken(reduced([claim(5, -60, BO)], [], synced)) == [("e1", 50), ("e2", 10)]


def test_what_was_typed_later_is_never_taken_for_what_was_taken_back_before() -> None:
    found = reduced([claim(2, -50)], [], [logged(3, 50), standing(4, 50, EntryStanding.HELD)])
    assert taken(found) == []
    assert [held.hours for held in found.held] == [-50]


def test_an_entry_of_no_story_is_older_than_all() -> None:
    restored = SyncedEntry("e8", 1, EntryStanding.DISCARDED, Hours(20), None, "restored", 10, 20)
    assert taken(reduced([claim(0, -20)], [], [restored])) == [("e8", 20)]


def test_while_an_entry_is_on_its_way_harvest_is_left_alone() -> None:
    synced = [standing(1, 50, EntryStanding.MOVING), logged(2, 50)]
    found = reduced([claim(5, -20)], [allocated(9, 5, None, DISCARDED)], synced)
    assert (taken(found), found.changes, found.waits) == ([(None, 5)], {}, True)
    done = reduced([claim(5, -5)], [allocated(9, 5, None, DISCARDED)], synced)
    assert (taken(done), done.waits) == ([(None, 5)], False)


def test_several_claims_share_what_there_is() -> None:
    found = reduced([claim(3, -40), claim(4, -40)], [], [logged(1, 50), logged(2, 20)])
    assert [(one.claim.story_gid, one.entry_key, one.hours) for one in found.taken] == [
        ("s3", "e2", 20),
        ("s3", "e1", 20),
        ("s4", "e1", 30),
    ]
    assert found.changes == {"e1": 0, "e2": 0}
    assert [(held.who, held.hours) for held in found.held] == [("s4", -10)]


@pytest.mark.parametrize(("short", "gives"), [(3, []), (4, [("e1", 4)])])
def test_a_shortfall_within_the_tolerance_gives_nothing(short: int, gives: list[tuple[str, int]]) -> None:
    synced = [logged(1, 50, 50 - short, is_locked=True)]
    assert taken(reduced([claim(5, -4)], [], synced, tolerance=3)) == gives


def test_hours_of_before_go_live_that_were_taken_back_are_not_given_twice() -> None:
    before = [allocated(1, -30, None, DISCARDED)]
    assert taken(reduced([claim(5, -50)], before, ignored=40)) == [(None, 10)]


class TestEachForItself:
    """Time entries are not netted: what is taken back comes off the same source alone."""

    def test_its_own_discarded_hours(self) -> None:
        rows = [allocated(1, 10, None, DISCARDED), allocated(2, 10, None, DISCARDED)]
        found = reduced([claim(2, -20)], rows, is_netted=False)
        assert taken(found) == [(None, 10)]

    def test_its_own_entry(self) -> None:
        synced = [logged(1, 10), logged(2, 10)]
        assert taken(reduced([claim(2, -20)], [], synced, is_netted=False)) == [("e2", 10)]

    def test_its_own_entry_comes_first_also_where_all_may_give(self) -> None:
        synced = [logged(3, 10), logged(2, 10)]
        assert taken(reduced([claim(2, -10)], [], synced[1:])) == [("e2", 10)]
        assert [key for key, _ in taken(reduced([claim(3, -20)], [], [logged(1, 10), logged(3, 10, user=2)]))] == [
            "e3",
            "e1",
        ]

    def test_others_give_only_what_its_own_entry_lacks(self) -> None:
        other = logged(1, 30)
        assert taken(reduced([claim(3, -10)], [], [other, logged(3, 20, user=2)])) == [("e3", 10)]
        assert taken(reduced([claim(3, -20)], [], [other, logged(3, 10, user=2)])) == [("e3", 10), ("e1", 10)]


ROWS = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 2), st.booleans())


@given(st.lists(ROWS, max_size=5), st.lists(st.integers(1, 80), min_size=1, max_size=3), st.integers(0, 30))
def test_all_that_is_taken_back_is_given_once_or_asked_about(
    rows: list[tuple[int, int, int, bool]], wanted: list[int], ignored: int
) -> None:
    """And no entry gives more than it was booked with, nor is left with less than nothing."""
    synced = [
        logged(number, booked, hours, user, is_locked=is_locked)
        for number, (booked, hours, user, is_locked) in enumerate(rows)
    ]
    claims = [claim(number, -hours) for number, hours in enumerate(wanted, len(rows))]
    found = reduced(claims, [], synced, ignored=ignored)
    assert sum(one.hours for one in found.taken) - sum(one.hours for one in found.held) == sum(wanted)
    assert all(one.hours > 0 for one in found.taken)
    for one in synced:
        given_by_it = sum(some.hours for some in found.taken if some.entry_key == one.key)
        left = found.changes.get(one.key, one.entry.hours if one.entry else 0)
        assert given_by_it <= max(one.booked, one.entry.hours if one.entry else 0)
        assert left >= 0
    assert sum(one.hours for one in found.taken if one.entry_key is None) <= ignored
