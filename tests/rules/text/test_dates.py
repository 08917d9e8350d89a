"""Dates as people type them; today is Saturday, 21 November 2026."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.text.dates import DateRefused, DateUnclear, parse_date, parse_month, said_from, show_date

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
        ("last friday", date(2026, 11, 20)),
        ("last saturday", date(2026, 11, 14)),  # never today
        ("2 days ago", date(2026, 11, 19)),
        ("vor einer Woche", date(2026, 11, 14)),
        ("för två dagar sedan", date(2026, 11, 19)),
        ("19 Nov", date(2026, 11, 19)),
        ("Nov 19th, 2025", date(2025, 11, 19)),
        ("19. Dezember", date(2025, 12, 19)),
        ("den 19 november", date(2026, 11, 19)),
        ("gestern", date(2026, 11, 20)),
        ("vorgestern", date(2026, 11, 19)),
        ("igår", date(2026, 11, 20)),
        ("i förrgår", date(2026, 11, 19)),
        ("letzten Freitag", date(2026, 11, 20)),
        ("förra fredagen", date(2026, 11, 20)),
        ("i fredags", date(2026, 11, 20)),
        ("Friday, 20.11.", date(2026, 11, 20)),
        ("11/19", date(2026, 11, 19)),  # only one of them is a month
        ("19/11/2026", date(2026, 11, 19)),
        ("3/3", date(2026, 3, 3)),
        ("12/1/2026", date(2026, 1, 12)),  # the first of December has not come
        ("999 days ago", date(2024, 2, 26)),
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


@pytest.mark.parametrize("today", [date(2103, 1, 1), date(2104, 2, 28)])
def test_a_leap_day_is_found_across_a_century_without_one(today: date) -> None:
    assert parse_date("29.2.", today) == date(2096, 2, 29)


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


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("3/4", (date(2026, 4, 3), date(2026, 3, 4))),
        ("11/12", (date(2026, 11, 12), date(2025, 12, 11))),
        ("3/4/2025", (date(2025, 4, 3), date(2025, 3, 4))),
    ],
)
def test_day_in_either_order_is_unclear(typed: str, readings: tuple[date, date]) -> None:
    with pytest.raises(DateUnclear, match=f"`{readings[0]}` or `{readings[1]}`") as unclear:
        parse_date(typed, TODAY)

    assert unclear.value.readings == readings


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("next friday", "Fri 27 Nov is in the future"),
        ("übermorgen", "in the future"),
        ("last week", "more than one day"),
        ("förra veckan", "more than one day"),
        ("Thursday 20 Nov", "2026-11-20 is a Friday"),
        ("13/13", "no 13/13 in the calendar"),
    ],
)
def test_what_is_no_single_day_that_has_come_is_refused(typed: str, says: str) -> None:
    with pytest.raises(DateRefused, match=says):
        parse_date(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("2026-10", date(2026, 10, 1)),
        ("10/2026", date(2026, 10, 1)),
        ("Oktober", date(2026, 10, 1)),
        ("dec", date(2025, 12, 1)),  # the last one there was
        ("nov 2025", date(2025, 11, 1)),
        ("2026", None),
        ("10", None),
        ("relaunch", None),
    ],
)
def test_month_is_read(typed: str, month: date | None) -> None:
    assert parse_month(typed, TODAY) == month


@pytest.mark.parametrize("typed", ["2026-12", "2026-13", "0000-10", "dec 2026"])
def test_month_that_has_not_begun_or_is_none_is_refused(typed: str) -> None:
    with pytest.raises(DateRefused, match="`2026-11`"):
        parse_month(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("friday", date(2026, 11, 27)),
        ("next friday", date(2026, 11, 27)),
        ("morgen", date(2026, 11, 22)),
        ("last friday", date(2026, 11, 20)),
        ("2 days ago", date(2026, 11, 19)),
        ("19.11.", None),
    ],
)
def test_day_to_come_is_read_from_today(typed: str, day: date | None) -> None:
    assert said_from(typed, TODAY) == day


@pytest.mark.parametrize(
    ("words", "days_back"),
    [
        (["today", "heute", "idag", "i dag", "heute Morgen"], 0),
        (["yesterday", "gestern", "igår", "i går", "gestern Morgen"], 1),
        (["day before yesterday", "vorgestern", "i förrgår", "förrgår"], 2),
        (["tomorrow", "morgen", "imorgon", "i morgon"], -1),
        (["day after tomorrow", "übermorgen", "i övermorgon"], -2),
        (["a week ago", "vor einer Woche", "för en vecka sedan", "7 days ago"], 7),
        (["three weeks ago", "vor drei Wochen", "för tre veckor sen"], 21),
    ],
)
def test_days_are_named_in_three_languages(words: list[str], days_back: int) -> None:
    assert {said_from(word, TODAY) for word in words} == {TODAY - timedelta(days=days_back)}


@pytest.mark.parametrize(
    ("phrase", "counts"),
    [
        ("{} days ago", "one two three four five six"),
        ("vor {} Tagen", "einem zwei drei vier fünf sechs"),
        ("för {} dagar sedan", "en två tre fyra fem sex"),
    ],
)
def test_days_are_counted_back_in_words(phrase: str, counts: str) -> None:
    found = [said_from(phrase.format(count), TODAY) for count in counts.split()]
    assert found == [TODAY - timedelta(days=back) for back in range(1, 7)]


@pytest.mark.parametrize(
    "names",
    [
        "January February March April May June July August September October November December",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "januari februari mars april maj juni juli augusti september oktober november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
    ],
)
def test_months_are_named_in_three_languages(names: str) -> None:
    found = [parse_date(f"15 {name} 2025", TODAY) for name in names.split()]
    assert found == [date(2025, month, 15) for month in range(1, 13)]


@pytest.mark.parametrize(
    "names",
    [
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        "måndag tisdag onsdag torsdag fredag lördag söndag",
        "måndagen tisdagen onsdagen torsdagen fredagen lördagen söndagen",
    ],
)
def test_weekdays_are_named_in_three_languages(names: str) -> None:
    found = [parse_date(name, TODAY) for name in names.split()]
    assert [day and day.weekday() for day in found] == list(range(7))
