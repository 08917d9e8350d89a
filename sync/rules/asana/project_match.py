"""Which Harvest project an Asana project may belong to: proposals for a person to confirm, never a mapping (S1-17).

Projects are kept together by their ids alone (S1-34); names only help to find the pair once.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from store.asana.records.api import AsanaProject
from store.harvest.records import Project

LEAST = 60
"""Scores below are no proposal."""
CERTAIN = 90
"""From here on a proposal may be ticked beforehand, if the next one is `LEAD` points behind."""
LEAD = 10
ALIKE = 85
"""From here on two names say the same."""
_STRANGER = 85
"""Per cent of a name's likeness that count where the client is not named: many clients have a "Website"."""
_NAMED = 90

_COPY = re.compile(
    r"(?:copy|duplicate|clone)\s+of\s+(?P<of>.+)"
    r"|(?P<before>.+?)\s*(?:[-–—:]\s*copy(?:\s*\d+)?|\(\s*(?:copy|duplicate)(?:\s*\d+)?\s*\)|\(\d{1,3}\))",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"\W*template\b\s*(?:[\]\):\-–—|]|$).*|.*[\[(]\s*template\s*[\])].*|.*(?:[-–—|:]\s*|\bproject\s+)template\W*",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?=.*[a-z]).{2,}|\d{4,}", re.IGNORECASE | re.DOTALL)


class Reason(StrEnum):
    """Why a project is proposed, the strongest first."""

    CODE = "code"
    """The Asana project's name holds Harvest's code."""
    CLIENT_AND_NAME = "client_and_name"
    NAME = "name"


class Origin(StrEnum):
    """What an Asana project was made from, by its name: such a one is unmapped until somebody says otherwise."""

    OWN = "own"
    COPY = "copy"
    TEMPLATE = "template"
    """It is one itself, and holds no work."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """`score`: 0 to 100."""

    asana_gid: str
    project_id: int
    score: int
    reason: Reason


def origin(name: str) -> Origin:
    """`Copy of ACME`, `ACME (copy)`, `Duplicate of ACME`, `ACME (2)`; `Template: website`, `[TEMPLATE] Website`."""
    if _TEMPLATE.fullmatch(name.strip()):
        return Origin.TEMPLATE
    return Origin.COPY if _COPY.fullmatch(name.strip()) else Origin.OWN


def original(name: str) -> str:
    """The name without what says that it is a copy, however often it was copied."""
    while found := _COPY.fullmatch(name.strip()):
        name = found["of"] or found["before"]
    return name.strip()


def proposals(asana: AsanaProject, projects: Iterable[Project], limit: int = 3) -> list[Proposal]:
    """The active Harvest projects that fit best, best first; none for a template."""
    if origin(asana.name) is Origin.TEMPLATE:
        return []
    usable = (project for project in projects if project.is_active and not project.is_excluded)
    found = [_judged(asana, project) for project in usable]
    fitting = [proposal for proposal in found if proposal.score >= LEAST]
    return sorted(fitting, key=lambda one: (-one.score, one.reason is not Reason.CODE, one.project_id))[:limit]


def is_certain(asana: AsanaProject, found: Sequence[Proposal]) -> bool:
    """Whether the first of these proposals may be ticked beforehand; that of a copy never."""
    if not found or origin(asana.name) is not Origin.OWN or found[0].score < CERTAIN:
        return False
    return len(found) == 1 or found[0].score - found[1].score >= LEAD


def names_agree(asana_name: str, project: Project) -> bool:
    """Whether the Asana project is known as the Harvest one: by the code in its name, or by what both are called."""
    said = default_process(original(asana_name))
    whole = default_process(f"{project.client_name} {project.name}")
    alike = max(fuzz.ratio(said, default_process(project.name)), fuzz.token_sort_ratio(said, whole))
    return holds_code(asana_name, project.code) or alike >= ALIKE


def holds_code(name: str, code: str) -> bool:
    """Whether the code stands in the name as a word of its own. Bare numbers of less than four digits are no codes."""
    return _code_score(name, code) > 0


def _judged(asana: AsanaProject, project: Project) -> Proposal:
    by_code = _code_score(asana.name, project.code)
    said, name, client = (default_process(text) for text in (original(asana.name), project.name, project.client_name))
    by_name = fuzz.WRatio(said, name)
    around = f"{said} {default_process(asana.team or '')}"
    if client and fuzz.token_set_ratio(client, around) >= _NAMED:
        score = max(fuzz.token_set_ratio(said, f"{client} {name}") if _shares_word(said, name) else 0, by_name)
        by_words, reason = round(score), Reason.CLIENT_AND_NAME
    else:
        by_words, reason = round(by_name * _STRANGER / 100), Reason.NAME
    if by_code >= by_words:
        return Proposal(asana.gid, project.id, by_code, Reason.CODE)
    return Proposal(asana.gid, project.id, by_words, reason)


def _code_score(name: str, code: str) -> int:
    """A code of letters alone may be a word or the client's name, so it counts fully only in its own case."""
    said = code.strip()
    if not _CODE.fullmatch(said):
        return 0
    found = re.search(rf"(?<![^\W_]){re.escape(said)}(?![^\W_])", name, re.IGNORECASE)
    if not found:
        return 0
    return 100 if found[0] == said or not said.isalpha() else ALIKE


def _shares_word(first: str, second: str) -> bool:
    """Else "Acme website" would fit every project of Acme's."""
    return bool(set(first.split()) & set(second.split()))
