"""Hours typed in Asana become entries in Harvest: once, of the right person, on the right day."""

from datetime import date
from decimal import Decimal
from typing import Any

Around = Any


async def test_typed_hours_become_one_entry_of_who_typed_them(around: Around) -> None:
    around.type("1.5")
    await around.settle()
    await around.settle()
    (entry,) = around.in_harvest()
    assert (entry.user_id, entry.booked, entry.spent_date) == (
        around.world.user.id,
        Decimal("1.50"),
        date(2026, 11, 20),
    )
    assert (entry.project_id, entry.task_id) == (around.world.project.id, around.world.task.id)
    assert entry.notes == "Homepage copy"
    assert entry.reference.group_id == around.site.gid
    assert entry.reference.permalink.startswith(around.task.permalink_url + "#gleaner:")
    assert await around.held() == {}
