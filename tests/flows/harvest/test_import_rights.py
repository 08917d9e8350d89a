"""What the importing token no longer shows is not gone; what vanishes in a mass is asked about."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from sync.errors import Refused, Unauthorised
from sync.harvest import deletions, entry_import
from sync.harvest.directory_import import RightsLost
from sync.rules.harvest.deletion_search import Span, windows
from tests.flows.conftest import World
from tests.flows.importing_steps import MINUTE, TODAY, add, boss, connect_manager, ids, look, mean_it, rows, start


class TestRights:
    """What the importing token no longer shows is not gone."""

    @pytest.mark.parametrize("is_whole", [True, False])
    async def test_an_administrator_who_is_none_any_more_stops_the_import(self, world: World, is_whole: bool) -> None:
        other: dict[str, Any] = {"user_id": world.user.id}
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
        assert seen.news("EntriesVanished") == [{"count": 15, "first": "2026-11-20", "last": "2026-11-20"}]
        await mean_it(world)
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
        await mean_it(world)
        assert len((await look(world)).entries) == 12
        world.clock.advance(timedelta(hours=2))
        for entry in made:
            world.harvest.state.delete_entry(entry.id)
        seen = await look(world)
        assert (len(seen.entries), len(seen.news("EntriesVanished"))) == (12, 3)

    async def test_a_yes_is_about_what_was_asked_and_about_nothing_else(self, world: World) -> None:
        """Entries of other days that vanish in a mass on the same day are another question."""
        old = [add(world, day=date(2026, 9, 1)) for _ in range(25)]
        new = [add(world) for _ in range(20)]
        await look(world)
        for entry in old:
            world.harvest.state.delete_entry(entry.id)
        await look(world)
        for entry in new[:15]:
            world.harvest.state.delete_entry(entry.id)
        await mean_it(world)
        seen = await look(world)
        assert {row["id"] for row in seen.entries} == {entry.id for entry in new}
        assert [asked["first"] for asked in seen.news("EntriesVanished")] == ["2026-09-01", "2026-11-20"]
        await mean_it(world)
        assert len((await look(world)).entries) == 5

    async def test_a_yes_is_used_up_by_what_it_was_said_about(self, world: World) -> None:
        made = [add(world) for _ in range(60)]
        await look(world)
        for entry in made[:31]:
            world.harvest.state.delete_entry(entry.id)
        await look(world)
        await mean_it(world)
        assert len((await look(world)).entries) == 29
        for entry in made[31:51]:
            world.harvest.state.delete_entry(entry.id)
        seen = await look(world)
        assert (len(seen.entries), len(seen.news("EntriesVanished"))) == (29, 2)

    async def test_an_answer_to_an_old_question_changes_nothing(self, world: World) -> None:
        made = [add(world) for _ in range(20)]
        await look(world)
        for stamp in ("all", "", "15:2026-11-20:2026-11-20"):
            with pytest.raises(Refused, match="out of date"):
                await world.imports.entries.deletions.question.approve(stamp)
        for entry in made[:15]:
            world.harvest.state.delete_entry(entry.id)
        await look(world)
        world.harvest.state.delete_entry(made[15].id)
        world.clock.advance(timedelta(days=1))
        await look(world)
        with pytest.raises(Refused, match="out of date"):
            await world.imports.entries.deletions.question.approve("15:2026-11-20:2026-11-20")
        assert len((await look(world)).entries) == 20

    async def test_a_yes_takes_out_nothing_that_harvest_still_has(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each is asked for by itself: one was re-dated, out of the window that is read."""
        made = [add(world) for _ in range(20)]
        await look(world)
        for entry in made[:15]:
            world.harvest.state.delete_entry(entry.id)
        await look(world)
        await mean_it(world)
        alive = made[15]
        world.harvest.state.change(alive, spent_date=date(2026, 10, 1))
        monkeypatch.setattr(entry_import, "windows", lambda _: [Span(date(2026, 11, 1), None)])
        swept = await world.imports.sweep()
        assert swept.removed == 15
        assert await ids(world) == {entry.id for entry in made[15:]}

    async def test_what_vanishes_from_many_windows_is_judged_together(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A project is taken away: few entries of each day, and very many in all."""
        monkeypatch.setattr(deletions, "LISTED", 12)
        monkeypatch.setattr(entry_import, "windows", partial(windows, most=12))
        state = world.harvest.state
        other = state.add_project(client_id=world.project.client_id, name="Other", code="OTHER-1")
        state.assign_task(other, world.task)
        days = [TODAY - timedelta(days=ago) for ago in range(30)]
        for day in days:
            for project in (world.project, world.project, world.project, other, other):
                add(world, day=day, project_id=project.id)
        await look(world)
        for entry in [one for one in state.entries.values() if one.project_id == other.id]:
            state.delete_entry(entry.id)
        monkeypatch.setattr(entry_import, "_SWEEPS_A_DAY", 1)
        swept = await world.imports.sweep()
        seen = await look(world)
        assert (swept.removed, len(seen.entries)) == (0, 150)
        (asked,) = seen.news("EntriesVanished")
        assert asked == {"count": 60, "first": days[-1].isoformat(), "last": days[0].isoformat()}
        await mean_it(world)
        assert len((await look(world)).entries) == 90
