"""Random work in Asana, hints that are late, doubled or lost, mappings that change, answers of Harvest that vanish.

Whatever happened: once all is quiet, Harvest holds what stands in Asana, and what waits accounts for every difference.
"""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Coroutine
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

import httpx
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from sandbox.asana.records import Field, Task
from sandbox.asana.server import AsanaDouble
from sandbox.clock import SandboxClock
from sandbox.faults import Kind
from sandbox.harvest.server import HarvestDouble
from store.asana.records.state import Hold, HoldState
from store.database import Store
from store.time_entries.records import OPEN_STATES, EntryState
from sync.asana.mapping.mapping import MappingChange
from sync.errors import Busy, Refused
from tests.flows import asana_world
from tests.flows.asana_world import AsanaWorld
from tests.flows.conftest import NOW, World, clients, fill_harvest, flows_over

Result = TypeVar("Result")

TASKS = st.integers(0, 2)
VALUES = st.sampled_from(["-2", "0", "0.01", "0.25", "0.5", "1", "1.25", "1.333", "2.75", "4", "6.5", "9", None])
SHARES = st.sampled_from([None, "1", "0.5", "0.25", "0.333", "0.75"])
FAULTS = st.sampled_from([kind for kind in Kind if kind not in {Kind.LATE, Kind.SLOW}])
WRITES = st.sampled_from(["POST /v2/time_entries", "PATCH /v2/time_entries/*", "DELETE /v2/time_entries/*"])
_NUMBERS = itertools.count()
FIGURES: dict[str, int] = defaultdict(int)


