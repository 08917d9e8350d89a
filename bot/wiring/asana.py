"""Builds Asana's flows."""

from dataclasses import dataclass
from datetime import datetime, time

from bot.settings import Settings
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
from sync.asana.task_links import AsanaTaskLinks
from sync.budget.locks import Locks
from sync.clients.asana.events import delivered
from sync.engine.inbox import Inbox
from sync.engine.tenant import Tenant
from sync.engine.vault import Vault
from sync.harvest.access import HarvestAccess
from sync.harvest.import_job import HarvestImport
from sync.people.people import People
from sync.people.permissions import Managers
from sync.ports.asana import Asana, AsanaConnection
from sync.ports.engine import Jobs


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
    writing: Tenant
    """Of what is being done just now, in whichever process."""


def build_asana(settings: Settings, tenant: Tenant, jobs: Jobs, asana: Asana | None, beside: Neighbours) -> AsanaFlows:
    zone, day = settings.agency_zone, settings.go_live
    rules = AsanaRules(datetime.combine(day, time(), zone) if day else None, zone)
    people = AsanaPeople(tenant, beside.people, zone)
    outage = AsanaOutage(tenant)
    booking = AsanaBooking(beside.writing, beside.locks, rules)
    reading = AsanaReading(tenant, people)
    offers = TimerOffers(tenant, rules)
    access = AsanaAccess(tenant)
    connection = AsanaConnection(asana)
    tasks = AsanaTasks(beside.writing, connection, jobs, reading, booking, offers, outage, access)
    projects = AsanaProjects(tenant, tasks, connection, access)
    sweep = AsanaSweep(tenant, tasks, connection, access)
    native = AsanaTime(tenant, tasks, connection, access, rules)
    events = AsanaEvents(tenant, tasks, connection, access, beside.writing, projects, sweep)
    hooks = AsanaWebhooks(
        tenant, beside.vault, beside.inbox, tasks, connection, projects, settings.public_url, delivered
    )
    mapping = AsanaMapping(tenant, beside.managers, jobs)
    mends = AsanaMends(tenant, beside.locks)
    retries = AsanaRetries(tenant, jobs, tasks, beside.locks)
    return AsanaFlows(
        tasks=tasks,
        board=AsanaBoard(tenant, beside.managers, is_connected=asana is not None),
        projects=projects,
        mapping=mapping,
        files=MappingFiles(tenant),
        creation=ProjectCreation(tenant, beside.access, beside.imports, mapping),
        decisions=AsanaDecisions(tenant, beside.managers, people, tasks, connection, jobs, reading, rules, mends),
        webhooks=hooks,
        events=events,
        sweep=sweep,
        time=native,
        rounds=AsanaRounds(tenant, tasks, connection, projects, hooks, events, sweep, native, retries, outage),
        reports=AsanaReports(tenant),
        backfill=AsanaBackfill(tenant, tasks, connection, projects, sweep),
        links=AsanaTaskLinks(tenant, connection, reading, rules),
        offers=offers,
    )
