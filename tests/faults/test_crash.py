"""kill -9 at random moments, faults of every kind at Harvest: nothing acknowledged is lost or doubled."""

import pytest

from bench.crash import storm


@pytest.mark.slow
async def test_every_acknowledged_log_is_in_harvest_exactly_once() -> None:
    """The bounded version; `python -m bench.crash` runs a thousand logs and fifty kills."""
    result = await storm(logs=40, kills=4, seed=7)
    assert result.lost == []
    assert result.doubled == []
    assert result.acked == result.once + result.held
    assert result.kills == 4
    assert sum(result.faults.values()) > 0
