"""Until when something of a budget holds; today is Saturday, 21 November 2026."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import Refused
from sync.rules.budget.until import parse_until
from sync.rules.text.work import Unreadable

TODAY, END = date(2026, 11, 21), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("2026-11-21", TODAY),
        ("2026-11-30", END),
        ("2027-01-01", date(2027, 1, 1)),
        ("today", TODAY),
        ("tomorrow", date(2026, 11, 22)),
        ("sat", TODAY),  # today's own weekday is today, as in `/log`
        ("Sunday", date(2026, 11, 22)),  # the next such day
        ("fri", date(2026, 11, 27)),
        ("30.11.", END),
        ("30.11.2026", END),
        ("1.3.", date(2027, 3, 1)),  # not before next year
        ("21.11.", TODAY),
        ("20.11.", date(2027, 11, 20)),
        ("29.2.", date(2028, 2, 29)),
        ("Tomorrow", date(2026, 11, 22)),
    ],
)
def test_end_is_a_day_from_today_on(word: str, day: date) -> None:
    assert parse_until(word, TODAY) == day


@pytest.mark.parametrize("word", ["2026-11-20", "20.11.2026", "yesterday", "2025-11-30"])
def test_day_that_is_over_is_refused(word: str) -> None:
    with pytest.raises(Unreadable, match=r"is over\. Type today's date or a later one, as `2026-11-21`"):
        parse_until(word, TODAY)


@given(st.dates(date(2000, 1, 1), date(2200, 12, 31)), st.dates(date(2000, 1, 1), date(2200, 12, 31)))
def test_day_without_a_year_is_the_next_such_day(typed: date, today: date) -> None:
    found = parse_until(f"{typed.day}.{typed.month}.", today)

    assert (found.day, found.month) == (typed.day, typed.month)
    years = range(today.year, found.year)
    with suppress(ValueError):  # 29 February is not of every year
        assert all(date(year, typed.month, typed.day) < today for year in years)
    assert found >= today


@pytest.mark.parametrize("word", ["31.2.", "2026-02-30", "30.2.2027"])
def test_day_that_no_calendar_has_is_refused(word: str) -> None:
    with pytest.raises(Refused, match="in the calendar"):
        parse_until(word, TODAY)


@pytest.mark.parametrize("today", [date(2096, 3, 1), date(2100, 6, 1)])
def test_a_leap_day_is_found_across_a_century_without_one(today: date) -> None:
    assert parse_until("29.2.", today) == date(2104, 2, 29)


def test_an_end_lies_ten_years_ahead_at_most() -> None:
    assert parse_until("2036-12-31", TODAY) == date(2036, 12, 31)
    with pytest.raises(Unreadable, match="2037-01-01 is more than 10 years ahead"):
        parse_until("2037-01-01", TODAY)


@pytest.mark.parametrize(
    ("word", "first", "second"),
    [
        ("3/12", "2026-12-03", "2027-03-12"),  # each the next such day
        ("12/3", "2026-12-03", "2027-03-12"),
        ("3/12/2027", "2027-03-12", "2027-12-03"),
        ("3/12/28", "2028-03-12", "2028-12-03"),
        ("4/5", "2027-04-05", "2027-05-04"),
    ],
)
def test_day_in_either_order_is_asked_about(word: str, first: str, second: str) -> None:
    with pytest.raises(Unreadable, match=f"could be two days. Type `{first}` or `{second}`"):
        parse_until(word, TODAY)


@pytest.mark.parametrize(("word", "day"), [("25/12", date(2026, 12, 25)), ("1/1/2027", date(2027, 1, 1))])
def test_day_that_is_the_same_in_either_order_is_read(word: str, day: date) -> None:
    assert parse_until(word, TODAY) == day


@pytest.mark.parametrize("word", ["", "later", "30.11", "2026"])
def test_other_words_are_no_ends(word: str) -> None:
    with pytest.raises(Unreadable, match=r"is no date\. Type it as `2026-11-21`"):
        parse_until(word, TODAY)
