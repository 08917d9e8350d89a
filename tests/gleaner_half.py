"""Half of Gleaner over a double of Harvest: flows without Slack, several of them on one database if need be."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx

from bot.engine import NoJobs
from bot.settings import Settings
from bot.wiring.flows import FlowDeps, build_flows
from sandbox.clock import SandboxClock
from sandbox.harvest.server import HarvestDouble
from store.database import Store
from sync.clients.harvest.client import HarvestClient
from sync.clients.limiter import Limiter
from sync.engine.tenant import Tenant
from sync.flows import Flows
from sync.ports.harvest import Harvest, HarvestFactory
from sync.ports.slack import Profile
from sync.rules.time_entries.retry_pace import Pace

ADMIN = "harvest-admin-token-fake"
_SECOND = timedelta(seconds=1)
_PACE = Pace(look=_SECOND, settle=10 * _SECOND, retry=_SECOND, most=60 * _SECOND, lease=30 * _SECOND)


class OneProfile:
    """Slack, as far as the people flow asks: everybody's address is their id's."""

    async def profile(self, slack_id: str) -> Profile:
        return Profile("Ada Park", f"{slack_id.lower()}@lumen.example", "Europe/Berlin")

    async def find(self, email: str) -> str | None:
        return email.partition("@")[0].upper()


@dataclass(frozen=True)
class Half:
    """What a job needs of a process."""

    owner: str
    tenant: Tenant
    flows: Flows

    @property
    def store(self) -> Store:
        return self.tenant.store


@asynccontextmanager
async def half(
    url: str,
    harvest: HarvestDouble,
    clock: SandboxClock,
    *,
    workspace: str = "T1",
    owner: str = "one",
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[Half]:
    """A process' own store on that database, its own connections and its own flows."""
    store = Store.open(url)
    try:
        async with httpx.AsyncClient(trust_env=False, transport=transport) as http:
            settings = Settings(
                _env_file=None,
                database_url=url,
                slack_bot_token="xoxb-fake",
                slack_signing_secret="fake",
                harvest_access_token=ADMIN,
                harvest_account_id=harvest.state.account_id,
                harvest_api_url=harvest.api_url,
                harvest_id_url=harvest.id_url,
                timezone="Europe/Berlin",
                coordinator="UBOSS",
            )
            tenant = Tenant(store, workspace, clock)
            deps = FlowDeps(settings, tenant, NoJobs(), _PACE)
            flows = build_flows(deps, _clients(harvest, clock, http), None, OneProfile())
            async with tenant.transaction() as tx:
                await tx.workspaces.remember("Lumen", clock.now())
            yield Half(owner, tenant, flows)
    finally:
        await store.close()


def _clients(harvest: HarvestDouble, clock: SandboxClock, http: httpx.AsyncClient) -> HarvestFactory:
    """Waiting moves the clock."""

    async def sleep(seconds: float) -> None:
        clock.advance(timedelta(seconds=seconds))

    limiter = Limiter(10_000, 15.0, clock=lambda: clock.now().timestamp(), sleep=sleep)

    def make(*, token: str, account_id: int, clock_format: str, is_patient: bool = False) -> Harvest:
        del is_patient
        return HarvestClient(http, harvest.api_url, account_id, token, limiter, "test", clock_format=clock_format)

    return make
