"""What is yet to be booked of claims, in the fewest steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.asana.records.api import AsanaUser
from store.units import Hours
from sync.rules.asana.claims import Billing, Claim, Finding, FindingKind, net, outstanding, unexplained
from tests.rules.asana_samples import ANA, BO, at


def claim(number: int, user: AsanaUser, hours: int) -> Claim:
    return Claim(str(8800 + number), user, at(number), Hours(hours))


@pytest.mark.parametrize(
    ("hours", "left"),
    [
        ([(ANA, 100), (ANA, -25)], [(1, 75)]),
        ([(ANA, 100), (ANA, 50), (ANA, -75)], [(1, 75)]),  # off the newest first
        ([(ANA, 100), (BO, 50), (ANA, -75)], [(1, 25), (2, 50)]),  # off one's own first
        ([(ANA, 100), (BO, 50), (ANA, -125)], [(2, 25)]),
        ([(ANA, 100), (BO, -150)], [(2, -50)]),
        ([(ANA, -50), (ANA, 100)], [(1, -50), (2, 100)]),  # what came later is not touched
        ([(ANA, 100), (ANA, -100)], []),
        ([(ANA, 0)], []),
        ([(ANA, 100), (BO, 1)], [(1, 100), (2, 1)]),
        ([(ANA, 0), (BO, 50), (ANA, -1)], [(2, 49)]),
    ],
)
def test_what_is_taken_back_comes_off_what_is_not_booked_yet(
    hours: list[tuple[AsanaUser, int]], left: list[tuple[int, int]]
) -> None:
    found = net([claim(number, user, amount) for number, (user, amount) in enumerate(hours, 1)])
    assert [(int(one.story_gid) - 8800, one.hours) for one in found] == left


@given(st.lists(st.tuples(st.sampled_from([ANA, BO]), st.integers(-500, 500)), max_size=12))
def test_netting_loses_nothing(hours: list[tuple[AsanaUser, int]]) -> None:
    claims = [claim(number, user, amount) for number, (user, amount) in enumerate(hours, 1)]
    found = net(claims)
    assert sum(one.hours for one in found) == sum(one.hours for one in claims)
    assert all(one.hours for one in found)
    # Only what was less than 0 before is so still, and nobody has more than they typed.
    typed = {one.story_gid: one.hours for one in claims}
    assert all(min(typed[one.story_gid], 0) <= one.hours <= max(typed[one.story_gid], 0) for one in found)


@given(st.lists(st.tuples(st.sampled_from([ANA, BO]), st.integers(0, 500)), max_size=12))
def test_where_nothing_is_taken_back_all_of_it_stays(hours: list[tuple[AsanaUser, int]]) -> None:
    claims = [claim(number, user, amount) for number, (user, amount) in enumerate(hours, 1)]
    assert net(claims) == [one for one in claims if one.hours]


def test_nothing_is_booked_while_something_blocks_it() -> None:
    claims = (Claim("8801", ANA, at(1), Hours(100)),)
    blocked = Billing(claims, (Finding(FindingKind.FORMULA, Hours(100)),))
    assert outstanding(blocked, {}) == []
    assert unexplained(blocked, {"8802": Hours(50)}) == 0
