"""All flows together, as the composition root makes them and handlers are given them."""

from dataclasses import dataclass

from sync.asana.flows import AsanaFlows
from sync.budget.flows import BudgetFlows
from sync.engine.inbox import Inbox
from sync.engine.leases import JobLeases
from sync.engine.notices import Notices
from sync.harvest.connect import Connect
from sync.harvest.import_job import HarvestImport
from sync.people.people import People
from sync.people.permissions import Managers
from sync.people.roster import Rosters
from sync.ports.engine import Clock
from sync.rounds import Rounds
from sync.time_entries.channels import Channels
from sync.time_entries.entries import TimeEntries
from sync.time_entries.form_drafts import FormDrafts
from sync.time_entries.history import EntryHistories
from sync.time_entries.outbox import Outbox
from sync.time_entries.refused_hours import RefusedHours
from sync.time_entries.status import PersonStatuses
from sync.time_entries.targets import Targets
from sync.time_entries.timers import Timers


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
    refused: RefusedHours
    drafts: FormDrafts
    channels: Channels
    status: PersonStatuses
    connect: Connect
    imports: HarvestImport
    managers: Managers
    roster: Rosters
    job_leases: JobLeases
    why: EntryHistories
    budget: BudgetFlows
    asana: AsanaFlows
    rounds: Rounds
