"""When to ask again, and when "not found" may be believed."""

from datetime import UTC, datetime, timedelta

import pytest

from sync.rules.time_entries.retry_pace import NextStep, Pace, after_a_look

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PACE = Pace(settle=timedelta(seconds=45), retry=timedelta(seconds=10), most=timedelta(minutes=10))


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 10), (1, 20), (2, 40), (3, 80), (5, 320), (6, 600), (16, 600), (10_000, 600)]
)
def test_pauses_double_up_to_the_most(attempts: int, seconds: int) -> None:
    assert PACE.pause(attempts) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("ago", "step"),
    [(None, NextStep.CREATE), (0, NextStep.LOOK_LATER), (44.9, NextStep.LOOK_LATER), (45, NextStep.CREATE)],
)
def test_a_create_is_repeated_only_when_nothing_can_be_on_its_way(ago: float | None, step: NextStep) -> None:
    sent_at = None if ago is None else NOW - timedelta(seconds=ago)
    settles_at = sent_at and PACE.settles(sent_at, NOW, was_answered=False)
    assert after_a_look(settles_at, NOW) is step


@pytest.mark.parametrize(
    ("was_answered", "looks"),
    [(True, [1, 2]), (False, [1, 2, 4, 8, 16, 32, 45])],
)
def test_looks_come_soon_and_end_when_the_outcome_is_sure(was_answered: bool, looks: list[int]) -> None:
    """Seconds after the create went out at which it is looked for; after the last of them it is sent again."""
    pace, at, seen = Pace(), NOW, []
    settles_at = pace.settles(NOW, NOW, was_answered=was_answered)
    at += pace.look
    while after_a_look(settles_at, at) is NextStep.LOOK_LATER:
        seen.append((at - NOW).seconds)
        at += pace.next_look(NOW, at, settles_at)
    assert [*seen, (at - NOW).seconds] == looks


def test_what_surely_was_not_done_is_tried_again_within_seconds() -> None:
    assert [Pace().pause(attempts).seconds for attempts in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_lease_outlives_any_request() -> None:
    assert Pace().lease > Pace().settle > Pace().look
