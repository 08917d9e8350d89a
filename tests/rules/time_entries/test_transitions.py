"""The life of an entry, as the diagram at `EntryState` draws it: who may go where, and what each step resets."""

import re
from collections.abc import Callable, Iterator
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
    ("edit on its way", t.edit_on_its_way(COMING, EDIT), {S.INTENDED, S.EDITING}, S.EDITING),
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


_ARROWS = re.compile(r"^ *(?P<from>\w+(?: \| \w+)*) -> (?P<to>\w+(?: \| \w+)*)(?:  .*)?$", re.MULTILINE)


def arrows(diagram: str) -> set[tuple[EntryState, EntryState]]:
    """Each line of the form `logged | running -> undoing   why`."""
    lines = [(found["from"].split(" | "), found["to"].split(" | ")) for found in _ARROWS.finditer(diagram)]
    return {(S(origin), S(target)) for origins, targets in lines for origin in origins for target in targets}


def entries() -> Iterator[TimeEntry]:
    """One of each sort that there is in each state: a timer without hours or not, with Harvest's id or not."""
    in_harvest = {S.LOGGED, S.RUNNING, S.UNDONE}
    wanted: dict[EntryState, list[EntryEdit | TimerStop | None]] = {
        S.STOPPING: [STOP, replace(STOP, then=EDIT)],
        S.EDITING: [EDIT],
    }
    for state in S:
        both = state in OPEN_STATES and state is not S.INTENDED
        for harvest_id in (None, 900) if both else (900,) if state in in_harvest else (None,):
            for change in wanted.get(state, [None]):
                for hours in (Hours(150), None):
                    is_timer = hours is None
                    yield replace(
                        USED, state=state, harvest_id=harvest_id, wanted=change, hours=hours, is_timer=is_timer
                    )


# Of entries that are at rest Harvest answers nothing, and it refuses no change of what it does not have.
def is_any(_: TimeEntry) -> bool:
    return True


def is_open(entry: TimeEntry) -> bool:
    return entry.state in OPEN_STATES


def is_open_in_harvest(entry: TimeEntry) -> bool:
    return is_open(entry) and entry.harvest_id is not None


def is_open_and_unsent(entry: TimeEntry) -> bool:
    return is_open(entry) and entry.harvest_id is None


STEPS: dict[str, tuple[Callable[[TimeEntry], Transition], Callable[[TimeEntry], bool]]] = {
    "edit": (lambda entry: t.edit(entry, EDIT), is_any),
    "edit at rest": (lambda entry: t.edit_at_rest(entry, EDIT), is_any),
    "rewrite": (lambda entry: t.rewrite(entry, EDIT), is_any),
    "rewrite held": (lambda entry: t.rewrite_held(entry, EDIT), is_any),
    "rewrite locked": (lambda entry: t.rewrite_locked(entry, EDIT, "full"), is_any),
    "retry": (t.retry, is_any),
    "release": (lambda _: t.release(NOW), is_any),
    "begin": (lambda _: t.begin(DAY, NOW), is_any),
    "lock": (lambda _: t.lock("full"), is_any),
    "stop": (lambda entry: t.stop(entry, STOP), is_any),
    "undo": (t.undo, is_any),
    "edit on its way": (lambda entry: t.edit_on_its_way(entry, EDIT), is_open),
    "discard": (lambda _: t.discard(), is_any),
    "discard held": (t.discard_held, is_any),
    "never sent": (lambda entry: t.never_sent(entry, None, None), is_open_and_unsent),
    "arrived": (lambda entry: t.arrived(entry, harvest()), is_open),
    "arrived running": (lambda entry: t.arrived(entry, harvest(is_running=True)), is_open),
    "undone": (t.undone, is_open_in_harvest),
    "fall back": (lambda entry: t.fall_back(entry, "no"), is_open_in_harvest),
    "hold": (lambda entry: t.hold(entry, HeldFor.REJECTED, "no"), is_any),
    "adopt": (lambda _: t.adopt(harvest()), is_any),
    "adopt running": (lambda _: t.adopt(harvest(is_running=True)), is_any),
    "sent": (lambda entry: t.sent(entry, NOW, NOW), is_any),
    "surely not sent": (lambda _: t.surely_not_sent(), is_any),
    "unsure": (lambda _: t.unsure(NOW, NOW), is_any),
    "postpone": (lambda entry: t.postpone(entry, NOW), is_any),
    "say why": (lambda entry: t.say_why(entry, "waits"), is_any),
    "told": (lambda _: t.told(NOW), is_any),
}


