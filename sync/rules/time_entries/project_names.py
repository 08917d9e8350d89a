"""What projects can be called, so that each has a name that means it alone though others share its code (ruling 22)."""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.harvest.records import Project
from sync.rules.text.slack import as_command
from sync.rules.text.words import fold

Names = Mapping[str, Sequence[Project]]
"""By a name as it is compared: the active projects of that name, else the archived ones."""


@dataclass(frozen=True, slots=True)
class ProjectNames:
    """`tiers`: codes, names, longer names where those do not tell, ids; an earlier tier wins."""

    tiers: Sequence[Names]
    twins: Sequence[Project]
    """Those whose code, or name where they have none, does not mean them alone."""

    @classmethod
    def of(cls, projects: Sequence[Project]) -> "ProjectNames":
        short = (_index((one.code, one) for one in projects), _index((one.name, one) for one in projects))
        twins = [one for one in projects if not _is_alone(one, _first(short, one.code or one.name))]
        longer = _index((name, one) for one in twins for name in _longer(one))
        by_id = {_by_id(one).casefold(): [one] for one in projects}
        return cls((*short, longer, by_id), twins)

    def find(self, typed: str) -> Sequence[Project]:
        """Several: whose is meant must be asked."""
        return _first(self.tiers, typed)

    def called(self, project: Project) -> str:
        """Typed in a command, this means that project: its code, else its name, else with its client."""
        candidates = (name for name in (project.code or project.name, *_longer(project)) if _can_be_typed(name))
        return next((name for name in candidates if _is_alone(project, self.find(name))), _by_id(project))

    def codes(self) -> frozenset[str]:
        """Every code, and what to type for one of those that share one."""
        plain = {same.code for named in self.tiers[0].values() for same in named}
        return frozenset(plain | {self.called(one) for one in self.twins if one.code})

    def codes_and_names(self) -> frozenset[str]:
        plain = {said for named in self.tiers[1].values() for one in named for said in (one.code, one.name) if said}
        return self.codes() | plain | {self.called(one) for one in self.twins}


def _first(tiers: Iterable[Names], typed: str) -> Sequence[Project]:
    wanted = _key(typed)
    return next((tier[wanted] for tier in tiers if wanted in tier), ())


def _is_alone(project: Project, found: Sequence[Project]) -> bool:
    return [one.id for one in found] == [project.id]


def _longer(project: Project) -> tuple[str, ...]:
    """From short to long."""
    short = project.code or project.name
    with_name = (f"{project.code} {project.name}", f"{project.client_name} {project.code} {project.name}")
    return (f"{project.client_name} {short}", *(with_name if project.code else ()))


def _by_id(project: Project) -> str:
    """Of the shape of a key, so that it is a target wherever it stands."""
    return f"PROJECT-{project.id}"


def _can_be_typed(name: str) -> bool:
    """Whether what is copied from between backticks is the name itself."""
    return html.unescape(as_command(name)) == name and "`" not in name


def _index(named: Iterable[tuple[str, Project]]) -> Names:
    found: dict[str, list[Project]] = {}
    for name, project in named:
        if key := _key(name):
            found.setdefault(key, []).append(project)
    return {key: [one for one in same if one.is_active] or same for key, same in found.items()}


def _key(name: str) -> str:
    return " ".join(fold(name).split())
