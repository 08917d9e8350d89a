"""What the audit finds before go-live, project by project and of the account as a whole."""

from dataclasses import replace
from typing import Any

import pytest

from store.asana.records.api import AsanaProject, Field, FieldKind
from store.harvest.records import Project
from sync.rules.asana.project_audit import ProjectFault, RedFlag, audit, generic_projects, is_generic, red_flags

SITE = AsanaProject(
    "900",
    "Acme site",
    is_archived=False,
    url=None,
    team=None,
    owner_email=None,
    is_from_template=False,
    modified_at=None,
)
HOURS = Field("500", "Billable Hours", FieldKind.NUMBER, 2, "none", (), is_formula=False)


def harvest(number: int = 1, name: str = "Site", client: str = "Acme", **changes: Any) -> Project:
    synced = Project(
        number, sum(map(ord, client)), client, name, f"{client}-{number}", is_active=True, is_billable=True
    )
    return replace(synced, **changes)


@pytest.mark.parametrize(
    ("project", "fields", "mapped", "faults"),
    [
        (SITE, [HOURS], harvest(), []),
        (SITE, [HOURS], None, [ProjectFault.UNMAPPED]),
        (SITE, None, harvest(), []),  # fields that could not be read are not missing
        (SITE, [], harvest(), [ProjectFault.NO_HOURS_FIELD]),
        (SITE, [replace(HOURS, name="Billed hours")], harvest(), [ProjectFault.NO_HOURS_FIELD]),
        (SITE, [replace(HOURS, name="billable  hours")], harvest(), []),
        (SITE, [replace(HOURS, kind=FieldKind.OTHER)], harvest(), [ProjectFault.UNFIT_HOURS_FIELD]),
        (SITE, [replace(HOURS, is_formula=True)], harvest(), [ProjectFault.UNFIT_HOURS_FIELD]),
        (SITE, [replace(HOURS, format="duration")], harvest(), [ProjectFault.UNFIT_HOURS_FIELD]),
        (SITE, [replace(HOURS, is_formula=True), HOURS], harvest(), []),
        (SITE, [HOURS], harvest(name="Print"), [ProjectFault.INCONSISTENT_NAME]),
        (SITE, [HOURS], harvest(is_active=False), [ProjectFault.HARVEST_ARCHIVED]),
        (replace(SITE, name="Site"), [HOURS], harvest(client=" "), [ProjectFault.NO_CLIENT]),
        (replace(SITE, name="Copy of Acme site"), [HOURS], None, [ProjectFault.UNMAPPED, ProjectFault.COPY]),
        (
            replace(SITE, name="New project"),
            [],
            None,
            [ProjectFault.UNMAPPED, ProjectFault.GENERIC_NAME, ProjectFault.NO_HOURS_FIELD],
        ),
        (
            replace(SITE, name="Test"),
            [HOURS],
            harvest(is_active=False),
            [ProjectFault.GENERIC_NAME, ProjectFault.INCONSISTENT_NAME, ProjectFault.HARVEST_ARCHIVED],
        ),
        (replace(SITE, name="Template: site"), [], None, [ProjectFault.TEMPLATE]),
        (replace(SITE, is_archived=True), [], None, []),
    ],
)
def test_each_project_lists_what_is_wrong_with_it(
    project: AsanaProject, fields: list[Field] | None, mapped: Project | None, faults: list[ProjectFault]
) -> None:
    found = audit(project, fields, mapped)
    assert (found.project, list(found.faults)) == (project, faults)


@pytest.mark.parametrize(
    ("name", "generic"),
    [
        ("Project", True),
        ("New project", True),
        ("new Project 2", True),
        ("  Untitled ", True),
        ("Untitled project", True),
        ("Test", True),
        ("test 12", True),
        ("[Test]", True),
        ("2026", True),
        ("", True),
        ("???", True),
        ("Test drive campaign", False),
        ("Project Apollo", False),
        ("Acme", False),
    ],
)
def test_generic_names_say_nothing(name: str, *, generic: bool) -> None:
    assert is_generic(name) is generic


DESIGN = [harvest(1, "Design", "Acme"), harvest(2, "design", "Blue"), harvest(3, "Design", "Zed", is_active=False)]


def test_kinds_of_work_as_names_of_several_clients_are_generic() -> None:
    own = [harvest(4, "SEO", "Acme"), harvest(5, "SEO", "Acme"), harvest(6, "Site", "Acme"), harvest(7, "Site", "Blue")]
    assert {name: [one.id for one in found] for name, found in generic_projects([*DESIGN, *own]).items()} == {
        "design": [1, 2]
    }


FIVE = [harvest(number, "Site", client) for number, client in enumerate(["Acme", "Blue", "City", "Delta", "Echo"])]


@pytest.mark.parametrize(
    ("projects", "flags"),
    [
        (FIVE, []),
        (FIVE[:4], [RedFlag.FEW_CLIENTS]),
        ([*FIVE[:3], replace(FIVE[3], is_monthly=True)], []),  # a retainer
        ([*FIVE[:4], replace(FIVE[4], is_active=False)], [RedFlag.FEW_CLIENTS]),
        ([*FIVE[:4], replace(FIVE[4], is_excluded=True)], [RedFlag.FEW_CLIENTS]),
        ([*FIVE, *DESIGN], [RedFlag.GENERIC_PROJECTS]),
        ([replace(one, code="") for one in FIVE[:3]] + FIVE[3:], [RedFlag.NO_CODES]),
        ([replace(one, code="") for one in FIVE[:2]] + FIVE[2:], []),
        ([], [RedFlag.FEW_CLIENTS]),
    ],
)
def test_red_flags_of_an_account(projects: list[Project], flags: list[RedFlag]) -> None:
    assert red_flags(projects) == flags
