"""Asana's own time entries as claims: each by itself, on its own day."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from store.asana.records.api import AsanaTimeEntry, AsanaUser
from store.asana.records.state import Allocation, AllocationKind, Source
from store.units import Hours
from sync.rules.asana.claims import FindingKind, Terms
from sync.rules.asana.tracked_time import billed_time, hours_of, not_billable, source, source_of
from tests.rules.asana.plan_samples import accepted
from tests.rules.asana_samples import ANA, BO, at, task

TERMS = Terms(datetime(2026, 11, 10, tzinfo=UTC))
FIRST = "31@20261119+77"


def tracked(
    gid: str = "31", minutes: int = 90, day: int = 19, by: AsanaUser | None = ANA, *, billable: bool | None = None
) -> AsanaTimeEntry:
    return AsanaTimeEntry(gid, minutes, date(2026, 11, day), by, "1201", "p1", billable, "")


def claimed(
    entries: Sequence[AsanaTimeEntry], booked: Mapping[str, AsanaUser] | None = None
) -> list[tuple[str, str, int]]:
    found = billed_time(task(), entries, booked or {}, TERMS)
    assert found.findings == ()
    return [(one.story_gid, one.user.name, one.hours) for one in found.claims]


@pytest.mark.parametrize(
    ("minutes", "hours"), [(60, 100), (90, 150), (1, 2), (10, 17), (20, 33), (0, 0), (3, 5), (57, 95), (1440, 2400)]
)
def test_minutes_are_rounded_half_up_each_entry_by_itself(minutes: int, hours: int) -> None:
    assert hours_of(tracked(minutes=minutes)) == hours


@pytest.mark.parametrize(
    ("entry", "known_as"),
    [
        (tracked(), FIRST),
        (tracked(day=20), "31@20261120+77"),
        (tracked(by=BO), "31@20261119+78"),
        (tracked(by=None), "31@20261119+"),
        (tracked(billable=False), "31@20261119-77"),
        (tracked(billable=True), FIRST),
    ],
)
def test_another_day_person_or_side_is_another_source(entry: AsanaTimeEntry, known_as: str) -> None:
    assert source(entry) == known_as


def test_only_what_somebody_marked_is_not_billable() -> None:
    marked = tracked("32", billable=False)
    assert not_billable([tracked(), tracked("33", billable=True), marked]) == {source(marked)}


class TestClaims:
    def test_each_entry_is_a_claim_in_the_order_of_days(self) -> None:
        entries = [tracked("100", day=20), tracked("99", 30, day=20, by=BO), tracked("31")]
        assert claimed(entries) == [
            (FIRST, "Ana", 150),
            ("99@20261120+78", "Bo", 50),
            ("100@20261120+77", "Ana", 150),
        ]

    def test_one_that_is_gone_is_a_claim_of_nothing(self) -> None:
        """So that what was booked for it is taken back."""
        assert claimed([tracked("32", 60)], {FIRST: ANA, "32@20261119+77": ANA}) == [
            ("32@20261119+77", "Ana", 100),
            (FIRST, "Ana", 0),
        ]

    def test_what_is_older_than_go_live_counts_only_if_it_was_booked(self) -> None:
        old = tracked(day=9)
        assert claimed([old]) == []
        assert claimed([old], {source(old): ANA}) == [(source(old), "Ana", 150)]

    def test_nobodys_are_held_together(self) -> None:
        found = billed_time(task(), [tracked("31", 60, by=None), tracked("32", 30, by=None)], {}, TERMS)
        assert found.claims == ()
        (finding,) = found.findings
        assert (finding.kind, finding.hours) == (FindingKind.NOBODY, 150)
        assert finding.stories == ("31@20261119+", "32@20261119+")

    def test_more_than_a_day_is_found(self) -> None:
        found = billed_time(task(), [tracked("31", 1000), tracked("32", 500)], {}, TERMS)
        assert [one.kind for one in found.findings] == [FindingKind.OVER_A_DAY]

    @pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "UTC"])
    def test_a_claim_is_on_the_entrys_day_where_its_person_is(self, zone: str) -> None:
        terms = replace(TERMS, zones={ANA.gid: ZoneInfo(zone)})
        (claim,) = billed_time(task(), [tracked()], {}, terms).claims
        assert terms.day(claim) == date(2026, 11, 19)


@pytest.mark.parametrize(
    ("sources", "expected"),
    [([], None), (["8801"], Source.FIELD), ([FIRST], Source.TIME_ENTRIES), (["8801", FIRST], Source.FIELD)],
)
def test_a_task_keeps_the_source_that_it_began_with(sources: list[str], expected: Source | None) -> None:
    rows = [Allocation("1201", one, AllocationKind.CLAIM, ANA.gid, at(0).date(), Hours(100), "e1") for one in sources]
    assert source_of([accepted(1, 20), *rows]) is expected
