"""How long something took, in three languages: a phrase is an amount as a whole, or it is none."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.text.amounts import is_bare, is_unit, parse_amount


@pytest.mark.parametrize(
    ("phrase", "hundredths"),
    [
        ("1 hour 30 minutes", 150),
        ("1h, 30m", 150),
        ("1 1/2h", 150),
        ("1½ h", 150),
        ("⅓ h", Fraction(100, 3)),
        ("2 std. 15 min.", 225),
        ("zwei stunden und 15 minuten", 225),
        ("en och en halv timme", 150),
        ("an hour and a half", 150),
        ("two and a half hours", 250),
        ("eine dreiviertel stunde", 75),
        ("en kvart", 25),
        ("1.5h 30m", 200),  # both are said, so both count
        ("1h 90m", 250),
        ("7.5 min", Fraction(25, 2)),
    ],
)
def test_phrase_is_an_amount(phrase: str, hundredths: Fraction) -> None:
    assert parse_amount(phrase) == hundredths


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "hour",
        "1 h 30",
        "1 1/2",
        "1/0h",
        "1h and",
        "1h 30m 20s",
        "am",
        "a m",
        "einen",
        "two",
        "1 day",
        "h 1",
    ],
)
def test_part_of_a_phrase_is_no_amount(phrase: str) -> None:
    assert parse_amount(phrase) is None


def test_only_a_number_is_bare_and_only_a_unit_is_a_unit() -> None:
    assert [is_bare(word) for word in ("1", "1,5", ".5", "1h", "1:30")] == [True, True, True, False, False]
    assert [is_unit(word) for word in ("h", "std.", "minuter", "day", "1h")] == [True, True, True, False, False]


@given(
    st.integers(0, 99),
    st.integers(0, 59),
    st.sampled_from(["{}h {}m", "{} hours {} minutes", "{} std {} min", "{} tim och {} min"]),
)
def test_hours_and_minutes_are_added(hours: int, minutes: int, spelling: str) -> None:
    found = parse_amount(spelling.format(hours, minutes))

    assert found is not None
    assert found * 60 == (hours * 60 + minutes) * 100
