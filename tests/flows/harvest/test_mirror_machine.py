"""Random histories of an account and of Gleaner's jobs: the mirror ends up equal, and every band is told once."""

import asyncio
import itertools
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import stamina
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from sync.clients.harvest import requests as harvest_requests
from sync.harvest import deletions, entry_import
from sync.rules.harvest.deletion_search import windows
from tests.flows.mirror_account import FAULTS, Account, account

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
_EXAMPLES = {"sqlite": 5, "postgresql": 2}
"""For each seed; the first one of each is next to nothing."""
_SEEDS = range(3)
_STEPS = 30
_WORKSPACES = itertools.count(1)

person, project, task = st.integers(0, 2), st.integers(0, 5), st.integers(0, 1)
which = st.integers(0, 30)
ago = st.sampled_from([0, 1, 2, 19, 20, 45, 400, 2000])
hours = st.one_of(st.integers(200, 1300), st.sampled_from([0, 25, 375, 449, 450, 500, 749, 750, 900, 999, 1000]))
amount = st.sampled_from([None, "0", "1", "5", "9.99", "10", "20", "30", "1000", "900000000"])
budgeted = st.sampled_from([0, 1, 3, 4])
"""Not the monthly one: Harvest keeps no history of its budget, so what a past month should say is nobody's to judge."""

deed = st.one_of(
    st.tuples(st.just("add"), person, project, task, ago, hours),
    st.tuples(st.just("book"), which, hours),
    st.tuples(st.just("move"), which, project, task),
    st.tuples(st.just("redate"), which, ago),
    st.tuples(st.just("delete"), which),
    st.tuples(st.just("start"), person, project, task),
    st.tuples(st.just("toggle"), which),
)
"""What somebody does with one entry in Harvest: the name of a method of Account, and what it is given."""


class MirrorMachine(RuleBasedStateMachine):
    """Every rule is a few things somebody does in Harvest, or one job of ours."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.is_sound = True
        self.runner = asyncio.Runner()
        self.opened = account(url, f"W{next(_WORKSPACES)}", NOW)
        self.account: Account = self.runner.run(self.opened.__aenter__())

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """One job; a check that failed there leaves nothing to be checked at the end."""
        self.account.clock.advance(timedelta(seconds=7))
        self.is_sound = False
        self.runner.run(work)
        self.is_sound = True

    def done(self, deed: tuple[Any, ...]) -> None:
        name, *given = deed
        getattr(self.account, name)(*given)

    @initialize(deeds=st.lists(deed, max_size=20), is_read=st.booleans())
    def begin(self, deeds: list[tuple[Any, ...]], is_read: bool) -> None:
        self.work(deeds)
        if is_read:
            self.read_and_settle(is_whole=True)

    @rule(deeds=st.lists(deed, min_size=1, max_size=6))
    def work(self, deeds: list[tuple[Any, ...]]) -> None:
        for one in deeds:
            self.done(one)

    @rule(where=project, is_archived=st.booleans())
    def put_away(self, where: int, is_archived: bool) -> None:
        (self.account.archive if is_archived else self.account.tag)(where)

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

    @rule(deeds=st.lists(deed, max_size=6), is_whole=st.booleans())
    def work_read_and_settle(self, deeds: list[tuple[Any, ...]], is_whole: bool) -> None:
        self.work(deeds)
        self.read_and_settle(is_whole=is_whole)

    @rule(deeds=st.lists(st.tuples(st.integers(1, 8), deed), min_size=1, max_size=3))
    def read_while_they_work(self, deeds: list[tuple[int, tuple[Any, ...]]]) -> None:
        """Rows shift between the pages of a list; timers stop between two lists."""
        self.account.watched.planned += [(nth, partial(self.done, one)) for nth, one in deeds]
        self.do(self.account.read(is_whole=False))

    @rule(
        kind=st.sampled_from(FAULTS),
        times=st.integers(1, 4),
        path=st.sampled_from(["*", "time_entries*"]),
        is_whole=st.booleans(),
    )
    def read_in_vain(self, kind: Any, times: int, path: str, is_whole: bool) -> None:
        self.account.harvest.faults.next(kind, matching=f"GET /v2/{path}", times=times)
        self.do(self.account.read(is_whole=is_whole))

    @rule()
    def sweep(self) -> None:
        self.do(self.account.sweep())

    @rule()
    def settle(self) -> None:
        self.do(self.account.settle())

    @rule(hours=hours.filter(bool))
    def log(self, hours: int) -> None:
        self.do(self.account.log(hours))

    @rule(minutes=st.sampled_from([1, 6, 61, 24 * 60, 11 * 24 * 60]), is_meant=st.booleans())
    def wait(self, minutes: int, is_meant: bool) -> None:
        """A while later; somebody may have said that what vanished was deleted."""
        self.account.clock.advance(timedelta(minutes=minutes))
        if is_meant:
            self.do(self.account.mean_it())

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
    monkeypatch.setattr(harvest_requests, "PER_PAGE", 6)
    monkeypatch.setattr(deletions, "LISTED", 8)
    monkeypatch.setattr(entry_import, "windows", partial(windows, most=8))
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("number", _SEEDS)
def test_the_mirror_ends_equal_and_every_band_is_told_once(database_url: str, number: int) -> None:
    class OnThisDatabase(MirrorMachine):
        def __init__(self) -> None:
            super().__init__(database_url)

    run_state_machine_as_test(
        seed(number)(OnThisDatabase),
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
