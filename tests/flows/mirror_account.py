"""A Harvest account with Gleaner beside it: what people do there, what jobs do here, and what must then hold."""

from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from sandbox.clock import SandboxClock
from sandbox.faults import Kind
from sandbox.harvest import budgets, timers
from sandbox.harvest.records import Entry, Project, Task, User
from sandbox.harvest.server import HarvestDouble, RequestSeen
from store.units import Hours
from sync.errors import OutsideError, Refused
from sync.rules.harvest.deletion_search import windows
from sync.time_entries.entries import NewEntry
from sync.time_entries.targets import Target
from tests.flows.alert_model import Alerts, Rows, used
from tests.gleaner_half import ADMIN, Half, half

HistoryStep = Callable[[], None]


class StillClock(SandboxClock):
    """Moves only when it is moved, so that a history is the same each time."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by


class Watched(deque[RequestSeen]):
    """The double's log of requests, that does something in Harvest as the n-th request for a list of entries comes."""

    def __init__(self) -> None:
        super().__init__(maxlen=100)
        self.planned: list[tuple[int, HistoryStep]] = []

    def append(self, seen: RequestSeen, /) -> None:
        super().append(seen)
        if seen.path == "/v2/time_entries":
            due = [deed for left, deed in self.planned if left <= 1]
            self.planned = [(left - 1, deed) for left, deed in self.planned if left > 1]
            for deed in due:
                deed()


