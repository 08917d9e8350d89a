"""Builds every flow from the settings, the store and the clients."""

from dataclasses import dataclass

from bot.settings import Settings
from bot.wiring.asana import Neighbours, build_asana
from store.database import Store
from sync.budget.budgets import Budgets
from sync.budget.locks import Locks
from sync.budget.overage_watch import OverageWatch
from sync.budget.overages import Overages
from sync.budget.policy import BudgetRules
from sync.budget.review import Settlement
from sync.budget.unlock_requests import UnlockRequests
from sync.engine.inbox import Inbox
from sync.engine.leases import Turns
from sync.engine.notices import Notices
from sync.engine.vault import Vault
from sync.flows import Flows
from sync.harvest.access import HarvestAccess
from sync.harvest.connect import Connect
from sync.harvest.deletions import Deletions
from sync.harvest.directory_import import DirectoryImport
from sync.harvest.entry_import import EntryImport
from sync.harvest.import_job import HarvestImport
from sync.people.people import People
from sync.people.permissions import Managers
from sync.people.roster import Rosters
from sync.ports.asana import Asana
from sync.ports.engine import Clock, Jobs
from sync.ports.harvest import HarvestFactory, HarvestIdentity
from sync.ports.slack import Profiles
from sync.rules.budget.lock_policy import parse_policy
from sync.rules.time_entries.retry_pace import Pace
from sync.time_entries.channels import Channels
from sync.time_entries.entries import TimeEntries
from sync.time_entries.form_drafts import FormDrafts
from sync.time_entries.history import Why
from sync.time_entries.outbox import Outbox
from sync.time_entries.status import Status
from sync.time_entries.targets import Targets
from sync.time_entries.timers import Timers


@dataclass(frozen=True)
class Ground:
    """What nearly every flow stands on."""

    settings: Settings
    store: Store
    workspace_id: str
    clock: Clock
    jobs: Jobs
    pace: Pace
    writing: Clock | None = None
    """Of tasks that are booked and entries that go out, where it is not `clock`."""


def build_flows(
    ground: Ground,
    clients: HarvestFactory,
    identity: HarvestIdentity | None,
    profiles: Profiles,
    asana: Asana | None = None,
) -> Flows:
    """`asana` None: not connected, and its flows say so."""
    store, workspace_id, clock, jobs = ground.store, ground.workspace_id, ground.clock, ground.jobs
    settings = ground.settings
    vault = Vault([key.get_secret_value() for key in settings.secret_keys])
    access = _access(ground, clients, identity, vault)
    rules, managers = _rules(settings), Managers(settings.coordinator)
    writing = ground.writing or clock
    outbox = Outbox(store, workspace_id, access, writing, jobs, ground.pace)
    people = People(store, workspace_id, clock, profiles)
    locks = Locks(store, workspace_id, clock, rules, managers, jobs)
    budgets = Budgets(store, workspace_id, clock, rules, managers, locks)
    entries = TimeEntries(store, workspace_id, access, outbox, clock, locks, budgets)
    directory = DirectoryImport(store, workspace_id, access, clock)
    entry_import = EntryImport(store, workspace_id, access, clock, Deletions(store, workspace_id, clock, jobs))
    inbox = Inbox(store, workspace_id, clock, jobs)
    imports = HarvestImport(store, workspace_id, directory, entry_import, clock)
    beside = Neighbours(people, locks, managers, inbox, vault, access, imports, writing)
    asana_flows = build_asana(settings, store, workspace_id, clock, jobs, asana, beside)
    account_id, url = settings.harvest_account_id, settings.public_url
    return Flows(
        clock=clock,
        inbox=inbox,
        outbox=outbox,
        notices=Notices(store, workspace_id, clock, jobs, ground.pace),
        people=people,
        targets=Targets(store, workspace_id, asana_flows.links),
        entries=entries,
        timers=Timers(store, workspace_id, access, outbox, entries, clock),
        drafts=FormDrafts(store, workspace_id, clock),
        channels=Channels(store, workspace_id, clock),
        status=Status(store, workspace_id),
        connect=Connect(store, workspace_id, clock, vault, identity, clients, people, account_id, url),
        imports=imports,
        managers=managers,
        locks=locks,
        requests=UnlockRequests(store, workspace_id, clock, jobs, locks),
        budgets=budgets,
        overages=Overages(store, workspace_id, clock, locks, entries),
        roster=Rosters(store, workspace_id, clock, managers),
        turns=Turns(store, workspace_id, clock),
        why=Why(store, workspace_id, managers),
        settlement=Settlement(store, workspace_id, clock, jobs, rules, locks, OverageWatch(locks)),
        asana=asana_flows,
    )


def _access(ground: Ground, clients: HarvestFactory, identity: HarvestIdentity | None, vault: Vault) -> HarvestAccess:
    return HarvestAccess(
        store=ground.store,
        workspace_id=ground.workspace_id,
        clock=ground.clock,
        clients=clients,
        account_id=ground.settings.harvest_account_id,
        account_token=ground.settings.harvest_access_token.get_secret_value(),
        vault=vault,
        identity=identity,
        writes_on_behalf=ground.settings.harvest_write_on_behalf,
    )


def _rules(settings: Settings) -> BudgetRules:
    return BudgetRules(
        bands=settings.budget_bands,
        policy=parse_policy(settings.lock_policy),
        timezone=settings.agency_zone,
        hides_hours=settings.budget_visibility == "harvest",
    )
