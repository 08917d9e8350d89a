"""All flows together, as the composition root makes them and handlers are given them."""

from dataclasses import dataclass

from sync.asana_flows import AsanaFlows
from sync.budgets import Budgets
from sync.channels import Channels
from sync.connect import Connect
from sync.form_drafts import FormDrafts
from sync.harvest_import import HarvestImport
from sync.inbox import Inbox
from sync.locks import Locks
from sync.managers import Managers
from sync.notices import Notices
from sync.outbox import Outbox
from sync.overages import Overages
from sync.people import People
from sync.ports import Clock
from sync.roster import Rosters
from sync.settlement import Settlement
from sync.status import Status
from sync.targets import Targets
from sync.time_entries import TimeEntries
from sync.timers import Timers
from sync.turns import Turns
from sync.unlock_requests import UnlockRequests
from sync.why import Why


@dataclass(frozen=True, repr=False)
class Flows:
    """Without a repr: flows hold each other, so it would be millions of lines, and asyncio shows results of tasks."""

    clock: Clock
    inbox: Inbox
    outbox: Outbox
    notices: Notices
    people: People
    targets: Targets
    entries: TimeEntries
    timers: Timers
    drafts: FormDrafts
    channels: Channels
    status: Status
    connect: Connect
    imports: HarvestImport
    managers: Managers
    locks: Locks
    requests: UnlockRequests
    budgets: Budgets
    overages: Overages
    roster: Rosters
    turns: Turns
    why: Why
    settlement: Settlement
    asana: AsanaFlows
