"""The mirror: saved by Harvest's id, compared whole, added up exactly, and apart for each workspace."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from store.database import Store, Transaction
from store.harvest.mirror import Saved, Total
from store.harvest.records import DeletedEntry, HarvestEntry
from store.units import Amount, Hours
from tests.waiting import held_up

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
DAY = date(2026, 11, 20)
OCTOBER = date(2026, 10, 31)
PLAIN = HarvestEntry(
    id=1,
    user_id=10,
    project_id=20,
    task_id=30,
    spent_date=DAY,
    hours=Hours(148),
    rounded_hours=Hours(150),
    notes="nav",
    billable=True,
    budgeted=True,
    billable_rate=Amount(100_00),
    is_running=False,
    is_locked=False,
    locked_reason=None,
    approval_status="unsubmitted",
    is_billed=False,
    timer_started_at=None,
    started=None,
    ended=None,
    reference_id=None,
    permalink=None,
    updated_at=NOW,
)
OTHER: dict[str, Any] = {
    "user_id": 11,
    "project_id": 21,
    "task_id": 31,
    "spent_date": OCTOBER,
    "hours": Hours(149),
    "rounded_hours": Hours(175),
    "notes": "menu – “new”",
    "billable": False,
    "budgeted": False,
    "billable_rate": None,
    "is_running": True,
    "is_locked": True,
    "locked_reason": "Item Invoiced",
    "approval_status": "approved",
    "is_billed": True,
    "timer_started_at": NOW,
    "started": time(9, 15),
    "ended": time(10, 45),
    "reference_id": "gleaner:k1",
    "permalink": "https://app.asana.com/0/1/2#gleaner:k1",
    "updated_at": LATER,
}
"""Another value for every field but the id."""


def entry(number: int = 1, **changed: Any) -> HarvestEntry:
    return PLAIN._replace(id=number, **changed)


async def save(store: Store, *entries: HarvestEntry, at: datetime = NOW, workspace: str = "T1") -> Saved:
    async with store.transaction(workspace) as tx:
        return await tx.mirror.save(entries, at)


async def take(store: Store, workspace: str = "T1") -> set[tuple[int, int]]:
    async with store.transaction(workspace) as tx:
        return await tx.mirror.take_touched()


async def fail_after(store: Store, work: Callable[[Transaction], Awaitable[object]]) -> None:
    async with store.transaction("T1") as tx:
        await work(tx)
        raise ZeroDivisionError


@pytest.mark.parametrize("kept", [PLAIN, PLAIN._replace(**OTHER)], ids=["plain", "everything set"])
async def test_a_harvest_entry_comes_back_as_it_went_in(store: Store, kept: HarvestEntry) -> None:
    await save(store, kept)
    async with store.reading("T1") as tx:
        assert await tx.mirror.get(1) == kept


async def test_new_changed_and_same_ones_are_told_apart(store: Store) -> None:
    assert await save(store, entry(1), entry(2)) == Saved(added=2)
    assert await save(store, entry(1), entry(2, notes="menu"), entry(3)) == Saved(added=1, changed=1, same=1)
    assert await save(store, entry(1), entry(2, notes="menu"), entry(3)) == Saved(same=3)
    assert await save(store) == Saved()


async def test_a_change_of_any_field_is_noticed_and_kept(store: Store) -> None:
    changed = [entry(number, **{name: value}) for number, (name, value) in enumerate(OTHER.items(), 1)]
    assert set(OTHER) == set(HarvestEntry._fields) - {"id"}
    await save(store, *(entry(one.id) for one in changed))
    assert await save(store, *changed) == Saved(changed=len(changed))
    async with store.reading("T1") as tx:
        assert [await tx.mirror.get(one.id) for one in changed] == changed


async def test_the_first_save_compares_nothing_and_may_be_repeated(store: Store) -> None:
    """An import that was cut off starts again."""
    for note in ("nav", "menu"):
        async with store.transaction("T1") as tx:
            assert await tx.mirror.save([entry(1, notes=note), entry(2)], NOW, is_first=True) == Saved(added=2)
    async with store.reading("T1") as tx:
        assert await tx.mirror.count() == 2
        assert await tx.mirror.get(1) == entry(1, notes="menu")


async def test_what_fails_leaves_neither_rows_nor_marks(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        await fail_after(store, lambda tx: tx.mirror.save([entry(1)], NOW))
    async with store.reading("T1") as tx:
        assert await tx.mirror.count() == 0
    assert await take(store) == set()


@pytest.mark.parametrize(
    ("changed", "touched"),
    [
        ({}, set()),  # the same again
        ({"hours": Hours(200)}, {(20, 202611)}),
        ({"project_id": 21}, {(20, 202611), (21, 202611)}),  # moved: both budgets
        ({"spent_date": OCTOBER}, {(20, 202611), (20, 202610)}),
        ({"project_id": 21, "spent_date": OCTOBER}, {(20, 202611), (21, 202610)}),
    ],
)
async def test_a_change_touches_the_budgets_it_leaves_and_reaches(
    store: Store, changed: dict[str, Any], touched: set[tuple[int, int]]
) -> None:
    await save(store, entry(1))
    assert await take(store) == {(20, 202611)}
    await save(store, entry(1, **changed))
    assert await take(store) == touched


async def test_removed_ones_are_kept_apart_and_touch_their_budgets(store: Store) -> None:
    await save(store, entry(1), entry(2, project_id=21, spent_date=OCTOBER), entry(3))
    await take(store)
    async with store.transaction("T1") as tx:
        assert await tx.mirror.remove([1, 2, 999], LATER) == [entry(1), entry(2, project_id=21, spent_date=OCTOBER)]
    assert await take(store) == {(20, 202611), (21, 202610)}
    async with store.reading("T1") as tx:
        assert await tx.mirror.ids(None, None) == {3}
        assert await tx.mirror.get(1) is None
        assert await tx.mirror.deleted(2) == DeletedEntry(2, 10, 21, 30, OCTOBER, Hours(148), LATER)
        assert await tx.mirror.deleted(3) is None


async def test_removing_again_changes_nothing(store: Store) -> None:
    await save(store, entry(1))
    for at, gone in ((NOW, [entry(1)]), (LATER, [])):
        async with store.transaction("T1") as tx:
            assert await tx.mirror.remove([1], at) == gone
    async with store.reading("T1") as tx:
        kept = await tx.mirror.deleted(1)
    assert kept is not None
    assert kept.noticed_at == NOW


async def test_one_that_was_removed_twice_is_kept_as_it_was_last(store: Store) -> None:
    """A token that could not see it for a while, and then it was deleted indeed."""
    for at, hours in ((NOW, Hours(100)), (LATER, Hours(200))):
        await save(store, entry(1, hours=hours))
        async with store.transaction("T1") as tx:
            await tx.mirror.remove([1], at)
    async with store.reading("T1") as tx:
        assert await tx.mirror.deleted(1) == DeletedEntry(1, 10, 20, 30, DAY, Hours(200), LATER)


async def test_one_that_stands_again_was_not_deleted(store: Store) -> None:
    """A token that could not see it for a while."""
    await save(store, entry(1), entry(2))
    async with store.transaction("T1") as tx:
        await tx.mirror.remove([1, 2], NOW)
    await save(store, entry(1), at=LATER)
    await save(store, entry(2), workspace="T2")
    async with store.reading("T1") as tx:
        assert await tx.mirror.deleted(1) is None
        assert await tx.mirror.deleted(2) is not None


async def test_very_many_are_removed_at_once(store: Store) -> None:
    """More than either database binds in one statement: an archive of years that somebody deleted."""
    await save(store, entry(1), entry(70_000), entry(70_001))
    async with store.transaction("T1") as tx:
        gone = await tx.mirror.remove(range(1, 70_001), NOW)
    assert [one.id for one in gone] == [1, 70_000]
    async with store.reading("T1") as tx:
        assert await tx.mirror.ids(None, None) == {70_001}


@pytest.mark.parametrize(
    ("first", "last", "ids"),
    [
        (None, None, {1, 2, 3}),
        (date(2026, 11, 18), None, {2, 3}),
        (None, date(2026, 11, 18), {1, 2}),
        (date(2026, 11, 18), date(2026, 11, 18), {2}),  # both ends are included
        (date(2026, 11, 18), date(2026, 11, 20), {2, 3}),
        (date(2026, 11, 19), date(2026, 11, 19), set()),
        (date(2026, 11, 20), date(2026, 11, 18), set()),
    ],
)
async def test_a_span_has_its_ids_and_count(store: Store, first: date, last: date, ids: set[int]) -> None:
    await save(store, *(entry(number, spent_date=date(2026, 11, 14 + 2 * number)) for number in (1, 2, 3)))
    async with store.reading("T1") as tx:
        assert await tx.mirror.ids(first, last) == ids
        assert await tx.mirror.count(first, last) == len(ids)


async def test_days_are_counted_oldest_first(store: Store) -> None:
    await save(store, entry(1), entry(2, spent_date=OCTOBER), entry(3, is_running=True), entry(4, budgeted=False))
    async with store.reading("T1") as tx:
        assert await tx.mirror.days() == [(OCTOBER, 1), (DAY, 3)]


COUNTED = [
    entry(1),
    entry(2, user_id=11, rounded_hours=Hours(200), billable_rate=Amount(80_00)),
    entry(3, task_id=31, rounded_hours=Hours(100), billable=False),  # hours count, fees do not
    entry(4, task_id=31, spent_date=OCTOBER, rounded_hours=Hours(1), billable_rate=Amount(33_33)),
    entry(5, project_id=21, rounded_hours=Hours(25), billable_rate=None),  # a rate nobody knows is none
    # not counted (ruling 6)
    entry(6, is_running=True),
    entry(7, budgeted=False),
    entry(8, project_id=22),
]
ADA, BEN, OLD = 150 * 100_00, 200 * 80_00, 1 * 33_33
"""Fees of the first, second and fourth."""


@pytest.mark.parametrize(
    ("how", "totals"),
    [
        ({}, [(20, 0, 451, ADA + BEN + OLD), (21, 0, 25, 0)]),
        ({"month": 202611}, [(20, 0, 450, ADA + BEN), (21, 0, 25, 0)]),
        ({"month": 202610}, [(20, 0, 1, OLD)]),
        ({"month": 202609}, []),
        ({"by": "task_id"}, [(20, 30, 350, ADA + BEN), (20, 31, 101, OLD), (21, 30, 25, 0)]),
        ({"by": "task_id", "month": 202610}, [(20, 31, 1, OLD)]),
        ({"by": "user_id"}, [(20, 10, 251, ADA + OLD), (20, 11, 200, BEN), (21, 10, 25, 0)]),
        ({"by": "user_id", "month": 202611}, [(20, 10, 250, ADA), (20, 11, 200, BEN), (21, 10, 25, 0)]),
    ],
)
async def test_totals_are_what_counts_to_budgets(
    store: Store, how: dict[str, Any], totals: Sequence[tuple[int, int, int, int]]
) -> None:
    """Rounded hours, and fees in ten-thousandths; of the projects that were asked for."""
    await save(store, *COUNTED)
    async with store.reading("T1") as tx:
        found = await tx.mirror.totals([20, 21, 404], **how)
    expected = [Total(project_id, group, Hours(hours), fees) for project_id, group, hours, fees in totals]
    assert sorted(found, key=lambda one: (one.project_id, one.group)) == expected
    assert all(type(one.hours) is int and type(one.fees) is int for one in found)


async def test_finished_hours_are_added_by_person_and_day(store: Store) -> None:
    """Unrounded, budgeted or not: what must equal Harvest's own."""
    await save(
        store,
        entry(1),
        entry(2, budgeted=False),
        entry(3, user_id=11),
        entry(4, spent_date=OCTOBER),
        entry(5, project_id=19),
        entry(6, is_running=True),
    )
    async with store.reading("T1") as tx:
        assert await tx.mirror.by_person_and_day() == [
            (19, 10, DAY, 148),
            (20, 10, OCTOBER, 148),
            (20, 10, DAY, 296),
            (20, 11, DAY, 148),
        ]


