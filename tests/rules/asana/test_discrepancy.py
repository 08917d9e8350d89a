"""More than 5 % off the estimate is flagged; exactly 5 % is not (S1-32)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.units import Hours
from sync.rules.asana.discrepancy import Discrepancy, discrepancies, is_discrepant


@pytest.mark.parametrize(
    ("actual", "estimate", "flagged"),
    [
        (10000, 10000, False),
        (10500, 10000, False),
        (10501, 10000, True),
        (9500, 10000, False),
        (9499, 10000, True),
        (0, 0, False),
        (1, 0, True),
        (0, 1, True),
        (21, 20, False),
        (22, 20, True),
        (106, 101, False),  # 4.95 %
        (107, 101, True),  # 5.94 %
    ],
)
def test_more_than_five_per_cent_of_the_estimate_is_flagged(actual: int, estimate: int, *, flagged: bool) -> None:
    assert is_discrepant(Hours(actual), Hours(estimate)) is flagged


@given(st.integers(0, 10**9))
def test_exactly_five_per_cent_is_never_flagged(twentieth: int) -> None:
    estimate = Hours(twentieth * 20)
    assert not is_discrepant(Hours(estimate + twentieth), estimate)
    assert not is_discrepant(Hours(estimate - twentieth), estimate)
    assert is_discrepant(Hours(estimate + twentieth + 1), estimate)


def test_the_largest_comes_first_and_what_has_no_estimate_is_left_out() -> None:
    actual = {"acme": Hours(1000), "blue": Hours(600), "zed": Hours(1000)}
    found = discrepancies(actual, {"acme": Hours(900), "blue": Hours(1000), "city": Hours(50)})
    assert found == [
        Discrepancy("blue", Hours(600), Hours(1000)),
        Discrepancy("acme", Hours(1000), Hours(900)),
        Discrepancy("city", Hours(0), Hours(50)),
    ]
    assert [one.difference for one in found] == [-400, 100, -50]
    assert [one.per_cent for one in found] == [-40, Fraction(100, 9), -100]


def test_hours_without_an_estimate_have_no_percentage() -> None:
    (found,) = discrepancies({"acme": Hours(1)}, {"acme": Hours(0)})
    assert found.per_cent is None
