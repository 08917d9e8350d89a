"""What a task's hours come to against what was booked: what is logged, taken back, and what has to wait."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.asana.records.state import Allocation, AllocationKind, HoldKind, Part
from store.units import Hours
from sync.rules.asana.claims import Billing, Claim, Finding, FindingKind
from sync.rules.asana.plan import booked_by_source, given_back
from sync.rules.asana.plan_records import Blocker, EntryStanding, Plan, SyncedEntry
from tests.rules.asana.plan_samples import World, accepted, allocated, billed, claim, logged, planned, standing
from tests.rules.asana_samples import ANA, BO


def said(found: Plan) -> dict[str, object]:
    """A plan in short; what is empty is left out."""
    whole = {
        "logs": {one.story_gid: one.hours for one in found.logs},
        "taken": [(one.claim.story_gid, one.entry_key, one.hours) for one in found.taken],
        "changes": found.changes,
        "held": [(one.kind, one.hours) for one in found.held],
        "waits": found.waits,
    }
    return {name: value for name, value in whole.items() if value}


ROWS: dict[str, tuple[Billing, Sequence[Allocation], Sequence[SyncedEntry], dict[str, object]]] = {
    "nothing typed, nothing booked": (billed(), [], [], {}),
    "the first hours": (billed(claim(1, 150)), [], [], {"logs": {"s1": 150}}),
    "booked already": (billed(claim(1, 150)), [allocated(1, 150)], [logged(1, 150)], {}),
    "more by somebody else": (
        billed(claim(1, 150), claim(2, 50, BO)), [allocated(1, 150)], [logged(1, 150)], {"logs": {"s2": 50}},
    ),
    "two in one go": (billed(claim(1, 100), claim(2, 50)), [], [], {"logs": {"s1": 100, "s2": 50}}),
    "less before it went out": (billed(claim(1, 100), claim(2, -40)), [], [], {"logs": {"s1": 60}}),
    "less after it went out": (
        billed(claim(1, 100), claim(2, -40)), [allocated(1, 100)], [logged(1, 100)],
        {"taken": [("s2", "e1", 40)], "changes": {"e1": 60}},
    ),
    "to nothing: the entry goes": (
        billed(claim(1, 100), claim(2, -100)), [allocated(1, 100)], [logged(1, 100)],
        {"taken": [("s2", "e1", 100)], "changes": {"e1": 0}},
    ),
    "while the entry is on its way": (
        billed(claim(1, 100), claim(2, -40)), [allocated(1, 100)],
        [standing(1, 100, EntryStanding.MOVING)], {"waits": True},
    ),
    "off a held entry": (
        billed(claim(1, 100), claim(2, -40)), [allocated(1, 100)], [standing(1, 100, EntryStanding.HELD)],
        {"taken": [("s2", "e1", 40)], "changes": {"e1": 60}},
    ),
    "off one that its person discarded": (
        billed(claim(1, 100), claim(2, -40)), [allocated(1, 100)], [standing(1, 100, EntryStanding.DISCARDED)],
        {"taken": [("s2", "e1", 40)]},
    ),
    "off hours that were discarded": (
        billed(claim(1, 100), claim(2, -40)), [allocated(1, 100, None, AllocationKind.DISCARDED)], [],
        {"taken": [("s2", None, 40)]},
    ),
    "off a locked entry: somebody is asked": (
        billed(claim(1, 100), claim(2, -40)), [allocated(1, 100)], [logged(1, 100, is_locked=True)],
        {"held": [(HoldKind.LOWERING, -40)]},
    ),
    "what somebody lowered in Harvest gives first": (
        billed(claim(1, 100), claim(2, -40)), [allocated(1, 100)], [logged(1, 100, 60)], {"taken": [("s2", "e1", 40)]},
    ),
    "what somebody accepted to be less gives first": (
        billed(claim(1, 100), claim(2, -40)), [allocated(1, 100), accepted(1, 40)], [logged(1, 60)],
        {"taken": [("s2", "e1", 40)]},
    ),
    "deleted in Harvest: asked, never made again": (
        billed(claim(1, 100)), [allocated(1, 100)], [standing(1, 100, EntryStanding.DELETED)],
        {"held": [(HoldKind.DELETED, 100)]},
    ),
    "raised in Harvest: asked": (
        billed(claim(1, 100)), [allocated(1, 100)], [logged(1, 100, 120)], {"held": [(HoldKind.EDITED, -20)]},
    ),
    "lowered in Harvest: asked": (
        billed(claim(1, 100)), [allocated(1, 100)], [logged(1, 100, 90)], {"held": [(HoldKind.EDITED, 10)]},
    ),
    "copied with the task": (
        billed(findings=[Finding(FindingKind.COPIED, Hours(200))]), [], [], {"held": [(HoldKind.COPIED, 200)]},
    ),
    "changes that do not add up": (
        billed(findings=[Finding(FindingKind.UNEXPLAINED, Hours(50))]), [], [], {"held": [(HoldKind.UNEXPLAINED, 50)]},
    ),
    "nobody to log for": (
        billed(findings=[Finding(FindingKind.NOBODY, Hours(150), ("s9",))]), [], [], {"held": [(HoldKind.NOBODY, 150)]},
    ),
    "nobody, and somebody was named since": (
        billed(findings=[Finding(FindingKind.NOBODY, Hours(150), ("s9",))]), [allocated(9, 150)], [logged(9, 150)], {},
    ),
    "over a day": (
        billed(claim(1, 2500), findings=[Finding(FindingKind.OVER_A_DAY, Hours(2500), ("s1",), ANA)]), [], [],
        {"held": [(HoldKind.OVER_A_DAY, 2500)]},
    ),
    "over a day, the first of it booked": (
        billed(
            claim(1, 2000), claim(2, 500), findings=[Finding(FindingKind.OVER_A_DAY, Hours(2500), ("s1", "s2"), ANA)]
        ),
        [allocated(1, 2000)], [logged(1, 2000)], {"held": [(HoldKind.OVER_A_DAY, 500)]},
    ),
    "the field cannot be read: nothing moves": (
        billed(findings=[Finding(FindingKind.WRONG_KIND, Hours(0))]), [allocated(1, 100)], [logged(1, 100)],
        {"held": [(HoldKind.UNFIT, -100)]},
    ),
    "the field is hidden": (
        billed(findings=[Finding(FindingKind.FIELD_MISSING)]), [allocated(1, 100)], [logged(1, 100)],
        {"held": [(HoldKind.FIELD_MISSING, -100)]},
    ),
    "the field is hidden, and nothing was booked": (billed(findings=[Finding(FindingKind.FIELD_MISSING)]), [], [], {}),
    "not completed yet": (billed(findings=[Finding(FindingKind.NOT_COMPLETED, Hours(100))]), [], [], {}),
    "a share that cannot be read, though the number fits": (
        billed(findings=[Finding(FindingKind.CONFLICT, Hours(100))]), [allocated(1, 100)], [logged(1, 100)],
        {"held": [(HoldKind.UNFIT, 0)]},
    ),
    "a number that fits although its kind is wrong": (
        billed(findings=[Finding(FindingKind.FORMULA, Hours(100))]), [allocated(1, 100)], [logged(1, 100)], {},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("of", "allocations", "synced", "expected"), ROWS.values(), ids=ROWS)
def test_plan(
    of: Billing, allocations: Sequence[Allocation], synced: Sequence[SyncedEntry], expected: dict[str, object]
) -> None:
    assert said(planned(of, allocations, synced)) == expected


def test_only_a_hidden_field_makes_a_plan_blind() -> None:
    assert planned(billed(findings=[Finding(FindingKind.FIELD_MISSING)])).is_blind
    assert not planned(billed(findings=[Finding(FindingKind.WRONG_KIND)])).is_blind
    assert not Plan().is_blind  # of a project that nobody wants to bill: nothing of it waits any more


@pytest.mark.parametrize(("hours", "held"), [(97, []), (103, []), (96, [4]), (104, [-4])])
def test_a_start_end_account_may_be_off_by_its_minutes(hours: int, held: list[int]) -> None:
    found = planned(billed(claim(1, 100)), [allocated(1, 100)], [logged(1, 100, hours)], tolerance=3)
    assert [one.hours for one in found.held] == held


class TestBlockers:
    """Hours that cannot go through now wait: a project's blocker is one card, whoever typed them."""

    def test_what_is_the_projects_is_one_hold(self) -> None:
        why = Blocker(HoldKind.UNMAPPED)
        found = planned(billed(claim(1, 100), claim(2, 50, BO)), blocked={"s1": why, "s2": why})
        (held,) = found.held
        assert (held.kind, held.hours, held.user, held.who) == (HoldKind.UNMAPPED, 150, BO, "")
        assert held.parts == (Part("s1", Hours(100)), Part("s2", Hours(50)))
        assert found.logs == []

    def test_what_is_a_persons_is_one_hold_for_each(self) -> None:
        why = Blocker(HoldKind.NOT_ASSIGNED, "words")
        found = planned(billed(claim(1, 100), claim(2, 50, BO)), blocked={"s1": why, "s2": why})
        assert [(held.who, held.hours, held.words) for held in found.held] == [
            (ANA.gid, 100, "words"),
            (BO.gid, 50, "words"),
        ]

    def test_other_entries_are_another_question(self) -> None:
        first, second = (Blocker(HoldKind.DUPLICATE, entry_ids=(number,)) for number in (7, 8))
        found = planned(billed(claim(1, 100), claim(2, 50)), blocked={"s1": first, "s2": second})
        assert [(held.who, held.entry_ids) for held in found.held] == [(f"{ANA.gid}:7", (7,)), (f"{ANA.gid}:8", (8,))]

    def test_what_is_free_goes_out_beside_what_waits(self) -> None:
        found = planned(billed(claim(1, 100), claim(2, 50)), blocked={"s1": Blocker(HoldKind.NO_TASK)})
        assert {one.story_gid: one.hours for one in found.logs} == {"s2": 50}
        assert [held.hours for held in found.held] == [100]

    def test_what_is_taken_back_meets_no_blocker(self) -> None:
        of = billed(claim(1, 100), claim(2, -40))
        found = planned(of, [allocated(1, 100)], [logged(1, 100)], {"s2": Blocker(HoldKind.NO_TASK)})
        assert found.held == []
        assert found.changes == {"e1": 60}


