"""From what is typed into a task's field to what Harvest holds, by all the rules between them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from store.asana.records.api import AsanaUser
from store.asana.records.state import HoldKind
from sync.rules.asana.billable_hours import billing
from sync.rules.asana.claims import Terms
from sync.rules.asana.plan_records import Held
from tests.rules.asana.plan_samples import World
from tests.rules.asana_samples import ANA, BO, at, number_field, story, task

TERMS = Terms(go_live=at(-120))


class Typed(NamedTuple):
    """`is_seen`: the task is looked at before the next value is typed."""

    value: Decimal
    by: AsanaUser
    is_seen: bool


VALUES = st.builds(
    Typed,
    st.one_of(st.sampled_from([Decimal(0), Decimal(-2)]), st.decimals(-8, 20, places=2)),
    st.sampled_from([ANA, BO]),
    st.booleans(),
)


def settled(typed: Sequence[Typed], world: World) -> Sequence[Held]:
    """What waits once all is typed, looked at where it was seen, and at last looked at until nothing changes."""
    stories, before = [], None
    for number, one in enumerate(typed, 1):
        new = str(one.value)
        stories.append(story(number, before, new, one.by))
        before = new
        if one.is_seen:
            world.look(billing(task(number_field(new)), stories, TERMS))
    for _ in range(3):
        last = world.look(billing(task(number_field(before)), stories, TERMS))
    assert (last.logs, last.taken, last.changes) == ([], [], {})
    return last.held


@settings(max_examples=150)
@given(st.lists(VALUES, min_size=1, max_size=10), st.decimals(0, 20, places=2), st.sampled_from([ANA, BO]))
def test_harvest_holds_the_fields_last_value(typed: list[Typed], last: Decimal, by: AsanaUser) -> None:
    """Whatever was typed before, below zero too, and whatever of it was seen: nothing waits, and the sums are one."""
    world = World()
    waiting = settled([*typed, Typed(last, by, is_seen=True)], world)
    assert (world.hours, waiting) == (int(last * 100), [])


@settings(max_examples=50)
@given(st.lists(VALUES, max_size=10), st.decimals(-8, "-0.01", places=2))
def test_a_field_below_zero_changes_nothing_in_harvest(typed: list[Typed], last: Decimal) -> None:
    world = World()
    if typed:
        settled(typed, world)
    before = world.hours
    waiting = settled([*typed, Typed(last, ANA, is_seen=True)], world)
    assert world.hours == before >= 0
    assert [one.kind for one in waiting] == [HoldKind.UNFIT]
