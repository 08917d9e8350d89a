"""Builds Asana's flows."""

from dataclasses import dataclass
from datetime import datetime, time

from bot.settings import Settings
from sync.asana.backfill import AsanaBackfill
from sync.asana.flows import AsanaFlows
from sync.asana.holds.decisions import AsanaDecisions
from sync.asana.holds.entries import HoldEntries
from sync.asana.holds.queries import HoldQueries
from sync.asana.holds.retries import AsanaRetries
from sync.asana.intake.event_stream import EventStreams
from sync.asana.intake.job import AsanaJob
from sync.asana.intake.sweep import TaskSweep
from sync.asana.intake.time_tracking import TimeTracking
from sync.asana.intake.unread_time import UnreadTime
from sync.asana.intake.webhooks import AsanaWebhooks
from sync.asana.mapping.files import MappingFiles
from sync.asana.mapping.mapping import AsanaMapping
from sync.asana.mapping.project_creation import ProjectCreation
from sync.asana.mapping.project_sync import ProjectSync
from sync.asana.mapping.project_watch import ProjectWatch
from sync.asana.reports import AsanaReports
from sync.asana.task.context import AsanaRules
from sync.asana.task.lost_access import LostAccess
from sync.asana.task.outage import AsanaOutage
from sync.asana.task.plan_writer import PlanWriter
from sync.asana.task.reader import TaskReader
from sync.asana.task.sync import TaskSync
from sync.asana.task.timer_offers import TimerOffers
from sync.asana.task.users import AsanaUsers
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
class AsanaDeps:
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


def build_asana(settings: Settings, tenant: Tenant, jobs: Jobs, asana: Asana | None, deps: AsanaDeps) -> AsanaFlows:
    zone, day = settings.agency_zone, settings.go_live
    rules = AsanaRules(datetime.combine(day, time(), zone) if day else None, zone)
    people = AsanaUsers(tenant, deps.people, zone)
    outage = AsanaOutage(tenant)
    booking = PlanWriter(deps.writing, deps.locks, rules)
    reading = TaskReader(tenant, people)
    offers = TimerOffers(tenant, rules)
    access = LostAccess(tenant)
    connection = AsanaConnection(asana)
    tasks = TaskSync(deps.writing, connection, jobs, reading, booking, offers, outage, access)
    projects = ProjectSync(tenant, tasks, connection, access)
    watch = ProjectWatch(tenant, connection, projects)
    sweep = TaskSweep(tenant, tasks, connection, access)
    native = TimeTracking(tenant, tasks, connection, access, rules)
    unread = UnreadTime(tenant, tasks, connection, rules)
    events = EventStreams(tenant, tasks, connection, access, deps.writing, projects, sweep)
    hooks = AsanaWebhooks(tenant, deps.vault, deps.inbox, tasks, connection, projects, settings.public_url, delivered)
    mapping = AsanaMapping(tenant, deps.managers, jobs)
    fixes = HoldEntries(tenant, deps.locks)
    retries = AsanaRetries(tenant, jobs, tasks, deps.locks)
    return AsanaFlows(
        tasks=tasks,
        board=HoldQueries(tenant, deps.managers, is_connected=asana is not None),
        projects=projects,
        watch=watch,
        mapping=mapping,
        files=MappingFiles(tenant),
        creation=ProjectCreation(tenant, deps.access, deps.imports, mapping),
        decisions=AsanaDecisions(tenant, deps.managers, people, tasks, connection, jobs, reading, rules, fixes),
        webhooks=hooks,
        events=events,
        sweep=sweep,
        time=native,
        rounds=AsanaJob(
            tenant, tasks, connection, projects, watch, hooks, events, sweep, native, unread, retries, outage
        ),
        reports=AsanaReports(tenant),
        backfill=AsanaBackfill(tenant, tasks, connection, projects, sweep),
        links=AsanaTaskLinks(tenant, connection, reading, rules),
        offers=offers,
    )
