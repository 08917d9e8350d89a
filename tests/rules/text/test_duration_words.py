"""How long something took, in three languages: a phrase is an amount as a whole, or it is none."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.text.duration_words import is_bare, is_unit, parse_amount, whole_hours


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
        ("1¼ h", 125),
        ("¾ std", 75),
        ("⅔ h", Fraction(200, 3)),
        ("2⅜ h", Fraction(475, 2)),
        ("12½ timmar", 1250),
        ("1 3/4 h", 175),
        ("1/3 h", Fraction(100, 3)),
        ("an hour and a quarter", 125),
        ("two and a quarter hours", 225),
        ("zwei und eine halbe stunde", 250),
        ("en och en kvart timme", 125),
        ("anderthalb stunden", 150),
        ("eineinhalb stunden", 150),
        ("zweieinhalb stunden", 250),
        ("dreieinhalb stunden", 350),
        ("viereinhalb stunden", 450),
        ("a quarter of an hour", 25),
        ("three quarters of an hour", 75),
        ("en halvtimme", 50),
        ("1h 90 min", 250),
        ("1h5", Fraction(325, 3)),
    ],
)
def test_phrase_is_an_amount(phrase: str, hundredths: Fraction) -> None:
    assert parse_amount(phrase) == hundredths


ONE_TO_TWELVE = {
    "hours": "one two three four five six seven eight nine ten eleven twelve",
    "stunden": "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "timmar": "en två tre fyra fem sex sju åtta nio tio elva tolv",
}


@pytest.mark.parametrize(("unit", "words"), ONE_TO_TWELVE.items())
def test_hours_are_counted_in_words(unit: str, words: str) -> None:
    assert [parse_amount(f"{word} {unit}") for word in words.split()] == [100 * count for count in range(1, 13)]


@pytest.mark.parametrize(
    "phrases",
    [
        ["fifteen minutes", "thirty minutes", "forty-five minutes", "an hour"],
        ["fünfzehn minuten", "dreissig minuten", "fünfundvierzig minuten", "eine stunde"],
        ["femton minuter", "trettio minuter", "fyrtiofem minuter", "en timme"],
        ["a quarter of an hour", "half an hour", "three quarters of an hour", "60 minutes"],
        ["eine viertel stunde", "eine halbe stunde", "eine dreiviertel stunde", "60 min"],
        ["en kvart", "en halv timme", "tre kvart", "60 m"],
    ],
)
def test_quarters_of_an_hour_are_counted_in_words(phrases: list[str]) -> None:
    assert list(map(parse_amount, phrases)) == [25, 50, 75, 100]


@pytest.mark.parametrize("phrase", ["twenty minutes", "zwanzig minuten", "tjugo minuter", "20 min"])
def test_a_third_of_an_hour_stays_exact(phrase: str) -> None:
    assert parse_amount(phrase) == Fraction(100, 3)


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("1", 100),
        ("1h", 100),
        ("2 hours", 200),
        ("10 std.", 1000),
        ("0", 0),
        ("1.5h", None),
        ("h", None),
        ("1h30", None),
    ],
)
def test_hours_that_minutes_could_follow(words: str, hours: int | None) -> None:
    assert whole_hours(words) == hours


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