class Agency(RuleBasedStateMachine):
    """One workspace of the shared database for each example, and doubles of its own."""

    database = ""

    @initialize()
    def open(self) -> None:
        self.runner = asyncio.Runner()
        self.workspace = f"W{next(_NUMBERS)}"
        self.has_lowered: set[int] = set()
        self.here = self.run(self._open())

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        FIGURES["steps"] += 1
        return self.runner.run(work)

    async def _open(self) -> AsanaWorld:
        clock = SandboxClock(NOW)
        harvest, asana = HarvestDouble(clock, rate=100_000), AsanaDouble(clock)
        harvest.faults.hang = asana.faults.hang = 0.05
        await harvest.start()
        await asana.start()
        self.http = httpx.AsyncClient(trust_env=False)
        self.store = Store.open(self.database)
        found = fill_harvest(harvest)
        flows = flows_over(self.store, harvest, clock, self.http, self.workspace)
        world = World(clock, harvest, self.store, flows, *found)
        async with self.store.transaction(self.workspace) as tx:
            await tx.workspaces.remember("Lumen", clock.now())
        filled = asana_world.fill(world, asana)
        harvests = clients(harvest, clock, self.http)
        made = asana_world.asana_flows(world, harvests, asana, self.http, workspace=self.workspace)
        here = AsanaWorld(world, asana, made, **filled, workspace=self.workspace)
        await here.flows.imports.run()
        self.share: Field = asana.state.add_field(here.site, "Billable Percentage", "percentage")
        with asana.state.at(asana_world.BEFORE):
            more = [asana.state.add_task(here.site, f"Task {number}", by=here.ada) for number in (1, 2)]
        self.tasks: list[Task] = [here.task, *more]
        self.other = harvest.state.add_project(client_id=world.project.client_id, name="Other", code="OTHER-1")
        harvest.state.assign_task(self.other, world.task)
        for user in (world.user, here.tom_in_harvest):
            harvest.state.assign_user(self.other, user)
        await here.flows.imports.run()
        await here.asana.projects.sync_all()
        await here.map()
        return here

    @rule(number=TASKS, value=VALUES, is_tom=st.booleans())
    def type(self, number: int, value: str | None, is_tom: bool) -> None:
        task = self.tasks[number]
        before = task.values.get(self.here.hours, Decimal(0))
        if Decimal(value or 0) < Decimal(str(before)):
            self.has_lowered.add(number)
        self.here.type(value, self.here.tom if is_tom else self.here.ada, task)
        FIGURES["edits"] += 1

    @rule(edits=st.lists(st.tuples(TASKS, VALUES, st.booleans()), min_size=1, max_size=4))
    def work_and_send(self, edits: list[tuple[int, str | None, bool]]) -> None:
        """What mostly happens: somebody types, we hear of it, and it goes out."""
        for number, value, is_tom in edits:
            self.type(number, value, is_tom)
            self.hear(number)
        self.send(20)

    @rule(
        edits=st.lists(st.tuples(TASKS, st.sampled_from(["3.25", "7.1", "11"]), st.booleans()), min_size=1, max_size=3)
    )
    def work_more_and_send(self, edits: list[tuple[int, str | None, bool]]) -> None:
        self.work_and_send(edits)

    @rule(number=TASKS, share=SHARES)
    def bill(self, number: int, share: str | None) -> None:
        self.here.later(minutes=1)
        self.here.state.set_field(self.tasks[number], self.share, share, self.here.ada)
        FIGURES["percentages"] += 1

    @rule(number=TASKS)
    def hear(self, number: int) -> None:
        self.run(self.here.asana.tasks.handle(self.tasks[number].gid))
        FIGURES["hints"] += 1

    @rule(numbers=st.lists(TASKS, min_size=2, max_size=6))
    def hear_twice_and_in_any_order(self, numbers: list[int]) -> None:
        async def together() -> None:
            await asyncio.gather(*(self.here.asana.tasks.handle(self.tasks[one].gid) for one in numbers))

        self.run(together())
        FIGURES["hints"] += len(numbers)

    @rule(seconds=st.sampled_from([1, 20, 120, 1200]))
    def send(self, seconds: int) -> None:
        self.here.later(seconds=seconds)
        self.run(self.here.flows.outbox.push_due())

    @rule(kind=FAULTS, call=WRITES)
    def fail(self, kind: Kind, call: str) -> None:
        self.here.world.harvest.faults.next(kind, matching=call)
        FIGURES["faults"] += 1

    @rule()
    def lose_asana(self) -> None:
        self.here.double.faults.next(Kind.ERROR_BEFORE, matching="GET /api/1.0/tasks/*", times=3)
        FIGURES["faults"] += 1

    @rule(where=st.sampled_from(["first", "other", "nowhere"]))
    def remap(self, where: str) -> None:
        async def work() -> None:
            boss = await self.here.flows.people.person("UBOSS")
            async with self.store.reading(self.workspace) as tx:
                is_mapped = await tx.mappings.get(self.here.site.gid) is not None
            if where != "nowhere":
                project = self.other if where == "other" else self.here.world.project
                change = MappingChange(default_task_id=self.here.world.task.id)
                with suppress(Refused):  # it is archived
                    await self.here.asana.mapping.link(boss, self.here.site.gid, project.id, change)
            elif is_mapped:
                await self.here.asana.mapping.unlink(boss, self.here.site.gid)

        self.run(work())
        FIGURES["mappings"] += 1

    @rule()
    def invoice(self) -> None:
        entries = [one for task in self.tasks for one in self.here.in_harvest(task)]
        self.here.world.harvest.state.invoice(entries[:2])
        self.run(self._import())

    @precondition(lambda self: any(self.here.in_harvest(task) for task in self.tasks))
    @rule(data=st.data())
    def delete_in_harvest(self, data: st.DataObject) -> None:
        entries = [one for task in self.tasks for one in self.here.in_harvest(task)]
        self.here.world.harvest.state.delete_entry(data.draw(st.sampled_from(entries)).id)
        self.run(self._import())
        FIGURES["deletions"] += 1

    @rule(is_active=st.booleans())
    def archive(self, is_active: bool) -> None:
        state, project = self.here.world.harvest.state, self.here.world.project
        (state.restore if is_active else state.archive)(project)
        self.run(self._import(is_whole=True))

    async def _import(self, *, is_whole: bool = False) -> None:
        """As the tick does: after a 429 the next one succeeds."""
        with suppress(Busy):
            await self.here.flows.imports.run(is_whole=is_whole)
            return
        self.here.later(seconds=20)
        await self.here.flows.imports.run(is_whole=is_whole)

    def teardown(self) -> None:
        if hasattr(self, "here"):
            try:
                self.run(self._check())
            finally:
                self.run(self._close())
                self.runner.close()
        FIGURES["examples"] += 1

    async def _close(self) -> None:
        await self.here.double.stop()
        await self.here.world.harvest.stop()
        await self.http.aclose()
        await self.store.close()

    async def _check(self) -> None:
        self.here.world.harvest.faults.clear()
        self.here.double.faults.clear()
        self.here.later(minutes=30)
        await self.here.asana.sweep.run()
        await self._quiet()
        for number, task in enumerate(self.tasks):
            await self._adds_up(number, task)
        before = [one.id for task in self.tasks for one in self.here.in_harvest(task)]
        await self.here.asana.sweep.run()
        await self._quiet()
        assert before == [one.id for task in self.tasks for one in self.here.in_harvest(task)]

    async def _quiet(self) -> None:
        """Until nothing is due and nothing is on its way."""
        for _ in range(40):
            self.here.later(seconds=61)
            await self.here.asana.tasks.run_due()
            await self.here.flows.outbox.push_due()
            await self._import()
            async with self.store.reading(self.workspace) as tx:
                now = self.here.world.clock.now()
                tasks = await tx.asana_work.due(now.replace(year=2030))
                entries = await tx.time_entries.due(now, now.replace(year=2030))
            if not (tasks or entries):
                return
        raise AssertionError("it never comes to rest")

    async def _adds_up(self, number: int, task: Task) -> None:
        value = Decimal(str(task.values.get(self.here.hours, 0)))
        share = Decimal(str(task.values.get(self.share, 1)))
        # Below 0 is no number of hours, so it waits as it is typed.
        wanted = int((value * (share if value > 0 else 1) * 100).quantize(Decimal(1), ROUND_HALF_UP))
        async with self.store.reading(self.workspace) as tx:
            holds = [one for one in await tx.asana_holds.of_task(task.gid) if one.state is HoldState.OPEN]
            entries = await tx.asana_work.entries(task.gid)
        held = [one for one in entries if one.state is EntryState.HELD]
        there = {one.id: int(one.booked * 100) for one in self.here.in_harvest(task)}
        assert not [one for one in entries if one.state in OPEN_STATES]
        waiting = sum(one.hours for one in holds) + sum(one.hours or 0 for one in held)
        assert sum(there.values()) + waiting == wanted, (holds, held, there, wanted)
        assert set(there) == {one.harvest_id for one in entries if one.state is EntryState.LOGGED} & set(there)
        FIGURES["tasks"] += 1
        FIGURES["entries"] += len(there)
        FIGURES["holds"] += len(holds) + len(held)
        if number not in self.has_lowered:
            users = {one.key: one.harvest_user_id for one in entries}
            self._is_attributed(task, share, [one for one in holds if one.hours < 0], users)

    def _is_attributed(self, task: Task, share: Decimal, over: list[Hold], entry_users: dict[str, int]) -> None:
        """By story: nobody has more in Harvest than they typed, rounded as it added up.

        `over`: what could not be taken back, as a percentage was lowered.
        """
        typed: dict[int, int] = defaultdict(int)
        users = {self.here.ada: self.here.world.user.id, self.here.tom: self.here.tom_in_harvest.id}
        reached, exact = 0, Decimal(0)
        for story in task.stories:
            if story.facts.get("custom_field") is self.here.hours and story.created_by is not None:
                new, old = (Decimal(str(story.facts[f"{when}_number_value"] or 0)) for when in ("new", "old"))
                exact += (new - old) * share * 100
                target = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
                typed[users[story.created_by]] += target - reached
                reached = target
        for one in self.here.in_harvest(task):
            typed[one.user_id] -= int(one.booked * 100)
        by_gid = {user.gid: harvest_id for user, harvest_id in users.items()}
        for hold in over:
            typed[by_gid.get(hold.user_gid or "") or entry_users[hold.entry_key or ""]] -= hold.hours
        assert all(left >= 0 for left in typed.values()), (task, dict(typed))


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.parametrize("number", [1])
def test_harvest_holds_what_stands_in_asana(database_url: str, number: int) -> None:
    @seed(number)
    class OnThisDatabase(Agency):
        database = database_url

    FIGURES.clear()
    how = settings(
        # The first one is next to nothing.
        max_examples=4 if database_url.startswith("postgresql") else 5,
        stateful_step_count=25,
        deadline=None,
        phases=[Phase.generate],
        derandomize=True,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(OnThisDatabase, settings=how)
    assert FIGURES["entries"]
    assert FIGURES["holds"]
    print(dict(FIGURES))  # noqa: T201 - the figures of the run, shown with -s