async def test_budgeted_hours_of_a_project_are_added_by_day(store: Store) -> None:
    await save(store, *COUNTED)
    async with store.reading("T1") as tx:
        assert await tx.mirror.hours_by_day(20, OCTOBER) == [(OCTOBER, 1), (DAY, 450)]
        assert await tx.mirror.hours_by_day(20, OCTOBER + timedelta(days=1)) == [(DAY, 450)]


async def test_everybody_with_an_entry_is_known(store: Store) -> None:
    await save(store, *COUNTED, entry(9, user_id=12, is_running=True))
    await save(store, entry(1, user_id=99), workspace="T2")
    async with store.reading("T1") as tx:
        assert await tx.mirror.user_ids() == {10, 11, 12}


async def test_running_timers_are_listed_in_all_or_by_project(store: Store) -> None:
    timers = [entry(1, is_running=True), entry(2, is_running=True, project_id=21, budgeted=False)]
    await save(store, *timers, entry(3))
    async with store.reading("T1") as tx:
        assert await tx.mirror.running() == timers
        assert await tx.mirror.running([21, 22]) == timers[1:]
        assert await tx.mirror.running([]) == []


async def test_recent_ones_are_finished_and_newest_first(store: Store) -> None:
    found = [entry(number, updated_at=NOW + timedelta(minutes=number % 3)) for number in range(1, 7)]
    await save(store, *found, entry(7, is_running=True, updated_at=LATER), entry(8, project_id=21, updated_at=LATER))
    await save(store, entry(9, spent_date=OCTOBER, updated_at=LATER))
    async with store.reading("T1") as tx:
        assert [one.id for one in await tx.mirror.recent(20)] == [9, 5, 2, 4, 1]
        assert [one.id for one in await tx.mirror.recent(20, limit=2)] == [9, 5]
        assert [one.id for one in await tx.mirror.recent(20, month=202611, limit=9)] == [5, 2, 4, 1, 6, 3]


