"""Bands, periods, locks and their news: every edge of S2-26, of contract section 5.3 and of rulings 5 to 7."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.budget.records import BudgetState, LockState
from store.units import Amount
from sync.rules.budget.bands import (
    FIRST_IMPORT,
    POLICY,
    BudgetLine,
    Colour,
    Settled,
    band,
    colour,
    day_of,
    excess,
    is_closed,
    is_past,
    month_of,
    period_of,
    period_of_month,
    settle,
    show_share,
)

BANDS = (75, 90, 100)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
BUDGET = Amount(100_00)
"""100 h, so that the used hundredths are hundredths of a per cent as well; the limit of LOCK_POLICY's default."""
UNSEEN = BudgetState(1, "", "")


def line(used: int | None, budget: int | None = BUDGET, **changed: Any) -> BudgetLine:
    amounts = [None if one is None else Amount(one) for one in (budget, used)]
    return replace(BudgetLine("", "", is_money=False, budget=amounts[0], used=amounts[1]), **changed)


def drive(
    *lines: BudgetLine, state: BudgetState = UNSEEN, limit: int | None = BUDGET, bands: tuple[int, ...] = BANDS
) -> list[Settled]:
    """One look after the other, each from where the last one left the state."""
    found = []
    for one in lines:
        settled = settle(state, one, bands, None if limit is None else Amount(limit), NOW, is_first=False)
        found.append(settled)
        state = settled.state
    return found


def crossed(*lines: BudgetLine, **how: Any) -> list[int]:
    return [settled.crossed for settled in drive(*lines, **how)]


def decided(**changed: Any) -> BudgetState:
    """Unlocked by a manager after the policy had locked it."""
    return replace(UNSEEN, band=100, locked_by="U1", is_decided=True, revision=2, **changed)


@pytest.mark.parametrize(
    ("at", "used", "told"),
    [
        (0, 95_00, 0),
        (0, 100_00, 100),
        (90, 100_00, 100),
        (90, 125_00, 110),
        (100, 125_00, 0),  # the limit was told
        (0, 74_00, 0),
    ],
)
def test_a_period_that_has_ended_tells_its_limit_alone(at: int, used: int, told: int) -> None:
    """Ruling 19. Where it stands is kept all the same."""
    before = replace(UNSEEN, band=at)
    settled = settle(before, line(used), (75, 90, 100, 110), None, NOW, is_first=False, is_past=True)
    assert settled.crossed == told
    assert settled.state.band == band(line(used).share, (75, 90, 100, 110))


@pytest.mark.parametrize(
    ("period", "expected"), [("", False), ("2026-11", False), ("2026-12", False), ("2026-10", True), ("2025-12", True)]
)
def test_a_month_is_past_once_it_has_ended(period: str, expected: bool) -> None:
    assert is_past(period, date(2026, 11, 1)) is expected


@pytest.mark.parametrize(
    ("share", "reached", "shade"),
    [
        ("0", 0, Colour.GREEN),
        ("74.99", 0, Colour.GREEN),
        ("75.00", 75, Colour.YELLOW),
        ("89.99", 75, Colour.YELLOW),
        ("90", 90, Colour.ORANGE),
        ("99.99", 90, Colour.ORANGE),
        ("100.00", 100, Colour.RED),
        ("150", 100, Colour.RED),
        (None, 0, Colour.GREEN),  # "not set" (S2-37)
    ],
)
def test_each_edge_belongs_to_one_band_and_colour(share: str | None, reached: int, shade: Colour) -> None:
    exact = None if share is None else Fraction(share)

    assert (band(exact, BANDS), colour(exact, BANDS)) == (reached, shade)


