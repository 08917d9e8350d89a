"""The flows over the doubles of Harvest and of Asana, with a mapped project, an unmapped one, and two people."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
from cryptography.fernet import Fernet

from bot.engine import NoJobs
from bot.settings import Settings
from bot.wiring.flows import FlowDeps, build_flows
from sandbox.asana.records import Field, Project, Task, User
from sandbox.asana.server import AsanaDouble
from sandbox.asana.state import AsanaState
from sandbox.harvest.records import Entry
from sandbox.harvest.records import User as HarvestPerson
from store.asana.records.state import Hold, HoldState, ProjectMapping, Source, WhoseHours
from sync.asana.flows import AsanaFlows
from sync.clients.asana.client import AsanaClient
from sync.clients.asana.rate_limit import AsanaShare
from sync.clients.limiter import Limiter
from sync.engine.tenant import Tenant
from sync.flows import Flows
from sync.ports.engine import Jobs
from sync.ports.harvest import HarvestFactory
from sync.ports.slack import Profile
from sync.rules.time_entries.retry_pace import Pace

__all__ = ["AsanaWorld", "asana_flows", "fill"]

TOKEN = "asana-token-fake"
ADMIN = "harvest-admin-token-fake"
SECOND = timedelta(seconds=1)
PACE = Pace(look=SECOND, settle=10 * SECOND, retry=SECOND, most=60 * SECOND, lease=30 * SECOND)
BEFORE = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""When projects and tasks were made; go-live is later."""


class Profiles:
    """Slack knows Ada and Tom by their addresses."""

    async def profile(self, slack_id: str) -> Profile:
        return Profile(slack_id, f"{slack_id.lower()}@lumen.example", "Europe/Berlin")

    async def find(self, email: str) -> str | None:
        name = email.partition("@")[0].upper()
        return name if name in {"U1", "U2", "UBOSS"} else None


@dataclass
class AsanaWorld:
    world: Any
    double: AsanaDouble
    flows: Flows
    ada: User
    tom: User
    site: Project
    hours: Field
    section: Any
    task: Task
    tom_in_harvest: HarvestPerson
    workspace: str = "T1"
    answer_seconds: list[float] = field(default_factory=list)
    """How long each webhook waited for its answer."""

    @property
    def state(self) -> AsanaState:
        return self.double.state

    @property
    def asana(self) -> AsanaFlows:
        return self.flows.asana

    def later(self, **by: float) -> None:
        self.world.clock.advance(timedelta(**by))

    def type(self, value: str | None, by: User | None = None, task: Task | None = None) -> None:
        """Somebody types hours into the task's field, a minute later than what was done before."""
        self.later(minutes=1)
        number = None if value is None else Decimal(value)
        self.state.set_field(task or self.task, self.hours, number, by or self.ada)

    async def settle(self, task: Task | None = None, rounds: int = 6) -> None:
        """Book the task and send what it brought, until nothing moves any more."""
        await self.asana.tasks.mark_due([(task or self.task).gid])
        for _ in range(rounds):
            self.later(seconds=15)
            moved = await self.asana.tasks.run_due() + await self.flows.outbox.push_due()
            if not moved:
                return

    def in_harvest(self, task: Task | None = None) -> list[Entry]:
        gid = (task or self.task).gid
        every = self.world.harvest.state.entries.values()
        return [one for one in every if one.reference and one.reference.id == gid]

    def logged(self, task: Task | None = None) -> dict[str, Decimal]:
        """Hours in Harvest by person, sums of 0 left out."""
        users = self.world.harvest.state.users
        sums: dict[str, Decimal] = {}
        for one in self.in_harvest(task):
            name = users[one.user_id].first_name
            sums[name] = sums.get(name, Decimal(0)) + one.booked
        return {name: total for name, total in sums.items() if total}

    async def held(self, task: Task | None = None) -> dict[str, int]:
        """Hundredths of hours that wait, by kind."""
        async with self.world.store.reading(self.workspace) as tx:
            holds = await tx.asana_holds.of_task((task or self.task).gid)
        return {hold.kind.value: hold.hours for hold in holds if hold.state is HoldState.OPEN}

    async def hold(self, kind: str) -> Hold:
        async with self.world.store.reading(self.workspace) as tx:
            found: Hold = next(one for one in await tx.asana_holds.open() if one.kind == kind)
        return found

    async def news(self) -> list[str]:
        async with self.world.store.reading(self.workspace) as tx:
            due = await tx.notices.due(self.world.clock.now())
        found = []
        for notice_id in due:
            async with self.world.store.transaction(self.workspace) as tx:
                notice = await tx.notices.lease(notice_id, self.world.clock.now(), self.world.clock.now())
            if notice is not None:
                found.append(notice.news)
        return found

    async def map(self, **changes: Any) -> ProjectMapping:
        """The site is Website relaunch in Harvest, on its task Design."""
        design = self.world.task
        mapping = ProjectMapping(
            project_gid=self.site.gid,
            harvest_project_id=self.world.project.id,
            default_task_id=design.id,
            non_billable_task_id=None,
            source=Source.FIELD,
            attribution=WhoseHours.TYPED,
            counts_parents=False,
            ignores_percentage=False,
            linked_by="UBOSS",
            linked_at=self.world.clock.now(),
        )
        mapping = replace(mapping, **changes)
        async with self.world.store.transaction(self.workspace) as tx:
            await tx.mappings.save(mapping)
        return mapping


