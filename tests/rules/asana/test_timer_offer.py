"""When a task is offered to somebody's timer."""

from datetime import timedelta

import pytest

from store.asana.records.api import Stories, TurnStory
from sync.rules.asana.timer_offer import NEWS, is_news, turn
from tests.rules.asana_samples import ANA, NOON, at, task

ASSIGNED = TurnStory("9", NOON, ANA, is_assignment=True)
OPENED = TurnStory("10", at(5), ANA, is_assignment=False)


@pytest.mark.parametrize("told", [(ASSIGNED, OPENED), (OPENED, ASSIGNED)])
def test_the_last_turn_counts_in_whatever_order_it_is_told(told: tuple[TurnStory, ...]) -> None:
    assert turn(task(), Stories(turns=told), at(6)) == OPENED


def test_of_one_moment_the_later_story_counts() -> None:
    """Asana's gids grow in length as well."""
    twin = TurnStory("10", NOON, ANA, is_assignment=False)
    assert turn(task(), Stories(turns=(twin, ASSIGNED)), at(1)) == twin


@pytest.mark.parametrize(("minutes", "is_offered"), [(0, True), (14, True), (15, False), (600, False)])
def test_an_old_turn_is_no_news(minutes: int, is_offered: bool) -> None:
    found = turn(task(), Stories(turns=(ASSIGNED,)), at(minutes))
    assert (found is not None) is is_offered
    assert is_news(NOON, NOON + NEWS - timedelta(seconds=1))


def test_nobody_is_asked_about_a_task_that_is_done_or_nobodys() -> None:
    stories = Stories(turns=(ASSIGNED,))
    assert turn(task(is_completed=True), stories, at(1)) is None
    assert turn(task(assignee=None), stories, at(1)) is None
    assert turn(task(), Stories(), at(1)) is None