@pytest.mark.parametrize(
    ("bands", "share", "reached", "shade"),
    [
        ((100,), "99.99", 0, Colour.GREEN),
        ((100,), "100", 100, Colour.RED),
        ((50, 80), "49.99", 0, Colour.GREEN),
        ((50, 80), "79.99", 50, Colour.YELLOW),
        ((50, 80), "80", 80, Colour.ORANGE),  # S2-26: red is 100, whatever the bands are
        ((50, 80), "99.99", 80, Colour.ORANGE),
        ((50, 80), "100", 80, Colour.RED),
        ((110, 120), "99.99", 0, Colour.GREEN),
        ((110, 120), "100", 0, Colour.RED),
        ((25, 50, 75, 100), "50", 50, Colour.YELLOW),
        ((25, 50, 75, 100), "75", 75, Colour.ORANGE),
        ((25, 50, 75, 100), "100", 100, Colour.RED),
        ((75, 90, 100, 120), "89.99", 75, Colour.YELLOW),
        ((75, 90, 100, 120), "95", 90, Colour.ORANGE),  # one more band beyond 100 takes nothing from S2-26
        ((75, 90, 100, 120), "100", 100, Colour.RED),
        ((75, 90, 100, 120), "120", 120, Colour.RED),
    ],
)
def test_other_bands_have_their_own_edges(bands: tuple[int, ...], share: str, reached: int, shade: Colour) -> None:
    assert (band(Fraction(share), bands), colour(Fraction(share), bands)) == (reached, shade)


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Fraction(0), "0 %"),
        (Fraction(1, 3), "0.3 %"),
        (Fraction("74.99"), "74.9 %"),
        (Fraction(75), "75 %"),
        (Fraction("99.99"), "99.9 %"),
        (Fraction(100), "100 %"),
        (Fraction("100.05"), "100 %"),
        (Fraction(1234567, 1000), "1234.5 %"),
    ],
)
def test_share_is_shown_rounded_down(share: Fraction, shown: str) -> None:
    assert show_share(share) == shown


@given(st.fractions(0, 2000))
def test_shown_share_is_of_the_same_band(share: Fraction) -> None:
    shown = Fraction(show_share(share).removesuffix(" %"))

    assert shown <= share < shown + Fraction(1, 10)
    assert band(shown, BANDS) == band(share, BANDS)


@pytest.mark.parametrize(
    ("budget", "used", "is_set", "share", "left"),
    [
        (100_00, 75_00, True, Fraction(75), 25_00),
        (3_00, 1_00, True, Fraction(100, 3), 2_00),  # exact, not 33.33
        (4_00, 5_00, True, Fraction(125), -1_00),
        (4_00, 0, True, Fraction(0), 4_00),
        (None, 5_00, False, None, None),  # S2-37: no division by zero
        (0, 5_00, False, None, None),
        (4_00, None, True, None, None),  # money that the token may not see
    ],
)
def test_line_knows_its_share(
    budget: int | None, used: int | None, is_set: bool, share: Fraction | None, left: int | None
) -> None:
    found = line(used, budget)

    assert (found.is_set, found.share, found.left) == (is_set, share, left)


def test_running_timers_are_not_counted() -> None:
    assert line(75_00, running=50_00, timers=2).share == 75


def test_hours_ahead_are_added_to_hours_only() -> None:
    assert line(75_00).plus(3_00) == line(78_00)
    assert line(75_00).plus(-3_00) == line(72_00)
    assert line(None).plus(3_00) == line(None)
    assert line(75_00, is_money=True).plus(3_00) == line(75_00, is_money=True)


@pytest.mark.parametrize(
    ("day", "is_monthly", "period", "month"),
    [
        (date(2026, 11, 1), True, "2026-11", 202611),
        (date(2026, 11, 30), True, "2026-11", 202611),
        (date(2026, 1, 31), True, "2026-01", 202601),
        (date(2026, 11, 1), False, "", None),
    ],
)
def test_day_belongs_to_a_period(day: date, is_monthly: bool, period: str, month: int | None) -> None:
    assert period_of(day, is_monthly=is_monthly) == period
    assert month_of(period) == month


@given(st.dates(date(1900, 1, 1)))
def test_month_and_period_are_two_spellings_of_one(day: date) -> None:
    month = day.year * 100 + day.month

    assert period_of_month(month) == period_of(day, is_monthly=True)
    assert month_of(period_of_month(month)) == month
    assert period_of(day_of(period_of_month(month)), is_monthly=True) == period_of_month(month)


