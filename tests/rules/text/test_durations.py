"""Durations, ranges and steps: every spelling of the contract, and what is refused."""

from contextlib import suppress
from datetime import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.units import Hours
from sync.errors import Refused
from sync.rules.text.durations import DAY, HoursRefused, check, nearest, parse_duration, show

STEP = MINIMUM = Hours(25)
"""The contract's defaults for HOURS_STEP and HOURS_MIN, in hundredths."""


@pytest.mark.parametrize(
    ("word", "hundredths"),
    [
        ("1.5", 150),
        ("1.5h", 150),
        ("1.5H", 150),
        ("1,5h", 150),
        ("1,5", 150),
        (".5", 50),
        (",5h", 50),
        ("2", 200),  # bare integers are hours (ruling 2)
        ("90", 9000),  # also those that look like minutes
        ("19.11", 1911),  # no date without its last dot (ruling 2)
        ("90m", 150),
        ("90min", 150),
        ("1h30", 150),
        ("1h30m", 150),
        ("1H30M", 150),
        ("1h5", Fraction(650, 6)),  # five minutes, not fifty
        ("1:30", 150),
        ("0:45", 75),
        ("1:30h", 150),
        ("2hours", 200),
        ("1hr", 100),
        ("10m", Fraction(50, 3)),  # no exact hundredth, and kept exact
        ("0", 0),
        ("-1", -100),
        ("-1h", -100),
        ("-0:30", -50),
        ("-15m", -25),
    ],
)
def test_duration_is_read_exactly(word: str, hundredths: int) -> None:
    found = parse_duration(word)

    assert found is not None
    assert found.hundredths == hundredths
    assert (found.started, found.ended) == (None, None)


@pytest.mark.parametrize(
    ("word", "started", "ended", "hundredths"),
    [
        ("9-10:30", time(9), time(10, 30), 150),
        ("9:15-10", time(9, 15), time(10), 75),
        ("9-17", time(9), time(17), 800),
        ("09.00-10.30", time(9), time(10, 30), 150),
        ("0-1", time(0), time(1), 100),
        ("2pm-3:30pm", time(14), time(15, 30), 150),
        ("2-3:30PM", time(14), time(15, 30), 150),  # the suffix covers both
        ("11-1pm", time(11), time(13), 200),  # unless that ran backwards
        ("9am-5", time(9), time(17), 800),
        ("9am-10", time(9), time(10), 100),
        ("12am-12pm", time(0), time(12), 1200),
        ("13-3pm", time(13), time(15), 200),  # 13 can only be the 24-hour clock
        ("22-23:59", time(22), time(23, 59), Fraction(11900, 60)),
    ],
)
def test_range_is_read_with_its_times(word: str, started: time, ended: time, hundredths: Fraction) -> None:
    found = parse_duration(word)

    assert found is not None
    assert (found.started, found.ended, found.hundredths) == (started, ended, hundredths)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("10-9", "does not run forwards"),
        ("9-9", "does not run forwards"),
        ("22-2", "does not run forwards"),  # past midnight
        ("3pm-2pm", "does not run forwards"),
        ("9-5", "`09:00-17:00`"),
        ("10-9", "`10:00-21:00`"),
        ("9-9", "Type how long it took, as `1.5h`"),
        ("22-2", "`4:00`"),
        ("14-2", "`12:00`"),  # it would end when it began
        ("3pm-2pm", "`23:00`"),
        ("21-20", "`23:00`"),
        ("22-24", "reaches midnight"),
        ("22-24:00", "reaches midnight"),
    ],
)
def test_impossible_range_is_refused_with_what_to_type(word: str, reason: str) -> None:
    with pytest.raises(HoursRefused, match="`") as refused:
        parse_duration(word)

    assert reason in str(refused.value)
    assert refused.value.nearest == ()


