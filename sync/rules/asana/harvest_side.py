"""How the Harvest project of a mapped Asana project was last seen, and which differences from then are reported."""

import json
from dataclasses import asdict, dataclass

from store.harvest.records import Project


@dataclass(frozen=True, slots=True)
class HarvestSide:
    """A project that Harvest does not show is inactive and has no name."""

    project_id: int
    is_active: bool
    name: str

    @classmethod
    def of(cls, project_id: int, project: Project | None) -> "HarvestSide":
        return cls(project_id, project is not None and project.is_active, project.name if project else "")

    def is_renamed(self, before: "HarvestSide") -> bool:
        """Not where the mapping leads to another project now, or the project is gone with its name."""
        return self.project_id == before.project_id and self.name not in {"", before.name}

    def is_archived(self, before: "HarvestSide | None") -> bool:
        """`before` None: seen for the first time, so it is news that it is archived."""
        return not self.is_active and (before is None or before.is_active)

    def write(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, kept: str) -> "HarvestSide":
        """What `write` wrote, or the text `5|open|Name` of Gleaner 0.1."""
        if kept.startswith("{"):
            return cls(**json.loads(kept))
        project_id, state, name = kept.split("|", 2)
        return cls(int(project_id), is_active=state == "open", name=name)
