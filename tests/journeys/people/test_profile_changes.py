"""Who moves, leaves or comes back in Slack: known at once, as Slack says so of itself."""

import asyncio
from datetime import timedelta

import pytest

from bot.cli.demo import DemoStack
from sandbox.slack.person import Person
from store.people.records import Person as Known
from sync.ports.slack import Profile
from tests.journeys.trail_project import GENERAL, Trail


@pytest.fixture
def owner(here: DemoStack) -> Person:
    """The coordinator."""
    return here.doubles.slack.person(here.doubles.agency.coordinator)


async def _changes(here: DemoStack, person: Person, **facts: object) -> None:
    """And Gleaner has heard of it, if it knows the person: Bolt acknowledges an event before anybody has read it."""
    here.doubles.slack.change_person(person.id, **facts)
    await here.doubles.slack.deliveries.settle()
    member = here.doubles.slack.state.people[person.id]
    wanted = (member.name, member.tz, member.deleted)
    for _ in range(500):
        known = await _known(here, person)
        if known is None or (known.name, known.timezone, known.is_deactivated) == wanted:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{person.id} is not known as {wanted}")


async def _known(here: DemoStack, person: Person) -> Known | None:
    async with here.gleaner.tenant.reading() as tx:
        return await tx.people.get(person.id)


async def test_hours_land_on_the_day_of_the_zone_somebody_has_arrived_in(here: DemoStack, ada: Person) -> None:
    """On Friday at 15:00 UTC it is Saturday in Auckland."""
    await ada.command("/log", "1h ACME-12 #design before the flight", GENERAL)
    await ada.sees("before the flight", GENERAL)
    await _changes(here, ada, tz="Pacific/Auckland")
    await ada.command("/log", "1h ACME-12 #design after the flight", GENERAL)
    await ada.sees("after the flight", GENERAL)
    state = here.doubles.harvest.state
    days = {
        entry.notes: entry.spent_date.isoformat() for entry in state.entries.values() if "flight" in (entry.notes or "")
    }
    assert days == {"before the flight": "2026-11-20", "after the flight": "2026-11-21"}


async def test_a_new_name_is_known_at_once(here: DemoStack, ada: Person) -> None:
    await ada.command("/gleaner", "status", GENERAL)
    await ada.sees("*You*", GENERAL)
    await _changes(here, ada, name="Ada Brand-New")
    await ada.command("/gleaner", "status", GENERAL)
    await ada.sees("*You*: Ada Brand-New", GENERAL)


async def test_who_left_is_not_named_to_ask_and_gets_no_alert_until_they_return(
    trail: Trail, ada: Person, maya: Person, owner: Person
) -> None:
    await maya.command("/budget", "manager TRAIL-1 @owen.hartley", GENERAL)
    await maya.sees("may now decide about", GENERAL)
    await _changes(trail.here, maya, deleted=True)
    trail.used("30")
    await trail.imported()
    await owner.sees("has locked", within=10)
    await ada.command("/log", "1h TRAIL-1 #design late", GENERAL)
    kept = await ada.sees("Kept, not logged", GENERAL)
    assert "Maya" not in kept.reading
    await _changes(trail.here, maya, deleted=False)
    await ada.press(kept, "Request unlock")
    await ada.submit(await ada.sees_view("Request unlock"), {"reason": "More"})
    await maya.sees("would like 1 h more", within=10)


async def test_of_people_never_met_nothing_is_kept(here: DemoStack, ada: Person) -> None:
    await _changes(here, ada, tz="Pacific/Auckland")
    assert await _known(here, ada) is None


async def test_a_profile_that_reads_as_before_is_no_news(here: DemoStack, ada: Person) -> None:
    """Slack sends the same event for a status or a picture."""
    await ada.command("/gleaner", "status", GENERAL)
    await ada.sees("*You*", GENERAL)
    before = await _known(here, ada)
    here.doubles.clock.advance(timedelta(hours=1))
    await here.gleaner.flows.people.changed(ada.id, Profile("Ada Nilsson", "ada@lumen.example", "Europe/Stockholm"))
    assert await _known(here, ada) == before
