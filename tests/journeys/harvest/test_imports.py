"""What is read from Harvest, by hand and by itself; people it cannot place; one entry's past; vanished entries."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.cli.backfill import backfill_harvest
from bot.cli.demo import DemoStack
from bot.process.schedule import run_job
from handlers.imports import listeners
from sandbox.faults import Kind
from sandbox.harvest.records import Entry
from sandbox.slack.person import Person
from sync.ports.engine import Job
from tests.given import given

Entries = Callable[[str], list[Entry]]
GENERAL = "C0GENERAL"


def _entries(here: DemoStack) -> dict[int, Entry]:
    return here.doubles.harvest.state.entries


async def _mirrored(here: DemoStack) -> int:
    async with here.gleaner.tenant.reading() as tx:
        return await tx.mirror.count()


async def _is_idle(here: DemoStack) -> None:
    """The first import that the scheduler begins has ended."""
    for _ in range(100):
        async with here.gleaner.flows.job_leases.take("import", "the test") as is_mine:
            if is_mine:
                return
        await asyncio.sleep(0.05)


@pytest.mark.both_databases
async def test_import_by_hand_says_what_it_read(here: DemoStack, ada: Person) -> None:
    await _is_idle(here)
    one = next(iter(_entries(here).values()))
    here.doubles.harvest.state.change(one, booked=Decimal("7.25"))
    await ada.command("/gleaner", "import", GENERAL)
    await ada.sees("Reading from Harvest", GENERAL)
    await ada.sees("0 time entries added, 1 changed, 0 removed", GENERAL, within=15)


@pytest.mark.both_databases
async def test_one_import_at_a_time_and_none_beside_the_job(here: DemoStack, ada: Person) -> None:
    turns = here.gleaner.flows.job_leases
    await _is_idle(here)
    async with turns.take("import", here.gleaner.owner) as is_mine:
        assert is_mine
        await ada.command("/gleaner", "import", GENERAL)
        await ada.sees("An import is running already", GENERAL)
    async with turns.take("import", "somebody by hand"):
        assert await run_job(here.gleaner, Job.IMPORT) is None
    ada.reload()
    await ada.command("/gleaner", "import", GENERAL)
    await ada.sees("Read from Harvest", GENERAL, within=15)
    assert await run_job(here.gleaner, Job.IMPORT)


async def test_a_long_import_says_how_far_it_has_come(
    here: DemoStack, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "PAUSES", (0.1, 0.1, 0.1))
    await _is_idle(here)
    here.doubles.harvest.faults.next(Kind.SLOW, matching="GET /v2/*", times=8)
    await ada.command("/gleaner", "import", GENERAL)
    await ada.sees("Still reading from Harvest", GENERAL)
    done = await ada.sees("Read from Harvest", GENERAL, within=20)
    assert "12 clients, 9 people" in done.reading
    assert "HarvestUser" not in done.reading
    assert "0 rate" not in done.reading
    said = [one for one in ada.messages(GENERAL) if "Harvest" in one.reading]
    assert 3 <= len(said) <= 5


async def test_whom_harvest_does_not_know_starts_no_import(here: DemoStack) -> None:
    stranger = next(one for one in here.doubles.agency.people if one.access is None)
    person = here.doubles.slack.person(stranger.slack_id)
    await person.command("/gleaner", "import", GENERAL)
    await person.sees("Only people whom Harvest knows can start an import", GENERAL)


async def test_people_are_listed_who_have_to_be_mended(here: DemoStack, ada: Person) -> None:
    """S3-06: nobody is left out; who has no or several roles is role Unknown. For those who may mend it."""
    owner = here.doubles.slack.person(here.doubles.agency.coordinator)
    state = here.doubles.harvest.state
    state.add_user(first_name="Noah", last_name="New", email="noah@lumen.example")
    state.add_user(first_name="Two", last_name="Hats", email="two@lumen.example", roles=("Designer", "Developer"))
    await here.gleaner.flows.imports.run()
    await ada.command("/gleaner", "people", GENERAL)
    await ada.sees("Only a Harvest administrator or the coordinator may do that", GENERAL)
    await owner.command("/gleaner", "people", GENERAL)
    shown = await owner.sees("No role in Harvest", GENERAL)
    assert "Noah New" in shown.reading
    assert "Several roles in Harvest" in shown.reading
    assert "Two Hats" in shown.reading


async def test_why_tells_the_past_of_an_entry(here: DemoStack, ada: Person, entries_of: Entries) -> None:
    """By Harvest's id, the address there, or our short id; nobody learns of what is not theirs."""
    await ada.command("/log", "1.5h ACME-12 #design whence", GENERAL)
    await ada.sees("Logged 1.5 h", GENERAL)
    (entry,) = entries_of("whence")
    short = given(given(entry.reference).id).removeprefix("gleaner:")[:8]
    for asked in (str(entry.id), short, f"https://lumen.harvestapp.example/time_entries/{entry.id}"):
        ada.reload()
        await ada.command("/gleaner", f"why {asked}", GENERAL)
        shown = await ada.sees(f"In Harvest as {entry.id}", GENERAL)
        assert "asked by <@U0ADA00005>: 1.5 h" in shown.reading
    tom = here.doubles.slack.person("U0TOM00006")
    await tom.command("/gleaner", f"why {entry.id}", GENERAL)
    await tom.sees("I keep no entry of that id", GENERAL)


async def test_very_much_that_vanishes_is_asked_about_and_not_deleted(here: DemoStack, ada: Person) -> None:
    owner = here.doubles.slack.person(here.doubles.agency.coordinator)
    before = await _mirrored(here)
    for entry_id in list(_entries(here))[: before * 3 // 4]:
        del _entries(here)[entry_id]
    await run_job(here.gleaner, Job.IMPORT)
    asked = await owner.sees("are no longer shown in Harvest", within=10)
    assert await _mirrored(here) == before
    await ada.press(asked, "Yes, they were deleted")
    await here.gleaner.flows.inbox.drain()
    async with here.gleaner.tenant.reading() as tx:
        assert [event.deed for event in await tx.audit.of("account")] == ["import.mean_it.refused"]
    assert await _mirrored(here) == before
    await owner.press(asked, "Yes, they were deleted")
    await owner.sees("take out here what is gone there", within=10)
    # Some seven hundred, each asked for by itself.
    for _ in range(450):
        if await _mirrored(here) == len(_entries(here)):
            break
        await asyncio.sleep(0.2)
    assert await _mirrored(here) == len(_entries(here))


async def test_backfill_repeats_without_duplicates(here: DemoStack) -> None:
    await here.gleaner.flows.imports.run()
    before, first = await _mirrored(here), date(2026, 8, 1)
    one = next(iter(_entries(here).values()))
    one.booked += Decimal("1.00")  # Without a new `updated_at`: only reading it again finds it.
    said = await backfill_harvest(here.gleaner, first, None, is_dry_run=True)
    assert "0 added, 1 changed, 0 removed. Nothing was changed." in said
    for changed in (1, 0):
        said = await backfill_harvest(here.gleaner, first, None, is_dry_run=False)
        assert f"0 added, {changed} changed, 0 removed" in said
    assert await _mirrored(here) == before


async def test_what_runs_out_unlocks_nothing_by_itself(here: DemoStack) -> None:
    """The jobs run one after another on the same clock without anything to say."""
    here.doubles.clock.advance(timedelta(days=1))
    for name in (Job.IMPORT, Job.SWEEP, Job.BUDGETS, Job.DELIVER):
        assert await run_job(here.gleaner, name)
