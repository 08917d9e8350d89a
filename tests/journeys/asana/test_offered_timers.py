"""A task becomes somebody's in Asana: one press starts its timer, and one stops it when the task is completed."""

from typing import Any

import pytest

from bot.cli.demo import DemoStack
from sandbox.asana_seed import BOT_TOKEN
from sandbox.harvest.records import Entry
from sandbox.slack.person import Person
from tests.journeys.asana_office import Office


@pytest.fixture
def settings_of() -> dict[str, Any]:
    return {"asana_access_token": BOT_TOKEN}


@pytest.fixture
async def office(here: DemoStack) -> Office:
    return await Office.opened(here)


def running(here: DemoStack, name: str) -> list[Entry]:
    state = here.doubles.harvest.state
    users = [user.id for user in state.users.values() if user.first_name == name]
    return [entry for entry in state.entries.values() if entry.is_running and entry.user_id in users]


@pytest.mark.both_databases
async def test_from_assignment_to_a_stopped_timer(here: DemoStack, office: Office, ada: Person) -> None:
    task = office.assign("Website relaunch", "Redirects", to="Ada", by="Tom")
    offer = await ada.sees("Tom Whitfield assigned", within=12)
    assert "Redirects" in offer.reading
    assert "you have no timer running" in offer.reading
    await ada.press(offer, "Start timer")
    await ada.sees("Timer running on *Website relaunch*")
    (entry,) = running(here, "Ada")
    assert (entry.notes, entry.reference and entry.reference.id) == ("Redirects", task.gid)
    await ada.press(offer, "Start timer")
    assert len(running(here, "Ada")) == 1, "a second press of the same message starts no second timer"
    office.state.complete_task(task, office.person("Ada"))
    done = await ada.sees("is completed, and your timer runs on", within=12)
    await ada.press(done, "Stop")
    await ada.sees("Stopped after 0:0")
    assert running(here, "Ada") == []


async def test_offers_are_switched_off_and_on(office: Office, ada: Person) -> None:
    office.assign("Website relaunch", "Redirects", to="Ada", by="Tom")
    offer = await ada.sees("Tom Whitfield assigned", within=12)
    await ada.press(offer, "No more offers")
    await ada.sees("I no longer offer you timers")
    await ada.open_home()
    await ada.sees_home("I offer you no timers for Asana tasks")
    home = ada.home
    assert home is not None
    await ada.press(home, "Offer timers")
    await ada.sees_home("I offer you a timer when a task in Asana becomes yours")


async def test_a_forged_task_starts_nothing(here: DemoStack, office: Office, ada: Person) -> None:
    office.assign("Website relaunch", "Redirects", to="Ada", by="Tom")
    offer = await ada.sees("Tom Whitfield assigned", within=12)
    for value, answer in (
        ("999:1", "I cannot see that task in Asana"),
        ("x; DROP", "don't know the task of that button"),
    ):
        for block in offer.blocks:
            for element in block.get("elements", []):
                element["value"] = value
        await ada.press(offer, "Start timer")
        await ada.sees(answer)
    assert running(here, "Ada") == []
