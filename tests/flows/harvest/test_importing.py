"""Imports of bad answers and of what moves: nothing read is lost, nothing unread is passed over, and at what cost."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest

from sandbox.faults import Kind
from sandbox.harvest import timers
from sync.clients.harvest import requests as harvest_requests
from sync.errors import OutsideError, Unavailable
from sync.harvest import deletions
from tests.flows.conftest import World
from tests.flows.importing_steps import MINUTE, TODAY, add, asked, boss, ids, look, meanwhile, rows, start
from tests.flows.mirror_account import Watched
from tests.gleaner_half import half


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
        monkeypatch.setattr(deletions, "LISTED", 4)
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
        gone = add(world)
        add(world, day=date(2020, 1, 1))
        await look(world)
        world.harvest.state.delete_entry(gone.id)
        late = add(world, day=date(2019, 5, 5))
        late.updated_at -= timedelta(hours=1)  # stored late, and stamped long before
        await world.imports.run(is_whole=False)
        assert gone.id in await ids(world)
        await world.imports.sweep()
        assert await ids(world) == set(world.harvest.state.entries)


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


class TestBadAnswers:
    @pytest.mark.parametrize(
        "how",
        [
            lambda page: orjson.dumps(page)[:-40],
            lambda page: orjson.dumps({**page, "time_entries": page["time_entries"][:1]}),
            lambda page: orjson.dumps({name: page[name] for name in page if name != "links"}),
            lambda page: orjson.dumps({**page, "total_entries": page["total_entries"] + 2}),
            lambda page: orjson.dumps({**page, "links": {"next": "http://127.0.0.2:1/v2/time_entries?page=2"}}),
            lambda page: orjson.dumps(page).replace(b'"hours":1.0', b'"hours":"x"'),
            lambda page: orjson.dumps({**page, "time_entries": None}),
            lambda _: b"<html>Something went wrong</html>",
            lambda _: b"",
        ],
        ids=["broken off", "fewer", "no links", "more said", "elsewhere", "no hours", "null", "HTML", "empty"],
    )
    async def test_no_cursor_moves_and_no_row_goes(self, world: World, database_url: str, how: Any) -> None:
        add(world)
        add(world)
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
        monkeypatch.setattr(deletions, "LISTED", 3)

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

    @pytest.mark.parametrize("where", [0, -1, 45], ids=["read already", "still to come", "anywhere"])
    async def test_deletions_after_each_page_of_a_first_import_cost_requests_and_no_more(
        self, world: World, monkeypatch: pytest.MonkeyPatch, where: int
    ) -> None:
        """Three after each page of ten: every row that stays is here, and the account is not read anew."""
        monkeypatch.setattr(harvest_requests, "PER_PAGE", 10)
        monkeypatch.setattr(deletions, "LISTED", 10)
        for ago in range(90):
            add(world, day=TODAY - timedelta(days=ago))

        def delete_three() -> None:
            newest_first = sorted(world.harvest.state.entries.values(), key=lambda one: one.spent_date, reverse=True)
            for entry in [newest_first[min(where + at, len(newest_first) - 1)] for at in range(3)]:
                world.harvest.state.delete_entry(entry.id)

        for nth in range(3, 12):
            meanwhile(world, nth, delete_three)
        asked(world)
        await world.imports.run(is_whole=False)
        lists = asked(world)
        assert set(world.harvest.state.entries) <= await ids(world)
        assert len(lists) <= 40

    async def test_as_many_that_come_as_go_hold_up_nothing(self, world: World) -> None:
        """With each request one is deleted and one is added, so that fewer are seen than any page says there are."""
        made = [add(world, day=TODAY - timedelta(days=ago)) for ago in range(12)]

        def swap() -> None:
            world.harvest.state.delete_entry(made.pop().id)
            add(world)

        for nth in range(3, 7):
            meanwhile(world, nth, swap)
        await world.imports.run(is_whole=False)
        assert {entry.id for entry in made} <= await ids(world)

    async def test_additions_while_a_list_is_read_hold_up_nothing(self, world: World) -> None:
        """Somebody works all the time: the account is read all the same, and what came meanwhile comes next."""
        for ago in range(12):
            add(world, day=TODAY - timedelta(days=ago))
        for nth in range(2, 60):
            meanwhile(world, nth, lambda: add(world))
        world.clock.advance(MINUTE)
        await world.imports.run(is_whole=False)
        assert isinstance(world.harvest.requests, Watched)
        world.harvest.requests.planned.clear()
        await world.imports.run(is_whole=False)
        assert await ids(world) == set(world.harvest.state.entries)

    async def test_a_timer_that_stops_between_two_lists_is_stopped_here(self, world: World) -> None:
        running = start(world)
        await look(world)
        world.clock.advance(timedelta(hours=1))
        meanwhile(world, 2, lambda: timers.stop(world.harvest.state, boss(world), running))
        await world.imports.run(is_whole=False)
        (row,) = (await rows(world)).entries
        assert (row["is_running"], row["hours"]) == (False, 102)

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
