"""What is wrong with projects before go-live: in Asana, in Harvest, and between them (S1-23, S1-25, S1-51, S1-55)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.utils import default_process

from store.asana.records.api import AsanaProject, Field, FieldKind
from store.harvest.records import Project
from sync.rules.asana.billable_hours import HOURS_FIELD
from sync.rules.asana.billable_share import PLAIN_FORMATS
from sync.rules.asana.field_names import is_called
from sync.rules.asana.project_match import Origin, names_agree, origin

FEWEST_CLIENTS = 5
"""Active clients, below which without a retainer the synchronization is hardly worth its keep (S1-51)."""

_GENERIC = frozenset(
    {
        "project",
        "new project",
        "my project",
        "untitled",
        "untitled project",
        "unnamed",
        "test",
        "test project",
        "testing",
        "demo",
        "sample",
        "sandbox",
        "misc",
        "miscellaneous",
        "general",
        "other",
        "various",
        "tasks",
        "to do",
        "todo",
        "work",
        "client",
        "client project",
    }
)
_SERVICES = frozenset(
    {
        "admin",
        "branding",
        "consulting",
        "content",
        "copywriting",
        "creative",
        "design",
        "development",
        "hosting",
        "maintenance",
        "marketing",
        "meetings",
        "ppc",
        "project management",
        "retainer",
        "seo",
        "social media",
        "strategy",
        "support",
    }
)
"""Kinds of work: as a project's whole name they say nothing of whose or what it is."""
_COUNTER = re.compile(r"\s+\d+$")


class ProjectFault(StrEnum):
    """What is wrong with one Asana project."""

    UNMAPPED = "unmapped"
    COPY = "copy"
    TEMPLATE = "template"
    GENERIC_NAME = "generic_name"
    INCONSISTENT_NAME = "inconsistent_name"
    """Its Harvest project is called otherwise."""
    HARVEST_ARCHIVED = "harvest_archived"
    """Its Harvest project takes no hours any more (S1-35)."""
    NO_CLIENT = "no_client"
    NO_HOURS_FIELD = "no_hours_field"
    UNFIT_HOURS_FIELD = "unfit_hours_field"
    """It is called so and is no plain number that people can type."""


class RedFlag(StrEnum):
    """What speaks against the account as a whole (S1-51)."""

    GENERIC_PROJECTS = "generic_projects"
    NO_CODES = "no_codes"
    """Fewer than half of the active Harvest projects have a code, so there is no naming convention to lean on."""
    FEW_CLIENTS = "few_clients"


@dataclass(frozen=True, slots=True)
class Audit:
    project: AsanaProject
    faults: tuple[ProjectFault, ...]


def audit(project: AsanaProject, fields: Sequence[Field] | None, mapped: Project | None) -> Audit:
    """Of one Asana project. `fields` None: they could not be read, and nothing is said of them.

    Archived projects and templates are not asked to be ready.
    """
    made_from = origin(project.name)
    if project.is_archived:
        return Audit(project, ())
    if made_from is Origin.TEMPLATE:
        return Audit(project, (ProjectFault.TEMPLATE,))
    faults = {
        ProjectFault.UNMAPPED: mapped is None,
        ProjectFault.COPY: made_from is Origin.COPY,
        ProjectFault.GENERIC_NAME: is_generic(project.name),
        ProjectFault.INCONSISTENT_NAME: mapped is not None and not names_agree(project.name, mapped),
        ProjectFault.HARVEST_ARCHIVED: mapped is not None and not mapped.is_active,
        ProjectFault.NO_CLIENT: mapped is not None and not mapped.client_name.strip(),
    }
    found = [fault for fault, is_so in faults.items() if is_so]
    return Audit(project, (*found, *_of_field(fields)))


def is_generic(name: str) -> bool:
    """`Project`, `New project 2`, `Untitled`, `Test`: a name that says nothing."""
    plain = _COUNTER.sub("", default_process(name))
    return not plain or plain.isdecimal() or plain in _GENERIC


def generic_projects(projects: Iterable[Project]) -> dict[str, list[Project]]:
    """Active Harvest projects named for nothing but a kind of work ("Design"), where several clients have such a one.

    By that name, in small letters.
    """
    alike: dict[str, list[Project]] = defaultdict(list)
    for project in projects:
        name = default_process(project.name)
        if project.is_active and (name in _SERVICES or is_generic(name)):
            alike[name].append(project)
    return {name: found for name, found in alike.items() if len({one.client_id for one in found}) > 1}


def red_flags(projects: Sequence[Project]) -> list[RedFlag]:
    """Of all Harvest projects. A budget that begins anew each month counts as a retainer (S1-47)."""
    active = [project for project in projects if project.is_active and not project.is_excluded]
    has_retainer = any(project.is_monthly for project in active)
    clients = {project.client_id for project in active}
    flags = {
        RedFlag.GENERIC_PROJECTS: bool(generic_projects(active)),
        RedFlag.NO_CODES: sum(bool(project.code) for project in active) * 2 < len(active),
        RedFlag.FEW_CLIENTS: len(clients) < FEWEST_CLIENTS and not has_retainer,
    }
    return [flag for flag, is_so in flags.items() if is_so]


def _of_field(fields: Sequence[Field] | None) -> tuple[ProjectFault, ...]:
    """By its name (S1-25)."""
    if fields is None:
        return ()
    called_so = [field for field in fields if is_called(field.name, HOURS_FIELD)]
    if not called_so:
        return (ProjectFault.NO_HOURS_FIELD,)
    return () if any(_is_plain_number(field) for field in called_so) else (ProjectFault.UNFIT_HOURS_FIELD,)


def _is_plain_number(field: Field) -> bool:
    return field.kind is FieldKind.NUMBER and not field.is_formula and field.format in PLAIN_FORMATS
