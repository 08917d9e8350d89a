"""The life of an entry, as the diagram at `EntryState` draws it: who may go where, and what each step resets."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from store.harvest.records import HarvestEntry
from store.time_entries.records import (
    OPEN_STATES,
    EntryEdit,
    EntryState,
    HeldFor,
    TimeEntry,
    TimerStop,
    Transition,
)
from store.time_entries.records import EntryState as S
from store.units import Hours
from sync.rules.time_entries import transitions as t

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
EDIT = EntryEdit(hours=Hours(200))
STOP = TimerStop(NOW, Hours(75), None)
# Whatever a step may reset stands in this one.
USED = TimeEntry(
    key="k1",
    slack_id="U1",
    harvest_user_id=1,
    project_id=2,
    task_id=3,
    spent_date=DAY,
    hours=Hours(150),
    started=time(9),
    ended=time(10, 30),
    note="nav",
    held_for=HeldFor.REJECTED,
    reason="no",
    harvest_id=900,
    wanted=EntryEdit(note="old"),
    revision=4,
    attempts=3,
    sent_at=NOW,
    due_at=NOW,
    told_at=NOW,
    created_at=NOW,
)


def harvest(*, is_running: bool = False) -> HarvestEntry:
    return HarvestEntry(
        id=901, user_id=1, project_id=5, task_id=6, spent_date=DAY - timedelta(days=1), hours=Hours(125),
        rounded_hours=Hours(125), notes="theirs", billable=True, budgeted=True, billable_rate=None,
        is_running=is_running, is_locked=False, locked_reason=None, approval_status="unsubmitted", is_billed=False,
        timer_started_at=None, started=None, ended=None, reference_id=None, permalink=None, updated_at=NOW,
    )  # fmt: skip


def in_state(state: EntryState, *, is_timer: bool = False) -> TimeEntry:
    return replace(USED, state=state, is_timer=is_timer)


LOGGED, HELD, RUNNING = in_state(S.LOGGED), in_state(S.HELD), in_state(S.RUNNING, is_timer=True)
INTENDED, STOPPING = in_state(S.INTENDED), in_state(S.STOPPING, is_timer=True)
EDITING, UNDOING = in_state(S.EDITING), in_state(S.UNDOING)

COMING = replace(INTENDED, harvest_id=None, wanted=None)
ENDING = replace(STOPPING, harvest_id=None, wanted=STOP)

DIAGRAM: list[tuple[str, Transition, set[EntryState], EntryState | None]] = [
    # asked for                                             from                            to
    ("edit", t.edit(LOGGED, EDIT), {S.LOGGED}, S.EDITING),
    ("edit at rest", t.edit_at_rest(RUNNING, EDIT), {S.LOGGED, S.RUNNING}, S.EDITING),
    ("rewrite", t.rewrite(HELD, EDIT), {S.HELD}, S.INTENDED),
    ("rewrite held", t.rewrite_held(HELD, EDIT), {S.HELD}, None),
    ("rewrite locked", t.rewrite_locked(HELD, EDIT, "full"), {S.HELD}, S.HELD),
    ("retry", t.retry(HELD), {S.HELD}, S.INTENDED),
    ("release", t.release(NOW), {S.HELD}, S.INTENDED),
    ("begin", t.begin(DAY, NOW), {S.HELD}, None),
    ("lock", t.lock("full"), {S.HELD}, None),
    ("stop", t.stop(RUNNING, STOP), {S.RUNNING, S.INTENDED}, S.STOPPING),
    ("undo", t.undo(LOGGED), {S.LOGGED, S.RUNNING, S.HELD, *OPEN_STATES}, S.UNDOING),
    ("edit on its way", t.edit_on_its_way(COMING, EDIT), {S.INTENDED, S.EDITING, S.HELD}, S.EDITING),
    ("edit while it stops", t.edit_on_its_way(ENDING, EDIT), {S.STOPPING}, S.STOPPING),
    ("discard", t.discard(), {S.HELD, S.REFUSED, S.INTENDED}, S.DISCARDED),
    ("discard held", t.discard_held(HELD), {S.HELD}, S.DISCARDED),
    # pressed before anything was sent
    ("stopped early", t.never_sent(ENDING, None, None), {S.STOPPING}, S.INTENDED),
    ("changed early", t.never_sent(replace(EDITING, wanted=EDIT), None, None), {S.EDITING}, S.INTENDED),
    ("undone early", t.never_sent(replace(UNDOING, wanted=None), None, None), {S.UNDOING}, S.DISCARDED),
    # answered
    ("logged", t.arrived(INTENDED, harvest()), {S.INTENDED}, S.LOGGED),
    ("started", t.arrived(INTENDED, harvest(is_running=True)), {S.INTENDED}, S.RUNNING),
    ("stopped", t.arrived(STOPPING, harvest()), {S.STOPPING}, S.LOGGED),
    ("changed", t.arrived(EDITING, harvest()), {S.EDITING}, S.LOGGED),
    ("undone", t.undone(UNDOING), {S.UNDOING}, S.UNDONE),
    ("deleted meanwhile", t.undone(EDITING, "gone"), {S.EDITING}, S.UNDONE),
    ("edit refused", t.fall_back(EDITING, "no"), {S.EDITING}, S.LOGGED),
    ("undo refused", t.fall_back(UNDOING, "no"), {S.UNDOING}, S.LOGGED),
    ("stop refused", t.fall_back(STOPPING, "no"), {S.STOPPING}, S.RUNNING),
    ("log refused", t.hold(INTENDED, HeldFor.REJECTED, "no"), {S.INTENDED}, S.HELD),
    (
        "timer held: its start may be in Harvest",
        t.hold(replace(COMING, is_timer=True, hours=None, sent_at=NOW), HeldFor.SIGN_IN, "no"),
        {S.INTENDED},
        S.HELD,
    ),
    (
        "timer refused",
        t.hold(replace(INTENDED, is_timer=True, hours=None), HeldFor.REJECTED, "no"),
        {S.INTENDED},
        S.REFUSED,
    ),
    ("adopted", t.adopt(harvest()), {S.LOGGED, S.RUNNING}, S.LOGGED),
    ("adopted running", t.adopt(harvest(is_running=True)), {S.LOGGED, S.RUNNING}, S.RUNNING),
    # on the way
    ("sent", t.sent(INTENDED, NOW, NOW), {S.INTENDED}, None),
    ("surely not sent", t.surely_not_sent(), set(OPEN_STATES), None),
    ("postpone", t.postpone(EDITING, NOW), set(OPEN_STATES), None),
    ("unsure", t.unsure(NOW, NOW), set(OPEN_STATES), None),
    ("say why", t.say_why(EDITING, "waits"), {S.EDITING}, None),
    ("told", t.told(NOW), set(OPEN_STATES), None),
]


@pytest.mark.parametrize(("step", "transition", "origins", "target"), DIAGRAM, ids=[row[0] for row in DIAGRAM])
def test_the_diagram(step: str, transition: Transition, origins: set[EntryState], target: EntryState | None) -> None:
    assert set(transition.was) == origins, step
    assert transition.values.get("state") == target, step


ASKED = {
    "edit": t.edit(LOGGED, EDIT),
    "edit at rest": t.edit_at_rest(RUNNING, EDIT),
    "rewrite": t.rewrite(HELD, EDIT),
    "retry": t.retry(HELD),
    "stop": t.stop(RUNNING, STOP),
    "undo": t.undo(LOGGED),
}


@pytest.mark.parametrize("transition", ASKED.values(), ids=ASKED)
def test_what_is_asked_for_anew_begins_anew(transition: Transition) -> None:
    """Buttons drawn before are late, the attempts are fresh, and what was said before is forgotten."""
    values = transition.values
    assert values["revision"] == USED.revision + 1
    assert (values["attempts"], values["due_at"], values["told_at"]) == (0, None, None)
    assert (values["reason"], values["held_for"]) == (None, None)


ANSWERED = {
    "arrived": t.arrived(EDITING, harvest()),
    "undone": t.undone(UNDOING),
    "fall back": t.fall_back(EDITING, "no"),
}


@pytest.mark.parametrize("transition", ANSWERED.values(), ids=ANSWERED)
def test_an_answer_leaves_nothing_wanted_and_no_button_late(transition: Transition) -> None:
    values = transition.values
    assert "revision" not in values
    cleared = ("wanted", "sent_at", "due_at", "leased_until", "told_at", "held_for")
    assert {name: values.get(name, "kept") for name in cleared} == dict.fromkeys(cleared)


def test_harvests_word_is_final() -> None:
    values = t.arrived(INTENDED, harvest()).values
    assert (values["harvest_id"], values["project_id"], values["task_id"]) == (901, 5, 6)
    assert (values["hours"], values["note"], values["started"]) == (125, "theirs", None)


def test_a_running_timer_has_no_hours_yet() -> None:
    assert t.arrived(INTENDED, harvest(is_running=True)).values["hours"] is None
    assert t.adopt(harvest(is_running=True)).values["hours"] is None


@pytest.mark.parametrize(
    ("wanted", "changed"),
    [
        (EntryEdit(), {}),
        (EntryEdit(project_id=8, task_id=9), {"project_id": 8, "task_id": 9}),
        (EntryEdit(spent_date=DAY), {"spent_date": DAY}),
        (EntryEdit(note=""), {"note": ""}),
        # Hours of their own end a typed range.
        (EntryEdit(hours=Hours(25)), {"hours": 25, "started": None, "ended": None}),
    ],
)
def test_a_held_entry_takes_what_an_edit_names_and_nothing_else(wanted: EntryEdit, changed: dict[str, object]) -> None:
    assert t.rewrite_held(HELD, wanted).values == {"revision": USED.revision + 1, **changed}
    assert t.rewrite(HELD, wanted).values == {**t.retry(HELD).values, **changed}
    locked = t.rewrite_locked(HELD, wanted, "full").values
    assert (locked["held_for"], locked["reason"]) == (HeldFor.LOCKED, "full")
    assert locked.items() >= changed.items()


def test_only_what_surely_never_went_out_is_discarded_by_a_person() -> None:
    assert t.discard().is_unsent
    assert not any(one.is_unsent for name, one, _, _ in DIAGRAM if name != "discard")


def test_a_release_is_told_where_somebody_waits() -> None:
    assert t.release(NOW).values["told_at"] == NOW
    assert t.release(None).values["told_at"] is None
    assert "revision" not in t.release(NOW).values


@pytest.mark.parametrize(
    ("entry", "attempts"),
    [
        (replace(INTENDED, harvest_id=None), 3),  # counted when it was sent
        (replace(INTENDED, sent_at=None), 4),
        (EDITING, 4),
        (replace(UNDOING, sent_at=None), 4),
    ],
)
def test_each_attempt_is_counted_once(entry: TimeEntry, attempts: int) -> None:
    assert t.postpone(entry, NOW).values["attempts"] == attempts
    assert t.sent(entry, NOW, NOW).values["attempts"] == 4


def test_a_timer_begins_now_and_not_when_it_was_asked_for() -> None:
    later = NOW + timedelta(days=1)
    begun = t.begin(later.date(), later).values
    assert begun == {"hours": None, "started": None, "spent_date": later.date(), "created_at": later}


def test_what_a_budget_keeps_back_was_never_sent() -> None:
    fresh = replace(USED, held_for=None, reason=None, state=S.INTENDED)
    assert t.held(fresh, "full") == replace(fresh, state=S.HELD, held_for=HeldFor.LOCKED, reason="full")
