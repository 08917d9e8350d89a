"""Asana's side of Gleaner, as the composition root makes it and handlers are given it."""

from dataclasses import dataclass

from sync.asana.backfill import AsanaBackfill
from sync.asana.holds.decisions import AsanaDecisions
from sync.asana.holds.queries import HoldQueries
from sync.asana.intake.event_stream import EventStreams
from sync.asana.intake.job import AsanaJob
from sync.asana.intake.sweep import TaskSweep
from sync.asana.intake.time_tracking import TimeTracking
from sync.asana.intake.webhooks import AsanaWebhooks
from sync.asana.mapping.files import MappingFiles
from sync.asana.mapping.mapping import AsanaMapping
from sync.asana.mapping.project_creation import ProjectCreation
from sync.asana.mapping.project_sync import ProjectSync
from sync.asana.mapping.project_watch import ProjectWatch
from sync.asana.reports import AsanaReports
from sync.asana.task.sync import TaskSync
from sync.asana.task.timer_offers import TimerOffers
from sync.asana.task_links import AsanaTaskLinks


@dataclass(frozen=True, repr=False)
class AsanaFlows:
    tasks: TaskSync
    board: HoldQueries
    projects: ProjectSync
    watch: ProjectWatch
    mapping: AsanaMapping
    files: MappingFiles
    creation: ProjectCreation
    decisions: AsanaDecisions
    webhooks: AsanaWebhooks
    events: EventStreams
    sweep: TaskSweep
    time: TimeTracking
    rounds: AsanaJob
    reports: AsanaReports
    backfill: AsanaBackfill
    links: AsanaTaskLinks
    offers: TimerOffers

    @property
    def is_connected(self) -> bool:
        return self.tasks.asana.is_connected