@pytest.mark.parametrize(
    ("state", "used", "limit", "expected"),
    [
        (UNSEEN, 99_99, 100_00, False),
        (UNSEEN, 100_00, 100_00, True),
        (UNSEEN, 900_00, None, False),  # LOCK_POLICY is off, or no budget
        (UNSEEN, None, 100_00, False),  # nobody can tell
        (replace(UNSEEN, lock=LockState.CLOSED, locked_by=POLICY), 99_99, 100_00, False),  # hours were taken out
        (replace(UNSEEN, lock=LockState.CLOSED, locked_by=POLICY), None, 100_00, True),  # nobody can tell
        (replace(UNSEEN, lock=LockState.CLOSED, locked_by=POLICY), None, None, False),  # the policy was switched off
        (replace(UNSEEN, lock=LockState.CLOSED, locked_by="U1", is_decided=True), 0, 100_00, True),
        (replace(UNSEEN, lock=LockState.CLOSED, locked_by="U1", is_decided=True), None, None, True),
        (decided(), 900_00, 100_00, False),  # open to the period's end (ruling 7)
        (decided(limit=Amount(104_00)), 103_99, 100_00, False),
        (decided(limit=Amount(104_00)), 104_00, 100_00, True),
        (decided(limit=Amount(104_00)), 110_00, 120_00, False),  # the budget was raised beyond it
        (decided(limit=Amount(104_00)), 120_00, 120_00, True),
        (decided(open_until=LATER), 900_00, 100_00, False),
        (decided(open_until=NOW), 100_00, 100_00, True),
        (decided(open_until=NOW), 99_99, 100_00, False),
        (decided(open_until=LATER, limit=Amount(104_00)), 103_99, 100_00, False),
        (decided(open_until=LATER, limit=Amount(104_00)), 104_00, 100_00, True),
        (decided(open_until=NOW, limit=Amount(104_00)), 100_00, 100_00, True),
    ],
)
def test_new_work_waits_where_policy_or_person_says_so(
    state: BudgetState, used: int | None, limit: int | None, expected: bool
) -> None:
    of, most = (None if one is None else Amount(one) for one in (used, limit))
    assert is_closed(state, of, most, NOW) is expected


def test_each_band_is_news_once() -> None:
    steps = [70_00, 75_00, 80_00, 90_00, 95_00, 100_00, 120_00]

    assert crossed(*map(line, steps)) == [0, 75, 0, 90, 0, 100, 0]


@pytest.mark.parametrize(
    ("used", "highest"), [([80_00, 101_00], [75, 100]), ([92_00], [90]), ([500_00, 600_00], [100, 0])]
)
def test_jump_over_several_bands_is_one_news_for_the_highest(used: list[int], highest: list[int]) -> None:
    assert crossed(*map(line, used)) == highest


def test_removed_hours_re_arm_the_bands_above() -> None:
    settled = drive(line(101_00), line(95_00), line(101_00), line(80_00), line(95_00))

    assert [one.crossed for one in settled] == [100, 0, 100, 0, 90]
    assert [one.state.arming for one in settled] == [0, 1, 1, 2, 2]


def test_raised_budget_re_arms_the_bands_above() -> None:
    assert crossed(line(95_00), line(95_00, 200_00), line(150_00, 200_00), line(180_00, 200_00)) == [90, 0, 75, 90]


def test_lowered_budget_is_news_of_the_band_it_brings() -> None:
    assert crossed(line(60_00), line(60_00, 64_00)) == [0, 90]


@pytest.mark.parametrize("budget", [None, 0])
def test_budget_that_is_not_set_is_of_no_band_and_never_locks(budget: int | None) -> None:
    settled = drive(line(500_00, budget), limit=None)[0]

    assert settled == Settled(UNSEEN)


def test_budget_that_was_taken_away_opens_the_lock() -> None:
    locked = drive(line(101_00))[0].state
    settled = drive(line(101_00, None), state=locked, limit=None)[0]

    assert (settled.has_opened, settled.state.band, settled.state.lock) == (True, 0, LockState.OPEN)


UNKNOWN = [line(101_00, is_money=True), line(None, is_money=True), line(101_00, is_money=True)]
"""Money while the importing token may not see rates for a while: no hours were taken away, no budget was raised."""


def test_use_that_cannot_be_seen_arms_nothing_again() -> None:
    assert crossed(*UNKNOWN) == [100, 0, 0]


def test_use_that_cannot_be_seen_opens_no_lock() -> None:
    assert [settled.has_opened for settled in drive(*UNKNOWN)] == [False, False, False]


def test_use_that_cannot_be_seen_changes_nothing() -> None:
    for state in (UNSEEN, drive(line(92_00))[0].state, drive(line(101_00))[0].state, first_look(110_00).state):
        assert drive(line(None, is_money=True), state=state) == [Settled(state)]
        assert settle(state, line(None), BANDS, BUDGET, NOW, is_first=True) == Settled(state)


def test_opening_ends_in_time_though_the_use_cannot_be_seen() -> None:
    settled = drive(line(None), line(101_00), state=decided(open_until=NOW))

    assert (settled[0].state.is_decided, settled[0].state.lock) == (False, LockState.OPEN)
    assert [one.has_locked for one in settled] == [False, True]


def test_looking_again_changes_nothing() -> None:
    state = drive(line(101_00))[0].state

    assert drive(line(101_00), state=state) == [Settled(state)]


