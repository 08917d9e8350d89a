"""Builds Asana's flows."""

from dataclasses import dataclass
from datetime import datetime, time

from bot.settings import Settings
from store.database import Store
from sync.asana_access import AsanaAccess
from sync.asana_backfill import AsanaBackfill
from sync.asana_board import AsanaBoard
from sync.asana_booking import AsanaBooking
from sync.asana_decisions import AsanaDecisions
from sync.asana_desk import AsanaRules
from sync.asana_events import AsanaEvents
from sync.asana_flows import AsanaFlows
from sync.asana_mends import AsanaMends
from sync.asana_outage import AsanaOutage
from sync.asana_people import AsanaPeople
from sync.asana_ports import Asana
from sync.asana_projects import AsanaProjects
from sync.asana_reading import AsanaReading
from sync.asana_reports import AsanaReports
from sync.asana_retries import AsanaRetries
from sync.asana_rounds import AsanaRounds
from sync.asana_sweep import AsanaSweep
from sync.asana_tasks import AsanaTasks
from sync.asana_time import AsanaTime
from sync.asana_webhooks import AsanaWebhooks
from sync.harvest_access import HarvestAccess
from sync.harvest_import import HarvestImport
from sync.inbox import Inbox
from sync.locks import Locks
from sync.managers import Managers
from sync.mapping import AsanaMapping
from sync.mapping_files import MappingFiles
from sync.people import People
from sync.ports import Clock, Jobs
from sync.project_creation import ProjectCreation
from sync.task_links import TaskLinks
from sync.timer_offers import TimerOffers
from sync.vault import Vault


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
