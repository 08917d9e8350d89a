"""Asana's side of Gleaner, as the composition root makes it and handlers are given it."""

from dataclasses import dataclass

from sync.asana_tasks import AsanaTasks


@dataclass(frozen=True)
class AsanaFlows:
    tasks: AsanaTasks