def test_policy_locks_at_its_limit_once() -> None:
    settled = drive(line(99_99), line(100_00), line(120_00))

    assert [one.has_locked for one in settled] == [False, True, False]
    assert settled[1].state == replace(
        UNSEEN, band=100, lock=LockState.CLOSED, locked_by=POLICY, changed_at=NOW, arming=0
    )


def test_lock_at_a_tier_is_apart_from_the_bands() -> None:
    """5 h lock at 150 % (S2-42): the band of 100 comes first, the lock without a band of its own."""
    settled = drive(line(5_00, 5_00), line(7_49, 5_00), line(7_50, 5_00), limit=7_50)

    assert [(one.crossed, one.has_locked) for one in settled] == [(100, False), (0, False), (0, True)]


def test_without_a_policy_bands_are_told_and_nothing_locks() -> None:
    settled = drive(line(150_00), limit=None)[0]

    assert (settled.crossed, settled.has_locked, settled.state.lock) == (100, False, LockState.OPEN)


def test_policys_lock_opens_by_itself_when_hours_go() -> None:
    settled = drive(line(100_00), line(99_00), line(100_00))

    assert [(one.has_locked, one.has_opened) for one in settled] == [(True, False), (False, True), (True, False)]


def test_persons_lock_stays_whatever_is_used() -> None:
    locked = replace(UNSEEN, lock=LockState.CLOSED, locked_by="U1", is_decided=True, revision=1)
    settled = drive(line(10_00), line(120_00), line(10_00), state=locked)

    assert {one.state.lock for one in settled} == {LockState.CLOSED}
    assert {one.state.locked_by for one in settled} == {"U1"}
    assert not any(one.has_locked or one.has_opened for one in settled)


def first_look(used: int) -> Settled:
    return settle(UNSEEN, line(used), BANDS, BUDGET, NOW, is_first=True)


@pytest.mark.parametrize(("used", "reached"), [(10_00, 0), (75_00, 75), (99_99, 90), (100_00, 100), (300_00, 100)])
def test_first_import_announces_and_locks_nothing(used: int, reached: int) -> None:
    settled = first_look(used)

    assert (settled.crossed, settled.has_locked, settled.has_opened) == (0, False, False)
    assert (settled.state.band, settled.state.lock) == (reached, LockState.OPEN)
    assert (settled.state.locked_by == FIRST_IMPORT) is (used >= BUDGET)


def test_what_the_first_import_found_over_stays_open() -> None:
    settled = drive(line(120_00), line(150_00), state=first_look(110_00).state)

    assert not any(one.crossed or one.has_locked for one in settled)


def test_what_the_first_import_found_over_is_ordinary_once_it_was_below() -> None:
    settled = drive(line(95_00), line(100_00), state=first_look(110_00).state)

    assert (settled[0].state.is_decided, settled[0].state.locked_by) == (False, POLICY)
    assert [(one.crossed, one.has_locked) for one in settled] == [(0, False), (100, True)]


def test_what_the_first_import_found_below_is_announced_and_locks_as_usual() -> None:
    settled = drive(line(95_00), line(100_00), state=first_look(92_00).state)

    assert [(one.crossed, one.has_locked) for one in settled] == [(0, False), (100, True)]


def test_unlock_with_hours_locks_again_at_the_new_limit() -> None:
    settled = drive(line(100_00), line(103_99), line(104_00), state=decided(limit=Amount(104_00)))

    assert [one.has_locked for one in settled] == [False, False, True]
    assert settled[-1].state == replace(
        decided(limit=Amount(104_00)), lock=LockState.CLOSED, locked_by=POLICY, changed_at=NOW
    )


def test_granted_limit_outlives_the_lock_at_it() -> None:
    """101 h of 100 h, +4 h: locked at 104 h, it is open again at 103 h, and locks again at 104 h, not at 100 h."""
    settled = drive(line(104_00), line(103_00), line(103_99), line(104_00), state=decided(limit=Amount(104_00)))

    assert [(one.has_locked, one.has_opened) for one in settled] == [
        (True, False),
        (False, True),
        (False, False),
        (True, False),
    ]


def test_granted_limit_ends_with_its_time_though_it_has_locked() -> None:
    locked = drive(line(104_00), state=decided(limit=Amount(104_00), open_until=LATER))[0].state
    ended = settle(locked, line(103_00), BANDS, BUDGET, LATER, is_first=False)
    below = settle(ended.state, line(99_00), BANDS, BUDGET, LATER, is_first=False)

    assert (locked.lock, locked.limit, ended.has_opened, below.has_opened) == (LockState.CLOSED, 104_00, False, True)
    assert (ended.state.limit, ended.state.open_until, ended.state.is_decided) == (None, None, False)


