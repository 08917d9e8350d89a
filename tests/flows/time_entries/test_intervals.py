"""A timer runs from when it was asked for to when it was stopped, whatever Harvest does meanwhile (ruling 23)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from time import perf_counter
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.faults import Kind
from store.time_entries.records import EntryEdit, EntryState, TimeEntry
from store.units import Hours
from sync.errors import Refused
from sync.time_entries.targets import Target
from sync.time_entries.timers import NothingRuns
from tests.flows.conftest import World

CENT = Decimal("0.01")
NONE = timedelta(0)
ANY = "* /v2/time_entries*"


def key(number: int) -> str:
    return str(UUID(int=(4 << 76) | (8 << 60) | number, version=4))


def away(world: World, kind: Kind = Kind.ERROR_BEFORE) -> None:
    world.harvest.faults.next(kind, matching=ANY, times=10_000)


def back(world: World) -> None:
    world.harvest.faults.clear()


async def settle(world: World) -> None:
    for _ in range(14):
        world.clock.advance(timedelta(seconds=5))
        await world.outbox.push_due()


async def start(world: World, number: int = 1, note: str = "nav") -> TimeEntry:
    asked = await world.asked()
    return (await world.timers.start(await world.person(), asked.booking, note, key(number), NONE)).entry


async def stop(world: World, note: str | None = None) -> TimeEntry:
    person = await world.person()
    return await world.timers.stop_entry(person, await world.timers.only_running(person), note)


def entries(world: World) -> list[tuple[Decimal, bool]]:
    return [(entry.booked, entry.is_running) for entry in world.harvest.state.entries.values()]


UNANSWERED = [Kind.ERROR_BEFORE, Kind.ERROR_AFTER, Kind.DROP_BEFORE, Kind.DROP_AFTER, Kind.BUSY, Kind.MALFORMED]


@pytest.mark.parametrize("kind", UNANSWERED)
@pytest.mark.parametrize("seconds", [4, 90, 1800])
async def test_a_start_and_a_stop_in_an_outage_are_one_finished_entry(world: World, kind: Kind, seconds: int) -> None:
    away(world, kind)
    await start(world)
    world.clock.advance(timedelta(seconds=seconds))
    await stop(world, "done")
    world.clock.advance(timedelta(minutes=7))
    back(world)
    await settle(world)
    ((hours, is_running),) = entries(world)
    assert not is_running
    assert abs(hours - Decimal(seconds) / 3600) <= CENT
    assert [entry.notes for entry in world.harvest.state.entries.values()] == ["nav\ndone"]


@pytest.mark.parametrize("kind", UNANSWERED)
async def test_a_start_and_a_cancel_in_an_outage_are_nothing(world: World, kind: Kind) -> None:
    away(world, kind)
    await start(world)
    world.clock.advance(timedelta(minutes=20))
    await world.timers.cancel(await world.person())
    back(world)
    await settle(world)
    assert entries(world) == []


@pytest.mark.parametrize("kind", UNANSWERED)
async def test_a_start_that_arrives_late_carries_the_time_before_it(world: World, kind: Kind) -> None:
    away(world, kind)
    await start(world)
    world.clock.advance(timedelta(minutes=30))
    await world.outbox.push_due()
    back(world)
    await settle(world)
    assert [is_running for _, is_running in entries(world)] == [True]
    world.clock.advance(timedelta(minutes=30))
    await stop(world)
    ((hours, _),) = entries(world)
    assert abs(hours - Decimal(60 * 60 + 70) / 3600) <= CENT


async def test_a_late_start_whose_restart_gets_lost_loses_no_time(world: World) -> None:
    away(world)
    await start(world)
    world.clock.advance(timedelta(minutes=30))
    back(world)
    world.harvest.faults.next(Kind.ERROR_BEFORE, matching="PATCH *restart", times=2)
    world.clock.advance(timedelta(seconds=5))
    await world.outbox.push_due()
    world.clock.advance(timedelta(minutes=10))
    await settle(world)
    assert [is_running for _, is_running in entries(world)] == [True]
    await stop(world)
    ((hours, _),) = entries(world)
    assert abs(hours - Decimal(40 * 60 + 75) / 3600) <= CENT


async def test_switching_in_an_outage_is_two_entries_end_to_end(world: World) -> None:
    away(world)
    await start(world, 1, "first")
    world.clock.advance(timedelta(minutes=30))
    await start(world, 2, "second")
    world.clock.advance(timedelta(minutes=12))
    await stop(world)
    back(world)
    await settle(world)
    assert sorted(entries(world)) == [(Decimal("0.20"), False), (Decimal("0.50"), False)]


async def test_what_is_changed_before_it_arrives_arrives_changed(world: World) -> None:
    away(world, Kind.DROP_AFTER)
    person = await world.person()
    kept = await world.entries.log(person, await world.asked(), key(1))
    changed = await world.entries.edit("U1", kept.key, kept.revision, EntryEdit(note="other"))
    await world.entries.edit("U1", kept.key, changed.revision, EntryEdit(hours=Hours(25)))
    back(world)
    await settle(world)
    assert [(one.booked, one.notes) for one in world.harvest.state.entries.values()] == [(Decimal("0.25"), "other")]


async def test_a_change_of_a_stop_that_waits_is_made_after_it(world: World) -> None:
    await start(world)
    world.clock.advance(timedelta(minutes=30))
    away(world)
    stopping = await stop(world)
    assert stopping.state is EntryState.STOPPING
    await world.entries.edit("U1", stopping.key, stopping.revision, EntryEdit(note="else"))
    back(world)
    await settle(world)
    assert [(one.booked, one.notes) for one in world.harvest.state.entries.values()] == [(Decimal("0.50"), "else")]


async def test_one_fault_costs_seconds(world: World) -> None:
    world.harvest.faults.next(Kind.ERROR_BEFORE, matching="POST /v2/time_entries")
    await world.entries.log(await world.person(), await world.asked(), key(1))
    for _ in range(4):
        world.clock.advance(timedelta(seconds=1))
        await world.outbox.push_due()
    assert entries(world) == [(Decimal("1.50"), False)]


async def test_what_harvest_would_refuse_leaves_the_old_timer_running(world: World) -> None:
    await start(world)
    state = world.harvest.state
    other = state.add_project(client_id=world.project.client_id, name="Other", code="OTHER-1")
    state.assign_task(other, world.task)
    await world.imports.run()
    person = await world.person()
    found = await world.targets.find(person, "OTHER-1", "design", None)
    assert isinstance(found, Target)
    with pytest.raises(Refused, match="not assigned"):
        await world.timers.start(person, found, "", key(2), NONE)
    assert [is_running for _, is_running in entries(world)] == [True]


Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["start", "stop", "cancel", "undo", "away", "lost", "back"]), st.integers(1, 4000)),
    max_size=10,
)


@dataclass
class Ada:
    """What she presses, and what she may expect of it: intervals in seconds, kept without a look at ours."""

    world: World
    done: list[float] = field(default_factory=list)
    since: float | None = None
    last: str = ""

    async def does(self, deed: str) -> None:
        match deed:
            case "away" | "lost":
                away(self.world, Kind.ERROR_BEFORE if deed == "away" else Kind.DROP_AFTER)
            case "back":
                back(self.world)
            case "start":
                await self.starts()
            case _ if self.since is None:
                await self.finds_nothing_running(deed)
            case "stop":
                await stop(self.world)
                self._until_now()
            case _:
                await self.world.timers.cancel(await self.world.person())
                self.since, self.last = None, ""

    async def starts(self) -> None:
        self._until_now()
        self.since = self.world.clock.now().timestamp()
        self.last = (await start(self.world, int(self.since * 1000))).key

    async def finds_nothing_running(self, deed: str) -> None:
        if deed == "undo" and self.last:
            await self.world.entries.undo("U1", self.last)
            self.done.pop()
            self.last = ""
            return
        with pytest.raises(NothingRuns):
            await self.world.timers.only_running(await self.world.person())

    def _until_now(self) -> None:
        if self.since is not None:
            self.done.append(self.world.clock.now().timestamp() - self.since)
        self.since = None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example([("start", 1), ("start", 1), ("start", 46), ("lost", 1), ("stop", 1), ("lost", 1), ("cancel", 1), ("undo", 1)])
async def test_the_sum_is_what_was_asked_for(world: World, steps: list[Step]) -> None:
    """Each on a day of its own, so that no timer is asked to begin before midnight."""
    back(world)
    world.harvest.state.entries.clear()
    world.clock.advance(timedelta(days=1) - (world.clock.now() - world.clock.now().replace(hour=6, minute=0)))
    ada = Ada(world)
    for deed, seconds in steps:
        await ada.does(deed)
        world.clock.advance(timedelta(seconds=seconds))
        await world.outbox.push_due()
    await ada.does("stop")
    back(world)
    await settle(world)
    found = sorted(float(hours) for hours, _ in entries(world))
    assert found == pytest.approx(sorted(seconds / 3600 for seconds in ada.done), abs=0.01)


@pytest.fixture
async def hanging(world: World) -> AsyncIterator[World]:
    """Harvest takes requests and does not answer: real seconds, as whoever waits for it counts them."""
    world.harvest.faults.hang = 4.0
    yield world
    world.harvest.faults.hang = 0.0
    await world.harvest.faults.close()
    await world.outbox.drain()


@pytest.mark.slow
async def test_whoever_asks_hears_kept_within_three_seconds_when_harvest_hangs(hanging: World) -> None:
    away(hanging, Kind.TIMEOUT_AFTER)
    person, asked = await hanging.person(), await hanging.asked()
    began = perf_counter()
    kept = await hanging.entries.log(person, asked, key(1))
    assert perf_counter() - began < 3
    assert kept.state is EntryState.INTENDED
    assert kept.told_at is not None
    began = perf_counter()
    assert (await start(hanging, 2)).state is EntryState.INTENDED
    assert (await stop(hanging)).state is EntryState.STOPPING
    assert perf_counter() - began < 3
    assert await hanging.outbox.push_due() == 0, "their leases stay with those who wait for Harvest"
    back(hanging)
    await hanging.outbox.drain()
    hanging.clock.advance(timedelta(minutes=1))
    await settle(hanging)
    assert sorted(entries(hanging)) == [(Decimal("0.00"), False), (Decimal("1.50"), False)]