def client(double: AsanaDouble, world: Any, http: httpx.AsyncClient) -> AsanaClient:
    async def sleep(seconds: float) -> None:
        world.clock.advance(timedelta(seconds=seconds))

    limiter = Limiter(100_000, 60.0, clock=lambda: world.clock.now().timestamp(), sleep=sleep, system="Asana")
    return AsanaClient(http, double.api_url, TOKEN, AsanaShare(limiter), "test")


def asana_flows(
    world: Any,
    harvests: HarvestFactory,
    double: AsanaDouble,
    http: httpx.AsyncClient,
    workspace: str = "T1",
    jobs: Jobs | None = None,
    **more: Any,
) -> Flows:
    settings = Settings(
        _env_file=None,
        database_url="sqlite:///unused.db",
        slack_bot_token="xoxb-fake",
        slack_signing_secret="fake",
        harvest_access_token=ADMIN,
        harvest_account_id=world.harvest.state.account_id,
        harvest_api_url=world.harvest.api_url,
        timezone="Europe/Berlin",
        **{
            "coordinator": "UBOSS",
            "go_live": "2026-11-16",
            "lock_policy": "off",
            "secret_keys": Fernet.generate_key().decode(),
            **more,
        },
    )
    deps = FlowDeps(settings, Tenant(world.store, workspace, world.clock), jobs or NoJobs(), PACE)
    return build_flows(deps, harvests, None, Profiles(), client(double, world, http))


def fill(world: Any, double: AsanaDouble) -> dict[str, Any]:
    """People and a project in Asana; in Harvest, Tom beside Ada."""
    state = double.state
    with state.at(BEFORE):
        place = state.add_workspace("Lumen")
        ada = state.add_user("Ada Park", "u1@lumen.example", place)
        tom = state.add_user("Tom Weller", "u2@lumen.example", place)
        state.grant(state.add_user("Gleaner", "gleaner@lumen.example", place, is_service_account=True), TOKEN)
        site = state.add_project("Website relaunch", place, owner=ada, sections=("To do", "Doing"))
        hours = state.add_field(site, "Billable Hours")
        task = state.add_task(site, "Homepage copy", assignee=ada, by=ada)
    there = world.harvest.state.add_user(first_name="Tom", last_name="Weller", email="u2@lumen.example")
    world.harvest.state.assign_user(world.project, there)
    return {
        "ada": ada,
        "tom": tom,
        "site": site,
        "hours": hours,
        "section": site.sections[1],
        "task": task,
        "tom_in_harvest": there,
    }
