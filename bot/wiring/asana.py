"""Builds Asana's flows."""

from dataclasses import dataclass
from datetime import datetime, time

from bot.settings import Settings
from store.database import Store
from sync.asana.backfill import AsanaBackfill
from sync.asana.flows import AsanaFlows
from sync.asana.holds.decisions import AsanaDecisions
from sync.asana.holds.entries import AsanaMends
from sync.asana.holds.queries import AsanaBoard
from sync.asana.holds.retries import AsanaRetries
from sync.asana.intake.event_stream import AsanaEvents
from sync.asana.intake.job import AsanaRounds
from sync.asana.intake.sweep import AsanaSweep
from sync.asana.intake.time_tracking import AsanaTime
from sync.asana.intake.webhooks import AsanaWebhooks
from sync.asana.mapping.files import MappingFiles
from sync.asana.mapping.mapping import AsanaMapping
from sync.asana.mapping.project_crawl import AsanaProjects
from sync.asana.mapping.project_creation import ProjectCreation
from sync.asana.reports import AsanaReports
from sync.asana.task.context import AsanaRules
from sync.asana.task.lost_access import AsanaAccess
from sync.asana.task.outage import AsanaOutage
from sync.asana.task.plan_writer import AsanaBooking
from sync.asana.task.reader import AsanaReading
from sync.asana.task.sync import AsanaTasks
from sync.asana.task.timer_offers import TimerOffers
from sync.asana.task.users import AsanaPeople
from sync.asana.task_links import TaskLinks
from sync.budget.locks import Locks
from sync.engine.inbox import Inbox
from sync.engine.vault import Vault
from sync.harvest.access import HarvestAccess
from sync.harvest.import_job import HarvestImport
from sync.people.people import People
from sync.people.permissions import Managers
from sync.ports.asana import Asana
from sync.ports.engine import Clock, Jobs


@dataclass(frozen=True)
class Neighbours:
    """The flows that Asana's stand on."""

    people: People
    locks: Locks
    managers: Managers
    inbox: Inbox
    vault: Vault
    access: HarvestAccess
    imports: HarvestImport
    writing: Clock
    """Of what is being done just now, in whichever process."""


def build_asana(
    settings: Settings, store: Store, workspace: str, clock: Clock, jobs: Jobs, asana: Asana | None, beside: Neighbours
) -> AsanaFlows:
    zone, day = settings.agency_zone, settings.go_live
    rules = AsanaRules(datetime.combine(day, time(), zone) if day else None, zone)
    people = AsanaPeople(store, workspace, clock, beside.people, zone)
    outage = AsanaOutage(store, workspace, clock)
    booking = AsanaBooking(store, workspace, beside.writing, beside.locks, rules)
    reading = AsanaReading(store, workspace, people)
    offers = TimerOffers(store, workspace, clock, rules)
    access = AsanaAccess(store, workspace, clock)
    tasks = AsanaTasks(store, workspace, asana, beside.writing, jobs, reading, booking, offers, outage, access)
    projects = AsanaProjects(store, workspace, clock, tasks)
    sweep = AsanaSweep(store, workspace, clock, tasks)
    native = AsanaTime(store, workspace, clock, tasks, rules)
    events = AsanaEvents(store, workspace, clock, tasks, projects, sweep)
    hooks = AsanaWebhooks(store, workspace, clock, beside.vault, beside.inbox, tasks, projects, settings.public_url)
    mapping = AsanaMapping(store, workspace, clock, beside.managers, tasks)
    mends = AsanaMends(workspace, clock, beside.locks)
    retries = AsanaRetries(store, workspace, clock, jobs, tasks, beside.locks)
    return AsanaFlows(
        tasks=tasks,
        board=AsanaBoard(store, workspace, beside.managers, is_connected=asana is not None),
        projects=projects,
        mapping=mapping,
        files=MappingFiles(store, workspace, clock),
        creation=ProjectCreation(store, workspace, beside.access, beside.imports, mapping),
        decisions=AsanaDecisions(store, workspace, clock, beside.managers, people, tasks, mends),
        webhooks=hooks,
        events=events,
        sweep=sweep,
        time=native,
        rounds=AsanaRounds(store, workspace, clock, tasks, projects, hooks, events, sweep, native, retries, outage),
        reports=AsanaReports(store, workspace, clock),
        backfill=AsanaBackfill(store, workspace, clock, tasks, projects, sweep),
        links=TaskLinks(store, workspace, tasks, reading, rules),
        offers=offers,
    )
