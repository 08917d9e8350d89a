"""Two processes on one PostgreSQL database do the same jobs at the same moment: everything happens once."""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from bench.processes import environment
from bot.cli.demo import doubles
from bot.process.schedule import run_job
from bot.settings import Settings
from sandbox.clock import SandboxClock
from sandbox.harvest.records import Project
from sandbox.harvest.server import HarvestDouble
from store.budget.records import LockState
from store.budget.tables import budget_states, touched_budgets
from store.database import Store
from store.engine.tables import notices
from store.harvest.tables import harvest_entries
from sync.harvest.entry_reading import Tally
from sync.ports.engine import Job
from tests.gleaner_half import ADMIN, Half, half
from tests.waiting import held_up

pytestmark = pytest.mark.postgresql

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
_ROUNDS = 15


@dataclass
class Pair:
    """Both halves, the account they share, and what was posted by whom."""

    one: Half
    two: Half
    harvest: HarvestDouble
    clock: SandboxClock
    projects: list[Project]
    where: dict[str, int]
    posted: Counter[int] = field(default_factory=Counter)
    added: list[int] = field(default_factory=list)

    @property
    def both(self) -> tuple[Half, Half]:
        return self.one, self.two

    def add(self, hours: str, project: int = 0, day: date | None = None) -> Any:
        spent = day or self.clock.now().date()
        fields = {**self.where, "project_id": self.projects[project].id, "booked": Decimal(hours)}
        return self.harvest.state.add_entry(**fields, spent_date=spent)

    async def rows(self, table: sa.Table) -> list[Any]:
        async with self.one.store.engine.connect() as connection:
            return list(await connection.execute(sa.select(table).where(table.c.workspace_id == "T1")))

    async def told(self, news: str) -> list[Any]:
        return [row.facts for row in await self.rows(notices) if row.news == news]

    async def hours(self) -> dict[int, int]:
        return {row.id: row.hours for row in await self.rows(harvest_entries)}

    def in_harvest(self) -> dict[int, int]:
        return {entry.id: int(entry.booked * 100) for entry in self.harvest.state.entries.values()}

    async def announce(self, ours: Half) -> None:
        """Post what is due, as the announcements do: take each notice, post it, say so."""
        for notice_id in await ours.flows.notices.due():
            if (due := await ours.flows.notices.take(notice_id)) is not None:
                self.posted[due.id] += 1
                await asyncio.sleep(0)
                await ours.flows.notices.posted(due, "C1", "1.1")

    async def job(self, ours: Half) -> str | None:
        """The import job as the schedule runs it, under its lease."""

        async def run(_: Any) -> str:
            imported = await ours.flows.imports.run(is_whole=False)
            self.added.append(imported.entries.added)
            await ours.flows.budget.review.run()
            return str(imported)

        return await run_job(ours, Job.IMPORT, run)  # type: ignore[arg-type]  # has all that a job needs

    async def at_rest(self) -> None:
        """One of them alone, once more."""
        self.clock.advance(timedelta(minutes=1))
        await self.one.flows.imports.run()
        await self.one.flows.budget.review.run()
        await self.announce(self.one)


@pytest.fixture
async def pair(store: Store, database_url: str) -> AsyncIterator[Pair]:
    del store  # migrated it
    clock = SandboxClock(NOW)
    harvest = HarvestDouble(clock, rate=1_000_000)
    await harvest.start()
    state = harvest.state
    boss = state.add_user(first_name="Boss", last_name="One", email="b@lumen.example", access_roles=("administrator",))
    user = state.add_user(first_name="Ada", last_name="Park", email="u1@lumen.example")
    state.grant(boss, ADMIN)
    client, task = state.add_client(name="ACME").id, state.add_task(name="Design")
    projects = []
    for code in ("ACME-12", "BETA-1", "CURIO-1"):
        fields = {"budget_by": "project", "budget": Decimal(10)}
        projects.append(state.add_project(client_id=client, name=code, code=code, **fields))
        state.assign_task(projects[-1], task)
        state.assign_user(projects[-1], user)
        state.assign_user(projects[-1], boss, is_project_manager=True)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(harvest.stop)
        halves = [await stack.enter_async_context(half(database_url, harvest, clock, owner=name)) for name in "ab"]
        where = {"user_id": user.id, "task_id": task.id}
        yield Pair(halves[0], halves[1], harvest, clock, projects, where)


