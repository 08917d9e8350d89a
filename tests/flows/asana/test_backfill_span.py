"""`gleaner backfill --from --to` of Asana: hours of those days, and of none between them and go-live."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from store.asana.records.state import Source
from tests.flows.asana_world import AsanaWorld

SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 4, tzinfo=UTC)


def typed(around: AsanaWorld, day: int, value: int) -> None:
    with around.state.at(datetime(2026, 11, day, 12, tzinfo=UTC)):
        around.state.set_field(around.task, around.hours, Decimal(value), around.ada)


def days(around: AsanaWorld) -> dict[int, Decimal]:
    return {one.spent_date.day: one.booked for one in around.in_harvest()}


@pytest.fixture
async def history(around: AsanaWorld) -> AsanaWorld:
    """2 h typed on the 2nd, 5 h more on the 10th; go-live is the 16th."""
    await around.asana.projects.sync_all()
    typed(around, 2, 2)
    typed(around, 10, 7)
    return around


async def test_hours_typed_after_the_last_day_are_left(history: AsanaWorld) -> None:
    rehearsed = await history.asana.backfill.run(SINCE, UNTIL, is_dry_run=True)
    assert (rehearsed.hours, [line.day.day for line in rehearsed.lines]) == (200, [2])
    assert (await history.asana.backfill.run(SINCE, UNTIL, is_dry_run=False)).hours == 200
    await history.settle()
    assert days(history) == {2: Decimal(2)}
    history.type("8")
    await history.settle()
    assert (days(history), await history.held()) == ({2: Decimal(2), 20: Decimal(1)}, {})


async def test_a_later_run_adds_what_is_missing(history: AsanaWorld) -> None:
    run = history.asana.backfill.run
    await run(SINCE, UNTIL, is_dry_run=False)
    assert (await run(UNTIL, datetime(2026, 11, 11, tzinfo=UTC), is_dry_run=True)).hours == 500
    assert (await run(UNTIL, None, is_dry_run=False)).hours == 500
    assert (await run(SINCE, UNTIL, is_dry_run=False)).hours == 0
    await history.settle()
    assert (days(history), await history.held()) == ({2: Decimal(2), 10: Decimal(5)}, {})


async def test_time_entries_have_the_same_bounds(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    await around.map(source=Source.TIME_ENTRIES)
    for day in (2, 10, 19):
        around.state.add_time_entry(around.task, around.ada, 60, date(2026, 11, day))
    assert (await around.asana.backfill.run(SINCE, UNTIL, is_dry_run=False)).hours == 200
    await around.settle()
    assert days(around) == {2: Decimal(1), 19: Decimal(1)}
