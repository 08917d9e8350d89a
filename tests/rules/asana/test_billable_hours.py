"""Claims from a task's field and its stories: who, when, how many hours; and what is held instead."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.asana.records.api import AsanaTask, AsanaUser, FieldKind, FieldStory, FieldValue
from store.units import Hours
from sync.rules.asana.billable_hours import billing
from sync.rules.asana.claims import (
    Attribution,
    Claim,
    Finding,
    FindingKind,
    Terms,
    outstanding,
    unexplained,
)
from tests.rules.asana_samples import ANA, BO, at, enum_field, number_field, story, task

TERMS = Terms(go_live=at(-120))
COMPLETION = replace(TERMS, attribution=Attribution.COMPLETION)
Kind = FindingKind


def percent(number: str) -> FieldValue:
    return number_field(number, "Billable Percentage", "502")


def claimed(one: AsanaTask, *stories: FieldStory, terms: Terms = TERMS) -> list[tuple[str, str, int]]:
    found = billing(one, stories, terms)
    assert found.findings == ()
    return [(claim.story_gid, claim.user.name, claim.hours) for claim in found.claims]


def test_hours_are_of_who_typed_them_when_they_were_typed() -> None:
    found = billing(task(number_field("1.5")), [story(1, None, "1.5")], TERMS)
    assert found.claims == (Claim("8801", ANA, at(1), Hours(150)),)
    assert (found.findings, found.is_billable) == ((), True)
    assert found.rounding == 0


@pytest.mark.parametrize(
    ("stories", "claims"),
    [
        ([story(1, None, "1"), story(2, "1", "1.5", BO)], [("8801", "Ana", 100), ("8802", "Bo", 50)]),
        ([story(1, None, "2"), story(2, "2", "1.5", BO)], [("8801", "Ana", 200), ("8802", "Bo", -50)]),
        # In any order, and some of them twice.
        (
            [story(2, "1", "1.5", BO), story(1, None, "1"), story(2, "1", "1.5", BO)],
            [("8801", "Ana", 100), ("8802", "Bo", 50)],
        ),
        # Of the same moment: gids rise, and 88010 comes after 8802.
        (
            [story(79210, "1", "1.5", minutes=5), story(2, None, "1", minutes=5)],
            [("8802", "Ana", 100), ("88010", "Ana", 50)],
        ),
        # Another field of the same task.
        ([story(1, None, "1.5"), story(2, None, "9", field_gid="999")], [("8801", "Ana", 150)]),
        # A rule of Asana's typed it: of the assignee.
        ([story(1, None, "1.5", None)], [("8801", "Bo", 150)]),
        # Emptied in between.
        (
            [story(1, None, "1"), story(2, "1", None), story(3, None, "1.5")],
            [("8801", "Ana", 100), ("8802", "Ana", -100), ("8803", "Ana", 150)],
        ),
        # Below 0 by slip and back: nobody took back more than there was, and nobody added more than stands there.
        (
            [story(1, None, "1"), story(2, "1", "-2", BO), story(3, "-2", "1.5", BO)],
            [("8801", "Ana", 100), ("8802", "Bo", -100), ("8803", "Bo", 150)],
        ),
        ([story(1, None, "-2"), story(2, "-2", "1.5")], [("8801", "Ana", 0), ("8802", "Ana", 150)]),
    ],
)
def test_each_change_is_a_claim(stories: list[FieldStory], claims: list[tuple[str, str, int]]) -> None:
    assert claimed(task(number_field("1.5")), *stories) == claims


@pytest.mark.parametrize("value", ["0", None])
def test_zero_never_makes_an_entry(value: str | None) -> None:
    assert claimed(task(number_field(value))) == []
    assert claimed(task(number_field(value, is_enabled=False))) == []
    assert claimed(task(number_field(value), enum_field("Retainer"))) == []
    assert claimed(task(number_field(value)), terms=COMPLETION) == []


def test_hours_go_to_the_assignee_on_the_completion_day_where_the_project_wants_it() -> None:
    done = task(number_field("1.5"), is_completed=True, completed_at=at(600))
    found = billing(done, [story(1, None, "1"), story(2, "1", "1.5")], COMPLETION)
    assert found.claims == (Claim("8801", BO, at(600), Hours(100)), Claim("8802", BO, at(600), Hours(50)))


@pytest.mark.parametrize(
    ("percentage", "changes", "claims", "rounding"),
    [
        # 1.25 x 50 % = 0.625: rounded half-up, the difference logged (ruling 10).
        ("50", ["1.25"], [63], Fraction(-1, 2)),
        # The cumulative target is rounded, so two halves of a hundredth are one.
        ("50", ["1.25", "2.5"], [63, 62], Fraction(0)),
        ("50", ["1.25", "2.5", "1.25"], [63, 62, -62], Fraction(-1, 2)),
        ("50", ["0.01", "0.02", "0.03"], [1, 0, 1], Fraction(-1, 2)),
        ("33.33", ["1", "2", "3"], [33, 34, 33], Fraction(-1, 100)),
        ("100", ["0.004"], [0], Fraction(2, 5)),
    ],
)
def test_parts_of_a_hundredth_add_up(
    percentage: str, changes: list[str], claims: list[int], rounding: Fraction
) -> None:
    stories = [story(n, old, new) for n, (old, new) in enumerate(zip(["0", *changes], changes, strict=False), 1)]
    found = billing(task(number_field(changes[-1]), percent(percentage)), stories, TERMS)
    assert [claim.hours for claim in found.claims] == claims
    assert found.rounding == rounding


@pytest.mark.parametrize(
    ("extra", "hours", "is_billable"),
    [
        (enum_field("50 %"), 75, True),
        (enum_field("Non-billable"), 150, False),  # full hours on the non-billable task
        (percent("0"), 150, False),
    ],
)
def test_share_is_applied(extra: FieldValue, hours: int, *, is_billable: bool) -> None:
    found = billing(task(number_field("1.5"), extra), [story(1, None, "1.5")], TERMS)
    assert ([claim.hours for claim in found.claims], found.is_billable) == ([hours], is_billable)


def test_percentage_is_ignored_where_only_the_billable_part_is_typed() -> None:
    one = task(number_field("1.5"), percent("500"))
    assert claimed(one, story(1, None, "1.5"), terms=replace(TERMS, ignores_percentage=True)) == [("8801", "Ana", 150)]


@pytest.mark.parametrize(
    ("one", "kind", "hours"),
    [
        (task(), Kind.FIELD_MISSING, 0),
        (task(number_field("1.5", "Billed hours")), Kind.FIELD_MISSING, 0),
        (task(number_field(None, kind=FieldKind.OTHER)), Kind.WRONG_KIND, 0),
        (task(number_field("90", format="duration")), Kind.WRONG_KIND, 9000),
        (task(number_field("0.5", format="percentage")), Kind.WRONG_KIND, 50),
        (task(number_field("1.5", is_formula=True)), Kind.FORMULA, 150),
        (task(number_field("1.5", is_enabled=False)), Kind.DISABLED, 150),
        (task(number_field("-1")), Kind.NEGATIVE, -100),
        (task(number_field("1.5"), percent("101")), Kind.OVER_100, 150),
        (task(number_field("1.5"), percent("-1")), Kind.NEGATIVE_PERCENTAGE, 150),
        (task(number_field("1.5"), percent("50")._replace(format="duration")), Kind.UNKNOWN_PERCENTAGE, 150),
        (task(number_field("1.5"), enum_field("Retainer")), Kind.UNKNOWN_TYPE, 150),
        (task(number_field("1.5"), percent("50"), enum_field("100 %")), Kind.CONFLICT, 150),
    ],
)
def test_what_is_not_plain_blocks_all_of_it(one: AsanaTask, kind: Kind, hours: int) -> None:
    found = billing(one, [story(1, None, "1.5")], TERMS)
    assert (found.claims, found.findings) == ((), (Finding(kind, Hours(hours)),))
    assert found.is_blocked
    assert outstanding(found, {"8801": Hours(100)}) == []
    assert unexplained(found, {"8801": Hours(100)}) == 0


LEFT = number_field("1.5", "billable hours ", "400", is_enabled=False)
"""Its task moved here from a project with a field of its own."""


@pytest.mark.parametrize(
    ("fields", "findings"),
    [
        ((LEFT,), (Finding(Kind.DISABLED, Hours(150)),)),
        ((number_field(None), LEFT), (Finding(Kind.DISABLED, Hours(150)),)),
        ((number_field("0"), LEFT), (Finding(Kind.DISABLED, Hours(150)),)),
        # Hours that were typed here count, whatever was left behind.
        ((number_field("1"), LEFT), ()),
        # Nothing was left behind: no number, no hours, a field that this project has, another name.
        ((LEFT._replace(kind=FieldKind.OTHER),), (Finding(Kind.WRONG_KIND, Hours(150)),)),
        ((LEFT._replace(is_enabled=True),), (Finding(Kind.COPIED, Hours(150)),)),
        ((LEFT._replace(name="Hours"),), (Finding(Kind.FIELD_MISSING),)),
    ],
)
def test_hours_left_behind_in_a_field_of_another_project_are_held(
    fields: tuple[FieldValue, ...], findings: tuple[Finding, ...]
) -> None:
    found = billing(task(*fields), [story(1, None, "1")], TERMS)
    assert found.findings == findings
    assert [claim.hours for claim in found.claims] == ([] if findings else [100])


def test_a_field_of_another_project_without_hours_is_no_news() -> None:
    found = billing(task(LEFT._replace(number=Decimal(0))), [], TERMS)
    assert (found.claims, found.findings) == ((), ())


@pytest.mark.parametrize("done", [{}, {"is_completed": True}])
def test_hours_of_the_completion_day_wait_for_it(done: dict[str, Any]) -> None:
    found = billing(task(number_field("1.5"), **done), [story(1, None, "1.5")], COMPLETION)
    assert [finding.kind for finding in found.findings] == [Kind.NOT_COMPLETED]
    assert found.is_blocked


@pytest.mark.parametrize(
    ("value", "stories", "claims", "findings"),
    [
        # Copied along with the task, or made with it.
        ("2", [], [], [(Kind.COPIED, 200)]),
        ("3", [story(1, "2", "3")], [100], [(Kind.COPIED, 200)]),
        # A story is missing in between, at the end, or was taken away.
        ("4", [story(1, None, "1"), story(2, "3", "4")], [100, 100], [(Kind.UNEXPLAINED, 200)]),
        ("2.5", [story(1, None, "1")], [100], [(Kind.UNEXPLAINED, 150)]),
        ("0.5", [story(1, None, "1")], [100], [(Kind.UNEXPLAINED, -50)]),
        ("4", [story(1, "1", "2"), story(2, "3", "4")], [100, 100], [(Kind.COPIED, 100), (Kind.UNEXPLAINED, 100)]),
        # Nothing is missing, only the order of one moment is not known.
        ("2", [story(2, None, "1", minutes=5), story(1, "1", "2", minutes=5)], [100, 100], []),
    ],
)
def test_what_no_story_explains_is_held_and_names_nobody(
    value: str, stories: list[FieldStory], claims: list[int], findings: list[tuple[Kind, int]]
) -> None:
    found = billing(task(number_field(value)), stories, TERMS)
    assert [claim.hours for claim in found.claims] == claims
    assert [(finding.kind, finding.hours) for finding in found.findings] == findings
    assert all(finding.user is None and not finding.stories for finding in found.findings)
    assert not found.is_blocked


@pytest.mark.parametrize("terms", [TERMS, COMPLETION])
def test_hours_of_nobody_are_held(terms: Terms) -> None:
    alone = task(number_field("1.5"), assignee=None, is_completed=True, completed_at=at(9))
    found = billing(alone, [story(1, None, "1.5", None)], terms)
    assert (found.claims, found.findings) == ((), (Finding(Kind.NOBODY, Hours(150), ("8801",)),))
    assert outstanding(found, {}) == []
    assert unexplained(found, {"8801": Hours(150)}) == 0  # booked while somebody was assigned: no story is gone


@pytest.mark.parametrize(
    ("go_live", "claims", "ignored"),
    [
        (-120, [100, 50, -25], []),
        (1, [100, 50, -25], []),  # that moment counts
        (2, [50, -25], [(Kind.BEFORE_GO_LIVE, 100)]),
        (3, [-25], [(Kind.BEFORE_GO_LIVE, 150)]),
        (4, [], [(Kind.BEFORE_GO_LIVE, 125)]),
    ],
)
def test_what_was_typed_before_go_live_is_ignored(
    go_live: int, claims: list[int], ignored: list[tuple[Kind, int]]
) -> None:
    stories = [story(1, None, "1"), story(2, "1", "1.5"), story(3, "1.5", "1.25")]
    found = billing(task(number_field("1.25")), stories, replace(TERMS, go_live=at(go_live)))
    assert [claim.hours for claim in found.claims] == claims
    assert [(finding.kind, finding.hours) for finding in found.findings] == ignored


@pytest.mark.parametrize(
    ("pause", "claims", "ignored"),
    [
        ((2, 3), [100, -25], 50),  # its first moment does not count, its last does
        ((1, 3), [-25], 150),
        ((2, 4), [100], 25),
        ((4, 9), [100, 50, -25], 0),
        ((3, 2), [100, 50, -25], 0),
    ],
)
def test_what_was_typed_between_a_backfill_and_go_live_is_ignored(
    pause: tuple[int, int], claims: list[int], ignored: int
) -> None:
    stories = [story(1, None, "1"), story(2, "1", "1.5"), story(3, "1.5", "1.25")]
    terms = replace(TERMS, pause=(at(pause[0]), at(pause[1])))
    found = billing(task(number_field("1.25")), stories, terms)
    assert [claim.hours for claim in found.claims] == claims
    assert found.hours_of(Kind.BEFORE_GO_LIVE) == ignored


@pytest.mark.parametrize(
    ("value", "stories", "kinds"),
    [
        # There since the task was made, which was before.
        ("2", [], [Kind.BEFORE_GO_LIVE]),
        ("3", [story(1, "2", "3")], [Kind.BEFORE_GO_LIVE]),
        # Missing between two old stories, or between an old and a new one.
        ("4", [story(1, None, "1", minutes=-50), story(2, "3", "4", minutes=-40)], [Kind.BEFORE_GO_LIVE]),
        ("4", [story(1, None, "1", minutes=-50), story(2, "3", "4")], [Kind.BEFORE_GO_LIVE, Kind.UNEXPLAINED]),
        ("4", [story(1, None, "1", minutes=-50)], [Kind.BEFORE_GO_LIVE, Kind.UNEXPLAINED]),
    ],
)
def test_what_nobody_typed_is_as_old_as_it_can_be_shown_to_be(
    value: str, stories: list[FieldStory], kinds: list[Kind]
) -> None:
    found = billing(task(number_field(value)), stories, replace(TERMS, go_live=at(-30)))
    assert [finding.kind for finding in found.findings] == kinds


def test_a_task_completed_before_go_live_is_ignored_where_the_completion_day_counts() -> None:
    done = task(number_field("3"), is_completed=True, completed_at=at(-10))
    found = billing(done, [story(1, "2", "3")], replace(COMPLETION, go_live=at(0)))
    assert (found.claims, found.findings) == ((), (Finding(Kind.BEFORE_GO_LIVE, Hours(300)),))


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ([("24", ANA)], ()),
        ([("24.01", ANA)], ("8801",)),
        ([("20", ANA), ("26", ANA)], ("8801", "8802")),
        ([("20", ANA), ("26", BO)], ()),
        ([("150", ANA), ("15", ANA)], ()),  # a slip that was mended
    ],
)
def test_more_than_a_day_of_one_person_is_held(changes: list[tuple[str, AsanaUser]], held: tuple[str, ...]) -> None:
    olds = [None, *(new for new, _ in changes)]
    stories = [story(n, old, new, by) for n, (old, (new, by)) in enumerate(zip(olds, changes, strict=False), 1)]
    found = billing(task(number_field(changes[-1][0])), stories, TERMS)
    assert found.held_stories == set(held)
    assert [claim.story_gid for claim in outstanding(found, {})] == ([] if held else [one.gid for one in stories])


def test_a_day_is_the_persons_own() -> None:
    """23:30 and 00:30 in UTC are one evening in Chicago."""
    late = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    stories = [
        story(1, None, "20", created_at=late),
        story(2, "20", "40", created_at=late + timedelta(hours=1)),
    ]
    one = task(number_field("40"))
    assert billing(one, stories, TERMS).findings == ()
    found = billing(one, stories, replace(TERMS, zones={"77": ZoneInfo("America/Chicago")}))
    assert found.findings == (Finding(Kind.OVER_A_DAY, Hours(4000), ("8801", "8802"), ANA),)
    assert billing(one, stories, replace(TERMS, timezone=ZoneInfo("America/Chicago"))).findings == found.findings


def test_only_the_difference_is_outstanding() -> None:
    stories = [story(1, None, "1"), story(2, "1", "1.5", BO)]
    found = billing(task(number_field("1.5")), stories, TERMS)
    assert [claim.hours for claim in outstanding(found, {})] == [100, 50]
    assert [claim.hours for claim in outstanding(found, {"8801": Hours(100)})] == [50]
    assert outstanding(found, {"8801": Hours(100), "8802": Hours(50)}) == []


def test_a_changed_percentage_corrects_what_was_booked_of_each() -> None:
    stories = [story(1, None, "1"), story(2, "1", "1.5", BO)]
    found = billing(task(number_field("1.5"), percent("50")), stories, TERMS)
    left = outstanding(found, {"8801": Hours(100), "8802": Hours(50)})
    assert [(claim.user.name, claim.hours) for claim in left] == [("Ana", -50), ("Bo", -25)]


def test_hours_of_a_story_that_is_gone_are_not_held_a_second_time() -> None:
    found = billing(task(number_field("1.5")), [story(2, "1", "1.5")], TERMS)
    assert unexplained(found, {}) == 100
    assert unexplained(found, {"8801": Hours(100)}) == 0
    assert unexplained(found, {"8801": Hours(100), "8802": Hours(50)}) == 0
    assert unexplained(billing(task(number_field("1.5")), [], TERMS), {"8801": Hours(50)}) == 100


values = st.decimals(0, 20, places=3, allow_nan=False, allow_infinity=False)


@given(
    typed=st.lists(values, min_size=1, max_size=8),
    last=values,
    percentage=st.decimals("0.1", 100, places=1),
    order=st.randoms(use_true_random=False),
    go_live=st.integers(-120, 10),
)
def test_claims_and_held_hours_come_to_the_rounded_target(
    typed: list[Decimal], last: Decimal, percentage: Decimal, order: Any, go_live: int
) -> None:
    """Whatever was typed, missed, shuffled or told twice: nothing is lost and nothing is invented."""
    olds = [None, *map(str, typed)]
    stories = [story(n, old, str(new)) for n, (old, new) in enumerate(zip(olds, typed, strict=False), 1)]
    one = task(number_field(str(last)), percent(str(percentage)))
    terms = replace(TERMS, go_live=at(go_live))
    found = billing(one, stories, terms)

    shuffled = [*stories, *stories[:3]]
    order.shuffle(shuffled)
    assert billing(one, shuffled, terms) == found

    share = Fraction(percentage) / 100
    before = [each for each in stories if each.created_at < terms.go_live]
    ignored = Fraction(before[-1].new or 0) if before else Fraction(0)
    exact = (Fraction(last) - ignored) * share * 100
    held = found.hours_of(Kind.COPIED, Kind.UNEXPLAINED)
    total = sum(each.hours for each in found.claims) + held
    assert total + found.rounding == exact
    assert abs(found.rounding) <= Fraction(1, 2)

    booked = {each.story_gid: each.hours for each in found.claims}
    assert outstanding(found, booked) == []
