"""Asana's projects and hours that wait, as the views get them."""

from dataclasses import replace
from typing import Any

from store.asana.records.api import AsanaProject
from store.asana.records.state import (
    Choice,
    ChoiceKind,
    Hold,
    HoldKind,
    HoldState,
    KnownProject,
    ProjectMapping,
    Source,
    WhoseHours,
)
from store.harvest.records import Project
from store.units import Hours
from sync.asana.holds.queries import AsanaStanding, PendingHours, Waiting
from sync.asana.mapping.mapping import Mapped, Proposed
from sync.rules.asana.project_match import Proposal, Reason
from tests.views.entry_samples import NOW, WEBSITE

URL = "https://app.asana.com/1/7/project/14/task/20"
KEY = "6f1d7a52-0000-4000-8000-0000000000bb"
MAPPING = ProjectMapping(
    "14",
    WEBSITE.id,
    7,
    None,
    Source.FIELD,
    WhoseHours.TYPED,
    counts_parents=False,
    ignores_percentage=False,
    linked_by="U0OWEN",
    linked_at=NOW,
)


NO_ASANA = AsanaStanding(is_connected=False, heard_at=None, linked=0, unmapped=0, holds=0, held=Hours(0))


def known(name: str = "Website relaunch", gid: str = "14", **changes: Any) -> KnownProject:
    url = f"https://app.asana.com/0/{gid}"
    project = AsanaProject(
        gid, name, is_archived=False, url=url, team=None, owner_email=None, is_from_template=False, modified_at=None
    )
    return replace(
        KnownProject(project, "7", "h", None, None, (), is_ignored=False, sync=None, swept_at=None), **changes
    )


def line(number: int = 1, **changes: Any) -> PendingHours:
    return replace(PendingHours(f"Homepage copy {number}", URL, "Ada Park", Hours(150)), **changes)


def hold(kind: HoldKind, **changes: Any) -> Hold:
    plain = Hold(
        key=KEY,
        kind=kind,
        project_gid="14",
        task_gid="20",
        parts=(),
        user_gid="3",
        hours=Hours(150),
        day=None,
        words="",
        opened_at=NOW,
    )
    return replace(plain, **changes)


def waiting(kind: HoldKind = HoldKind.UNMAPPED, lines: int = 1, **changes: Any) -> Waiting:
    of = {name: changes.pop(name) for name in ("state", "decided_by", "words", "hours", "parts") if name in changes}
    plain = Waiting(
        hold=hold(kind, **of),
        lines=[line(number) for number in range(1, lines + 1)],
        others=[hold(kind, key=f"{KEY[:-2]}{number:02d}") for number in range(2, lines + 1)],
        project=known(),
        mapping=None if kind is HoldKind.UNMAPPED else MAPPING,
        harvest=None if kind is HoldKind.UNMAPPED else WEBSITE,
    )
    return replace(plain, **changes)


def decided(kind: HoldKind, state: HoldState, by: str | None = "U0OWEN", **changes: Any) -> Waiting:
    return waiting(kind, state=state, decided_by=by, **changes)


def found(count: int = 1, **changes: Any) -> list[tuple[Proposal, Project]]:
    reasons = list(Reason)
    projects = [replace(WEBSITE, id=number, code=f"ACME-{number}", **changes) for number in range(1, count + 1)]
    return [(Proposal("14", one.id, 95, reasons[place % 3]), one) for place, one in enumerate(projects)]


def proposed(count: int = 1, *, name: str = "Website relaunch", held: int = 0, is_certain: bool = False) -> Proposed:
    return Proposed(known(name), found(count), is_certain, [hold(HoldKind.UNMAPPED)] * held)


def mapped(number: int = 1, *, is_linked: bool = True, held: int = 0, **changes: Any) -> Mapped:
    project = known(f"Project {number}", str(number))
    mapping = replace(MAPPING, project_gid=str(number)) if is_linked else None
    plain = Mapped(project, mapping, WEBSITE if is_linked else None, held, Hours(150 * held))
    return replace(plain, **changes)


def choices(count: int) -> list[Choice]:
    sections = [Choice("14", str(number), ChoiceKind.SECTION, f"Section {number}", None) for number in range(count)]
    return [*sections[:-1], Choice("14", "o1", ChoiceKind.OPTION, "Design", "Kind of work")] if count else []
