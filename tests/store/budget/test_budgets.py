"""Budgets: settings, states that two writers cannot both change, requests answered once, overages, workspaces apart."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from store.budget.records import (
    BudgetSettings,
    BudgetState,
    LockState,
    Overage,
    OverageState,
    RequestState,
    UnlockRequest,
)
from store.database import Store
from store.units import Amount, Hours

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FRESH = BudgetState(1, "", "2026-11")
FULL = BudgetState(
    project_id=1,
    line="task:30",
    period="2026-11",
    band=100,
    arming=3,
    lock=LockState.CLOSED,
    locked_by="U1",
    limit=Amount(104_00),
    open_until=LATER,
    is_decided=True,
    revision=0,
    changed_at=NOW,
)
ASKED = UnlockRequest(
    key="r1",
    project_id=1,
    line="",
    period="2026-11",
    slack_id="U1",
    hours=Hours(4_00),
    reason="launch on Friday",
    entry_key="k1",
    state=RequestState.ASKED,
    decided_by=None,
    answer="",
    created_at=NOW,
)
OVER = Overage(900, 1, "", "2026-11", Hours(1_50), OverageState.SEEN, NOW)


def state(project_id: int = 1, line: str = "", period: str = "2026-11", **changed: Any) -> BudgetState:
    return replace(BudgetState(project_id, line, period), **changed)


async def save_states(store: Store, *states: BudgetState, workspace: str = "T1") -> None:
    """As new ones."""
    async with store.transaction(workspace) as tx:
        for one in states:
            assert await tx.budgets.save_state(BudgetState(one.project_id, one.line, one.period), one)


async def move(store: Store, before: BudgetState, **changed: Any) -> bool:
    async with store.transaction("T1") as tx:
        return await tx.budgets.save_state(before, replace(before, **changed))


async def current(store: Store, line: str = "") -> BudgetState:
    async with store.reading("T1") as tx:
        return await tx.budgets.state(1, line, "2026-11")


async def test_a_project_without_settings_has_the_defaults(store: Store) -> None:
    async with store.reading("T1") as tx:
        assert await tx.budgets.settings(1) == BudgetSettings(1)
        assert await tx.budgets.settings_of([1, 2]) == {}
        assert await tx.budgets.settings_of([]) == {}


@pytest.mark.parametrize("muted_until", [None, date(2026, 12, 1), date.max])
async def test_settings_come_back_as_they_were_last_saved(store: Store, muted_until: date | None) -> None:
    full = BudgetSettings(1, Hours(120_00), Hours(100_00), "C1", True, muted_until, "5:150,*:110")  # noqa: FBT003 - all fields
    async with store.transaction("T1") as tx:
        await tx.budgets.save_settings(BudgetSettings(1, hours=Hours(1_00)))
        await tx.budgets.save_settings(full)
        await tx.budgets.save_settings(BudgetSettings(2))
    async with store.reading("T1") as tx:
        assert await tx.budgets.settings(1) == full
        assert await tx.budgets.settings_of([1, 2, 3]) == {1: full, 2: BudgetSettings(2)}


async def test_settings_can_be_taken_back(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.budgets.save_settings(BudgetSettings(1, hours=Hours(1_00), channel_id="C1"))
        await tx.budgets.save_settings(BudgetSettings(1))
    async with store.reading("T1") as tx:
        assert await tx.budgets.settings(1) == BudgetSettings(1)


async def test_managers_are_named_once_and_dismissed_once(store: Store) -> None:
    async with store.transaction("T1") as tx:
        for project_id, slack_id in ((1, "U2"), (1, "U1"), (1, "U2"), (2, "U2")):
            await tx.budgets.name_manager(project_id, slack_id)
        assert await tx.budgets.named_managers(1) == ["U1", "U2"]
        assert await tx.budgets.named_projects("U2") == {1, 2}
        assert await tx.budgets.dismiss_manager(1, "U2")
        assert not await tx.budgets.dismiss_manager(1, "U2")
    async with store.reading("T1") as tx:
        assert await tx.budgets.named_managers(1) == ["U1"]
        assert await tx.budgets.named_projects("U2") == {2}


async def test_a_line_nobody_looked_at_is_open_and_below_all_bands(store: Store) -> None:
    assert await current(store) == FRESH


@pytest.mark.parametrize("kept", [state(), FULL, state(line="person:10", period="")], ids=["plain", "full", "person"])
async def test_a_state_comes_back_with_the_next_revision(store: Store, kept: BudgetState) -> None:
    await save_states(store, kept)
    async with store.reading("T1") as tx:
        assert await tx.budgets.state(kept.project_id, kept.line, kept.period) == replace(kept, revision=1)


async def test_lines_and_periods_have_states_of_their_own(store: Store) -> None:
    kept = [state(band=75), state(line="task:30", band=90), state(period="2026-10", band=100), state(2, period="")]
    await save_states(store, *kept)
    assert await move(store, replace(kept[0], revision=1), band=80)
    async with store.reading("T1") as tx:
        found = await tx.budgets.states([1, 2, 3])
        one = await tx.budgets.states([2])
    assert {(each.project_id, each.line, each.period): each.band for each in found} == {
        (1, "", "2026-11"): 80,
        (1, "task:30", "2026-11"): 90,
        (1, "", "2026-10"): 100,
        (2, "", ""): 0,
    }
    assert one == [state(2, period="", revision=1)]


async def test_who_read_an_older_state_cannot_save(store: Store) -> None:
    assert await move(store, FRESH, band=75)
    assert not await move(store, FRESH, band=90)  # as if it were still new
    before = await current(store)
    assert await move(store, before, band=90)
    assert not await move(store, before, band=100)
    assert await current(store) == replace(FRESH, band=90, revision=2)


@pytest.mark.parametrize("is_new", [True, False])
async def test_of_many_writers_at_once_one_wins(store: Store, is_new: bool) -> None:
    if not is_new:
        await save_states(store, FRESH)
    before = await current(store)
    won = await asyncio.gather(*(move(store, before, locked_by=f"U{number}") for number in range(10)))
    assert sorted(won) == [False] * 9 + [True]
    assert (await current(store)).locked_by == f"U{won.index(True)}"


async def test_states_read_for_a_change_wait_for_each_other(store: Store) -> None:
    """Ten that read, think and write: none is refused, and none is lost."""
    await save_states(store, FRESH)

    async def count_up() -> bool:
        async with store.transaction("T1") as tx:
            (before,) = await tx.budgets.states([1], for_change=True)
            await asyncio.sleep(0.001)
            return await tx.budgets.save_state(before, replace(before, arming=before.arming + 1))

    assert all(await asyncio.gather(*(count_up() for _ in range(10))))
    found = await current(store)
    assert (found.arming, found.revision) == (10, 11)


async def test_projects_at_or_above_a_band_are_found_whatever_the_line(store: Store) -> None:
    await save_states(
        store,
        state(1, band=90),
        state(2, band=100),
        state(3, line="task:30", band=120),
        state(3, line="task:31"),
        state(4, period="", band=100),
    )
    async with store.reading("T1") as tx:
        assert await tx.budgets.over(100, "2026-11") == {2, 3, 4}
        assert await tx.budgets.over(90, "2026-11") == {1, 2, 3, 4}
        assert await tx.budgets.over(121, "2026-11") == set()


async def test_a_month_that_was_over_does_not_mark_the_next_one(store: Store) -> None:
    """The badge of S2-29 is about the running budget, and a monthly one starts anew."""
    await save_states(store, state(1, period="2026-10", band=100), state(1, period="2026-11", band=0))
    async with store.reading("T1") as tx:
        assert await tx.budgets.over(100, "2026-11") == set()
        assert await tx.budgets.over(100, "2026-10") == {1}


async def test_openings_whose_time_is_over_are_found(store: Store) -> None:
    await save_states(
        store,
        state(1, open_until=NOW),  # at this very moment
        state(2, open_until=NOW - timedelta(days=1), period=""),
        state(3, open_until=LATER),
        state(4),
        state(5, open_until=NOW, lock=LockState.CLOSED),
    )
    async with store.reading("T1") as tx:
        assert await tx.budgets.ending(NOW) == {(1, "2026-11"), (2, "")}


async def test_a_request_comes_back_as_it_was_asked_once(store: Store) -> None:
    bare = replace(ASKED, key="r2", hours=None, entry_key=None, reason="", period="", line="person:10")
    async with store.transaction("T1") as tx:
        assert await tx.budgets.ask(ASKED)
        assert not await tx.budgets.ask(replace(ASKED, reason="pressed twice"))
        assert await tx.budgets.ask(bare)
    async with store.reading("T1") as tx:
        assert [await tx.budgets.request(key) for key in ("r1", "r2", "r3")] == [ASKED, bare, None]


async def test_open_requests_of_a_project_are_listed_oldest_first(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.budgets.ask(replace(ASKED, key="a", created_at=LATER))
        await tx.budgets.ask(replace(ASKED, key="b"))
        await tx.budgets.ask(replace(ASKED, key="c", project_id=2))
        await tx.budgets.ask(replace(ASKED, key="d"))
        await tx.budgets.answer("d", RequestState.KEPT, "U9", "not this month")
    async with store.reading("T1") as tx:
        assert [one.key for one in await tx.budgets.asked(1)] == ["b", "a"]


async def test_a_request_is_answered_once(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.budgets.ask(ASKED)
        assert await tx.budgets.answer("r1", RequestState.GRANTED, "U9", "4 h more")
        assert not await tx.budgets.answer("r1", RequestState.KEPT, "U8", "no")
        assert not await tx.budgets.answer("r9", RequestState.KEPT, "U8", "no")
    async with store.reading("T1") as tx:
        kept = await tx.budgets.request("r1")
    assert kept == replace(ASKED, state=RequestState.GRANTED, decided_by="U9", answer="4 h more")


async def test_of_two_managers_who_answer_at_once_one_is_heard(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.budgets.ask(ASKED)

    async def answer(who: str, what: RequestState) -> bool:
        async with store.transaction("T1") as tx:
            return await tx.budgets.answer("r1", what, who, "")

    both = await asyncio.gather(answer("U8", RequestState.GRANTED), answer("U9", RequestState.KEPT))
    assert sorted(both) == [False, True]
    async with store.reading("T1") as tx:
        kept = await tx.budgets.request("r1")
    assert kept is not None
    assert (kept.decided_by, kept.state) in {("U8", RequestState.GRANTED), ("U9", RequestState.KEPT)}
    assert both[kept.decided_by == "U9"]


async def test_overages_are_kept_by_entry_and_line(store: Store) -> None:
    """An entry may go over its task's and its person's budget."""
    lines = [OVER, replace(OVER, line="task:30"), replace(OVER, harvest_id=901), replace(OVER, period="2026-10")]
    async with store.transaction("T1") as tx:
        await tx.budgets.save_overages(lines[:3])
        await tx.budgets.save_overages([replace(OVER, state=OverageState.ACCEPTED, hours=Hours(2_00))])
        await tx.budgets.save_overages([])
    accepted = replace(OVER, state=OverageState.ACCEPTED, hours=Hours(2_00))
    async with store.reading("T1") as tx:
        assert await tx.budgets.overages(1, "", "2026-11") == [accepted, lines[2]]
        assert await tx.budgets.overages(1, "", "2026-10") == []
        assert len(await tx.budgets.overages_of([900, 902])) == 2


async def test_overages_are_dropped_by_line(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.budgets.save_overages([OVER, replace(OVER, line="task:30"), replace(OVER, harvest_id=901)])
        await tx.budgets.drop_overages("", [900, 999])
    async with store.reading("T1") as tx:
        left = await tx.budgets.overages_of([900, 901])
    assert left == [replace(OVER, line="task:30"), replace(OVER, harvest_id=901)]


async def fill(store: Store) -> None:
    """Something of every kind in T1."""
    await save_states(store, FULL, state(2, band=100, open_until=NOW))
    async with store.transaction("T1") as tx:
        await tx.budgets.save_settings(BudgetSettings(1, hours=Hours(120_00)))
        await tx.budgets.name_manager(1, "U1")
        await tx.budgets.ask(ASKED)
        await tx.budgets.save_overages([OVER])


async def test_another_workspace_reads_nothing_of_the_budgets(store: Store) -> None:
    await fill(store)
    async with store.reading("T2") as tx:
        budgets = tx.budgets
        assert await budgets.settings(1) == BudgetSettings(1)
        assert [*await budgets.states([1, 2]), *await budgets.over(0, "2026-11"), *await budgets.ending(LATER)] == []
        assert [*await budgets.named_managers(1), *await budgets.named_projects("U1")] == []
        assert [*await budgets.asked(1), *await budgets.overages(1, "", "2026-11")] == []
        assert [await budgets.request("r1"), *await budgets.overages_of([900])] == [None]


async def test_another_workspace_changes_nothing_of_the_budgets(store: Store) -> None:
    """Not with the same ids, keys and revisions either."""
    await fill(store)
    before = replace(FULL, revision=1)
    async with store.transaction("T2") as tx:
        assert not await tx.budgets.save_state(before, replace(before, lock=LockState.OPEN))
        assert not await tx.budgets.answer("r1", RequestState.GRANTED, "U9", "stolen")
        assert not await tx.budgets.dismiss_manager(1, "U1")
        await tx.budgets.save_settings(BudgetSettings(1, hours=Hours(1_00)))
        await tx.budgets.drop_overages("", [900])
    async with store.reading("T1") as tx:
        assert await tx.budgets.state(1, "task:30", "2026-11") == before
        assert await tx.budgets.request("r1") == ASKED
        assert await tx.budgets.named_managers(1) == ["U1"]
        assert await tx.budgets.settings(1) == BudgetSettings(1, hours=Hours(120_00))
        assert await tx.budgets.overages_of([900]) == [OVER]