async def together(*work: Awaitable[Any]) -> list[Any]:
    """All at once; the first error of any is raised."""
    return await asyncio.gather(*work)


async def test_one_of_two_runs_the_job_and_what_it_adds_is_added_once(pair: Pair) -> None:
    refused = 0
    for number in range(_ROUNDS):
        pair.add("1.5", number % 3)
        pair.add("1", number % 3, date(2025, 1, 1 + number))
        pair.clock.advance(timedelta(minutes=1))
        summaries = await together(*(pair.job(ours) for ours in pair.both))
        refused += summaries.count(None)
        await together(*(pair.announce(ours) for ours in pair.both))
    await pair.at_rest()
    assert await pair.hours() == pair.in_harvest()
    assert sum(pair.added) == len(pair.harvest.state.entries)
    assert refused > 0
    await _each_told_once(pair)


@pytest.mark.slow
async def test_jobs_of_both_without_a_lease_import_alert_and_lock_once(pair: Pair) -> None:
    """As when somebody types /gleaner import while the job runs."""
    empty = [pair.add("0", day=date(2024, 2, 1 + number)).id for number in range(_ROUNDS)]
    await together(*(ours.flows.imports.run() for ours in pair.both))
    await together(*(ours.flows.budget.review.run() for ours in pair.both))
    for number in range(_ROUNDS):
        for project in range(3):
            pair.add("1", project)
        if number % 4 == 3:
            pair.harvest.state.delete_entry(empty.pop())
        pair.clock.advance(timedelta(minutes=1))
        work = [flow for ours in pair.both for flow in (ours.flows.imports.run(), ours.flows.budget.review.run())]
        await together(*work, *(ours.flows.budget.review.run() for ours in pair.both))
        await together(*(ours.flows.budget.review.run() for ours in pair.both), *map(pair.announce, pair.both))
    await pair.at_rest()
    assert await pair.hours() == pair.in_harvest()
    await _each_told_once(pair)


async def test_two_imports_that_save_the_same_rows_in_other_orders_do_not_deadlock(pair: Pair) -> None:
    """Entries are re-dated while both read, so their lists differ in order."""
    for _ in range(150):
        pair.add("0.1")
    await pair.one.flows.imports.run()
    harvest = await pair.one.flows.imports.entries.access.reader()
    for turn in range(1, 9):
        entries = [one._replace(notes=f"turn {turn}") for one in await harvest.entries()]
        one, two = (ours.flows.imports.entries for ours in pair.both)
        await together(one.reading.save(entries, Tally()), two.reading.save(entries[::-1], Tally()))
    assert {row.notes for row in await pair.rows(harvest_entries)} == {"turn 8"}


async def test_settlements_wait_for_an_import_that_has_touched_what_they_look_at(pair: Pair) -> None:
    """It commits while both wait: one of them sees its rows, and tells."""
    await pair.at_rest()
    harvest = await pair.one.flows.imports.entries.access.reader()
    pair.add("8")
    entries = await harvest.entries()
    async with pair.one.store.transaction("T1") as tx:
        await tx.mirror.touch({(pair.projects[0].id, 202611)})  # stands already, so both wait for it
    async with pair.one.store.transaction("T1") as tx:
        await tx.mirror.save(entries, pair.clock.now())
        both = [asyncio.create_task(ours.flows.budget.review.run()) for ours in pair.both]
        await held_up(pair.one.store, many=2)
        assert not any(one.done() for one in both)
    assert sum(await together(*both)) == 1
    assert [facts["lines"][0]["band"] for facts in await pair.told("BudgetCrossed")] == [75]
    assert await pair.rows(touched_budgets) == []