@dataclass
class Account:
    """`boss` imports. `ticking`: timers that never stopped. `has_shifted`: rows moved while a list was read."""

    harvest: HarvestDouble
    clock: SandboxClock
    half: Half
    boss: User
    people: list[User] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    watched: Watched = field(default_factory=Watched)
    alerts: Alerts = field(default_factory=Alerts)
    ticking: set[int] = field(default_factory=set)
    has_shifted: bool = False
    logged: int = 0
    done: Counter[str] = field(default_factory=Counter)

    # What people do in Harvest.

    def add(self, person: int, project: int, task: int, ago: int, hours: int) -> None:
        fields = self._where(person, project, task)
        self.harvest.state.add_entry(**fields, spent_date=self._day(ago), booked=Decimal(hours) / 100)

    def start(self, person: int, project: int, task: int) -> None:
        fields = self._where(person, project, task)
        state = self.harvest.state
        self.ticking.add(state.add_entry(**fields, spent_date=self._day(0), timer_started_at=state.now()).id)

    def book(self, at: int, hours: int) -> None:
        if (entry := self._entry(at)) and not entry.is_running:
            self.harvest.state.change(entry, booked=Decimal(hours) / 100)

    def move(self, at: int, project: int, task: int) -> None:
        if entry := self._entry(at):
            where = self._where(0, project, task)
            self.harvest.state.change(entry, project_id=where["project_id"], task_id=where["task_id"])

    def redate(self, at: int, ago: int) -> None:
        if entry := self._entry(at):
            self.harvest.state.change(entry, spent_date=self._day(ago))

    def delete(self, at: int) -> None:
        if entry := self._entry(at):
            self.harvest.state.delete_entry(entry.id)

    def toggle(self, at: int) -> None:
        """Stop the timer if it runs, else start it again."""
        entry, state = self._entry(at), self.harvest.state
        if entry and entry.is_running:
            timers.stop(state, self.boss, entry)
            self.ticking.discard(entry.id)
        elif entry:
            with suppress(Exception):  # an archived project lets nobody start
                timers.restart(state, self.boss, entry)

    def archive(self, project: int) -> None:
        row = self.projects[project]
        self.harvest.state.change(row, is_active=not row.is_active)

    def tag(self, project: int) -> None:
        row = self.projects[project]
        self.harvest.state.change(row, notes=None if row.notes else "leave, sync_off")

    def rebudget(self, project: int, amount: str | None) -> None:
        budgets.set_budget(self.harvest.state, self.projects[project], None if amount is None else Decimal(amount))

    # What Gleaner does.

    async def read(self, *, is_whole: bool) -> None:
        """An import, and what must hold after each."""
        before, begun = await self.rows(), len(self.watched.planned)
        failure = None
        try:
            await self.half.flows.imports.run(is_whole=is_whole)
        except OutsideError as error:
            failure = error
        has_shifted = len(self.watched.planned) < begun
        self.has_shifted |= has_shifted
        self.done["failed" if failure else "shifted" if has_shifted else "read"] += 1
        after = await self.rows()
        finished = {row["id"] for row in after.entries if not row["is_running"]}
        assert not finished & self.ticking, "a running timer passes for finished"
        if not has_shifted:
            self._check_deletions(before, after)
            self._check_cursor(after)
            if not failure and not self.has_shifted:
                self._check_equal(after)

    async def sweep(self) -> None:
        try:
            await self.half.flows.imports.sweep()
        except OutsideError:
            self.done["failed"] += 1
            return
        self.done["swept"] += 1

    async def settle(self) -> None:
        before = await self.rows()
        await self.half.flows.budget.review.run()
        if before.cursor is not None:
            self.alerts.settled(before, f"{self.clock.now():%Y-%m}", is_first=not before.is_settled)
            self.done["settled"] += 1

    async def log(self, hours: int) -> None:
        """By Ada, in Slack."""
        flows = self.half.flows
        with suppress(Refused, OutsideError):
            person, _ = await flows.people.logger("U1")
            found = await flows.targets.find(person, "ACME-12", "design", None)
            if isinstance(found, Target):
                self.logged += 1
                asked = NewEntry(found, self.clock.now().date(), Hours(hours), "nav")
                await flows.entries.log(person, asked, str(UUID(int=self.logged)))
                self.done["logged"] += 1

    async def mean_it(self) -> None:
        """Somebody presses the newest message's button, if there is one."""
        for asked in (await self.rows()).news("EntriesVanished")[-1:]:
            with suppress(Refused):
                stamp = f"{asked['count']}:{asked['first']}:{asked['last']}"
                await self.half.flows.imports.entries.deletions.question.approve(stamp)

    async def finish(self) -> None:
        """Harvest is well and nobody works any more: what is then true is true for good."""
        self.harvest.faults.clear()
        self.watched.planned.clear()
        await self._deliver()
        await self.read(is_whole=True)
        await self.mean_it()
        await self.read(is_whole=True)
        await self.settle()
        for _ in range(await self._windows() + 1):
            await self.sweep()
        await self._deliver()
        await self.read(is_whole=False)
        await self.settle()
        await self._check_truth()

    async def _windows(self) -> int:
        """As many sweeps as a day's share takes here: each reads one window, where there are no more than 24."""
        async with self.half.tenant.reading() as tx:
            found = len(windows(await tx.mirror.days()))
        assert found < 24
        return found

    async def rows(self) -> Rows:
        return await Rows.read(self.half.store, self.half.tenant.workspace_id)

    async def _deliver(self) -> None:
        for _ in range(15):
            self.clock.advance(timedelta(seconds=5))
            await self.half.flows.outbox.push_due()

    # What must hold.

    def _check_deletions(self, before: Rows, after: Rows) -> None:
        """What was taken out is gone there as well, whether the import ended well or not."""
        removed = _ids(before) - _ids(after)
        assert not removed & set(self.harvest.state.entries), "an entry that lives was taken out"

    def _check_cursor(self, after: Rows) -> None:
        """What is older than the cursor was read; what changed in its very second is read again."""
        if after.cursor is None:
            return
        until = datetime.fromisoformat(after.cursor)
        passed = {entry.id for entry in self.harvest.state.entries.values() if entry.updated_at < until}
        unread = [one for one in self._theirs() - _entries(after) if one[0] in passed]
        assert not unread, "the cursor went beyond what was read"

    def _check_equal(self, after: Rows) -> None:
        """Additions, edits, moves and deletions are there after one import (contract, section 5.2)."""
        extra = {one[0] for one in _entries(after) - self._theirs()} if after.news("EntriesVanished") else set()
        assert {one for one in _entries(after) if one[0] not in extra} == self._theirs()

    async def _check_truth(self) -> None:
        state, rows = self.harvest.state, await self.rows()
        totals: Counter[tuple[int, int, date]] = Counter()
        for entry in state.entries.values():
            if not entry.is_running:
                totals[entry.project_id, entry.user_id, entry.spent_date] += int(entry.booked * 100)
        async with self.half.tenant.reading() as tx:
            ours = {(one[0], one[1], one[2]): int(one[3]) for one in await tx.mirror.by_person_and_day()}
        assert ours == dict(totals)
        finished = [entry for entry in state.entries.values() if not entry.is_running]
        for row in rows.projects:
            project = state.projects[row["id"]]
            mine = [entry for entry in finished if entry.project_id == project.id]
            theirs = (budgets.used(state, project, mine) * 100).quantize(Decimal(1), ROUND_HALF_UP)
            assert used(row, "", "", rows.entries) == theirs
        assert rows.alerts() == self.alerts.expected

    def _theirs(self) -> set[tuple[Any, ...]]:
        return {
            (one.id, one.user_id, one.project_id, one.task_id, one.spent_date, one.is_running, _hours(one))
            for one in self.harvest.state.entries.values()
        }

    def _where(self, person: int, project: int, task: int) -> dict[str, int]:
        return {
            "user_id": self.people[person].id,
            "project_id": self.projects[project].id,
            "task_id": self.tasks[task].id,
        }

    def _entry(self, at: int) -> Entry | None:
        every = list(self.harvest.state.entries.values())
        return every[at % len(every)] if every else None

    def _day(self, ago: int) -> date:
        return self.clock.now().date() - timedelta(days=ago)


