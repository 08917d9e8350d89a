"""Hours that no day has: they wait for somebody, whatever their size, and stop nothing else."""

from decimal import Decimal

import pytest

from tests.flows.asana_world import AsanaWorld


@pytest.mark.both_databases
@pytest.mark.parametrize("typed", ["25", "1000000", "99999999", "1e12", "0.000000000001"])
async def test_hours_of_any_size_are_held_or_nothing(around: AsanaWorld, typed: str) -> None:
    around.type(typed)
    second = around.state.add_task(around.site, "Second", by=around.ada)
    around.type("2", task=second)
    await around.asana.tasks.mark_due([around.task.gid])
    await around.settle(second)
    assert around.logged(second) == {"Ada": Decimal("2.00")}
    assert around.logged() == {}
    assert (await around.held() == {}) == (Decimal(typed) < 1)