async def test_what_is_touched_while_marks_are_taken_stays_touched(pair: Pair) -> None:
    """The import waits for the settlement, which does not see its rows: the mark must outlive it."""
    await pair.at_rest()
    harvest = await pair.one.flows.imports.entries.access.reader()
    pair.add("9.5")
    entries = await harvest.entries()
    mark = (pair.projects[0].id, 202611)
    async with pair.one.store.transaction("T1") as tx:
        await tx.mirror.touch({mark})
    async with pair.two.store.transaction("T1") as settling:
        assert await settling.mirror.take_touched() == {mark}
        importing = asyncio.create_task(pair.one.flows.imports.entries.reading.save(entries, Tally()))
        await held_up(pair.one.store)
        assert not importing.done()
    await importing
    assert len(await pair.rows(touched_budgets)) == 1
    await together(*(ours.flows.budget.review.run() for ours in pair.both))
    assert [facts["lines"][0]["band"] for facts in await pair.told("BudgetCrossed")] == [90]


async def test_who_waited_for_the_first_settlement_is_not_the_first(pair: Pair) -> None:
    """What was imported after the first look is news, also to a process that began before that look was over."""
    await pair.one.flows.imports.run()
    harvest = await pair.one.flows.imports.entries.access.reader()
    async with pair.one.store.transaction("T1") as first:
        assert await first.mirror.take_touched()
        pair.add("9", 1, date(2025, 1, 6))
        await pair.two.flows.imports.entries.reading.save(await harvest.entries(), Tally())
        waiting = asyncio.create_task(pair.two.flows.budget.review.run())
        await held_up(pair.one.store)
        assert not waiting.done()
        await first.accounts.settle_first(pair.clock.now())
    await waiting
    assert [facts["lines"][0]["band"] for facts in await pair.told("BudgetCrossed")] == [90]


@pytest.mark.slow
async def test_two_processes_started_at_once_do_each_job_once(store: Store, database_url: str) -> None:
    """`gleaner job import` beside itself, on an empty database and after a budget was used up."""
    async with doubles(database_url, harvest_rate=100_000) as around:
        state = around.harvest.state
        project = state.add_project(
            client_id=next(iter(state.clients)), name="Twice", code="TWICE-1", budget_by="project", budget=Decimal(10)
        )
        first = await together(*(_process(around.settings, "import") for _ in "ab"))
        task, user = next(iter(state.tasks)), next(iter(state.users))
        fields = {"project_id": project.id, "task_id": task, "user_id": user, "spent_date": around.clock.now().date()}
        state.add_entry(**fields, booked=Decimal(12))
        second = await together(*(_process(around.settings, name) for name in ("import", "import", "budgets")))
        entries = len(state.entries)
    said = [summary for _, summary in [*first, *second]]
    assert [code for code, _ in [*first, *second]] == [0] * 5, said
    added = [int(found) for summary in said for found in re.findall(r"(\d+) added", summary)]
    async with store.engine.connect() as connection:
        rows = list(await connection.execute(sa.select(harvest_entries.c.id).where(sa.text("workspace_id <> ''"))))
        told = list(await connection.execute(sa.select(notices.c.news).where(sa.text("workspace_id <> ''"))))
    assert (sum(added), len(rows)) == (entries, entries), said
    assert [row.news for row in told].count("BudgetCrossed") == 1


async def _process(settings: Settings, job: str) -> tuple[int | None, str]:
    """Exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "job", job),
        env=environment(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode().strip()


async def _each_told_once(pair: Pair) -> None:
    """Every project went past its budget: each band at most once, the last one surely, one lock, one card."""
    alerts = [(facts["project_id"], facts["lines"][0]["band"]) for facts in await pair.told("BudgetCrossed")]
    assert len(alerts) == len(set(alerts))
    assert sorted(project for project, band in alerts if band == 100) == [project.id for project in pair.projects]
    locked = [facts["project_id"] for facts in await pair.told("LockTriggered")]
    assert sorted(locked) == [project.id for project in pair.projects]
    states = await pair.rows(budget_states)
    assert [state.lock for state in states] == [LockState.CLOSED] * len(pair.projects)
    assert set(pair.posted.values()) == {1}
    assert len(pair.posted) == len(await pair.rows(notices))
