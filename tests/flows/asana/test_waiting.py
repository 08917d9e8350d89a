"""Who hears of hours that wait, when one card stands for several tasks, and when it ends."""

from decimal import Decimal
from typing import Any

import pytest

from handlers.cards import hold as held_hours
from store.asana.records.state import HoldState
from sync.asana.holds.decisions import Decided, NotYourHours
from tests.flows.asana_world import AsanaWorld
from tests.given import given


async def boss(around: AsanaWorld) -> Any:
    return await around.flows.people.person("UBOSS")


async def unlinked(around: AsanaWorld) -> Any:
    """The site is linked to nothing; a second task of it."""
    async with around.world.store.transaction("T1") as tx:
        await tx.mappings.drop(around.site.gid)
    await around.asana.projects.sync_all()
    return around.state.add_task(around.site, "Second", by=around.ada)


async def type_in(around: AsanaWorld, hours: str, task: Any = None, by: Any = None) -> None:
    around.type(hours, by, task)
    await around.settle(task)


async def of_somebody_who_left(around: AsanaWorld) -> Any:
    """1 h and 2 h of Eve, who is not in Harvest, on two tasks; the card stands for both."""
    eve = around.state.add_user("Eve", "eve@lumen.example", around.site.workspace)
    second = around.state.add_task(around.site, "Second", by=around.ada)
    await type_in(around, "1", by=eve)
    await type_in(around, "2", second, by=eve)
    (waiting,) = await around.asana.board.all(await around.asana.decisions.waiting(await boss(around)))
    return second, waiting


async def told(around: AsanaWorld) -> int:
    """Cards that were written of hours that wait, so far."""
    around.later(seconds=30)
    return int((await around.news()).count("HoursHeld"))


async def test_the_next_task_is_told_of_when_the_card_that_stood_for_it_ends(around: AsanaWorld) -> None:
    second = await unlinked(around)
    await type_in(around, "1.5")
    await type_in(around, "2", second)
    assert await told(around) == 1
    await type_in(around, "0")
    assert (await around.held(), await around.held(second)) == ({}, {"unmapped": 200})
    assert await told(around) == 2
    await type_in(around, "3", second)
    assert await told(around) == 2


async def test_nobody_is_told_anew_when_a_task_goes_whose_card_was_anothers(around: AsanaWorld) -> None:
    second = await unlinked(around)
    await type_in(around, "1.5")
    await type_in(around, "2", second)
    await type_in(around, "0", second)
    assert (await around.held(), await told(around)) == ({"unmapped": 150}, 1)


async def test_the_next_is_told_of_when_the_task_of_the_card_moves_away(around: AsanaWorld) -> None:
    """It waits for another project's link then, and its card says so."""
    second = await unlinked(around)
    elsewhere = around.state.add_project("Elsewhere", around.site.workspace, owner=around.ada)
    around.state.share_field(elsewhere, around.hours)
    await around.asana.projects.sync_all()
    await type_in(around, "1.5")
    await type_in(around, "2", second)
    around.later(minutes=1)
    around.state.move_task(around.task, elsewhere, by=around.ada)
    await around.settle()
    assert (await around.held(), await around.held(second)) == ({"unmapped": 150}, {"unmapped": 200})
    assert await told(around) == 2


async def test_whoever_waits_on_after_all_is_told_of_with_the_next_look(around: AsanaWorld) -> None:
    """Both are in a section whose Harvest task is gone; one leaves it, and the other seems to be free."""
    second = around.state.add_task(around.site, "Second", by=around.ada)
    for task in (around.task, second):
        around.state.move_to_section(task, around.section, around.ada)
    async with around.world.store.transaction("T1") as tx:
        await tx.mappings.save_tasks(around.site.gid, {around.section.gid: 404})
    await type_in(around, "1.5")
    await type_in(around, "2", second)
    around.state.move_to_section(around.task, around.site.sections[0], around.ada)
    await around.settle()
    assert (await around.held(), await around.held(second), await told(around)) == ({}, {"no_task": 200}, 1)
    await around.settle(second)
    await around.settle(second)
    assert (await around.held(second), await told(around)) == ({"no_task": 200}, 2)


async def test_a_link_lets_all_through_without_another_card(around: AsanaWorld) -> None:
    second = await unlinked(around)
    await type_in(around, "1.5")
    await type_in(around, "2", second)
    await around.map()
    await around.settle()
    assert (around.logged(), await around.held(second)) == ({"Ada": Decimal("1.5")}, {"unmapped": 200})
    assert await told(around) == 1
    await around.settle(second)
    assert (around.logged(second), await told(around)) == ({"Ada": Decimal(2)}, 1)


