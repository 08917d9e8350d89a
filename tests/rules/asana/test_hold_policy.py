"""The table of what each kind of hold allows has no hole, and its columns agree with each other."""

import pytest

from store.asana.records.state import HoldKind
from sync.rules.asana.hold_policy import (
    CHANGED_IN_HARVEST,
    POLICIES,
    Decider,
    DiscardBooks,
    Fix,
    HoldScope,
    can_be,
    is_shared,
)

ENDS_IT = {Fix.DISCARD, Fix.ACCEPT, Fix.IGNORE_PROJECT}


@pytest.mark.parametrize("kind", HoldKind)
class TestEveryKind:
    def test_has_a_policy(self, kind: HoldKind) -> None:
        assert kind in POLICIES

    def test_can_be_ended_by_one_button(self, kind: HoldKind) -> None:
        assert len(ENDS_IT & {*POLICIES[kind].fixes}) == 1

    def test_shows_no_button_twice(self, kind: HoldKind) -> None:
        assert len({*POLICIES[kind].fixes}) == len(POLICIES[kind].fixes)

    def test_is_accepted_where_and_only_where_harvest_may_be_right(self, kind: HoldKind) -> None:
        is_accepted = POLICIES[kind].books_on_discard is DiscardBooks.CORRECTION
        assert can_be(kind, Fix.ACCEPT) is can_be(kind, Fix.RESTORE) is is_accepted is (kind in CHANGED_IN_HARVEST)

    def test_is_decided_by_a_person_only_about_their_own_hours(self, kind: HoldKind) -> None:
        if POLICIES[kind].who_may is Decider.PERSON:
            assert POLICIES[kind].scope is HoldScope.HOURS

    def test_is_told_to_those_alone_who_may_decide(self, kind: HoldKind) -> None:
        assert not POLICIES[kind].tells_person or POLICIES[kind].who_may is Decider.PERSON


@pytest.mark.parametrize(
    ("scope", "kinds"),
    [
        (
            HoldScope.PROJECT,
            {
                "unmapped",
                "asana_archived",
                "harvest_archived",
                "no_task",
                "no_non_billable_task",
                "copied",
                "field_missing",
            },
        ),
        (HoldScope.PERSON, {"not_in_harvest", "not_assigned"}),
        (HoldScope.TASK, {"no_project", "several_projects", "parent"}),
    ],
)
def test_what_one_message_stands_for(scope: HoldScope, kinds: set[str]) -> None:
    assert {kind.value for kind in HoldKind if POLICIES[kind].scope is scope} == kinds
    assert {is_shared(HoldKind(kind)) for kind in kinds} == {scope is not HoldScope.TASK}


def test_who_may_decide_about_their_own() -> None:
    own = {kind.value for kind in HoldKind if POLICIES[kind].who_may is Decider.PERSON}
    assert own == {"duplicate", "over_a_day", "lowering"}


def test_discarding_books_nothing_where_no_hours_are_missing_or_none_can_be_read() -> None:
    silent = {kind.value for kind in HoldKind if POLICIES[kind].books_on_discard is DiscardBooks.NOTHING}
    assert silent == {"unfit", "field_missing", "misplaced"}


def test_who_is_told_that_their_own_hours_wait() -> None:
    """Whoever typed hours twice, or more than a day has, knows best. What they took back themselves is no news."""
    assert {kind.value for kind in HoldKind if POLICIES[kind].tells_person} == {"duplicate", "over_a_day"}


def test_a_timer_is_offered_only_where_the_task_itself_can_be_worked_on() -> None:
    """Hours on a parent wait because those of its subtasks may be the same; a timer is one person's, now."""
    assert {kind.value for kind in HoldKind if POLICIES[kind].allows_timer} == {"parent"}
