"""Signs that PostgreSQL keeps in no text, in Harvest and in Asana: they are dropped, and everything is imported."""

from typing import Any

from tests.flows.conftest import World
from tests.flows.importing_steps import add, boss, look
from tests.given import given

STRANGE = "a\x00b\ud83dc"
PLAIN = "abc"


async def test_texts_of_harvest(world: World) -> None:
    state = world.harvest.state
    state.change(world.project, name=STRANGE, code=STRANGE, notes=STRANGE)
    state.change(world.task, name=STRANGE)
    state.change(world.user, first_name=STRANGE, roles=(STRANGE,))
    client = state.add_client(name=STRANGE)
    state.add_role(name=STRANGE, user_ids=[boss(world).id])
    strange, other = add(world, notes=STRANGE), add(world, notes="nav")
    await look(world)
    async with world.store.reading("T1") as tx:
        project = given(await tx.directory.project(world.project.id))
        assert (project.name, project.code) == (PLAIN, PLAIN)
        assert client.id in {one.id for one in await tx.directory.clients() if one.name == PLAIN}
        user = given(await tx.directory.user(world.user.id))
        assert user.name.startswith(PLAIN)
        kept = {entry.id: entry.notes for entry in [given(await tx.mirror.get(one.id)) for one in (strange, other)]}
    assert kept == {strange.id: PLAIN, other.id: "nav"}


async def test_a_note_that_is_sent_comes_back_without_them(world: World) -> None:
    """What was looked at and what was imported say the same, so that nothing changes at every look."""
    entry = add(world, notes=STRANGE)
    await look(world)
    assert (await world.imports.run()).entries.changed == 0
    async with world.store.reading("T1") as tx:
        assert given(await tx.mirror.get(entry.id)).notes == PLAIN


async def test_texts_of_asana(around: Any) -> None:
    """The name of the task becomes the note of its entries."""
    around.task.name = STRANGE
    around.type("1.5")
    await around.settle()
    (entry,) = around.in_harvest()
    assert entry.notes == PLAIN
