"""Imports of what is bad, missing or moving: nothing read is lost, nothing unread is passed over, nobody is told twice.

On SQLite; the machine of test_mirror_machine.py and tests/faults/ do the same things on PostgreSQL.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import stamina
from alert_model import Rows
from gleaner_half import half
from mirror_account import Watched

from sandbox.faults import Kind
from sandbox.harvest import timers
from store.budget_records import LockState
from sync import entry_import
from sync.clients import harvest_requests
from sync.directory_import import RightsLost
from sync.errors import OutsideError, Unauthorised, Unavailable

World = Any
TODAY = date(2026, 11, 20)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'gleaner.db'}"


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def add(world: World, hours: str = "1", day: date = TODAY, **fields: Any) -> Any:
    where = {"user_id": world.user.id, "project_id": world.project.id, "task_id": world.task.id}
    booked = {} if "timer_started_at" in fields else {"booked": Decimal(hours)}
    return world.harvest.state.add_entry(**{**where, "spent_date": day, **booked, **fields})


def start(world: World, **fields: Any) -> Any:
    return add(world, timer_started_at=world.harvest.state.now(), **fields)


async def rows(world: World) -> Rows:
    return await Rows.read(world.store, "T1")


async def ids(world: World) -> set[int]:
    return {row["id"] for row in (await rows(world)).entries}


async def settle(world: World) -> Rows:
    await world.flows.settlement.run()
    return await rows(world)


async def look(world: World) -> Rows:
    """An import of everything and a settlement."""
    world.clock.advance(MINUTE)
    await world.imports.run()
    return await settle(world)


def bands(seen: Rows) -> list[int]:
    return [band for _, band in seen.alerts().elements()]


def asked(world: World) -> list[str]:
    """Paths of all requests since the last call."""
    seen = [request.path for request in world.harvest.requests]
    world.harvest.requests.clear()
    return seen


def meanwhile(world: World, nth: int, deed: Any) -> None:
    """Something happens in Harvest as the n-th request for a list of entries comes."""
    if not isinstance(world.harvest.requests, Watched):
        world.harvest.requests = Watched()
    world.harvest.requests.planned.append((nth, deed))


class Tampering(httpx.AsyncHTTPTransport):
    """Between us and Harvest: changes the body of the entries' lists, as `how` says."""

    def __init__(self, how: Any) -> None:
        super().__init__()
        self.how = how

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        body = await answer.aread()
        await answer.aclose()
        if request.url.path.endswith("/time_entries"):
            body = self.how(orjson.loads(body))
        return httpx.Response(answer.status_code, content=body, headers={"Content-Type": "application/json"})


