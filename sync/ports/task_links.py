"""The address of a task outside, as a time entry refers to it, and what finds the Harvest project and task it means."""

import re
from dataclasses import dataclass
from typing import Protocol

from store.harvest.records import Project, Task

_GIDS = re.compile(r"[0-9]{1,64}")


@dataclass(frozen=True, slots=True)
class TaskReference:
    """The Asana task that an entry is of (contract, section 6)."""

    task_gid: str
    project_gid: str
    url: str
    name: str

    def write(self) -> str:
        """For a form that keeps it until it is sent; the name is not needed any more by then."""
        return f"{self.task_gid}:{self.project_gid}"

    @classmethod
    def read(cls, written: str) -> "TaskReference | None":
        """What `write` wrote; None for anything else."""
        task, _, project = written.partition(":")
        if not (_GIDS.fullmatch(task) and _GIDS.fullmatch(project)):
            return None
        return cls(task, project, f"https://app.asana.com/0/{project}/{task}", "")


@dataclass(frozen=True, slots=True)
class LinkedTask:
    """`task` None: the mapping names none, so the person chooses."""

    project: Project
    task: Task | None
    reference: TaskReference


class TaskLinks(Protocol):
    async def find(self, target: str) -> LinkedTask | None:
        """None if the target is no address of a task. Raises Refused, saying what mends it."""
