"""How much of a budget is used, which band that is, and when that is news. Pure; all amounts are hundredths."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, auto
from fractions import Fraction

from store.budget.records import BudgetState, LockState
from store.units import Amount

FIRST_IMPORT = "first import"
POLICY = "policy"
OVER = 100
"""Per cent from which a budget is over (S2-26, S2-29), whatever the bands are."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One budget and what counts to it. `key` is BudgetState's `line`; `name` the task's or person's, or empty.

    `used` is None where it cannot be known: money that the importing token may not see.
    """

    key: str
    name: str
    is_money: bool
    budget: Amount | None
    used: Amount | None
    running: int = 0
    """Hours of timers that run now; they are shown apart and not counted (ruling 6)."""
    timers: int = 0

    @property
    def is_set(self) -> bool:
        """A budget of 0 is "not set", as is none (S2-37)."""
        return bool(self.budget)

    @property
    def is_unseen(self) -> bool:
        """There is a budget, and what is used of it cannot be known: nothing may be concluded from that."""
        return self.is_set and self.used is None

    @property
    def share(self) -> Fraction | None:
        """Per cent, exact (S2-05); None if there is no budget or what is used is not known."""
        if not self.budget or self.used is None:
            return None
        return Fraction(self.used * 100, self.budget)

    @property
    def left(self) -> Amount | None:
        if not self.budget or self.used is None:
            return None
        return Amount(self.budget - self.used)

    def plus(self, hours: int) -> "BudgetLine":
        """With that many more hours; money cannot be foretold without the rate, so it stays."""
        if self.used is None or self.is_money:
            return self
        return replace(self, used=Amount(self.used + hours))


class Colour(Enum):
    """S2-26."""

    GREEN = auto()
    YELLOW = auto()
    ORANGE = auto()
    RED = auto()


def band(share: Fraction | None, bands: Sequence[int]) -> int:
    """The highest band that is reached, 0 below the first: 74.99 is 0, 75.00 is 75, 100.00 is 100 (S2-26)."""
    return max((one for one in bands if share is not None and share >= one), default=0)


def colour(share: Fraction | None, bands: Sequence[int]) -> Colour:
    """Red from 100 on, orange from the last band below 100, yellow from the first: bands above 100 change nothing."""
    below = [one for one in bands if one < OVER]
    if share is None:
        return Colour.GREEN
    if share >= OVER:
        return Colour.RED
    if not below or share < below[0]:
        return Colour.GREEN
    return Colour.ORANGE if share >= below[-1] else Colour.YELLOW


def show_share(share: Fraction) -> str:
    """`76 %`, `74.9 %`: rounded down, so that 99.99 never reads as 100."""
    tenths = share * 10 // 1
    whole, rest = divmod(int(tenths), 10)
    return f"{whole}.{rest} %" if rest else f"{whole} %"


def period_of(day: date, *, is_monthly: bool) -> str:
    """`2026-11` for a monthly budget, else empty: a budget without periods has one."""
    return f"{day:%Y-%m}" if is_monthly else ""


def month_of(period: str) -> int | None:
    """202611 of `2026-11`; None for the period of all time."""
    return int(period.replace("-", "")) if period else None


def day_of(period: str) -> date:
    """A day in the period `2026-11`."""
    return date.fromisoformat(f"{period}-01")


def period_of_month(month: int) -> str:
    """`2026-11` of 202611."""
    return f"{month // 100}-{month % 100:02d}"


def is_past(period: str, today: date) -> bool:
    """Whether the month has ended; the period of all time never has."""
    return bool(period) and period < period_of(today, is_monthly=True)


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a line stands after a look at it, and what of that is news."""

    state: BudgetState
    crossed: int = 0
    """The band that was crossed upwards and has to be announced; 0: none."""
    has_locked: bool = False
    has_opened: bool = False


def is_closed(state: BudgetState, used: Amount | None, limit: Amount | None, now: datetime) -> bool:
    """Whether new work waits. `limit`: where the policy locks; None where it does not.

    What a manager decided stands until its own limit or its own end is reached; then the policy has its way. Where
    nobody can tell what is used, the policy's lock stays as it is.
    """
    if state.lock is LockState.CLOSED and state.locked_by != POLICY:
        return True
    if limit is None:
        return False
    if used is None:
        return state.lock is LockState.CLOSED
    if not state.is_decided or has_ended(state, now):
        return used >= limit
    return state.limit is not None and used >= max(state.limit, limit)


def has_ended(state: BudgetState, now: datetime) -> bool:
    """Whether the time for which a manager opened it is over."""
    return state.open_until is not None and now >= state.open_until


def settle(
    state: BudgetState,
    line: BudgetLine,
    bands: Sequence[int],
    limit: Amount | None,
    now: datetime,
    *,
    is_first: bool,
    is_past: bool = False,
) -> Settled:
    """Compare a line with what was known of it.

    A higher band than announced is news, once: the announced band rises with it. A lower one re-arms those above
    (contract, section 5.3). Of a period that has ended only the budget's limit is news (ruling 19). What cannot be
    seen is no change: band, arming and lock stay. The first import of all announces and locks nothing (ruling 5).
    """
    now_at = state.band if line.is_unseen else band(line.share, bands)
    after = replace(state, band=now_at, arming=state.arming + (now_at < state.band))
    over = line.used is not None and limit is not None and line.used >= limit
    if is_first:
        if over:
            after = replace(after, is_decided=True, locked_by=FIRST_IMPORT, changed_at=now)
        return Settled(after)
    after = _undecided(after, is_below=not over and not line.is_unseen, now=now)
    closed = is_closed(after, line.used, limit, now)
    was_closed = state.lock is LockState.CLOSED
    if closed and not was_closed:
        # What a manager granted stays beside the lock: below it, the line is open again.
        after = replace(after, lock=LockState.CLOSED, locked_by=POLICY)
    elif was_closed and not closed:
        after = replace(after, lock=LockState.OPEN, locked_by=POLICY)
    if closed != was_closed:
        after = replace(after, changed_at=now)
    is_news = now_at > state.band and (not is_past or state.band < OVER <= now_at)
    return Settled(
        after,
        crossed=now_at if is_news else 0,
        has_locked=closed and not was_closed,
        has_opened=was_closed and not closed,
    )


def _undecided(state: BudgetState, *, is_below: bool, now: datetime) -> BudgetState:
    """What the first import left open is an ordinary line again once it is below its limit; so is what ran out."""
    is_ordinary = (state.locked_by == FIRST_IMPORT and is_below) or has_ended(state, now)
    is_persons_lock = state.lock is LockState.CLOSED and state.locked_by != POLICY
    if state.is_decided and is_ordinary and not is_persons_lock:
        return replace(state, is_decided=False, locked_by=POLICY, limit=None, open_until=None)
    return state


def excess(pieces: Sequence[tuple[int, int]], over: int) -> dict[int, int]:
    """Which entries make up the hours beyond a lock: `pieces` are ids and hours, newest first; `over` hours in all.

    The newest go first; the last one taken may count in part.
    """
    found: dict[int, int] = {}
    for key, hours in pieces:
        if over <= 0:
            break
        if hours > 0:
            found[key] = min(hours, over)
            over -= found[key]
    return found
