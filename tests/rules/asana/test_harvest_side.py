"""What is reported of the Harvest project of a mapped Asana project, whatever the project is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.harvest.records import Project
from sync.rules.asana.harvest_side import HarvestSide

OPEN = HarvestSide(5, is_active=True, name="Site")
ARCHIVED = HarvestSide(5, is_active=False, name="Site")
PIPES = HarvestSide(5, is_active=True, name="Old|archived|2020")
GONE = HarvestSide(5, is_active=False, name="")


@pytest.mark.parametrize(
    ("before", "now", "is_renamed", "is_archived"),
    [
        (OPEN, ARCHIVED, False, True),
        (ARCHIVED, OPEN, False, False),
        (OPEN, PIPES, True, False),
        (PIPES, OPEN, True, False),
        (PIPES, HarvestSide(5, is_active=False, name=PIPES.name), False, True),
        (HarvestSide(6, is_active=True, name="Shop"), OPEN, False, False),
        (HarvestSide(6, is_active=True, name="Shop"), ARCHIVED, False, True),
        (HarvestSide(6, is_active=False, name="Shop"), ARCHIVED, False, False),
        (OPEN, GONE, False, True),
        (GONE, OPEN, True, False),
        (ARCHIVED, GONE, False, False),
    ],
)
def test_what_is_reported(before: HarvestSide, now: HarvestSide, is_renamed: bool, is_archived: bool) -> None:
    assert (now.is_renamed(before), now.is_archived(before)) == (is_renamed, is_archived)


@pytest.mark.parametrize(
    ("project", "side"),
    [
        (Project(5, 3, "Acme", "Site", "ACME", is_active=True, is_billable=True), OPEN),
        (Project(5, 3, "Acme", "Site", "ACME", is_active=False, is_billable=True), ARCHIVED),
        (None, GONE),  # Harvest does not show it
    ],
)
def test_how_a_project_is_seen(project: Project | None, side: HarvestSide) -> None:
    assert HarvestSide.of(5, project) == side


@pytest.mark.parametrize(("side", "is_archived"), [(OPEN, False), (PIPES, False), (ARCHIVED, True)])
def test_the_first_time_only_an_archived_one_is_reported(side: HarvestSide, is_archived: bool) -> None:
    assert side.is_archived(None) is is_archived


@given(st.builds(HarvestSide))
def test_it_is_read_as_it_was_written(side: HarvestSide) -> None:
    assert HarvestSide.read(side.write()) == side


@pytest.mark.parametrize(
    ("kept", "side"),
    [
        ("5|open|Site", OPEN),
        ("5|archived|Site", ARCHIVED),
        ("5|open|Old|archived|2020", PIPES),
        ("5|archived|", GONE),
    ],
)
def test_a_database_of_the_first_release_is_read(kept: str, side: HarvestSide) -> None:
    assert HarvestSide.read(kept) == side
