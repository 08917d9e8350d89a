"""A task became billable, or stopped being so: which entries change their Harvest task, and which have to wait."""

from dataclasses import replace
from typing import Any

import pytest

from store.asana.records.state import HoldKind
from store.units import Hours
from sync.rules.asana.billable_task import Sides, move
from sync.rules.asana.plan_records import EntryStanding, Plan, SyncedEntry
from tests.rules.asana.plan_samples import in_harvest

DESIGN, INTERNAL, OTHER = 20, 21, 22
SIDES = Sides(project_id=10, is_billable=False, billable=DESIGN, other=INTERNAL, bookable=frozenset({DESIGN, INTERNAL}))
BILLABLE = replace(SIDES, is_billable=True)


def one(
    task: int = DESIGN, how: EntryStanding = EntryStanding.LOGGED, booked: int = 100, **changes: Any
) -> SyncedEntry:
    there = in_harvest(1, booked, task_id=task, **changes) if how is EntryStanding.LOGGED else None
    return SyncedEntry("e1", 1, how, Hours(booked), there, "s1", 10, task)


def moved(entry: SyncedEntry, sides: Sides = SIDES, plan: Plan | None = None) -> tuple[dict[str, int], list[str], bool]:
    """Where entries go, why some wait, and whether another look is due."""
    found = plan or Plan()
    move(found, [entry], sides)
    assert all(held.kind is HoldKind.MISPLACED and held.entry_key == "e1" for held in found.held)
    return found.moves, [held.words for held in found.held], found.waits


@pytest.mark.parametrize(
    ("entry", "sides", "expected"),
    [
        (one(), SIDES, ({"e1": INTERNAL}, [], True)),
        (one(INTERNAL), BILLABLE, ({"e1": DESIGN}, [], True)),
        # A held one moves here, before it goes out: nothing is to be looked at again.
        (one(how=EntryStanding.HELD), SIDES, ({"e1": INTERNAL}, [], False)),
        # It is where it belongs. One billable task is as good as another.
        (one(INTERNAL), SIDES, ({}, [], False)),
        (one(), BILLABLE, ({}, [], False)),
        (one(OTHER), BILLABLE, ({}, [], False)),
        (one(OTHER), SIDES, ({"e1": INTERNAL}, [], True)),
        # One task for both sides.
        (one(INTERNAL), replace(BILLABLE, billable=INTERNAL), ({}, [], False)),
        # On its way: looked at again.
        (one(how=EntryStanding.MOVING), SIDES, ({}, [], True)),
        # It is nowhere, holds nothing, or is of another project.
        (one(how=EntryStanding.DELETED), SIDES, ({}, [], False)),
        (one(how=EntryStanding.DISCARDED), SIDES, ({}, [], False)),
        (one(booked=0), SIDES, ({}, [], False)),
        (replace(one(project_id=11), project_id=11), SIDES, ({}, [], False)),
        (replace(one(how=EntryStanding.HELD), project_id=11), SIDES, ({}, [], False)),
        # Somebody chose its task or project in Harvest: their word stands.
        (replace(one(), entry=in_harvest(1, 100, task_id=OTHER)), SIDES, ({}, [], False)),
        (replace(one(), entry=in_harvest(1, 100, project_id=11)), SIDES, ({}, [], False)),
    ],
)
def test_which_entries_move(entry: SyncedEntry, sides: Sides, expected: tuple[dict[str, int], list[str], bool]) -> None:
    assert moved(entry, sides) == expected


@pytest.mark.parametrize(
    ("entry", "sides", "why"),
    [
        (one(), replace(SIDES, other=None), "no Harvest task is set for it"),
        (one(), replace(SIDES, bookable=frozenset({DESIGN})), "no Harvest task is set for it"),
        (replace(one(), refusal="Harvest said no"), SIDES, "Harvest said no"),
        (one(is_locked=True, locked_reason="approved"), SIDES, "approved"),
        (one(is_locked=True), SIDES, "the entry is locked in Harvest"),
        (one(is_billed=True), SIDES, "the entry is locked in Harvest"),
        (one(is_running=True), SIDES, "a timer runs on it"),
    ],
)
def test_what_keeps_an_entry_where_it_is(entry: SyncedEntry, sides: Sides, why: str) -> None:
    assert moved(entry, sides) == ({}, [why], False)


def test_an_entry_that_goes_is_not_moved_before() -> None:
    assert moved(one(), plan=Plan(changes={"e1": Hours(0)})) == ({}, [], False)
    assert moved(one(), plan=Plan(changes={"e1": Hours(50)})) == ({"e1": INTERNAL}, [], True)


def test_another_look_that_was_due_stays_due() -> None:
    assert moved(one(how=EntryStanding.HELD), plan=Plan(waits=True))[2]
