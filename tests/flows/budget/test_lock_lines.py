"""Locks of one person's budget, requests about it, what their answers say, and budgets in money."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import httpx
import pytest

from handlers.budget.views import lock_cards as decisions
from handlers.budget.views.alerts import answered
from store.budget.records import LockState, RequestState
from store.time_entries.records import EntryState
from store.units import Hours
from sync.errors import Refused
from tests.flows.conftest import World, flows_over
from tests.flows.locking_steps import (
    ask,
    budget,
    full,
    log,
    managed,
    person_lines,
    settle,
    state_of,
    states,
    told,
    unlock,
    used,
)


async def test_a_request_opens_its_own_line_and_no_other(world: World) -> None:
    ben = person_lines(world)
    await settle(world)
    used(world, "10")
    used(world, "10", user=ben)
    await settle(world)
    mine, his = await log(world, 100, "mine"), await log(world, 100, "his", "U2")
    assert (await ask(world, mine, "r1")).line == f"person:{world.user.id}"
    assert (await ask(world, his, "r2", "U2")).line == f"person:{ben.id}"
    opened = await unlock(world, 100, "r2")
    assert [line.name for _, line in opened.opened] == ["Ben Moss"]
    assert list(opened.answered) == ["r2"]
    locks = {line: one.lock for (line, _), one in (await states(world)).items() if line}
    assert locks[f"person:{world.user.id}"] is LockState.CLOSED
    assert await state_of(world, mine.key) is EntryState.HELD
    assert (await world.flows.budget.requests.get("r1")).state is RequestState.ASKED
    assert "That is for Ben Moss." in decisions.opened(opened, None, "2026-11").text
    assert list((await unlock(world)).answered) == ["r1"]


async def test_lines_that_lock_at_once_are_one_card(world: World) -> None:
    managed(world)
    ben = person_lines(world)
    await settle(world)
    used(world, "10")
    used(world, "10", user=ben)
    await settle(world)
    (facts,) = await told(world, "LockTriggered")
    assert sorted(facts["lines"]) == sorted([f"person:{world.user.id}", f"person:{ben.id}"])
    project = await world.flows.budget.overages.project(world.project.id)
    card = decisions.lock_card(await world.flows.budget.budgets.card(None, project), [], (75, 90, 100), facts["lines"])
    assert "The budgets of" in card.text
    assert "are used up; their new logs wait. Others can go on." in card.text


async def test_an_answer_says_when_what_was_typed_still_waits(world: World) -> None:
    await full(world)
    entries = [await log(world, 300, note) for note in "abc"]
    for number, entry in enumerate(entries):
        await ask(world, entry, f"r{number}")
    await unlock(world, 400, "r0")
    project = await world.flows.budget.overages.project(world.project.id)
    texts = []
    for number in range(3):
        request = await world.flows.budget.requests.get(f"r{number}")
        texts.append(answered(request, project, await world.flows.budget.requests.entry(request)))
    assert all("*Website relaunch* is open again (4 h more)." in text for text in texts)
    assert ["being logged now" in text for text in texts] == [True, True, False]
    assert "still waits" in texts[2]


async def test_requests_are_answered_when_their_line_opens_by_itself(world: World) -> None:
    await full(world)
    held = await log(world, 100)
    await ask(world, held, "r1")
    budget(world, "200")
    await settle(world)
    request = await world.flows.budget.requests.get("r1")
    assert (request.state, request.decided_by) == (RequestState.GRANTED, "policy")
    assert await told(world, "UnlockAnswered") == [{"request_key": "r1"}]
    assert not (await unlock(world, key="r1")).opened


async def test_a_request_of_an_open_line_is_answered_by_an_unlock_that_opens_nothing(world: World) -> None:
    await full(world)
    asked = await ask(world, None, "r1")
    await unlock(world)
    async with world.store.transaction("T1") as tx:
        assert await tx.budgets.ask(replace(asked, key="r2"))
    found = await unlock(world)
    assert (list(found.opened), list(found.answered)) == ([], ["r2"])


async def test_hours_asked_for_on_a_budget_in_money_open_it_without_limit_and_it_says_so(world: World) -> None:
    budget(world, budget_by="project_cost", cost_budget=Decimal(100))
    await settle(world)
    await world.flows.budget.locks.lock(await world.person("UBOSS"), world.project.id)
    held = await log(world, 100)
    await ask(world, held, "r1")
    with pytest.raises(Refused, match="in money"):
        await unlock(world, 800, "r1")
    opened = await unlock(world, 100, "r1", is_chosen=False)
    assert opened.extra is None
    assert "open without a limit" in decisions.opened(opened, Hours(100), "2026-11").text
    assert (await world.flows.budget.requests.get("r1")).answer == "no new limit"


async def test_the_reason_that_is_kept_carries_no_amounts(world: World) -> None:
    await full(world)
    held = await log(world, 100)
    assert held.reason == "Website relaunch is locked: its budget is used up. The coordinator can unlock it."
    await unlock(world)
    await world.flows.budget.locks.lock(await world.person("UBOSS"), world.project.id)
    assert (await log(world, 100, "again")).reason == "Website relaunch is locked. The coordinator can unlock it."


async def test_the_first_digest_names_each_project_once_and_the_present_month_only(world: World) -> None:
    state = world.harvest.state
    budget(world, "10", budget_is_monthly=True)
    past = state.add_project(
        client_id=world.project.client_id,
        name="Past",
        code="PAST-1",
        budget_by="project",
        budget=Decimal(10),
        budget_is_monthly=True,
    )
    state.assign_task(past, world.task)
    for month in range(1, 12):
        used(world, "11", date(2026, month, 5))
    state.add_entry(
        user_id=world.user.id,
        project_id=past.id,
        task_id=world.task.id,
        spent_date=date(2026, 10, 5),
        booked=Decimal(11),
    )
    async with world.store.transaction("T2") as tx:
        await tx.workspaces.remember("Two", world.clock.now())
    async with httpx.AsyncClient(trust_env=False) as http:
        flows = flows_over(world.store, world.harvest, world.clock, http, workspace="T2")
        await flows.imports.run()
        await flows.budget.review.run()
    async with world.store.reading("T2") as tx:
        (notice,) = [
            await tx.notices.lease(one, world.clock.now(), world.clock.now())
            for one in await tx.notices.due(world.clock.now())
        ]
    assert notice is not None
    assert notice.facts == {"project_ids": [world.project.id]}


class TestOverages:
    async def test_an_overage_that_grows_is_open_again_and_told_again(self, world: World) -> None:
        managed(world)
        await full(world)
        world.clock.advance(timedelta(minutes=2))
        entry = used(world, "2")
        await settle(world)
        boss = await world.person("UBOSS")
        assert await world.flows.budget.overages.accept(boss, [entry.id]) == 1
        world.clock.advance(timedelta(minutes=2))
        world.harvest.state.change(entry, booked=Decimal(20))
        await settle(world)
        (over,) = await world.flows.budget.overages.of([entry.id])
        assert (over.overage.hours, over.overage.state) == (2000, "seen")
        assert len(await told(world, "OverageSeen")) == 2
        await settle(world)
        assert len(await told(world, "OverageSeen")) == 2

    async def test_an_overage_that_shrinks_is_told_no_more(self, world: World) -> None:
        managed(world)
        await full(world)
        world.clock.advance(timedelta(minutes=2))
        entry = used(world, "20")
        await settle(world)
        world.clock.advance(timedelta(minutes=2))
        world.harvest.state.change(entry, booked=Decimal(3))
        await settle(world)
        (over,) = await world.flows.budget.overages.of([entry.id])
        assert (over.overage.hours, len(await told(world, "OverageSeen"))) == (300, 1)
