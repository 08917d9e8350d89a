"""Builds every flow from the settings, the store and the clients."""

from dataclasses import dataclass

from bot.asana import Neighbours, build_asana
from bot.settings import Settings
from store.database import Store
from sync.asana_ports import Asana
from sync.budget_rules import BudgetRules
from sync.budgets import Budgets
from sync.channels import Channels
from sync.connect import Connect
from sync.deletions import Deletions
from sync.directory_import import DirectoryImport
from sync.entry_import import EntryImport
from sync.flows import Flows
from sync.form_drafts import FormDrafts
from sync.harvest_access import HarvestAccess
from sync.harvest_import import HarvestImport
from sync.inbox import Inbox
from sync.locks import Locks
from sync.managers import Managers
from sync.notices import Notices
from sync.outbox import Outbox
from sync.overage_watch import OverageWatch
from sync.overages import Overages
from sync.people import People
from sync.ports import Clock, HarvestFactory, HarvestIdentity, Jobs, Profiles
from sync.roster import Rosters
from sync.rules.lock_policy import parse_policy
from sync.rules.settling import Pace
from sync.settlement import Settlement
from sync.status import Status
from sync.targets import Targets
from sync.time_entries import TimeEntries
from sync.timers import Timers
from sync.turns import Turns
from sync.unlock_requests import UnlockRequests
from sync.vault import Vault
from sync.why import Why


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
