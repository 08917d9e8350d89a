"""Windows of spent dates in which deletions are looked for: nothing outside them, nothing in two of them (N5)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sync.rules.harvest.deletion_search import (
    ALL_TIME,
    LISTED,
    Question,
    Span,
    halves,
    held,
    is_mass,
    share_of_day,
    stamp,
    windows,
)


def day(number: int) -> date:
    return date(2026, 11, number)


DAYS = [(day(1), 3), (day(2), 4), (day(5), 1), (day(9), 2)]


@pytest.mark.parametrize(
    ("span", "count"),
    [
        (ALL_TIME, 10),
        (Span(None, day(2)), 7),  # both ends are included
        (Span(day(2), None), 7),
        (Span(day(2), day(5)), 5),
        (Span(day(3), day(4)), 0),
        (Span(day(9), day(9)), 2),
    ],
)
def test_entries_of_a_span_are_counted(span: Span, count: int) -> None:
    assert held(span, DAYS) == count


@pytest.mark.parametrize(
    ("days", "most", "spans"),
    [
        ([], 5, [ALL_TIME]),
        (DAYS, 10, [ALL_TIME]),
        (DAYS, 7, [Span(None, day(4)), Span(day(5), None)]),
        (DAYS, 6, [Span(None, day(1)), Span(day(2), day(8)), Span(day(9), None)]),
        (DAYS, 1, [Span(None, day(1)), Span(day(2), day(4)), Span(day(5), day(8)), Span(day(9), None)]),
        ([(day(1), 5), (day(2), 3), (day(5), 2)], 5, [Span(None, day(1)), Span(day(2), None)]),
        ([(day(1), 900)], 5, [ALL_TIME]),  # a day cannot be cut
    ],
)
def test_all_of_time_is_cut_into_windows(days: list[tuple[date, int]], most: int, spans: list[Span]) -> None:
    assert windows(days, most) == spans


@pytest.mark.parametrize(
    ("span", "parts"),
    [
        (ALL_TIME, (Span(None, day(2)), Span(day(3), None))),
        (Span(day(2), day(9)), (Span(day(2), day(2)), Span(day(3), day(9)))),
        (Span(day(5), None), (Span(day(5), day(5)), Span(day(6), None))),
        (Span(day(9), None), None),  # one day of ours
        (Span(day(3), day(4)), None),  # none
    ],
)
def test_span_is_cut_in_the_middle_of_its_entries(span: Span, parts: tuple[Span, Span] | None) -> None:
    assert halves(span, DAYS) == parts


DAY_COUNTS = st.dictionaries(st.dates(date(2020, 1, 1), date(2027, 1, 1)), st.integers(1, 5000), max_size=40).map(
    lambda found: sorted(found.items())
)


@given(DAY_COUNTS, st.integers(1, 3000))
def test_windows_lie_side_by_side_over_all_of_time(days: list[tuple[date, int]], most: int) -> None:
    spans = windows(days, most)

    assert (spans[0].first, spans[-1].last) == (None, None)
    assert [after.first for after in spans[1:]] == [one.last + timedelta(days=1) for one in spans[:-1] if one.last]
    assert sum(held(span, days) for span in spans) == sum(count for _, count in days)


@given(DAY_COUNTS, st.integers(1, 3000))
def test_windows_hold_no_more_than_one_request_lists(days: list[tuple[date, int]], most: int) -> None:
    crowded = [span for span in windows(days, most) if held(span, days) > most]

    assert all(halves(span, days) is None for span in crowded)


@given(DAY_COUNTS, st.tuples(st.dates(date(2020, 1, 1), date(2027, 1, 1)), st.none()), st.booleans())
def test_halves_make_up_the_span_and_both_hold_entries(
    days: list[tuple[date, int]], ends: tuple[date, None], is_late: bool
) -> None:
    span = Span(*(ends if is_late else reversed(ends)))
    parts = halves(span, days)
    assume(parts is not None)

    assert parts is not None
    earlier, later = parts
    assert (earlier.first, later.last) == (span.first, span.last)
    assert earlier.last is not None
    assert later.first == earlier.last + timedelta(days=1)
    assert held(earlier, days) + held(later, days) == held(span, days)
    assert 0 not in {held(earlier, days), held(later, days)}


@given(DAY_COUNTS)
def test_halving_comes_down_to_single_days(days: list[tuple[date, int]]) -> None:
    spans, single = [ALL_TIME], 0
    while spans:
        parts = halves(spans.pop(), days)
        single += parts is None
        spans += parts or ()

    assert single == max(len(days), 1)


@pytest.mark.parametrize(
    ("missing", "looked_at", "account", "expected"),
    [
        (1, 1, 1, False),  # few are deleted as people delete, even if they were all
        (10, 10, 10, False),
        (11, 21, 100_000, True),  # more than half of what was looked at
        (11, 22, 100_000, False),
        (50, 1000, 1000, False),
        (51, 2000, 5000, True),  # more than 1 % of the account
        (51, 2000, 5100, False),
        (100, 2000, 10_000, False),
        (101, 2000, 10_000, True),
        (1200, 2400, 120_000, False),
        (1201, 120_000, 120_000, True),
        (0, 0, 0, False),
    ],
)
def test_very_many_at_once_are_for_a_person_to_judge(
    missing: int, looked_at: int, account: int, expected: bool
) -> None:
    assert is_mass(missing, looked_at, account) is expected


@pytest.mark.parametrize(
    ("spans", "per_day", "share"), [(1, 24, 1), (24, 24, 1), (25, 24, 2), (60, 24, 3), (60, 1, 60), (7, 0, 7)]
)
def test_every_window_is_read_within_a_day(spans: int, per_day: int, share: int) -> None:
    assert share_of_day([ALL_TIME] * spans, per_day) == share


@pytest.mark.parametrize("counts", [(2, 2, 2, 2), (4, 2, 4), (3, 3, 5), (1, 9, 1)])
def test_the_cut_comes_after_the_day_with_which_half_is_reached(counts: tuple[int, ...]) -> None:
    days = list(zip(map(day, (1, 2, 5, 9)), counts, strict=False))
    assert halves(ALL_TIME, days) == (Span(None, day(2)), Span(day(3), None))


def test_a_window_is_what_one_request_lists_unless_asked_otherwise() -> None:
    full = [(day(1), LISTED - 1), (day(2), 1)]
    assert windows(full) == [ALL_TIME]
    assert windows([*full, (day(3), 1)]) == [Span(None, day(2)), Span(day(3), None)]


NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
ASKED = Question(day(20), 60, day(1), day(9))
ALLOWED = Question(day(20), 60, day(1), day(9), NOW, 12)


@pytest.mark.parametrize(
    ("question", "now", "count"),
    [
        (ASKED, NOW, 0),  # nobody said yes yet
        (ALLOWED, NOW - timedelta(seconds=1), 12),
        (ALLOWED, NOW, 0),  # a yes holds for a while
        (ALLOWED, NOW + timedelta(days=1), 0),
    ],
)
def test_entries_may_go_once_somebody_said_yes(question: Question, now: datetime, count: int) -> None:
    assert question.allows(now) == count


DATES = st.dates(date(2000, 1, 1), date(2100, 1, 1))
QUESTIONS = st.builds(
    Question,
    DATES,
    st.integers(0, 10**6),
    DATES,
    DATES,
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.integers(0, 10**6),
)


@given(QUESTIONS, QUESTIONS)
def test_an_answer_says_which_question_it_is_about(one: Question, other: Question) -> None:
    about = [(asked.count, asked.first, asked.last) for asked in (one, other)]
    assert (one.stamp == other.stamp) is (about[0] == about[1])
    assert one.stamp == stamp(one.count, one.first.isoformat(), one.last.isoformat())
