"""Dates as people type them; today is Saturday, 21 November 2026."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.text.dates import DateRefused, parse_date, show_date

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("today", TODAY),
        ("Today", TODAY),
        ("yesterday", date(2026, 11, 20)),
        ("YESTERDAY", date(2026, 11, 20)),
        ("sat", TODAY),  # today's own weekday is today
        ("Saturday", TODAY),
        ("fri", date(2026, 11, 20)),
        ("friday", date(2026, 11, 20)),
        ("thu", date(2026, 11, 19)),
        ("thursday", date(2026, 11, 19)),
        ("wed", date(2026, 11, 18)),
        ("wednesday", date(2026, 11, 18)),
        ("tue", date(2026, 11, 17)),
        ("Tuesday", date(2026, 11, 17)),
        ("MON", date(2026, 11, 16)),
        ("monday", date(2026, 11, 16)),
        ("sun", date(2026, 11, 15)),  # tomorrow's weekday is six days ago
        ("sunday", date(2026, 11, 15)),
        ("2026-11-19", date(2026, 11, 19)),
        ("19.11.", date(2026, 11, 19)),
        ("1.3.", date(2026, 3, 1)),
        ("21.11.", TODAY),
        ("22.11.", date(2025, 11, 22)),  # not yet this year
        ("31.12.", date(2025, 12, 31)),
        ("29.2.", date(2024, 2, 29)),  # the most recent one there was
        ("19.11.2026", date(2026, 11, 19)),
        ("19.11.25", date(2025, 11, 19)),
        ("19.11.0099", date(99, 11, 19)),  # four digits are meant as written
    ],
)
def test_date_is_read(word: str, expected: date) -> None:
    assert parse_date(word, TODAY) == expected


@pytest.mark.parametrize(
    "word",
    [
        "",
        "19.11",  # hours (ruling 2)
        "m",
        "mond",
        "monday's",
        "2026-11",
        "20261119",
        "1",
        "٣.١١.",  # digits of other scripts
    ],
)
def test_other_words_are_no_dates(word: str) -> None:
    assert parse_date(word, TODAY) is None


@pytest.mark.parametrize("word", ["tomorrow", "2026-11-22", "22.11.2026", "2027-01-01", "1.1.99"])
def test_future_is_refused_and_today_is_named(word: str) -> None:
    with pytest.raises(DateRefused, match=r"is in the future\. Today is Sat 21 Nov 2026"):
        parse_date(word, TODAY)


@pytest.mark.parametrize("word", ["31.02.", "30.2.2024", "0.11.", "19.13.", "2026-02-30", "0000-01-01", "29.2.2025"])
def test_day_that_no_calendar_has_is_refused(word: str) -> None:
    with pytest.raises(DateRefused, match=r"no .* in the calendar\. Dates are typed as `2026-11-19` or `19\.11\.`"):
        parse_date(word, TODAY)


def test_day_and_month_are_looked_for_no_earlier_than_the_first_year() -> None:
    with pytest.raises(DateRefused, match=r"no 31\.12\. in the calendar"):
        parse_date("31.12.", date(1, 1, 1))


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
def test_weekday_is_within_the_last_seven_days(today: date, word: str) -> None:
    found = parse_date(word, today)

    assert found is not None
    assert found.strftime("%a").lower() == word
    assert timedelta() <= today - found < timedelta(days=7)


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)), st.dates(date(2024, 1, 1), date(2024, 12, 31)))
def test_day_without_a_year_is_the_most_recent_such_day(today: date, wanted: date) -> None:
    found = parse_date(f"{wanted.day}.{wanted.month}.", today)

    assert found is not None
    assert (found.day, found.month) == (wanted.day, wanted.month)
    later = [today - timedelta(days=days) for days in range((today - found).days)]
    assert not [day for day in later if (day.day, day.month) == (wanted.day, wanted.month)]


@given(st.text())
def test_any_word_is_no_date_or_one_that_has_come_or_is_refused(word: str) -> None:
    with suppress(DateRefused):
        assert (parse_date(word, TODAY) or TODAY) <= TODAY


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (TODAY, "today"),
        (date(2026, 11, 20), "yesterday"),
        (date(2026, 11, 19), "Thu 19 Nov"),
        (date(2026, 1, 1), "Thu 1 Jan"),
        (date(2025, 12, 31), "Wed 31 Dec 2025"),
        (date(2026, 11, 22), "Sun 22 Nov"),
    ],
)
def test_date_is_shown_as_people_say_it(day: date, shown: str) -> None:
    assert show_date(day, TODAY) == shown


def test_last_day_of_last_year_is_still_yesterday() -> None:
    assert show_date(date(2025, 12, 31), date(2026, 1, 1)) == "yesterday"