class TestCosts:
    async def test_an_unchanged_tick_takes_three_requests(self, world: World) -> None:
        for ago in range(40):
            add(world, day=TODAY - timedelta(days=ago))
        await look(world)
        world.clock.advance(MINUTE)
        asked(world)
        await world.imports.run(is_whole=False)
        assert asked(world) == ["/v2/time_entries"] * 3

    @pytest.mark.parametrize("ago", [0, 30, 400, 4000])
    async def test_a_deletion_of_any_age_is_found_by_one_import(self, world: World, ago: int) -> None:
        """One list of the window, who we are, and the entry itself: six requests with the three of every tick."""
        for past in (0, 30, 400, 4000):
            add(world, day=TODAY - timedelta(days=past))
        await look(world)
        gone = next(
            entry for entry in world.harvest.state.entries.values() if entry.spent_date == TODAY - timedelta(days=ago)
        )
        world.harvest.state.delete_entry(gone.id)
        asked(world)
        imported = await world.imports.run(is_whole=False)
        paths = asked(world)
        assert imported.entries.removed == 1
        assert gone.id not in await ids(world)
        assert len(paths) == 6, paths

    async def test_one_deletion_among_many_is_found_by_halving(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """64 windows of a request each are halved six times."""
        monkeypatch.setattr(entry_import, "LISTED", 4)
        made = [add(world, day=TODAY - timedelta(days=ago)) for ago in range(256)]
        await look(world)
        world.harvest.state.delete_entry(made[77].id)
        asked(world)
        assert (await world.imports.run(is_whole=False)).entries.removed == 1
        assert len(asked(world)) == 3 + 6 + 3
        assert await ids(world) == set(world.harvest.state.entries)

    async def test_a_deletion_hidden_by_an_addition_that_was_not_seen_is_found_by_the_sweeps(
        self, world: World
    ) -> None:
        gone, _ = add(world), add(world, day=date(2020, 1, 1))
        await look(world)
        world.harvest.state.delete_entry(gone.id)
        late = add(world, day=date(2019, 5, 5))
        late.updated_at -= timedelta(hours=1)  # stored late, and stamped long before
        await world.imports.run(is_whole=False)
        assert gone.id in await ids(world)
        await world.imports.sweep()
        assert await ids(world) == set(world.harvest.state.entries)


class TestBadAnswers:
    @pytest.mark.parametrize(
        "how",
        [
            lambda page: orjson.dumps(page)[:-40],
            lambda page: orjson.dumps({**page, "time_entries": page["time_entries"][:1]}),
            lambda page: orjson.dumps({name: page[name] for name in page if name != "links"}),
            lambda page: orjson.dumps({**page, "total_entries": page["total_entries"] + 2}),
            lambda page: orjson.dumps({**page, "links": {"next": "http://127.0.0.2:1/v2/time_entries?page=2"}}),
            lambda page: orjson.dumps({**page, "time_entries": [{**page["time_entries"][0], "hours": "x"}]}),
            lambda page: orjson.dumps({**page, "time_entries": None}),
            lambda _: b"<html>Something went wrong</html>",
            lambda _: b"",
        ],
        ids=[
            "broken off",
            "rows missing",
            "no links",
            "more said than shown",
            "elsewhere",
            "no hours",
            "null",
            "HTML",
            "empty",
        ],
    )
    async def test_no_cursor_moves_and_no_row_goes(self, world: World, database_url: str, how: Any) -> None:
        add(world), add(world)
        await look(world)
        before = await rows(world)
        world.clock.advance(timedelta(hours=1))
        fresh = {add(world).id, add(world).id}
        async with half(database_url, world.harvest, world.clock, transport=Tampering(how)) as tampered:
            for _ in range(2):
                with pytest.raises(Unavailable):
                    await tampered.flows.imports.run(is_whole=False)
        after = await rows(world)
        assert after.cursor == before.cursor
        assert {row["id"] for row in before.entries} <= {row["id"] for row in after.entries}
        assert len(after.news("ImportStalled")) == 1
        await look(world)
        assert fresh <= await ids(world)
        assert len((await rows(world)).news("ImportResumed")) == 1

    @pytest.mark.parametrize("kind", [Kind.BUSY_BARE, Kind.ERROR_BEFORE, Kind.DROP_BEFORE, Kind.MALFORMED])
    async def test_an_outage_is_told_once_when_it_begins_and_once_when_it_ends(self, world: World, kind: Kind) -> None:
        await look(world)
        world.harvest.faults.sprinkle(1.0, kinds=[kind])
        for _ in range(3):
            world.clock.advance(MINUTE)
            with pytest.raises(OutsideError):
                await world.imports.run(is_whole=False)
            with pytest.raises(OutsideError):
                await world.imports.sweep()
        world.harvest.faults.clear()
        world.clock.advance(MINUTE)
        for _ in range(3):
            seen = await look(world)
        assert (len(seen.news("ImportStalled")), len(seen.news("ImportResumed"))) == (1, 1)
        world.harvest.faults.next(Kind.ERROR_BEFORE, times=3)
        with pytest.raises(Unavailable):
            await world.imports.run(is_whole=False)
        seen = await look(world)
        assert (len(seen.news("ImportStalled")), len(seen.news("ImportResumed"))) == (2, 2)


class TestWhileTheyWork:
    """Rows shift between the pages of a list, and timers stop between two lists."""

    @pytest.fixture(autouse=True)
    def _pages_of_three(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(harvest_requests, "PER_PAGE", 3)
        monkeypatch.setattr(entry_import, "LISTED", 3)

    async def test_an_edit_is_not_missed_because_another_entry_was_deleted(self, world: World) -> None:
        """The first page was read as one of its rows goes: the fourth row stands on it now, and on no later one."""
        made = [add(world, day=TODAY - timedelta(days=ago)) for ago in range(8)]
        await look(world)
        world.clock.advance(timedelta(hours=1))
        for entry in made:
            world.harvest.state.change(entry, booked=Decimal(2))
        world.harvest.faults.clear()
        meanwhile(world, 3, lambda: world.harvest.state.delete_entry(made[0].id))
        await world.imports.run(is_whole=False)
        seen = await rows(world)
        assert {row["id"]: row["hours"] for row in seen.entries} == {entry.id: 200 for entry in made[1:]}

    async def test_additions_while_a_list_is_read_hold_up_nothing(self, world: World) -> None:
        """Somebody works all the time: the account is read all the same, and what came meanwhile comes next."""
        for ago in range(12):
            add(world, day=TODAY - timedelta(days=ago))
        for nth in range(2, 60):
            meanwhile(world, nth, lambda: add(world))
        world.clock.advance(MINUTE)
        await world.imports.run(is_whole=False)
        world.harvest.requests.planned.clear()
        await world.imports.run(is_whole=False)
        assert await ids(world) == set(world.harvest.state.entries)

    async def test_a_timer_that_stops_between_two_lists_is_stopped_here(self, world: World) -> None:
        running = start(world)
        await look(world)
        world.clock.advance(timedelta(hours=1))
        boss = world.harvest.state.user_by_email("uboss@lumen.example")
        meanwhile(world, 2, lambda: timers.stop(world.harvest.state, boss, running))
        await world.imports.run(is_whole=False)
        (row,) = (await rows(world)).entries
        assert (row["is_running"], row["hours"]) == (False, 101)

    async def test_the_cursor_stays_before_what_changed_while_a_long_list_was_read(self, world: World) -> None:
        """A first import may take longer than the minutes that are always read again."""
        made = [add(world, day=TODAY - timedelta(days=ago)) for ago in range(8)]

        def edit_what_was_read() -> None:
            world.clock.advance(timedelta(minutes=1))
            world.harvest.state.change(made[0], booked=Decimal(7))

        def edit_what_is_to_come() -> None:
            world.clock.advance(timedelta(minutes=9))
            world.harvest.state.change(made[7], booked=Decimal(8))

        meanwhile(world, 3, edit_what_was_read)
        meanwhile(world, 3, edit_what_is_to_come)
        await world.imports.run(is_whole=False)
        await world.imports.run(is_whole=False)
        hours = {row["id"]: row["hours"] for row in (await rows(world)).entries}
        assert (hours[made[0].id], hours[made[7].id]) == (700, 800)


class TestRights:
    """What the importing token no longer shows is not gone."""

    @pytest.mark.parametrize("is_whole", [True, False])
    async def test_an_administrator_who_is_none_any_more_stops_the_import(self, world: World, is_whole: bool) -> None:
        other = {"user_id": world.user.id}
        add(world, **other), start(world, **other), add(world, day=date(2019, 1, 1), **other)
        await look(world)
        before = await rows(world)
        boss = world.harvest.state.user_by_email("uboss@lumen.example")
        world.harvest.state.change(boss, access_roles=("member",))
        for _ in range(3):
            world.clock.advance(MINUTE)
            with pytest.raises(RightsLost):
                await world.imports.run(is_whole=is_whole)
        after = await rows(world)
        assert [row["id"] for row in after.entries] == [row["id"] for row in before.entries]
        assert after.projects == before.projects
        assert len(after.news("ImportStalled")) == 1
        assert "administrator" in after.news("ImportStalled")[0]["reason"]
        world.harvest.state.change(boss, access_roles=("administrator",))
        added = add(world)
        await look(world)
        assert added.id in await ids(world)

    async def test_a_manager_who_loses_a_project_deletes_nothing(self, world: World) -> None:
        """The directory was read a minute ago and still calls it managed."""
        state = world.harvest.state
        boss = state.user_by_email("uboss@lumen.example")
        state.change(boss, access_roles=("manager",))
        other = state.add_project(client_id=world.project.client_id, name="Other", code="OTHER-1")
        state.assign_task(other, world.task)
        for project in (world.project, other):
            state.assign_user(project, boss, is_project_manager=True)
        async with world.store.transaction("T1") as tx:  # connected with a manager's token
            account = await tx.workspaces.account()
            await tx.workspaces.save_account(type(account)(**{**_fields(account), "access_roles": ("manager",)}))
        kept, gone = [add(world), add(world, project_id=other.id)], add(world)
        await look(world)
        state.unassign_user(other, boss)
        state.delete_entry(gone.id)
        world.clock.advance(MINUTE)
        await world.imports.run(is_whole=False)
        assert await ids(world) == {entry.id for entry in kept}

    async def test_a_token_that_was_revoked_is_told_once(self, world: World) -> None:
        add(world)
        await look(world)
        world.harvest.state.tokens.clear()
        for _ in range(3):
            world.clock.advance(MINUTE)
            with pytest.raises(Unauthorised):
                await world.imports.run(is_whole=False)
        seen = await rows(world)
        assert len(seen.entries) == 1
        assert len(seen.news("ImportStalled")) == 1


class TestManyAtOnce:
    async def test_somebody_is_asked_once_and_nothing_goes(self, world: World) -> None:
        made = [add(world) for _ in range(20)]
        await look(world)
        for entry in made[:15]:
            world.harvest.state.delete_entry(entry.id)
        for _ in range(3):
            seen = await look(world)
        assert len(seen.entries) == 20
        assert seen.news("EntriesVanished") == [{"count": 15, "first": None, "last": None}]
        await world.imports.entries.mean_it()
        seen = await look(world)
        assert len(seen.entries) == 5
        assert len(seen.news("EntriesVanished")) == 1

    async def test_a_word_that_deletions_are_meant_holds_for_an_hour(self, world: World) -> None:
        made = [add(world) for _ in range(20)]
        await look(world)
        await world.imports.entries.mean_it()
        world.clock.advance(timedelta(hours=2))
        for entry in made[:15]:
            world.harvest.state.delete_entry(entry.id)
        seen = await look(world)
        assert (len(seen.entries), len(seen.news("EntriesVanished"))) == (20, 1)


class TestBudgets:
    @pytest.mark.parametrize("budget", ["0", "0.00", "1000000000", "900000000.01", None])
    async def test_a_budget_that_is_none_or_absurd_alerts_and_locks_nothing(
        self, world: World, budget: str | None
    ) -> None:
        await look(world)
        state = world.harvest.state
        state.change(world.project, budget_by="project", budget=None if budget is None else Decimal(budget))
        add(world, "23.75"), add(world, "0")
        seen = await look(world)
        assert seen.alerts() == {}
        assert not await closed(world)

    async def test_a_budget_beyond_all_measure_stalls_the_import_and_says_so(self, world: World) -> None:
        await look(world)
        world.harvest.state.change(world.project, budget_by="project", budget=Decimal(10) ** 15)
        with pytest.raises(Unavailable):
            await world.imports.run()
        assert "budget" in (await rows(world)).news("ImportStalled")[0]["reason"]

    async def test_the_smallest_budget_is_a_budget(self, world: World) -> None:
        await look(world)
        world.harvest.state.change(world.project, budget_by="project", budget=Decimal("0.01"))
        add(world, "0.01")
        assert bands(await look(world)) == [100]
        assert await closed(world)

    async def test_money_that_the_token_may_not_see_is_judged_by_nobody(self, world: World) -> None:
        state = world.harvest.state
        boss = state.user_by_email("uboss@lumen.example")
        state.change(boss, access_roles=("manager",))
        state.assign_user(world.project, boss, is_project_manager=True)
        async with world.store.transaction("T1") as tx:
            account = await tx.workspaces.account()
            await tx.workspaces.save_account(type(account)(**{**_fields(account), "access_roles": ("manager",)}))
        await look(world)
        money = {"budget_by": "project_cost", "cost_budget": Decimal(10), "bill_by": "Project"}
        state.change(world.project, hourly_rate=Decimal(100), **money)
        add(world, "8")
        seen = await look(world)
        assert seen.alerts() == {}
        assert not await closed(world)
        state.change(boss, access_roles=("manager", "billable_rates_manager"))
        state.change(next(iter(state.entries.values())), notes="seen again, with its rate")
        assert bands(await look(world)) == [100]

    async def test_an_entry_that_moves_on_takes_its_overage_along(self, world: World) -> None:
        state = world.harvest.state
        other = state.add_project(client_id=world.project.client_id, name="Other", code="OTHER-1")
        state.assign_task(other, world.task)
        state.change(world.project, budget_by="project", budget=Decimal(1))
        await look(world)
        add(world, "1")
        await look(world)
        over = add(world, "2")
        await look(world)
        assert await overages(world) == [over.id]
        state.change(over, project_id=other.id)
        await look(world)
        assert await overages(world) == []


class TestDirectory:
    async def test_sync_off_leaves_at_once_and_comes_back_with_its_data(self, world: World) -> None:
        state = world.harvest.state
        monthly = {"budget_by": "project", "budget": Decimal(1), "budget_is_monthly": True}
        state.change(world.project, **monthly)
        await look(world)
        add(world, "0.5"), add(world, "0.5", date(2026, 10, 5))
        await look(world)
        state.change(world.project, notes="holiday, sync_off")
        add(world, "0.5"), add(world, "0.5", date(2026, 10, 5))
        seen = await look(world)
        assert (len(seen.entries), seen.alerts()) == (4, {})
        found = await world.targets.find(await world.person(), "ACME-12", "design", None)
        assert type(found).__name__ == "Unclear"
        state.change(world.project, notes="")
        seen = await look(world)
        assert len(seen.entries) == 4
        assert sorted(key[2] for key, _ in seen.alerts()) == ["2026-10", "2026-11"]

    async def test_an_entry_on_a_project_nobody_knows_yet_is_kept_and_counted_later(self, world: World) -> None:
        state = world.harvest.state
        await look(world)
        fields = {"budget_by": "project", "budget": Decimal(1), "budget_is_monthly": True}
        fresh = state.add_project(client_id=world.project.client_id, name="Fresh", code="FRESH-1", **fields)
        state.assign_task(fresh, world.task)
        entries = {add(world, "1", day, project_id=fresh.id).id for day in (TODAY, date(2026, 9, 1))}
        await world.imports.run(is_whole=False)
        seen = await settle(world)
        assert ({row["id"] for row in seen.entries}, seen.alerts()) == (entries, {})
        seen = await look(world)
        assert sorted(key[2] for key, _ in seen.alerts()) == ["2026-09", "2026-11"]

    async def test_an_entry_of_somebody_harvest_does_not_list_is_kept_and_flagged(self, world: World) -> None:
        """A manager's token lists who is on the projects; who was taken off still has hours there."""
        state = world.harvest.state
        boss = state.user_by_email("uboss@lumen.example")
        former = state.add_user(first_name="Kim", last_name="Gone", email="kim@lumen.example")
        state.change(boss, access_roles=("manager",))
        state.assign_user(world.project, boss, is_project_manager=True)
        async with world.store.transaction("T1") as tx:
            account = await tx.workspaces.account()
            await tx.workspaces.save_account(type(account)(**{**_fields(account), "access_roles": ("manager",)}))
        entry = add(world, user_id=former.id)
        await look(world)
        assert entry.id in await ids(world)
        assert (await world.flows.roster.read()).unknown == [former.id]

    async def test_archived_and_renamed_projects_propagate(self, world: World) -> None:
        state = world.harvest.state
        add(world)
        state.change(world.project, name="Website, again", code="ACME-13")
        state.archive(world.project)
        seen = await look(world)
        (project,) = seen.projects
        assert (project["name"], project["code"], project["is_active"]) == ("Website, again", "ACME-13", False)
        assert len(seen.entries) == 1
        async with world.store.reading("T1") as tx:
            (event,) = await tx.audit.of(f"project:{project['id']}")
        assert event.facts["name"] == ["Website relaunch", "Website, again"]
        state.restore(world.project)
        (project,) = (await look(world)).projects
        assert project["is_active"]


async def closed(world: World) -> bool:
    async with world.store.reading("T1") as tx:
        states = await tx.budgets.states([world.project.id])
    return any(state.lock is LockState.CLOSED for state in states)


async def overages(world: World) -> list[int]:
    async with world.store.reading("T1") as tx:
        return [one.harvest_id for one in await tx.budgets.overages(world.project.id, "", "")]


def _fields(account: Any) -> dict[str, Any]:
    return {name: getattr(account, name) for name in account.__dataclass_fields__}


assert datetime
