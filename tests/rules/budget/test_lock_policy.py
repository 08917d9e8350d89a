"""LOCK_POLICY: its spellings, its tiers with their edges (S2-42, ruling 6), and what is refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.units import Amount
from sync.rules.budget.lock_policy import OFF, LockPolicy, parse_policy

TIERS = "5:150,20:125,50:115,*:110"


def everybody(share: str) -> LockPolicy:
    return LockPolicy(((None, Fraction(share)),))


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("100", everybody("100")),
        ("110%", everybody("110")),
        (" 110 % ", everybody("110")),
        ("112.5", everybody("112.5")),
        ("1", everybody("1")),
        ("1000", everybody("1000")),
        ("*:110", everybody("110")),
        ("off", OFF),
        (" OFF ", OFF),
        ("5:150,*:110", LockPolicy(((500, Fraction(150)), (None, Fraction(110))))),
        ("5 : 150 % , * : 110 %", LockPolicy(((500, Fraction(150)), (None, Fraction(110))))),
        ("2.5:150,*:110", LockPolicy(((250, Fraction(150)), (None, Fraction(110))))),
        ("5:150,*:110,", LockPolicy(((500, Fraction(150)), (None, Fraction(110))))),
    ],
)
def test_policy_is_read(text: str, policy: LockPolicy) -> None:
    assert parse_policy(text) == policy


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "last tier must be for all others"),
        (",", "last tier must be for all others"),
        ("5:150", "last tier must be for all others"),
        ("5:150,20:125", "last tier must be for all others"),
        ("*:110,5:150", "last tier must be for all others"),
        ("5:150,*:110,*:100", "last tier must be for all others"),
        ("20:125,5:150,*:110", "tiers must rise"),
        ("5:150,5:125,*:110", "tiers must rise"),
        ("0", "per cent must be from 1 to 1000"),
        ("0.99", "per cent must be from 1 to 1000"),
        ("1000.01", "per cent must be from 1 to 1000"),
        ("5:0,*:110", "per cent must be from 1 to 1000"),
        ("5:150,*:9999", "per cent must be from 1 to 1000"),
        ("on", "it must be per cent"),
        ("-100", "it must be per cent"),
        ("-5:150,*:110", "it must be per cent"),
        ("5:150;*:110", "it must be per cent"),
        ("5-20:125,*:110", "it must be per cent"),
        ("1e2", "it must be per cent"),
        ("nan", "it must be per cent"),
        ("inf", "it must be per cent"),
        ("9" * 5000, "it must be per cent"),
        ("١٠٠", "it must be per cent"),  # digits of other scripts
        ("100,5", "it must be per cent"),
    ],
)
def test_absurd_policy_is_refused_with_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_policy(text)


@pytest.mark.parametrize(
    ("budget", "limit"),
    [
        # S2-42's own examples
        (5_00, 7_50),
        (10_00, 12_50),
        (30_00, 34_50),
        (100_00, 110_00),
        # edges are inclusive: 5.00 h is still of the first tier (ruling 6)
        (4_99, 7_49),  # 7.485 h: half a hundredth is reached by the next whole one
        (5_01, 6_27),  # 6.2625 h
        (20_00, 25_00),
        (20_01, 23_02),  # 23.0115 h
        (50_00, 57_50),
        (50_01, 55_02),  # 55.011 h
        (1, 2),
    ],
)
def test_tier_of_an_hour_budget(budget: int, limit: int) -> None:
    assert parse_policy(TIERS).limit(Amount(budget), is_money=False) == limit


@pytest.mark.parametrize("budget", [1_00, 5_00, 20_00, 50_00, 50_01, 10_000_00])
def test_money_is_in_the_tier_for_all_others(budget: int) -> None:
    limit = parse_policy(TIERS).limit(Amount(budget), is_money=True)

    assert limit == -(-budget * 110 // 100)


@pytest.mark.parametrize("budget", [None, 0])
@pytest.mark.parametrize("text", ["100", "off", TIERS])
def test_budget_that_is_not_set_never_locks(budget: Amount | None, text: str) -> None:
    assert parse_policy(text).limit(budget, is_money=False) is None


@pytest.mark.parametrize("is_money", [True, False])
def test_off_never_locks(is_money: bool) -> None:
    assert parse_policy("off").limit(Amount(5_00), is_money=is_money) is None


@given(st.integers(1, 10**9))
def test_default_locks_at_the_budget_itself(budget: int) -> None:
    assert parse_policy("100").limit(Amount(budget), is_money=False) == budget


@given(st.integers(1, 10**7), st.integers(100, 100_000))
def test_limit_is_the_first_hundredth_at_that_per_cent(budget: int, hundredths: int) -> None:
    share = Fraction(hundredths, 100)
    limit = everybody(str(share)).limit(Amount(budget), is_money=False)

    assert limit is not None
    assert Fraction((limit - 1) * 100, budget) < share <= Fraction(limit * 100, budget)


@given(st.text())
def test_any_text_is_a_policy_or_refused(text: str) -> None:
    try:
        policy = parse_policy(text)
    except ValueError as error:
        assert str(error).startswith(("it must be", "the last tier", "tiers must", "per cent must"))  # noqa: PT017 - any of four
    else:
        assert isinstance(policy, LockPolicy)
