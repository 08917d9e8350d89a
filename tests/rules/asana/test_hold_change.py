"""What is found now against the hold that is kept: new, the same, changed, open again, or discarded for good."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from store.asana.records.state import Hold, HoldKind, HoldState
from store.units import Hours
from sync.rules.asana.hold_change import (
    ChangedHold,
    HoldChange,
    NewHold,
    ReopenedHold,
    SameHold,
    StillDiscarded,
    hold_change,
)

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)
BEFORE = NOW - timedelta(days=1)
FOUND = Hold("k", HoldKind.UNFIT, "14", "20", (), None, Hours(150), None, "negative")
KEPT = replace(FOUND, revision=3, opened_at=BEFORE)
MORE = replace(FOUND, hours=Hours(200))
REASON = replace(FOUND, words="over_100")
MISSING = replace(FOUND, kind=HoldKind.NOBODY)


def kept(found: Hold, state: HoldState) -> Hold:
    return replace(found, revision=3, opened_at=BEFORE, state=state, decided_by="U1")


def following(found: Hold, opened_at: datetime = NOW) -> Hold:
    return replace(found, revision=4, opened_at=opened_at)


CASES: dict[str, tuple[Hold | None, Hold, HoldChange]] = {
    "never seen": (None, FOUND, NewHold(replace(FOUND, opened_at=NOW))),
    "open, the same": (KEPT, FOUND, SameHold(KEPT)),
    "open, once decided, the same": (kept(FOUND, HoldState.OPEN), FOUND, SameHold(kept(FOUND, HoldState.OPEN))),
    "open, other hours": (KEPT, MORE, ChangedHold(KEPT, following(MORE, BEFORE))),
    "open, another reason": (KEPT, REASON, ChangedHold(KEPT, following(REASON, BEFORE))),
    "released, the same": (kept(FOUND, HoldState.RELEASED), FOUND, ReopenedHold(following(FOUND))),
    "released, other hours": (kept(FOUND, HoldState.RELEASED), MORE, ReopenedHold(following(MORE))),
    "discarded and unbooked, the same": (kept(FOUND, HoldState.DISCARDED), FOUND, StillDiscarded()),
    "discarded and unbooked, other hours": (kept(FOUND, HoldState.DISCARDED), MORE, ReopenedHold(following(MORE))),
    "discarded and unbooked, another reason": (
        kept(FOUND, HoldState.DISCARDED),
        REASON,
        ReopenedHold(following(REASON)),
    ),
    "discarded and booked, the same once more": (
        kept(MISSING, HoldState.DISCARDED),
        MISSING,
        ReopenedHold(following(MISSING)),
    ),
}


@pytest.mark.parametrize(("before", "found", "change"), CASES.values(), ids=CASES)
def test_how_a_hold_changes(before: Hold | None, found: Hold, change: HoldChange) -> None:
    assert hold_change(before, found, NOW) == change


@pytest.mark.parametrize("state", HoldState)
@pytest.mark.parametrize("kind", HoldKind)
def test_what_is_kept_has_a_later_revision_and_is_open(kind: HoldKind, state: HoldState) -> None:
    match hold_change(kept(replace(FOUND, kind=kind), state), replace(MORE, kind=kind), NOW):
        case ChangedHold(_, hold) | ReopenedHold(hold):
            assert (hold.revision, hold.state, hold.decided_by) == (4, HoldState.OPEN, None)
        case other:
            pytest.fail(f"other hours are news: {other}")
