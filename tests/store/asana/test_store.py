"""Asana's rows: heard of once for many hints, booked once for each revision, and apart for each workspace."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from store.asana.records.api import AsanaProject, AsanaUser, FieldKind
from store.asana.records.state import (
    Allocation,
    AllocationKind,
    Choice,
    ChoiceKind,
    Hold,
    HoldKind,
    HoldState,
    Hook,
    HookState,
    KnownField,
    Part,
    ProjectMapping,
    Source,
    WhoseHours,
)
from store.database import Store
from store.units import Hours

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)
PROJECT = AsanaProject("900", "ACME site", False, None, "Delivery", "ana@lumen.example", False, NOW)  # noqa: FBT003
FIELD = KnownField("500", "Billable Hours", FieldKind.NUMBER, "none", is_formula=False)
MAPPING = ProjectMapping(
    project_gid="900",
    harvest_project_id=1,
    default_task_id=2,
    non_billable_task_id=None,
    source=Source.FIELD,
    attribution=WhoseHours.COMPLETION,
    counts_parents=True,
    ignores_percentage=False,
    linked_by="UBOSS",
    linked_at=NOW,
)
BOOKING = Allocation("12", "88", AllocationKind.CLAIM, "77", date(2026, 11, 20), Hours(150), "key")
HOLD = Hold("k", HoldKind.UNMAPPED, "900", "12", (Part("88", Hours(150)),), "77", Hours(150), None, "", opened_at=NOW)


async def test_a_project_comes_back_as_it_went_in(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.asana.save_project(PROJECT, "55", [FIELD], ("500", None, None))
        await tx.asana.move_stream("900", "token")
        await tx.asana.save_project(replace(PROJECT, name="New"), "55", [FIELD], ("500", None, None))
        await tx.asana.save_choices("900", [Choice("900", "1", ChoiceKind.SECTION, "To do", None)])
        await tx.asana.save_choices("900", [Choice("900", "2", ChoiceKind.OPTION, "Half", "Billing type")])
    async with store.reading("T1") as tx:
        known = await tx.asana.project("900")
        assert known is not None
        assert (known.project.name, known.hours_gid, known.fields, known.sync) == ("New", "500", (FIELD,), "token")
        assert [one.gid for one in await tx.asana.choices("900")] == ["2"]
    async with store.reading("T2") as tx:
        assert await tx.asana.projects() == []


async def test_an_address_that_is_hidden_later_is_remembered(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.asana.save_users([AsanaUser("77", "Ana", "ana@lumen.example")])
        await tx.asana.name_harvest_user("77", 5)
        await tx.asana.save_users([AsanaUser("77", "Ana Removed", None)])
        (user,) = await tx.asana.users()
    assert (user.name, user.email, user.harvest_user_id) == ("Ana Removed", "ana@lumen.example", 5)


async def test_many_hints_are_one_task_that_is_due(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.asana_work.touch(["12", "13", "12"], LATER)
        await tx.asana_work.touch(["12"], NOW)
        await tx.asana_work.touch(["12"], LATER)
        assert await tx.asana_work.due(NOW) == ["12"]
        assert await tx.asana_work.due(LATER) == ["12", "13"]


async def test_two_lease_it_and_one_gets_it(store: Store) -> None:
    async def take() -> bool:
        async with store.transaction("T1") as tx:
            return await tx.asana_work.lease("12", NOW, LATER) is not None

    assert sorted(await asyncio.gather(*(take() for _ in range(4)))) == [False, False, False, True]
    async with store.transaction("T1") as tx:
        assert await tx.asana_work.lease("12", LATER + timedelta(seconds=1), LATER) is not None


async def test_a_revision_is_booked_once(store: Store) -> None:
    async with store.transaction("T1") as tx:
        known = await tx.asana_work.lease("12", NOW, LATER)
        assert known is not None
        await tx.asana_work.book(known, [BOOKING])
        assert await tx.asana_work.take(known, {"value": Decimal("1.50"), "due_at": None})
    async with store.transaction("T1") as tx:
        assert not await tx.asana_work.take(known, {"due_at": None})
        assert await tx.asana_work.bookings("12") == [BOOKING]
        task = await tx.asana_work.task("12")
        assert task is not None
        assert (task.value, task.revision) == (Decimal("1.50"), 1)
    try:
        async with store.transaction("T1") as tx:
            await tx.asana_work.book(known, [BOOKING])
    except sa.exc.IntegrityError:
        return
    raise AssertionError("the same revision was booked twice")


async def test_what_was_heard_meanwhile_stays_due(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.asana_work.touch(["12"], NOW)
        known = await tx.asana_work.lease("12", NOW, LATER)
        assert known is not None
        await tx.asana_work.touch(["12"], LATER)
        await tx.asana_work.take(known, {"due_at": None})
        assert await tx.asana_work.due(LATER) == ["12"]


async def test_mappings_and_their_tasks(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.mappings.save(MAPPING)
        await tx.mappings.save_tasks("900", {"1": 10, "2": 20})
        await tx.mappings.save_tasks("900", {"1": None, "2": 21})
        assert await tx.mappings.get("900") == MAPPING
        assert await tx.mappings.tasks("900") == {"2": 21}
    async with store.transaction("T2") as tx:
        assert await tx.mappings.every() == []
        assert not await tx.mappings.drop("900")
    async with store.transaction("T1") as tx:
        assert await tx.mappings.drop("900")
        assert await tx.mappings.tasks("900") == {}


async def test_a_hold_is_decided_once_and_as_it_was_shown(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.asana_holds.save(HOLD, NOW)
        assert await tx.asana_holds.open(project_gid="900", kinds=[HoldKind.UNMAPPED]) == [HOLD]
        assert not await tx.asana_holds.decide(replace(HOLD, revision=1), HoldState.DISCARDED, "U1")
        assert await tx.asana_holds.decide(HOLD, HoldState.DISCARDED, "U1")
        assert not await tx.asana_holds.decide(HOLD, HoldState.DISCARDED, "U1")
        assert await tx.asana_holds.open() == []


async def test_a_secret_is_kept_once_and_only_while_pending(store: Store) -> None:
    hook = Hook("id", "900", None, None, HookState.PENDING, NOW, None)
    async with store.transaction("T1") as tx:
        await tx.asana.add_hook(hook)
        assert await tx.asana.keep_secret("id", "sealed")
        assert not await tx.asana.keep_secret("id", "another")
        assert await tx.asana.change_hook("id", HookState.PENDING, state=HookState.ACTIVE)
        assert not await tx.asana.change_hook("id", HookState.PENDING, state=HookState.DEAD)
        found = await tx.asana.hook("id")
    assert found == replace(hook, secret="sealed", state=HookState.ACTIVE)
    assert "sealed" not in repr(found)
