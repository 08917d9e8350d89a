"""ISO 4217: a yen has no hundredth, a dinar has thousandths, and what is not known has two decimals."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.budget.command import show_amount
from sync.rules.text.money import charged, decimals, show_money


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (123_450, "EUR", "1,234.50 EUR"),
        (5, "GBP", "0.05 GBP"),
        (-123_450, "EUR", "-1,234.50 EUR"),
        (100_000_000, "JPY", "1,000,000 JPY"),
        (100_000_000, "jpy", "1,000,000 jpy"),
        (123_449, "JPY", "1,234 JPY"),
        (123_450, "JPY", "1,235 JPY"),
        (-123_450, "KRW", "-1,235 KRW"),
        (-49, "JPY", "0 JPY"),
        (123_450, "KWD", "1,234.500 KWD"),
        (123_450, "CLF", "1,234.5000 CLF"),
        (123_450, "HUF", "1,234.50 HUF"),
        (123_450, "XYZ", "1,234.50 XYZ"),
        (123_450, "", "1,234.50"),
        (0, "JPY", "0 JPY"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(amount: int, currency: str, shown: str) -> None:
    assert show_money(amount, currency) == shown
    assert show_amount(amount, currency) == shown


@pytest.mark.parametrize(
    ("fees", "currency", "amount"),
    [
        (123_449, "EUR", 1_234),
        (123_450, "EUR", 1_235),
        (124_999, "JPY", 1_200),
        (125_000, "JPY", 1_300),
        (123_450, "KWD", 1_235),
        (123_450, None, 1_235),
        (0, "JPY", 0),
    ],
)
def test_fees_are_what_can_be_paid(fees: int, currency: str | None, amount: int) -> None:
    assert charged(fees, currency) == amount


CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CLF", "", "XYZ"])


@given(st.integers(0, 10**12), st.integers(0, 10**12), CURRENCIES)
def test_what_is_used_and_left_adds_up_to_the_budget_as_shown(fees: int, more: int, currency: str) -> None:
    used, left = charged(fees, currency), charged(more, currency)
    assert _read(show_money(used, currency)) + _read(show_money(left, currency)) == _read(
        show_money(used + left, currency)
    )


def _read(shown: str) -> Fraction:
    return Fraction(shown.split(" ", maxsplit=1)[0].replace(",", ""))


def test_the_exceptions_are_those_of_iso_4217() -> None:
    """Every currency in use whose minor unit is not two."""
    by_decimals = {
        0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
        3: "BHD IQD JOD KWD LYD OMR TND",
        4: "CLF UYW",
    }
    assert all(decimals(code) == places for places, codes in by_decimals.items() for code in codes.split())