async def test_what_came_after_a_moment_is_listed_newest_first(store: Store) -> None:
    """An entry came when it was first seen, whenever it is edited; for the hours that went over a lock."""
    await save(store, entry(1), at=NOW)
    await save(store, entry(2), entry(3, spent_date=OCTOBER), at=LATER)
    await save(store, entry(4, is_running=True), entry(5, budgeted=False), entry(6, project_id=21), at=LATER)
    await save(store, entry(7), at=LATER + timedelta(minutes=1))
    await save(store, entry(1, hours=Hours(300)), at=LATER + timedelta(minutes=2))
    async with store.reading("T1") as tx:
        assert [one.id for one in await tx.mirror.seen_since(20, None, NOW)] == [7, 5, 3, 2]
        assert [one.id for one in await tx.mirror.seen_since(20, 202611, NOW)] == [7, 5, 2]
        assert [one.id for one in await tx.mirror.seen_since(20, 202611, LATER)] == [7]
        assert [one.id for one in await tx.mirror.seen_since(20, None, NOW - timedelta(seconds=1))] == [7, 5, 3, 2, 1]


async def test_touched_budgets_are_taken_once(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.mirror.touch({(20, 202611), (20, 202610), (21, 202611)})
        await tx.mirror.touch({(20, 202611)})
        await tx.mirror.touch(set())
    assert await take(store) == {(20, 202611), (20, 202610), (21, 202611)}
    assert await take(store) == set()


async def test_of_two_who_take_the_marks_at_once_one_gets_them(store: Store) -> None:
    """Or two replicas would look at the same budget and tell of it twice."""
    await save(store, entry(1))
    async with store.transaction("T1") as tx:
        first = await tx.mirror.take_touched()
        second = asyncio.create_task(take(store))
        await held_up(store)
    assert (first, await second) == ({(20, 202611)}, set())


async def test_marks_stay_where_a_look_at_them_fails(store: Store) -> None:
    await save(store, entry(1))
    with pytest.raises(ZeroDivisionError):
        await fail_after(store, lambda tx: tx.mirror.take_touched())
    assert await take(store) == {(20, 202611)}


async def test_who_takes_a_mark_sees_the_rows_that_set_it(store: Store) -> None:
    """A budget is marked already, and more hours of it are saved while the marks are taken: none are passed over."""
    await save(store, entry(1))

    async def look() -> tuple[set[tuple[int, int]], int]:
        async with store.transaction("T1") as tx:
            return await tx.mirror.take_touched(), await tx.mirror.count()

    async with store.transaction("T1") as tx:
        await tx.mirror.save([entry(2)], NOW)
        looking = asyncio.create_task(look())
        await held_up(store)
    seen = await looking
    assert seen == ({(20, 202611)}, 2) or await take(store) == {(20, 202611)}


async def test_a_mark_that_is_set_while_the_old_one_is_taken_stays(store: Store) -> None:
    await save(store, entry(1))
    async with store.transaction("T1") as tx:
        taken = await tx.mirror.take_touched()
        saving = asyncio.create_task(save(store, entry(2)))
        await held_up(store)
    await saving
    assert (taken, await take(store)) == ({(20, 202611)}, {(20, 202611)})


async def test_concurrent_imports_keep_each_entry_once(store: Store) -> None:
    """Several replicas read the same page (S2-40)."""
    page = [entry(number) for number in range(1, 50)]
    await asyncio.gather(*(save(store, *page) for _ in range(5)))
    async with store.reading("T1") as tx:
        assert await tx.mirror.count() == len(page)
        assert [one.hours for one in await tx.mirror.totals([20])] == [150 * len(page)]


async def test_another_workspace_reads_nothing_of_it(store: Store) -> None:
    await save(store, entry(1), entry(2, is_running=True))
    async with store.transaction("T1") as tx:
        await tx.cursors.move("entries", "a")
    async with store.reading("T2") as tx:
        mirror = tx.mirror
        assert await mirror.count() == 0
        assert await mirror.ids(None, None) == set()
        assert [await mirror.get(1), await tx.cursors.get("entries")] == [None, None]
        assert [*await mirror.days(), *await mirror.running(), *await mirror.recent(20)] == []
        assert [*await mirror.seen_since(20, None, NOW - timedelta(days=1)), *await mirror.totals([20])] == []
        assert [*await mirror.by_person_and_day(), *await mirror.hours_by_day(20, OCTOBER)] == []


async def test_another_workspace_changes_nothing_of_it(store: Store) -> None:
    """Even with the same Harvest ids."""
    await save(store, entry(1))
    assert await save(store, entry(1, notes="theirs"), workspace="T2") == Saved(added=1)
    assert await take(store, "T2") == {(20, 202611)}
    async with store.transaction("T2") as tx:
        assert await tx.mirror.remove([1], NOW) == [entry(1, notes="theirs")]
        await tx.cursors.move("entries", "theirs")
    async with store.reading("T1") as tx:
        assert await tx.mirror.get(1) == entry(1)
        assert await tx.mirror.deleted(1) is None
        assert await tx.cursors.get("entries") is None
    assert await take(store) == {(20, 202611)}
