"""Asana's side of Gleaner, as the composition root makes it and handlers are given it."""

from dataclasses import dataclass

from sync.asana_backfill import AsanaBackfill
from sync.asana_board import AsanaBoard
from sync.asana_decisions import AsanaDecisions
from sync.asana_events import AsanaEvents
from sync.asana_projects import AsanaProjects
from sync.asana_reports import AsanaReports
from sync.asana_rounds import AsanaRounds
from sync.asana_sweep import AsanaSweep
from sync.asana_tasks import AsanaTasks
from sync.asana_time import AsanaTime
from sync.asana_webhooks import AsanaWebhooks
from sync.mapping import AsanaMapping
from sync.mapping_files import MappingFiles
from sync.project_creation import ProjectCreation
from sync.task_links import TaskLinks
from sync.timer_offers import TimerOffers


@dataclass(frozen=True, repr=False)
class AsanaFlows:
    tasks: AsanaTasks
    board: AsanaBoard
    projects: AsanaProjects
    mapping: AsanaMapping
    files: MappingFiles
    creation: ProjectCreation
    decisions: AsanaDecisions
    webhooks: AsanaWebhooks
    events: AsanaEvents
    sweep: AsanaSweep
    time: AsanaTime
    rounds: AsanaRounds
    reports: AsanaReports
    backfill: AsanaBackfill
    links: TaskLinks
    offers: TimerOffers

    @property
    def is_connected(self) -> bool:
        return self.tasks.asana is not None