def test_granted_limit_goes_with_the_next_persons_word() -> None:
    """A lock of a person's own is not opened by a limit that was granted before."""
    locked = replace(decided(limit=Amount(104_00)), lock=LockState.CLOSED, limit=None)

    assert not drive(line(10_00), state=locked)[0].has_opened


def test_unlock_without_hours_stays_open() -> None:
    settled = drive(line(100_00), line(300_00), line(90_00), line(300_00), state=decided())

    assert not any(one.has_locked for one in settled)
    assert all(one.state.is_decided for one in settled)


def test_unlock_with_an_end_locks_again_at_the_end() -> None:
    still = drive(line(300_00), state=decided(open_until=LATER))[0]
    ended = settle(still.state, line(300_00), BANDS, BUDGET, LATER, is_first=False)

    assert not still.has_locked
    assert ended.has_locked
    assert (ended.state.locked_by, ended.state.open_until, ended.state.is_decided) == (POLICY, None, False)


def test_unlock_whose_end_came_below_the_limit_is_forgotten() -> None:
    """Or the store would name it as ending at every look."""
    state = drive(line(99_00), state=decided(open_until=NOW, limit=Amount(104_00)))[0].state

    assert (state.lock, state.is_decided, state.open_until, state.limit) == (LockState.OPEN, False, None, None)


LOOKS = st.lists(
    st.tuples(st.integers(0, 160_00), st.sampled_from([None, 0, 50_00, 100_00, 200_00])), min_size=1, max_size=30
)
"""Used and budget at each look."""


@given(LOOKS, st.sampled_from([BANDS, (100,), (50, 80), (25, 50, 75, 100, 120)]))
def test_each_band_is_announced_once_for_each_arming(looks: list[tuple[int, int | None]], bands: tuple[int]) -> None:
    """Kept beside the rule: which bands are armed. A band that is not reached is; news of a higher one disarms it."""
    armed = set(bands)
    told = crossed(*(line(*look) for look in looks), bands=bands)
    for look, news in zip(looks, told, strict=True):
        share = line(*look).share
        reached = {one for one in bands if share is not None and share >= one}
        assert news == (max(reached) if reached & armed else 0)
        armed = set(bands) - reached


@given(LOOKS)
def test_arming_rises_exactly_when_a_band_is_armed_again(looks: list[tuple[int, int | None]]) -> None:
    states = [UNSEEN, *(one.state for one in drive(*(line(*look) for look in looks)))]

    for before, after in pairwise(states):
        assert after.arming - before.arming == (1 if after.band < before.band else 0)


@given(LOOKS, st.sampled_from([UNSEEN, decided(), decided(limit=Amount(104_00)), decided(open_until=NOW)]))
def test_locks_and_openings_are_told_in_turn_and_looking_twice_tells_nothing(
    looks: list[tuple[int, int | None]], state: BudgetState
) -> None:
    for look in looks:
        before = state
        settled = drive(line(*look), state=before)[0]
        state = settled.state
        assert settled.has_locked == ((before.lock, state.lock) == (LockState.OPEN, LockState.CLOSED))
        assert settled.has_opened == ((before.lock, state.lock) == (LockState.CLOSED, LockState.OPEN))
        assert drive(line(*look), state=state) == [Settled(state)]


@pytest.mark.parametrize(
    ("pieces", "over", "expected"),
    [
        ([(3, 100), (2, 200), (1, 300)], 250, {3: 100, 2: 150}),  # the newest first, the last one in part
        ([(3, 100), (2, 200)], 300, {3: 100, 2: 200}),
        ([(3, 100), (2, 200)], 900, {3: 100, 2: 200}),
        ([(3, 100), (2, 200)], 100, {3: 100}),
        ([(3, 0), (2, 200)], 50, {2: 50}),  # an entry of 0 h is over nothing
        ([(3, 100)], 0, {}),
        ([(3, 100)], -100, {}),
        ([], 100, {}),
    ],
)
def test_hours_beyond_a_lock_are_the_newest(pieces: list[tuple[int, int]], over: int, expected: dict[int, int]) -> None:
    assert excess(pieces, over) == expected


@given(st.lists(st.integers(0, 24_00)), st.integers(-10_00, 500_00))
def test_no_hour_beyond_a_lock_is_lost_or_made_up(hours: list[int], over: int) -> None:
    pieces = list(enumerate(hours))
    found = excess(pieces, over)

    assert sum(found.values()) == max(0, min(over, sum(hours)))
    assert all(0 < found[key] <= hours[key] for key in found)
