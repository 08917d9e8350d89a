"""The composition root: store, clients, flows, listeners, jobs, in that order. The only place that knows them all."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import version
from uuid import uuid4

import aiohttp
import httpx
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.engine import EmbeddedJobs
from bot.settings import Settings
from bot.wiring.bolt import bolt_app
from bot.wiring.flows import FlowDeps, build_flows
from bot.wiring.listeners import listen, news_words
from handlers.announcements import Announcements
from handlers.connect.listeners import ConnectListeners
from handlers.slack.channels import SlackChannels
from handlers.slack.listening import Listening
from handlers.slack.outages import OUTAGES
from handlers.slack.posts import Posts
from handlers.slack.profiles import SlackProfiles
from handlers.slack.replies import Replies
from handlers.slack.web import Identity, SlackWeb, read, refusal, slack_session
from store.database import Store
from store.schema import migrate
from sync.asana.intake.webhooks import EVENT as ASANA_EVENT
from sync.clients.asana.client import AsanaClient
from sync.clients.asana.rate_limit import AsanaShare
from sync.clients.harvest.client import HarvestClient
from sync.clients.harvest.identity import HarvestIdentityClient
from sync.clients.limiter import Limiter
from sync.engine.tenant import Tenant
from sync.flows import Flows
from sync.ports.asana import Asana
from sync.ports.engine import Clock, Jobs
from sync.ports.harvest import Harvest, HarvestFactory, HarvestIdentity
from sync.rules.time_entries.retry_pace import Pace

log = structlog.get_logger()

USER_AGENT = f"Gleaner/{version('gleaner')} (https://github.com/gleaner/gleaner)"


_ASKING, _READING = 10.0, 300.0
"""Seconds a request to Harvest waits for its turn: somebody's, and one of the import."""


class NotStarted(Exception):
    """The process cannot start; the text says what to mend."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What tests and benchmarks may hurry. `harvest_limit`: requests per seconds, Harvest's own."""

    pace: Pace = field(default_factory=Pace)
    harvest_limit: tuple[int, float] = (100, 15.0)
    deliver_every: timedelta = timedelta(seconds=5)
    asana_per_minute: int = 1200
    """Custom fields are in paid plans only, which may ask 1,500 times; some is left to others with the same token."""
    writing: Clock | None = None
    """What is booked and sent goes by this, where the clock of all else says another time than other processes'.

    By a clock that runs ahead their leases would be over, and what they are sending would be sent again.
    """


@dataclass(frozen=True, repr=False)
class Gleaner:
    """Everything that was built, for the web routes, the schedule and the commands."""

    settings: Settings
    timing: Timing
    tenant: Tenant
    owner: str
    slack: AsyncApp
    slack_client: AsyncWebClient
    jobs: Jobs
    flows: Flows
    listening: Listening
    connect_listeners: ConnectListeners
    announcements: Announcements


@asynccontextmanager
async def gleaner(
    settings: Settings, *, clock: Clock | None = None, timing: Timing | None = None, jobs: Jobs | None = None
) -> AsyncIterator[Gleaner]:
    """Build everything, with the database migrated; close it all at the end."""
    clock, timing = clock or SystemClock(), timing or Timing()
    store = Store.open(settings.database_url)
    try:
        await migrate(store)
        async with slack_session() as session, httpx.AsyncClient(trust_env=False) as http:
            client = slack_client(settings, session)
            tenant = Tenant(store, await _workspace(store, client, clock), clock)
            yield _assemble(settings, timing, tenant, client, http, jobs or EmbeddedJobs(clock))
    finally:
        await store.close()


def slack_client(settings: Settings, session: aiohttp.ClientSession) -> SlackWeb:
    """Raises nothing but SlackAway and Slack's own refusals."""
    return SlackWeb(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)


def harvest_clients(settings: Settings, http: httpx.AsyncClient, timing: Timing) -> HarvestFactory:
    """Clients that share one limiter for each account, whosever token they carry."""
    limiters: dict[int, Limiter] = {}

    def make(*, token: str, account_id: int, clock_format: str, is_patient: bool = False) -> Harvest:
        return HarvestClient(
            client=http,
            base_url=settings.harvest_api_url.rstrip("/"),
            account_id=account_id,
            token=token,
            limiter=limiters.setdefault(account_id, Limiter(*timing.harvest_limit)),
            user_agent=USER_AGENT,
            clock_format=clock_format,
            patience=_READING if is_patient else _ASKING,
            spare=timing.harvest_limit[0] * 3 // 10 if is_patient else 0,
        )

    return make


def asana_client(settings: Settings, http: httpx.AsyncClient, timing: Timing) -> Asana | None:
    """None where no token is set."""
    token = settings.asana_access_token
    if token is None:
        return None
    share = AsanaShare.of(timing.asana_per_minute)
    return AsanaClient(http, settings.asana_api_url, token.get_secret_value(), share, USER_AGENT, patience=_READING)


def _assemble(
    settings: Settings,
    timing: Timing,
    tenant: Tenant,
    client: AsyncWebClient,
    http: httpx.AsyncClient,
    jobs: Jobs,
) -> Gleaner:
    ground = FlowDeps(settings, tenant, jobs, timing.pace, timing.writing)
    clients, profiles = harvest_clients(settings, http, timing), SlackProfiles(client)
    flows = build_flows(ground, clients, _identity(settings, http), profiles, asana_client(settings, http, timing))
    flows.inbox.handlers[ASANA_EVENT] = flows.asana.webhooks.handle
    bolt = bolt_app(settings, tenant.workspace_id, client)
    replies = Replies(client, tenant.clock)
    listening = Listening(bolt, flows.inbox, replies, settings.command_prefix)
    posts = Posts(client, flows.people, SlackChannels(client))
    announcements = Announcements(flows.notices, posts, news_words(settings, flows).word)
    listen(settings, flows, listening, replies, announcements)
    connect_listeners = ConnectListeners(flows.connect, replies)
    connect_listeners.register(listening)
    return Gleaner(
        settings=settings,
        timing=timing,
        tenant=tenant,
        owner=f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid4().hex[:8]}",
        slack=bolt,
        slack_client=client,
        jobs=jobs,
        flows=flows,
        listening=listening,
        connect_listeners=connect_listeners,
        announcements=announcements,
    )


def _identity(settings: Settings, http: httpx.AsyncClient) -> HarvestIdentity | None:
    if not (settings.harvest_client_id and settings.harvest_client_secret and settings.public_url):
        return None
    return HarvestIdentityClient(
        client=http,
        id_url=settings.harvest_id_url.rstrip("/"),
        client_id=settings.harvest_client_id,
        client_secret=settings.harvest_client_secret.get_secret_value(),
        redirect_uri=f"{settings.public_url.rstrip('/')}/harvest/callback",
        user_agent=USER_AGENT,
    )


async def _workspace(store: Store, client: AsyncWebClient, clock: Clock) -> str:
    """The workspace this bot token belongs to."""
    try:
        who = read(await client.auth_test(), Identity)
    except SlackApiError as error:
        raise NotStarted(
            f"Slack does not take SLACK_BOT_TOKEN ({refusal(error)}): copy it again from the Slack app's "
            "page OAuth & Permissions."
        ) from None
    except OUTAGES as error:
        raise NotStarted(
            f"Slack cannot be reached ({error}): try again, then check the network and SLACK_API_URL."
        ) from None
    workspace_id = who.team_id
    async with store.transaction(workspace_id) as tx:
        await tx.workspaces.remember(who.team or workspace_id, clock.now())
    return workspace_id