class TestSourcesForThemselves:
    """Native time entries: each has an entry of its own, and gives for itself alone."""

    def test_one_that_is_gone_takes_its_own_entry_back(self) -> None:
        of = billed(claim(1, 0), claim(2, 50))
        found = planned(of, [allocated(1, 100), allocated(2, 50)], [logged(1, 100), logged(2, 50)], is_netted=False)
        assert said(found) == {"taken": [("s1", "e1", 100)], "changes": {"e1": 0}}

    def test_it_takes_from_no_other(self) -> None:
        of = billed(claim(1, 0), claim(2, 50))
        synced = [logged(1, 100, is_billed=True), logged(2, 50)]
        found = planned(of, [allocated(1, 100), allocated(2, 50)], synced, is_netted=False)
        assert said(found) == {"held": [(HoldKind.LOWERING, -100)]}

    def test_nothing_is_netted(self) -> None:
        found = planned(billed(claim(1, 100), claim(2, 50)), [allocated(1, 150)], [logged(1, 150)], is_netted=False)
        assert said(found) == {"logs": {"s2": 50}, "taken": [("s1", "e1", 50)], "changes": {"e1": 100}}


def test_corrections_are_booked_for_no_story() -> None:
    rows = [allocated(1, 100), allocated(1, 50), accepted(1, 20), allocated(2, 5, None, AllocationKind.DISCARDED)]
    assert booked_by_source(rows) == {"s1": 150, "s2": 5}


