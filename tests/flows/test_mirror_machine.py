"""Random histories of an account and of Gleaner's jobs: the mirror ends up equal, and every band is told once."""

import asyncio
import itertools
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import stamina
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from mirror_account import FAULTS, Account, account

from store.database import Store
from store.schema import migrate
from sync import entry_import
from sync.clients import harvest_requests

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
_EXAMPLES = {"sqlite": 25, "postgresql": 6}
_STEPS = 30
_WORKSPACES = itertools.count(1)

person, project, task = st.integers(0, 2), st.integers(0, 5), st.integers(0, 1)
which = st.integers(0, 30)
ago = st.sampled_from([0, 1, 2, 19, 20, 45, 400, 2000])
hours = st.one_of(st.integers(0, 1300), st.sampled_from([25, 100, 375, 449, 450, 500, 749, 750, 900, 999, 1000]))
amount = st.sampled_from([None, "0", "1", "5", "9.99", "10", "20", "40", "1000", "900000000"])
budgeted = st.sampled_from([0, 1, 3, 4])
"""Not the monthly one: Harvest keeps no history of its budget, so what a past month should say is nobody's to judge."""


class MirrorMachine(RuleBasedStateMachine):
    """Every rule is one thing somebody does in Harvest, or one job of ours."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.is_sound = True
        self.runner = asyncio.Runner()
        self.opened = account(url, f"T{next(_WORKSPACES)}", NOW)
        self.account: Account = self.runner.run(self.opened.__aenter__())

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        self.account.clock.advance(timedelta(seconds=7))
        self.is_sound = False
        self.runner.run(work)
        self.is_sound = True

    @initialize(entries=st.lists(st.tuples(person, project, task, ago, hours), max_size=25), is_read=st.booleans())
    def begin(self, entries: list[tuple[int, int, int, int, int]], is_read: bool) -> None:
        for entry in entries:
            self.account.add(*entry)
        if is_read:
            self.do(self.account.read(is_whole=True))
            self.do(self.account.settle())

    @rule(who=person, where=project, what=task, ago=ago, hours=hours)
    def add(self, who: int, where: int, what: int, ago: int, hours: int) -> None:
        self.account.add(who, where, what, ago, hours)

    @rule(at=which, hours=hours)
    def book(self, at: int, hours: int) -> None:
        self.account.book(at, hours)

    @rule(at=which, where=project, what=task)
    def move(self, at: int, where: int, what: int) -> None:
        self.account.move(at, where, what)

    @rule(at=which, ago=ago)
    def redate(self, at: int, ago: int) -> None:
        self.account.redate(at, ago)

    @rule(at=which, count=st.integers(1, 4))
    def delete(self, at: int, count: int) -> None:
        for _ in range(count):
            self.account.delete(at)

    @rule(who=person, where=project, what=task)
    def start(self, who: int, where: int, what: int) -> None:
        self.account.start(who, where, what)

    @rule(at=which)
    def toggle(self, at: int) -> None:
        self.account.toggle(at)

    @rule(where=project)
    def archive(self, where: int) -> None:
        self.account.archive(where)

    @rule(where=project)
    def tag(self, where: int) -> None:
        self.account.tag(where)

    @rule(where=budgeted, amount=amount)
    def rebudget(self, where: int, amount: str | None) -> None:
        self.account.rebudget(where, amount)

    @rule(is_whole=st.booleans())
    def read(self, is_whole: bool) -> None:
        self.do(self.account.read(is_whole=is_whole))

    @rule(is_whole=st.booleans())
    def read_and_settle(self, is_whole: bool) -> None:
        self.do(self.account.read(is_whole=is_whole))
        self.do(self.account.settle())

    @rule()
    def sweep(self) -> None:
        self.do(self.account.sweep())

    @rule()
    def settle(self) -> None:
        self.do(self.account.settle())

    @rule(hours=hours.filter(bool))
    def log(self, hours: int) -> None:
        self.do(self.account.log(hours))

    @rule()
    def mean_it(self) -> None:
        self.do(self.account.mean_it())

    @rule(minutes=st.sampled_from([1, 6, 61, 24 * 60, 11 * 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.account.clock.advance(timedelta(minutes=minutes))

    @rule(kind=st.sampled_from(FAULTS), times=st.integers(1, 4), path=st.sampled_from(["*", "time_entries*"]))
    def fail(self, kind: Any, times: int, path: str) -> None:
        self.account.harvest.faults.next(kind, matching=f"GET /v2/{path}", times=times)

    @rule(at=which, nth=st.integers(1, 8), ago=ago, hours=hours, deed=st.sampled_from(["add", "delete", "redate"]))
    def interfere(self, at: int, nth: int, ago: int, hours: int, deed: str) -> None:
        """Somebody works while a list is read: rows shift between its pages."""
        deeds = {
            "add": partial(self.account.add, at % 3, at % 6, at % 2, ago, hours),
            "delete": partial(self.account.delete, at),
            "redate": partial(self.account.redate, at, ago),
        }
        self.account.watched.planned.append((nth, deeds[deed]))

    @rule(at=which, nth=st.integers(1, 3))
    def interfere_with_timer(self, at: int, nth: int) -> None:
        self.account.watched.planned.append((nth, partial(self.account.toggle, at)))

    def teardown(self) -> None:
        try:
            if self.is_sound:
                self.runner.run(self.account.finish())
        finally:
            self.runner.run(self.opened.__aexit__(None, None, None))
            self.runner.close()


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Few entries make many pages and windows, and a read is tried again at once."""
    monkeypatch.setattr(harvest_requests, "PER_PAGE", 4)
    monkeypatch.setattr(entry_import, "LISTED", 8)
    monkeypatch.setattr(entry_import, "windows", partial(entry_import.windows, most=8))
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


async def _migrated(url: str) -> None:
    store = Store.open(url)
    await migrate(store)
    await store.close()


@pytest.mark.usefixtures("small_pages")
def test_the_mirror_ends_equal_and_every_band_is_told_once(database_url: str) -> None:
    asyncio.run(_migrated(database_url))
    run_state_machine_as_test(
        lambda: MirrorMachine(database_url),
        settings=settings(
            max_examples=_EXAMPLES[database_url.partition(":")[0]],
            stateful_step_count=_STEPS,
            derandomize=True,
            print_blob=True,
            deadline=None,
            # Shrinking repeats it for minutes; the blob that is printed repeats the one that failed.
            phases=[Phase.generate],
            report_multiple_bugs=False,
            # Each example is a server, a database and some hundred requests: seconds are no sign of bad strategies.
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
