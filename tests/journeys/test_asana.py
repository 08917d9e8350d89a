"""Hours typed in Asana: they land in Harvest, or wait as a card whose buttons mend that."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from asana_office import Office

from bot.demo import Town

from sandbox.slack.person import Person


@pytest.fixture
async def office(here: Town) -> Office:
    return await Office.opened(here)


async def test_typed_hours_become_an_entry(office: Office) -> None:
    """The right person's, on the right project, task and day, once."""
    office.type("Homepage copy", "Ada", "4.75")
    entry = await office.lands("Homepage copy", "1.50")
    assert (office.name_of(entry), entry.spent_date.isoformat()) == ("Ada", "2026-11-20")
