"""Hours that Harvest refused are sent again by those who can fix the cause, and by nobody else."""

import pytest

from store.time_entries.records import EntryState
from sync.time_entries.refused_hours import NotYourProject
from tests.flows.conftest import World
from tests.flows.importing_steps import boss, look, rows

KEY = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
async def refused(world: World) -> str:
    """Ada's hours on a project that its manager has archived."""
    world.harvest.state.assign_user(world.project, boss(world), is_project_manager=True)
    world.harvest.state.change(world.project, is_active=False)
    entry = await world.entries.log(await world.person(), await world.asked(), KEY)
    assert entry.state is EntryState.HELD
    await look(world)
    return entry.key


async def test_the_manager_sees_them_and_others_do_not(world: World, refused: str) -> None:
    of = world.flows.refused.of
    assert [one.key for one in await of(await world.person("UBOSS"))] == [refused]
    assert await of(await world.person("U1")) == []


async def test_only_who_manages_the_project_sends_them_again(world: World, refused: str) -> None:
    world.harvest.state.change(world.project, is_active=True)
    with pytest.raises(NotYourProject):
        await world.flows.refused.retry(await world.person("U1"), refused)
    assert (await world.entries.any_entry(refused)).state is EntryState.HELD
    sent = await world.flows.refused.retry(await world.person("UBOSS"), refused)
    assert sent.state is EntryState.LOGGED
    assert [one["entry_key"] for one in (await rows(world)).news("EntryArrived")] == [refused]


async def test_a_second_press_sends_nothing_twice(world: World, refused: str) -> None:
    world.harvest.state.change(world.project, is_active=True)
    boss_person = await world.person("UBOSS")
    await world.flows.refused.retry(boss_person, refused)
    await world.flows.refused.retry(boss_person, refused)
    assert len(world.harvest.state.entries) == 1
    assert len((await rows(world)).news("EntryArrived")) == 1
