"""What Harvest does not show of one person or in one list waits, is named and told once, and stops nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import stamina

from sandbox.faults import Kind, Refusal
from sync.errors import Unavailable
from tests.flows.conftest import World
from tests.flows.importing_steps import MINUTE, add, asked, boss, ids, look, rows, start

REFUSALS = [Refusal.FORBIDDEN, Refusal.GONE, Kind.ERROR_BEFORE, Kind.MALFORMED]


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


async def rates_of(world: World, user: Any) -> list[int]:
    async with world.store.reading("T1") as tx:
        return [rate.amount for rate in await tx.directory.rates_of(user.id)]


async def named(world: World) -> list[tuple[str, str]]:
    standing = await world.flows.status.read(await world.people.person("U1"), None)
    return [(one.part, one.who) for one in standing.unread]


async def tomorrow(world: World) -> None:
    world.clock.advance(timedelta(days=1))


class TestRates:
    @pytest.mark.parametrize("kind", REFUSALS)
    async def test_those_of_one_person_wait_alone(self, world: World, kind: Kind | Refusal) -> None:
        for user in (boss(world), world.user):
            world.harvest.state.add_rate(user, "billable", Decimal(90))
        await tomorrow(world)
        entry = add(world)
        world.harvest.faults.sprinkle(1.0, kinds=[kind], matching=f"GET /v2/users/{world.user.id}/billable_rates")
        for _ in range(3):
            seen = await look(world)
        assert entry.id in await ids(world)
        assert (await rates_of(world, boss(world)), await rates_of(world, world.user)) == ([9000], [])
        assert await named(world) == [("rates", "Ada Park")]
        assert [(one["part"], one["who"]) for one in seen.news("PartUnread")] == [("rates", "Ada Park")]
        assert not seen.news("ImportStalled")

    async def test_once_they_are_shown_again_they_are_read_and_no_longer_named(self, world: World) -> None:
        world.harvest.state.add_rate(world.user, "billable", Decimal(90))
        await tomorrow(world)
        world.harvest.faults.sprinkle(1.0, kinds=[Refusal.GONE], matching=f"GET /v2/users/{world.user.id}/*")
        await look(world)
        world.harvest.faults.clear()
        await look(world)
        assert await rates_of(world, world.user) == [9000]
        assert await named(world) == []
        world.harvest.faults.sprinkle(1.0, kinds=[Refusal.GONE], matching=f"GET /v2/users/{world.user.id}/*")
        await tomorrow(world)
        assert len((await look(world)).news("PartUnread")) == 2

    async def test_many_that_cannot_be_read_keep_nobody_waiting_behind_them(self, world: World) -> None:
        last = [
            world.harvest.state.add_user(first_name=f"P{n}", last_name="Q", email=f"p{n}@x.example") for n in range(25)
        ]
        for user in last:
            world.harvest.state.add_rate(user, "billable", Decimal(50))
        for user in last[:20]:
            world.harvest.faults.sprinkle(1.0, kinds=[Refusal.GONE], matching=f"GET /v2/users/{user.id}/*")
        for _ in range(4):
            await look(world)
        assert [await rates_of(world, user) for user in last[20:]] == [[5000]] * 5

    async def test_somebody_who_left_is_no_longer_named(self, world: World) -> None:
        await tomorrow(world)
        world.harvest.faults.sprinkle(1.0, kinds=[Refusal.GONE], matching=f"GET /v2/users/{world.user.id}/*")
        await look(world)
        world.harvest.state.change(world.user, is_active=False)
        await look(world)
        assert await named(world) == []

    async def test_an_outage_among_the_rates_is_not_waited_for_person_by_person(self, world: World) -> None:
        for number in range(9):
            world.harvest.state.add_user(first_name=f"P{number}", last_name="Q", email=f"p{number}@x.example")
        world.harvest.faults.sprinkle(1.0, kinds=[Kind.DROP_BEFORE], matching="GET /v2/users/*_rates")
        await tomorrow(world)
        asked(world)
        seen = await look(world)
        assert sum(path.endswith("_rates") for path in asked(world)) == 3 * 3
        assert not seen.news("PartUnread")


class TestEntries:
    @pytest.mark.parametrize("kind", [Refusal.FORBIDDEN, Kind.ERROR_BEFORE])
    async def test_a_timer_that_is_not_shown_holds_up_no_other_entry(self, world: World, kind: Kind | Refusal) -> None:
        running = start(world)
        await look(world)
        world.harvest.state.entries.pop(running.id)
        world.harvest.faults.sprinkle(1.0, kinds=[kind], matching=f"GET /v2/time_entries/{running.id}")
        entry = add(world)
        seen = await look(world)
        assert {running.id, entry.id} <= await ids(world)
        assert not seen.news("ImportStalled")
        world.harvest.faults.clear()
        await look(world)
        assert await ids(world) == {entry.id}

    @pytest.mark.parametrize("kind", [Refusal.FORBIDDEN, Kind.ERROR_BEFORE])
    async def test_one_that_cannot_be_asked_for_keeps_no_other_deletion_waiting(
        self, world: World, kind: Kind | Refusal
    ) -> None:
        made = [add(world) for _ in range(4)]
        await look(world)
        for entry in made[:3]:
            world.harvest.state.delete_entry(entry.id)
        world.harvest.faults.sprinkle(1.0, kinds=[kind], matching=f"GET /v2/time_entries/{made[1].id}")
        seen = await look(world)
        assert await ids(world) == {made[1].id, made[3].id}
        assert not seen.news("ImportStalled")


class TestLists:
    @pytest.mark.parametrize("kind", REFUSALS)
    @pytest.mark.parametrize(
        "part", ["clients", "users", "tasks", "projects", "task_assignments", "user_assignments", "roles"]
    )
    async def test_one_list_waits_alone(self, world: World, part: str, kind: Kind | Refusal) -> None:
        entry = add(world)
        fresh = world.harvest.state.add_client(name="New")
        world.harvest.faults.sprinkle(1.0, kinds=[kind], matching=f"GET /v2/{part}")
        for _ in range(3):
            seen = await look(world)
        assert entry.id in await ids(world)
        assert await named(world) == [(part, "")]
        assert [one["part"] for one in seen.news("PartUnread")] == [part]
        async with world.store.reading("T1") as tx:
            assert (fresh.id in {client.id for client in await tx.directory.clients()}) is (part != "clients")
            assert await tx.directory.is_assigned(world.user.id, world.project.id)

    async def test_an_outage_between_two_lists_is_told_as_an_outage(self, world: World) -> None:
        world.clock.advance(MINUTE)
        for part in ("tasks", "projects"):
            world.harvest.faults.sprinkle(1.0, kinds=[Kind.ERROR_BEFORE], matching=f"GET /v2/{part}")
        with pytest.raises(Unavailable):
            await world.imports.run()
        assert len((await rows(world)).news("ImportStalled")) == 1
