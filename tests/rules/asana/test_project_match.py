"""Which Harvest project an Asana project may belong to, and which names say that it is a copy or a template."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.asana.records.api import AsanaProject
from store.harvest.records import Project
from sync.rules.asana.project_match import (
    Origin,
    Proposal,
    Reason,
    holds_code,
    is_certain,
    names_agree,
    origin,
    original,
    proposals,
)


def asana(name: str, team: str | None = None) -> AsanaProject:
    return AsanaProject(
        "900", name, is_archived=False, url=None, team=team, owner_email=None, is_from_template=False, modified_at=None
    )


def harvest(number: int, client: str, name: str, code: str = "", *, is_active: bool = True) -> Project:
    return Project(number, sum(map(ord, client)), client, name, code, is_active, is_billable=True)


PROJECTS = [
    harvest(1, "Acme Corp", "Website relaunch", "ACME"),
    harvest(2, "Bluebird", "Mobile app", "BLUE-1"),
    harvest(3, "City of Example", "Annual report"),
    harvest(4, "Zed & Sons", "Support", "12"),
    harvest(5, "Zulu", "Website"),
    harvest(6, "Acme Corp", "SEO"),
    harvest(7, "Acme Corp", "SEO", "SEO-OLD", is_active=False),
]


@pytest.mark.parametrize(
    ("project", "first", "reason", "certain"),
    [
        (asana("[ACME] Site"), 1, Reason.CODE, True),
        (asana("blue-1: App"), 2, Reason.CODE, True),
        (asana("Acme SEO"), 1, Reason.CODE, False),  # the client's name in other letters than the code's
        (asana("Acme Corp - SEO"), 6, Reason.CLIENT_AND_NAME, True),
        (asana("SEO", team="Acme Corp"), 6, Reason.CLIENT_AND_NAME, True),
        (asana("Acme Corp Website relaunch"), 1, Reason.CLIENT_AND_NAME, True),
        (asana("zed sons suport"), 4, Reason.CLIENT_AND_NAME, False),  # a slip of the pen
        (asana("Website"), 5, Reason.NAME, False),  # many clients have one
        (asana("Annul reprot"), 3, Reason.NAME, False),
        (asana("Copy of Acme Corp - SEO"), 6, Reason.CLIENT_AND_NAME, False),
        (asana("Acme Corp - SEO (2)"), 6, Reason.CLIENT_AND_NAME, False),
    ],
)
def test_likeliest_project_comes_first(project: AsanaProject, first: int, reason: Reason, *, certain: bool) -> None:
    found = proposals(project, PROJECTS)
    assert (found[0].project_id, found[0].reason) == (first, reason)
    assert is_certain(project, found) is certain


@pytest.mark.parametrize("name", ["Completely different", "Sprint 12", "Template: Website", "", "???"])
def test_nothing_is_proposed_that_does_not_fit(name: str) -> None:
    assert proposals(asana(name), PROJECTS) == []
    assert not is_certain(asana(name), [])


def test_two_that_fit_alike_are_not_certain() -> None:
    twins = [harvest(1, "Acme", "SEO", "A-1"), harvest(2, "Acme", "SEO", "A-2")]
    found = proposals(asana("Acme SEO"), twins)
    assert [one.score for one in found] == [100, 100]
    assert not is_certain(asana("Acme SEO"), found)


@pytest.mark.parametrize(
    ("scores", "certain"),
    [
        ([90], True),
        ([89], False),
        ([100, 90], True),
        ([100, 91], False),  # the next one is too near
        ([90, 80, 79], True),
        ([89, 60], False),
        ([], False),
    ],
)
def test_a_proposal_is_ticked_that_fits_well_and_far_better_than_the_next(scores: list[int], *, certain: bool) -> None:
    found = [Proposal("900", number, score, Reason.NAME) for number, score in enumerate(scores)]
    assert is_certain(asana("Acme site"), found) is certain
    assert not is_certain(asana("Copy of Acme site"), found)


def test_of_those_that_fit_alike_the_one_with_the_code_comes_first() -> None:
    named = harvest(1, "Acme", "ZETA relaunch")
    coded = harvest(2, "Bluebird", "Shop", "ZETA")
    found = proposals(asana("ZETA relaunch", team="Acme"), [named, coded])
    assert [(one.project_id, one.score, one.reason) for one in found] == [
        (2, 100, Reason.CODE),
        (1, 100, Reason.CLIENT_AND_NAME),
    ]


def test_three_are_proposed_unless_asked_otherwise() -> None:
    """They are buttons on a card."""
    sites = [harvest(number, "Acme", "Website") for number in range(5)]
    assert [one.project_id for one in proposals(asana("Website"), sites)] == [0, 1, 2]


def test_what_code_and_words_say_alike_is_told_by_the_code() -> None:
    """It is the stronger reason, for it is no matter of likeness."""
    both = harvest(1, "Acme", "Relaunch", "ACME-1")
    (found,) = proposals(asana("ACME-1 Relaunch", team="Acme"), [both])
    assert (found.score, found.reason) == (100, Reason.CODE)


@given(st.text(max_size=40), st.integers(0, 5))
def test_proposals_are_few_active_and_in_order(name: str, limit: int) -> None:
    found = proposals(asana(name), PROJECTS, limit)
    assert len(found) <= limit
    assert 7 not in {one.project_id for one in found}
    assert all(60 <= one.score <= 100 for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_proposal_says_how_sure_it_is() -> None:
    assert proposals(asana("BLUE-1"), PROJECTS)[0] == Proposal("900", 2, 100, Reason.CODE)


@pytest.mark.parametrize(
    ("name", "made_from", "of"),
    [
        ("Acme site", Origin.OWN, "Acme site"),
        ("Copy of Acme site", Origin.COPY, "Acme site"),
        ("copy of Copy of Acme site", Origin.COPY, "Acme site"),
        ("Duplicate of Acme site", Origin.COPY, "Acme site"),
        ("Clone of Acme site", Origin.COPY, "Acme site"),
        ("Acme site (copy)", Origin.COPY, "Acme site"),
        ("Acme site (Copy 2)", Origin.COPY, "Acme site"),
        ("Acme site - Copy", Origin.COPY, "Acme site"),
        ("Acme site (2)", Origin.COPY, "Acme site"),
        ("Acme site (2026)", Origin.OWN, "Acme site (2026)"),
        ("Homepage copy", Origin.OWN, "Homepage copy"),  # words of an agency
        ("Copywriting", Origin.OWN, "Copywriting"),
        ("Template", Origin.TEMPLATE, "Template"),
        ("Template: Website", Origin.TEMPLATE, "Template: Website"),
        ("[TEMPLATE] Website", Origin.TEMPLATE, "[TEMPLATE] Website"),
        ("Website (template)", Origin.TEMPLATE, "Website (template)"),
        ("Website - Template", Origin.TEMPLATE, "Website - Template"),
        ("Project template", Origin.TEMPLATE, "Project template"),
        ("Email template redesign", Origin.OWN, "Email template redesign"),
        ("Newsletter template", Origin.OWN, "Newsletter template"),
        ("", Origin.OWN, ""),
    ],
)
def test_names_say_what_was_copied(name: str, made_from: Origin, of: str) -> None:
    assert origin(name) is made_from
    assert original(name) == of


@pytest.mark.parametrize(
    ("name", "code", "holds"),
    [
        ("[ACME] Site", "ACME", True),
        ("acme site", "ACME", True),
        ("Acme_site", "ACME", True),
        ("ACMEX", "ACME", False),
        ("XACME", "ACME", False),
        ("Überacme", "acme", False),
        ("A.C+ME", "C+ME", True),
        ("Sprint 12", "12", False),
        ("2026-04 Site", "2026", True),
        ("a b", "a", False),
        ("anything", "", False),
        ("anything", " ", False),
    ],
)
def test_codes_stand_as_words_of_their_own(name: str, code: str, *, holds: bool) -> None:
    assert holds_code(name, code) is holds


@pytest.mark.parametrize(
    ("name", "agrees"),
    [
        ("Website relaunch", True),
        ("website re-launch", True),
        ("Acme Corp: Website relaunch", True),
        ("Website relaunch / Acme Corp", True),
        ("[ACME] Sprint board", True),
        ("Copy of Website relaunch", True),
        ("Sprint board", False),
        ("Website", False),
        ("Bluebird website relaunch", False),
    ],
)
def test_names_agree_by_code_or_by_what_both_are_called(name: str, *, agrees: bool) -> None:
    assert names_agree(name, PROJECTS[0]) is agrees
