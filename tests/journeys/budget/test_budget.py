"""`/budget`, alerts and locks: from the hours that cross a band to the held entry that lands in Harvest."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.process.schedule import run_job
from sandbox.harvest.records import Entry
from sandbox.slack.person import Person
from sandbox.slack.state import Message
from sync.ports.engine import Job
from tests.journeys.trail_project import CHANNEL, GENERAL, Trail, told

Entries = Callable[[str], list[Entry]]


@pytest.fixture
def settings_of() -> dict[str, Any]:
    return {"alert_channel": GENERAL}


@pytest.mark.both_databases
async def test_the_whole_path(trail: Trail, ada: Person, maya: Person, entries_of: Entries) -> None:
    """76 %: an alert in the channel. 101 %: locked. Request, unlock: what was held lands in Harvest."""
    await maya.command("/budget", f"channel TRAIL-1 <#{CHANNEL}|acme-website>", GENERAL)
    await maya.sees("Alerts of *Trail app* go to")
    await ada.command("/log", "2h TRAIL-1 #design first", GENERAL)
    await ada.sees("This takes *Trail app* to 76 %")
    alert = await ada.sees("*Trail app* has reached 75 % of its budget", CHANNEL, within=10)
    assert "76 h of 100 h used (76 %)" in alert.reading
    assert "Ada Nilsson" in alert.reading

    trail.used("25")
    await trail.imported()
    await ada.sees("*Trail app* has reached 100 % of its budget. It is locked", CHANNEL, within=10)
    await ada.command("/log", "1.5h TRAIL-1 #design held back", GENERAL)
    card = await ada.sees("Kept, not logged: 1.5 h on *Trail app*", GENERAL)
    assert "Maya Okafor can unlock it" in card.reading
    assert entries_of("held back") == []

    await ada.press(card, "Request unlock")
    await ada.submit(await ada.sees_view("Request unlock"), {"reason": "Two more screens"})
    request = await maya.sees("would like 1.5 h more on *Trail app*", within=10)
    assert "Two more screens" in request.reading
    await maya.press(request, "Unlock")
    await maya.sees("*Trail app* is open: it locks again after 1.5 h more. 1 held entry goes out to Harvest now.")
    await ada.sees("*Trail app* is open again (1.5 h more). <@", within=10)
    await ada.sees("Logged 1.5 h on *Trail app*", within=10)
    assert [entry.booked for entry in entries_of("held back")] == [Decimal("1.50")]
    assert len(told(ada, "has reached 75 %", CHANNEL)) == len(told(ada, "has reached 100 %", CHANNEL)) == 1


async def test_a_jump_over_several_bands_is_one_message_for_the_highest(trail: Trail, ada: Person) -> None:
    trail.used("20")
    await trail.imported()
    await ada.sees("*Trail app* has reached 90 %", GENERAL, within=10)
    await trail.imported()
    assert len(told(ada, "Trail app", GENERAL)) == 1


async def test_hours_that_go_and_come_again_announce_their_band_again(trail: Trail, ada: Person) -> None:
    """Removing hours re-arms the bands above (contract 5.3)."""
    entry = trail.used("2")
    await trail.imported()
    await ada.sees("has reached 75 %", GENERAL, within=10)
    del trail.here.doubles.harvest.state.entries[entry.id]
    await trail.imported()
    trail.used("3")
    await trail.imported()
    await ada.sees("77 h of 100 h used", GENERAL, within=10)
    assert len(told(ada, "has reached 75 %", GENERAL)) == 2


async def test_unlock_by_others_twice_or_with_a_tampered_value(
    trail: Trail, ada: Person, maya: Person, tom: Person
) -> None:
    """Each is a plain sentence, and each leaves a row of audit."""
    trail.used("30")
    await trail.imported()
    alert = await tom.sees("has reached 100 %", GENERAL, within=10)
    await tom.press(alert, "Unlock")
    await tom.sees("Only those who manage the project can decide that: Maya Okafor", GENERAL)
    assert "unlock.refused" in await trail.audited()
    await maya.press(alert, "Unlock")
    await maya.sees("*Trail app* is open.", GENERAL)
    await maya.sees("*Trail app* had locked and is open again", within=10)
    await maya.command("/budget", "unlock TRAIL-1", GENERAL)
    await maya.sees("is already open", GENERAL)
    assert (await trail.audited())[-2:] == ["unlock", "unlock.no-op"]
    _forge(alert, "p:999999")
    await ada.press(alert, "Unlock")
    await ada.sees("does not belong to anything I know", GENERAL)
    async with trail.here.gleaner.tenant.reading() as tx:
        assert [event.deed for event in await tx.audit.of("unknown")] == ["unlock.refused"]


def _forge(message: Message, value: str) -> None:
    """Somebody changes what the button carries."""
    for block in message.blocks:
        for element in block.get("elements", []):
            if element.get("type") == "button":
                element["value"] = value


async def test_a_budget_raised_in_harvest_opens_it_and_answers_who_asked(
    trail: Trail, ada: Person, maya: Person, entries_of: Entries
) -> None:
    """Nobody pressed anything: what was held goes out, the request is answered, and no button is left dead."""
    trail.used("30")
    await trail.imported()
    await maya.sees("*Trail app* has locked.", within=10)
    await ada.command("/log", "1h TRAIL-1 #design patience", GENERAL)
    await ada.press(await ada.sees("Kept, not logged", GENERAL), "Request unlock")
    await ada.submit(await ada.sees_view("Request unlock"), {"reason": "More"})
    await maya.sees("would like 1 h more", within=10)
    trail.here.doubles.harvest.state.change(trail.project, budget=Decimal(200))
    await trail.imported()
    await ada.sees("*Trail app* is open again. Your held hours are being logged now.", within=10)
    await ada.sees("Logged 1 h on *Trail app*", within=10)
    await maya.sees("It has opened again by itself.", within=10)
    await maya.sees("*Trail app* had locked and is open again", within=10)
    assert len(entries_of("patience")) == 1


async def test_buttons_of_november_act_on_november_in_december(
    trail: Trail, ada: Person, maya: Person, entries_of: Entries
) -> None:
    trail.here.doubles.harvest.state.change(trail.project, budget_is_monthly=True)
    trail.used("30")
    await trail.imported()
    alert = await ada.sees("has reached 100 % of its budget for 2026-11. It is locked", GENERAL, within=10)
    await ada.command("/log", "1h TRAIL-1 #design late", GENERAL)
    await ada.sees("Kept, not logged", GENERAL)
    trail.here.doubles.clock.advance(timedelta(days=14))
    await ada.press(alert, "Request unlock")
    await ada.submit(await ada.sees_view("Request unlock"), {"reason": "Of last month"})
    request = await maya.sees("would like it open on *Trail app*", within=10)
    assert "104 h of 100 h" in request.reading
    await maya.press(request, "Unlock")
    await maya.sees("1 held entry goes out to Harvest now. That is for 2026-11.")
    await ada.sees("*Trail app* is open again (no new limit).", within=10)
    await ada.sees("Logged 1 h on *Trail app*", within=10)
    assert len(entries_of("late")) == 1


async def test_keep_locked_tells_why(trail: Trail, ada: Person, maya: Person, entries_of: Entries) -> None:
    trail.used("30")
    await trail.imported()
    await ada.command("/log", "1h TRAIL-1 #design not yet", GENERAL)
    card = await ada.sees("Kept, not logged", GENERAL)
    await ada.press(card, "Request unlock")
    await ada.submit(await ada.sees_view("Request unlock"), {"hours": "4", "reason": "More"})
    request = await maya.sees("would like 4 h more", within=10)
    await maya.press(request, "Keep locked")
    await maya.submit(await maya.sees_view("Keep locked"), {"reason": "The client has not agreed"})
    answer = await ada.sees("keeps *Trail app* locked", within=10)
    assert "The client has not agreed" in answer.reading
    assert entries_of("not yet") == []
    await maya.sees("kept it locked")


async def test_a_timer_always_stops_and_what_runs_over_is_shown_to_the_manager(
    trail: Trail, ada: Person, maya: Person
) -> None:
    await ada.command("/timer", "start TRAIL-1 #design on it", GENERAL)
    await ada.sees("Timer running", GENERAL)
    trail.used("26")
    await trail.imported()
    await ada.sees("has reached 100 %", GENERAL, within=10)
    trail.here.doubles.clock.advance(timedelta(hours=1))
    await ada.command("/timer", "stop", GENERAL)
    await ada.sees("Stopped after", GENERAL)
    await ada.command("/timer", "start TRAIL-1 #design again", GENERAL)
    card = await ada.sees("Not started: the timer on *Trail app*", GENERAL)
    assert [block["type"] for block in card.blocks] == ["section", "actions", "context"]
    await maya.command("/budget", "unlock TRAIL-1 +8", GENERAL)
    await maya.sees("locks again after 8 h more", GENERAL)
    ready = await ada.sees("Start the timer now?", within=10)
    await ada.press(ready, "Start timer")
    await ada.sees("Timer running on *Trail app*")


async def test_hours_over_a_lock_are_accepted_or_moved(trail: Trail, ada: Person, maya: Person) -> None:
    """Harvest itself cannot be locked: what is logged there is imported and marked (ruling 8)."""
    trail.used("26")
    await trail.imported()
    await ada.sees("has reached 100 %", GENERAL, within=10)
    entry = trail.used("3", by=trail.ada, notes="went over")
    await trail.imported()
    card = await maya.sees("Hours went over the lock of *Trail app*", within=10)
    assert "3 h of Ada Nilsson" in card.reading
    await maya.press(card, "Move elsewhere")
    view = await maya.sees_view("Move elsewhere")
    await maya.submit(view, {"project": "ACME-12"})
    await maya.submit(maya.view or view, {"task": "Design"})
    await maya.sees("1 moved to Website relaunch")
    moved = trail.here.doubles.harvest.state.entries[entry.id]
    assert moved.project_id != trail.project.id


@pytest.mark.usefixtures("trail")
async def test_looking(ada: Person, maya: Person) -> None:
    await ada.command("/budget", "TRAIL-1", GENERAL)
    card = await ada.sees("74 h of 100 h, 26 h left", GENERAL)
    assert "Last entries" in card.reading
    await ada.command("/budget", "", GENERAL)
    await ada.sees("Budgets of your projects", GENERAL)
    await maya.command("/budget", "set TRAIL-1 80 quoted 70", GENERAL)
    await maya.sees("has 80 h set here, 70 h quoted", GENERAL)
    await maya.command("/budget", "TRAIL-1", GENERAL)
    shown = await maya.sees("74 h of 80 h", GENERAL)
    assert "Harvest has 100 h" in shown.reading


async def test_only_managers_set_anything(trail: Trail, tom: Person) -> None:
    for words in ("set TRAIL-1 10", "lock TRAIL-1", "mute TRAIL-1", "channel TRAIL-1 off", "lock TRAIL-1 at off"):
        tom.reload()
        await tom.command("/budget", words, GENERAL)
        await tom.sees("Only those who manage the project", GENERAL)
    assert trail.project.budget == Decimal(100)


async def test_a_muted_project_says_nothing(trail: Trail, ada: Person, maya: Person) -> None:
    await maya.command("/budget", "mute TRAIL-1 until 2026-11-30", GENERAL)
    await maya.sees("No alerts of *Trail app* until 2026-11-30", GENERAL)
    trail.used("5")
    await trail.imported()
    await run_job(trail.here.gleaner, Job.DELIVER)
    assert told(ada, "Trail app", GENERAL) == []


async def test_an_edit_upwards_is_refused_while_locked(trail: Trail, ada: Person) -> None:
    await ada.command("/log", "1h TRAIL-1 #design small", GENERAL)
    card = await ada.sees("Logged 1 h", GENERAL)
    trail.used("26")
    await trail.imported()
    await ada.sees("has reached 100 %", GENERAL, within=10)
    await ada.press(card, "Edit")
    await ada.submit(await ada.sees_view("Edit entry"), {"duration": "2"})
    refusal = await ada.sees("Trail app is locked")
    assert [element["text"]["text"] for element in refusal.blocks[-1]["elements"]] == ["Request unlock"]