@pytest.mark.parametrize(
    "word",
    [
        "",
        "h",
        "-",
        ".",
        "1.",
        "19.11.",  # a date
        "2026-11-20",  # a date, never a range
        "2026-11",
        "ACME-12",
        "1h75",  # an hour has sixty minutes
        "1:5",
        "1:60",
        "9-25",
        "13pm-14pm",
        "0am-1am",
        "--1",
        "-9-10",
        "1e3",
        "nan",
        "٣h",  # digits of other scripts
        "9" * 5000,  # more digits than Python reads
        "1h\n",
    ],
)
def test_other_words_are_no_durations(word: str) -> None:
    assert parse_duration(word) is None


@pytest.mark.parametrize("hundredths", [25, 50, 100, 150, 2375, 2400])
def test_multiple_of_the_step_is_allowed(hundredths: int) -> None:
    assert check(Fraction(hundredths), STEP, MINIMUM) == hundredths


@pytest.mark.parametrize(
    ("hundredths", "offers", "shown"),
    [
        (0, (25, 50), "0 h"),  # S2-17
        (10, (25, 50), "0.1 h"),  # S2-17
        (30, (25, 50), "0.3 h"),  # S2-17
        (-100, (25, 50), "-1 h"),  # S2-17
        (1911, (1900, 1925), "19.11 h"),
        (2401, (2375, 2400), "24.01 h"),
        (9000, (2375, 2400), "90 h"),
        (Fraction(50, 3), (25, 50), "10 min"),
        (Fraction(700, 6), (100, 125), "70 min"),
        (Fraction(3334, 25), (125, 150), "about 1.33 h"),
    ],
)
def test_other_hours_are_refused_with_the_nearest_two(
    hundredths: Fraction, offers: tuple[int, int], shown: str
) -> None:
    with pytest.raises(HoursRefused) as refused:
        check(hundredths, STEP, MINIMUM)

    assert refused.value.nearest == offers
    assert str(refused.value).startswith(f"{shown} cannot be logged")
    assert f"{show(Hours(offers[0]))} or {show(Hours(offers[1]))}" in str(refused.value)


@pytest.mark.parametrize(
    ("hundredths", "step", "minimum", "offers"),
    [
        (20, 25, 30, (50, 75)),  # the minimum is no multiple: the next one counts
        (30, 100, 1, (100, 200)),
        (2350, 700, 700, (1400, 2100)),  # 24 h is no multiple: 21 h is the most
        (100, 2400, 25, (2400,)),  # only one amount is allowed at all
        (5, 10, 10, (10, 20)),
    ],
)
def test_offers_respect_step_minimum_and_the_day(
    hundredths: int, step: int, minimum: int, offers: tuple[int, ...]
) -> None:
    assert nearest(hundredths, Hours(step), Hours(minimum)) == offers


@given(st.fractions(-3000, 30000, max_denominator=60), st.integers(1, 200), st.integers(1, 200))
def test_hours_are_allowed_or_the_offers_are_the_two_allowed_ones_nearest(
    amount: Fraction, step: int, minimum: int
) -> None:
    allowed = [hours for hours in range(step, DAY + 1, step) if hours >= minimum]
    closest = sorted(allowed, key=lambda hours: (abs(hours - amount), hours))[:2]

    if amount in allowed:
        assert check(amount, Hours(step), Hours(minimum)) == amount
    else:
        with pytest.raises(HoursRefused) as refused:
            check(amount, Hours(step), Hours(minimum))
        assert list(refused.value.nearest) == sorted(closest)


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(["{}:{:02}", "{}h{:02}", "{}h{:02}m", "{}H{:02}"]))
def test_hours_with_minutes_mean_the_same_in_every_spelling(hours: int, minutes: int, spelling: str) -> None:
    found = parse_duration(spelling.format(hours, minutes))

    assert found is not None
    assert found.hundredths * 60 == (hours * 60 + minutes) * 100


@given(st.text())
def test_any_word_is_an_exact_duration_or_none_or_refused(word: str) -> None:
    with suppress(Refused):
        found = parse_duration(word)
        assert found is None or isinstance(found.hundredths, Fraction)