@asynccontextmanager
async def account(url: str, workspace: str, now: datetime) -> AsyncIterator[Account]:
    """Three people, two tasks, and a project of each kind of budget."""
    clock = StillClock(now)
    harvest = HarvestDouble(clock, rate=1_000_000)
    harvest.faults.hang = 0.01
    await harvest.start()
    try:
        async with half(url, harvest, clock, workspace=workspace) as ours:
            yield _furnished(harvest, clock, ours)
    finally:
        await harvest.stop()


def _furnished(harvest: HarvestDouble, clock: SandboxClock, ours: Half) -> Account:
    state = harvest.state
    roles = ("administrator",)
    boss = state.add_user(first_name="Boss", last_name="One", email="uboss@lumen.example", access_roles=roles)
    state.grant(boss, ADMIN)
    made = Account(harvest, clock, ours, boss)
    harvest.requests = made.watched
    for name in ("u1", "u2", "u3"):
        made.people.append(state.add_user(first_name=name, last_name="Park", email=f"{name}@lumen.example"))
    made.tasks += [state.add_task(name="Design"), state.add_task(name="Development")]
    client = state.add_client(name="ACME").id
    kinds: dict[str, dict[str, Any]] = {
        "ACME-12": {"budget_by": "project", "budget": Decimal(10)},
        "TASK-1": {"budget_by": "task"},
        "MONTH-1": {"budget_by": "project", "budget": Decimal(10), "budget_is_monthly": True},
        "MONEY-1": {"budget_by": "project_cost", "cost_budget": Decimal(1000), "bill_by": "Project"},
        "HEAD-1": {"budget_by": "person"},
        "FREE-1": {"budget_by": "none"},
    }
    for code, fields in kinds.items():
        project = state.add_project(client_id=client, name=code, code=code, hourly_rate=Decimal("99.99"), **fields)
        made.projects.append(project)
        by_task, by_head = fields["budget_by"] == "task", fields["budget_by"] == "person"
        for task in made.tasks:
            state.assign_task(project, task, budget=Decimal(5) if by_task else None)
        for user in made.people:
            state.assign_user(project, user, budget=Decimal(5) if by_head else None)
    return made


def _ids(rows: Rows) -> set[int]:
    return {row["id"] for row in rows.entries}


def _entries(rows: Rows) -> set[tuple[Any, ...]]:
    names = ("id", "user_id", "project_id", "task_id", "spent_date", "is_running")
    return {(*(row[name] for name in names), None if row["is_running"] else row["hours"]) for row in rows.entries}


def _hours(entry: Entry) -> int | None:
    return None if entry.is_running else int(entry.booked * 100)


FAULTS = (
    Kind.BUSY,
    Kind.BUSY_BARE,
    Kind.ERROR_BEFORE,
    Kind.DROP_BEFORE,
    Kind.DROP_AFTER,
    Kind.MALFORMED_BEFORE,
    Kind.MALFORMED,
)
"""429 with and without a time, 5xx, connections dropped before and after, and bodies broken off."""