async def test_the_next_is_told_of_when_somebody_discards_the_first_alone(around: AsanaWorld) -> None:
    second, waiting = await of_somebody_who_left(around)
    assert await told(around) == 1
    await around.asana.decisions.discard(await boss(around), waiting.hold.key, waiting.hold.revision)
    await around.settle()
    assert (await around.held(), await around.held(second)) == ({}, {"not_in_harvest": 200})
    assert await told(around) == 2


async def test_a_card_is_brought_up_to_date_when_more_comes(around: AsanaWorld) -> None:
    """Once for what comes together: its buttons carry another revision, and it says how many hours there are."""
    second = await unlinked(around)
    await type_in(around, "1")
    before = await around.hold("unmapped")
    around.later(minutes=1)
    around.type("2")
    around.type("2", task=second)
    await around.asana.tasks.handle(around.task.gid)
    await around.asana.tasks.handle(second.gid)
    around.later(seconds=30)
    found = await around.news()
    assert (found.count("HoursHeld"), found.count("HoursChanged")) == (1, 1)
    waiting = given(await around.asana.board.waiting(before.key))
    assert waiting.hold.revision == before.revision + 1
    assert "4 h of 2 tasks" in held_hours.card(waiting).text


async def test_all_that_one_mend_holds_is_discarded_at_once(around: AsanaWorld) -> None:
    second, waiting = await of_somebody_who_left(around)
    person, hold = await boss(around), waiting.hold
    assert "Discard" in [given(one.text).text for one in held_hours.fixes(waiting)]
    ada = await around.flows.people.person("U1")
    with pytest.raises(NotYourHours):
        await around.asana.decisions.discard(ada, hold.key, hold.revision, waiting.mark)
    with pytest.raises(Decided):
        await around.asana.decisions.discard(person, hold.key, hold.revision, "forged")
    await around.asana.decisions.discard(person, hold.key, hold.revision, waiting.mark)
    await around.settle()
    await around.settle(second)
    assert (await around.held(), await around.held(second)) == ({}, {})
    assert (around.logged(), around.logged(second), await told(around)) == ({}, {}, 1)
    with pytest.raises(Decided):
        await around.asana.decisions.discard(person, hold.key, hold.revision, waiting.mark)


async def test_nothing_is_discarded_but_what_was_shown(around: AsanaWorld) -> None:
    """Of one of them more hours wait since the question was asked."""
    second, waiting = await of_somebody_who_left(around)
    eve = next(one for one in around.state.users.values() if one.name == "Eve")
    await type_in(around, "4", second, by=eve)
    with pytest.raises(Decided):
        await around.asana.decisions.discard(await boss(around), waiting.hold.key, waiting.hold.revision, waiting.mark)
    assert (await around.held(), await around.held(second)) == ({"not_in_harvest": 100}, {"not_in_harvest": 400})


async def test_a_task_in_the_trash_waits_no_more_and_somebody_reads_of_it(around: AsanaWorld) -> None:
    """Restored, its hours wait anew; linked then, they are logged."""
    await unlinked(around)
    await type_in(around, "1.5")
    hold = await around.hold("unmapped")
    around.state.trash_task(around.task, around.ada)
    await around.settle()
    assert await around.held() == {}
    found = await around.news()
    assert (found.count("TaskTrashed"), found.count("HoursReleased")) == (1, 1)
    waiting = given(await around.asana.board.waiting(hold.key))
    assert waiting.hold.state is HoldState.RELEASED
    assert "Its task is in Asana's trash, so it waits no more" in held_hours.card(waiting).text
    await around.settle()
    assert (await around.news()).count("TaskTrashed") == 1
    around.state.restore_task(around.task, around.ada)
    await around.settle()
    assert (await around.held(), await told(around)) == ({"unmapped": 150}, 2)
    await around.map()
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.5")}


async def test_the_next_is_told_of_when_the_task_of_the_card_is_trashed(around: AsanaWorld) -> None:
    second = await unlinked(around)
    await type_in(around, "1.5")
    await type_in(around, "2", second)
    around.state.trash_task(around.task, around.ada)
    await around.settle()
    assert (await around.held(second), await told(around)) == ({"unmapped": 200}, 2)


async def test_a_trashed_task_whose_entry_was_changed_is_not_looked_at_for_ever(around: AsanaWorld) -> None:
    await type_in(around, "5")
    around.state.trash_task(around.task, around.ada)
    await around.settle()
    around.world.harvest.state.change(around.in_harvest()[0], booked=Decimal(3))
    await around.flows.imports.run()
    assert await around.asana.rounds.retries.run() == 0
    assert around.logged() == {"Ada": Decimal(3)}


async def test_the_words_are_true_when_the_number_is_taken_away(around: AsanaWorld) -> None:
    await unlinked(around)
    await type_in(around, "1.5")
    hold = await around.hold("unmapped")
    await type_in(around, "0")
    text = held_hours.card(given(await around.asana.board.waiting(hold.key))).text
    assert "It waits no more: its cause is gone, or Asana holds another number now." in text