def made(name: str) -> set[tuple[EntryState, EntryState]]:
    """The changes of state that a step makes, whatever stands in the entry."""
    step, is_fit = STEPS[name]
    steps = [step(entry) for entry in entries() if is_fit(entry)]
    return {(origin, one.values["state"]) for one in steps if "state" in one.values for origin in one.was}


@pytest.mark.parametrize("name", STEPS)
def test_no_step_goes_where_the_diagram_has_no_arrow(name: str) -> None:
    assert made(name) <= arrows(EntryState.__doc__ or "")


def test_each_arrow_of_the_diagram_is_a_step() -> None:
    assert {change for name in STEPS for change in made(name)} == arrows(EntryState.__doc__ or "")


def test_every_transition_is_tried() -> None:
    of_entries = {
        name for name, one in vars(t).items() if getattr(one, "__annotations__", {}).get("return") is Transition
    }
    tried = {name.removesuffix(" running").replace(" ", "_") for name in STEPS}
    assert tried == {name for name in of_entries if not name.startswith("_")}


@pytest.mark.parametrize("state", [S.EDITING, S.UNDOING, S.STOPPING])
def test_a_timer_whose_change_was_refused_runs_on(state: EntryState) -> None:
    running = replace(in_state(state, is_timer=True), hours=None)
    assert t.fall_back(running, "no").values["state"] is S.RUNNING


def test_what_was_made_ready_meanwhile_is_not_discarded_by_whoever_is_late() -> None:
    """Two processes saw a stop that was never sent; the second finds the entry as the first left it."""
    assert t.never_sent(COMING, None, None).values == {"wanted": None}


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


@pytest.mark.parametrize(
    ("stop", "changed"),
    [
        (TimerStop(NOW, Hours(75), None), {"hours": 75}),
        (TimerStop(NOW, Hours(0), None), {"hours": 1}),  # without hours Harvest would start a timer
        (TimerStop(NOW, Hours(75), "done"), {"hours": 75, "note": "done"}),
        (TimerStop(NOW, Hours(75), "done", then=EntryEdit(note="fixed")), {"hours": 75, "note": "fixed"}),
        (TimerStop(NOW, Hours(75), None, then=EDIT), {"hours": 200}),
    ],
)
def test_a_stop_that_was_never_sent_makes_a_finished_entry(stop: TimerStop, changed: dict[str, object]) -> None:
    values = t.never_sent(replace(ENDING, wanted=stop), None, None).values
    assert {name: values[name] for name in ("hours", "note") if name in values} == changed
    assert (values["state"], values["wanted"], values["sent_at"]) == (S.INTENDED, None, None)


def test_when_a_stopped_timer_ran_is_kept() -> None:
    values = t.never_sent(ENDING, time(9), time(10)).values
    assert (values["started"], values["ended"]) == (time(9), time(10))


@pytest.mark.parametrize(
    ("before", "wanted", "both"),
    [
        (None, EDIT, EDIT),
        (EntryEdit(note="old"), EDIT, EntryEdit(note="old", hours=Hours(200))),
        (EntryEdit(note="old", hours=Hours(25)), EDIT, EntryEdit(note="old", hours=Hours(200))),
        (EntryEdit(note="old"), EntryEdit(note=""), EntryEdit(note="")),
    ],
)
def test_changes_on_their_way_are_made_together(before: EntryEdit | None, wanted: EntryEdit, both: EntryEdit) -> None:
    """Where they name the same field, the later one counts; behind a stop as well."""
    editing = replace(INTENDED, state=S.EDITING, harvest_id=None, wanted=before)
    assert t.edit_on_its_way(editing, wanted).values["wanted"] == both
    ending = replace(ENDING, wanted=replace(STOP, then=before))
    assert t.edit_on_its_way(ending, wanted).values["wanted"] == replace(STOP, then=both)


def test_hours_that_asana_took_back_make_buttons_late() -> None:
    assert t.discard_held(HELD).values["revision"] == USED.revision + 1


def test_only_what_surely_never_went_out_is_dropped_or_changed_here_alone() -> None:
    here_alone = {name for name, one, _, _ in DIAGRAM if one.is_unsent}
    assert here_alone == {"discard", "discard held", "rewrite held", "rewrite locked"}


def test_an_edit_of_a_held_entry_that_may_be_in_harvest_is_an_edit_there() -> None:
    """It is looked for first; its old values would be taken for what was wanted."""
    perhaps = replace(HELD, harvest_id=None, sent_at=NOW)
    values = t.rewrite(perhaps, EDIT).values
    assert (values["state"], values["wanted"]) == (S.EDITING, EDIT)
    assert "hours" not in values


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
