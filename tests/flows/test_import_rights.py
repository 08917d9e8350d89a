"""What the importing token no longer shows is not gone; what vanishes in a mass is asked about."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import stamina
from importing_steps import MINUTE, add, boss, connect_manager, ids, look, rows, start

from sync.directory_import import RightsLost
from sync.errors import Unauthorised

World = Any


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: the machine and tests/faults/ do the same things on PostgreSQL."""
    return f"sqlite:///{tmp_path / 'gleaner.db'}"


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


class TestRights:
    """What the importing token no longer shows is not gone."""

    @pytest.mark.parametrize("is_whole", [True, False])
    async def test_an_administrator_who_is_none_any_more_stops_the_import(self, world: World, is_whole: bool) -> None:
        other = {"user_id": world.user.id}
        add(world, day=date(2019, 1, 1), **other)
        add(world, **other)
        start(world, **other)
        await look(world)
        before = await rows(world)
        world.harvest.state.change(boss(world), access_roles=("member",))
        for _ in range(3):
            world.clock.advance(MINUTE)
            with pytest.raises(RightsLost):
                await world.imports.run(is_whole=is_whole)
        after = await rows(world)
        assert [row["id"] for row in after.entries] == [row["id"] for row in before.entries]
        assert after.projects == before.projects
        assert len(after.news("ImportStalled")) == 1
        assert "administrator" in after.news("ImportStalled")[0]["reason"]
        world.harvest.state.change(boss(world), access_roles=("administrator",))
        added = add(world)
        await look(world)
        assert added.id in await ids(world)

    async def test_a_manager_who_loses_a_project_deletes_nothing(self, world: World) -> None:
        """The directory was read a minute ago and still calls it managed."""
        state = world.harvest.state
        other = state.add_project(client_id=world.project.client_id, name="Other", code="OTHER-1")
        state.assign_task(other, world.task)
        state.assign_user(other, boss(world), is_project_manager=True)
        await connect_manager(world)
        kept, gone = [add(world), add(world, project_id=other.id)], add(world)
        await look(world)
        state.unassign_user(other, boss(world))
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

    async def test_what_vanishes_while_a_question_is_open_asks_no_second_one(self, world: World) -> None:
        """Answered, another mass on the same day is another question; a day later it is asked again."""
        made = [add(world) for _ in range(40)]
        await look(world)
        gone = [made.pop() for _ in range(25)]
        for entry in gone:
            world.harvest.state.delete_entry(entry.id)
        for _ in range(3):
            world.harvest.state.delete_entry(made.pop().id)
            seen = await look(world)
        assert len(seen.news("EntriesVanished")) == 1
        world.clock.advance(timedelta(days=1))
        assert len((await look(world)).news("EntriesVanished")) == 2
        await world.imports.entries.mean_it()
        assert len((await look(world)).entries) == 12
        world.clock.advance(timedelta(hours=2))
        for entry in made:
            world.harvest.state.delete_entry(entry.id)
        seen = await look(world)
        assert (len(seen.entries), len(seen.news("EntriesVanished"))) == (12, 3)

    async def test_a_word_that_deletions_are_meant_holds_for_an_hour(self, world: World) -> None:
        made = [add(world) for _ in range(20)]
        await look(world)
        await world.imports.entries.mean_it()
        world.clock.advance(timedelta(hours=2))
        for entry in made[:15]:
            world.harvest.state.delete_entry(entry.id)
        seen = await look(world)
        assert (len(seen.entries), len(seen.news("EntriesVanished"))) == (20, 1)