@pytest.mark.parametrize(
    ("left", "claims", "expected"),
    [
        # Story 2 took 40 back of which 20 are given again, since half of it was never billable: they go to story 1.
        ([(1, -30), (2, 20)], [(1, 100), (2, -20)], [(1, -10)]),
        ([(2, 20), (3, -5)], [(1, 100), (2, -20), (3, 50)], [(2, 15)]),
        # The nearest before comes first, then those after.
        ([(1, -10), (2, -10), (3, 15), (4, -10)], [(3, -1)], [(1, -5), (4, -10)]),
        # Hours that were typed are theirs who typed them.
        ([(1, -30), (2, 20)], [(1, 100), (2, 20)], [(1, -30), (2, 20)]),
        ([(2, 20)], [(2, -20)], [(2, 20)]),
        ([(1, 50), (2, 20)], [(1, 100), (2, -20)], [(1, 50), (2, 20)]),
    ],
)
def test_what_was_taken_back_too_much_goes_to_whom_it_was_taken_from(
    left: list[tuple[int, int]], claims: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    found = given_back([claim(*one) for one in left], [claim(*one) for one in claims])
    assert [(one.story_gid, one.hours) for one in found] == [(f"s{number}", hours) for number, hours in expected]


STEPS = st.lists(st.tuples(st.sampled_from([ANA, BO]), st.integers(0, 2400)), min_size=1, max_size=8)


def claims_of(values: Sequence[tuple[object, int]]) -> list[Claim]:
    """What a field says when it is set to these values one after the other: each change is its person's."""
    claims, before = [], 0
    for number, (user, value) in enumerate(values, 1):
        if value != before:
            claims.append(claim(number, value - before, user))
        before = value
    return claims


@settings(max_examples=300)
@given(STEPS)
def test_harvest_and_what_waits_is_what_stands_in_asana(values: list[tuple[object, int]]) -> None:
    """After each change, and a plan that was done changes nothing when it is made again."""
    world, claims = World(), claims_of(values)
    for seen in range(1, len(claims) + 1):
        found = world.look(billed(*claims[:seen]))
        waiting = sum(held.hours for held in found.held)
        assert world.hours + waiting == sum(one.hours for one in claims[:seen])
        assert said(planned(billed(*claims[:seen]), world.allocations, list(world.entries.values()))) == (
            {"held": [(held.kind, held.hours) for held in found.held]} if found.held else {}
        )


@settings(max_examples=300)
@given(STEPS)
def test_nobody_is_logged_above_what_they_typed(values: list[tuple[object, int]]) -> None:
    world, claims = World(), claims_of(values)
    world.look(billed(*claims))
    for user_id, user in ((1, ANA), (2, BO)):
        typed = sum(one.hours for one in claims if one.user is user and one.hours > 0)
        assert world.hours_of(user_id) <= typed


@settings(max_examples=300)
@given(STEPS)
def test_no_entry_of_no_hours_is_ever_made(values: list[tuple[object, int]]) -> None:
    claims = claims_of(values)
    assert all(one.hours > 0 for one in planned(billed(*claims)).logs)
