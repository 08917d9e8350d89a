"""Builds every flow from the settings, the store and the clients."""

from dataclasses import dataclass

from bot.settings import Settings
from bot.wiring.asana import AsanaDeps, build_asana
from sync.budget.budgets import Budgets
from sync.budget.flows import BudgetFlows
from sync.budget.locks import Locks
from sync.budget.overage_watch import OverageWatch
from sync.budget.overages import Overages
from sync.budget.policy import BudgetRules
from sync.budget.review import BudgetReview
from sync.budget.unlock_requests import UnlockRequests
from sync.engine.inbox import Inbox
from sync.engine.leases import JobLeases
from sync.engine.notices import Notices
from sync.engine.tenant import Tenant
from sync.engine.vault import Vault
from sync.flows import Flows
from sync.harvest.access import HarvestAccess
from sync.harvest.connect import Connect
from sync.harvest.deletion_question import DeletionQuestion
from sync.harvest.deletions import Deletions
from sync.harvest.directory_import import DirectoryImport
from sync.harvest.entry_import import EntryImport
from sync.harvest.entry_reading import EntryReading
from sync.harvest.import_job import HarvestImport
from sync.harvest.rates_import import RatesImport
from sync.people.people import People
from sync.people.permissions import Managers
from sync.people.roster import Rosters
from sync.ports.asana import Asana
from sync.ports.engine import Clock, Jobs
from sync.ports.harvest import HarvestFactory, HarvestIdentity
from sync.ports.slack import Profiles
from sync.rounds import Rounds
from sync.rules.budget.lock_policy import parse_policy
from sync.rules.time_entries.retry_pace import Pace
from sync.time_entries.channels import Channels
from sync.time_entries.entries import TimeEntries
from sync.time_entries.form_drafts import FormDrafts
from sync.time_entries.history import EntryHistories
from sync.time_entries.in_harvest import InHarvest
from sync.time_entries.menders import Menders
from sync.time_entries.outbox import build_outbox
from sync.time_entries.status import PersonStatuses
from sync.time_entries.targets import Targets
from sync.time_entries.timers import Timers


@dataclass(frozen=True)
class FlowDeps:
    """What nearly every flow stands on."""

    settings: Settings
    tenant: Tenant
    jobs: Jobs
    pace: Pace
    writing: Clock | None = None
    """Of tasks that are booked and entries that go out, where it is not the tenant's."""


def build_flows(
    deps: FlowDeps,
    clients: HarvestFactory,
    identity: HarvestIdentity | None,
    profiles: Profiles,
    asana: Asana | None = None,
) -> Flows:
    """`asana` None: not connected, and its flows say so."""
    settings, tenant, jobs = deps.settings, deps.tenant, deps.jobs
    vault = Vault([key.get_secret_value() for key in settings.secret_keys])
    access = _access(deps, clients, identity, vault)
    rules, managers = _rules(settings), Managers(settings.coordinator)
    writing = tenant.at(deps.writing) if deps.writing else tenant
    outbox = build_outbox(writing, access, jobs, deps.pace, Menders(managers))
    people = People(tenant, profiles)
    locks = Locks(tenant, rules, managers, jobs)
    budgets = Budgets(tenant, rules, managers, locks)
    entries = TimeEntries(tenant, InHarvest(tenant, access), outbox, locks, budgets)
    directory = DirectoryImport(tenant, access)
    reading = EntryReading(tenant)
    deletions = Deletions(tenant, reading, DeletionQuestion(tenant, jobs))
    entry_import = EntryImport(tenant, access, reading, deletions)
    inbox = Inbox(tenant, jobs)
    imports = HarvestImport(tenant, directory, entry_import, RatesImport(tenant, access))
    asana_deps = AsanaDeps(people, locks, managers, inbox, vault, access, imports, writing)
    asana_flows = build_asana(settings, tenant, jobs, asana, asana_deps)
    budget = BudgetFlows(
        budgets=budgets,
        locks=locks,
        requests=UnlockRequests(tenant, jobs, locks),
        overages=Overages(tenant, locks, entries),
        review=BudgetReview(tenant, jobs, rules, locks, OverageWatch(locks)),
    )
    account_id, url = settings.harvest_account_id, settings.public_url
    return Flows(
        clock=tenant.clock,
        inbox=inbox,
        outbox=outbox,
        notices=Notices(tenant, jobs, deps.pace),
        people=people,
        targets=Targets(tenant, asana_flows.links),
        entries=entries,
        timers=Timers(tenant, access, outbox, entries),
        drafts=FormDrafts(tenant),
        channels=Channels(tenant),
        status=PersonStatuses(tenant, vault, entries.in_harvest),
        connect=Connect(tenant, vault, identity, clients, people, account_id, url),
        imports=imports,
        managers=managers,
        roster=Rosters(tenant, managers),
        job_leases=JobLeases(tenant),
        why=EntryHistories(tenant, managers),
        budget=budget,
        asana=asana_flows,
        rounds=Rounds(inbox, outbox, imports, budget.review, asana_flows),
    )


def _access(deps: FlowDeps, clients: HarvestFactory, identity: HarvestIdentity | None, vault: Vault) -> HarvestAccess:
    return HarvestAccess(
        tenant=deps.tenant,
        clients=clients,
        account_id=deps.settings.harvest_account_id,
        account_token=deps.settings.harvest_access_token.get_secret_value(),
        vault=vault,
        identity=identity,
        writes_on_behalf=deps.settings.harvest_write_on_behalf,
    )


def _rules(settings: Settings) -> BudgetRules:
    return BudgetRules(
        bands=settings.budget_bands,
        policy=parse_policy(settings.lock_policy),
        timezone=settings.agency_zone,
        hides_hours=settings.budget_visibility == "harvest",
    )
