"""The running process: web, worker, or both in one; started, announced, and stopped without losing what was acked."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from enum import Enum

import structlog
from aiohttp import web
from filelock import FileLock, Timeout
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.clock import SystemClock
from bot.engine import EmbeddedJobs
from bot.logs import one_line_log
from bot.process.schedule import schedule
from bot.settings import Settings
from bot.web.app import routes
from bot.web.border import server_log
from bot.wiring.app import Gleaner, NotStarted, Timing, gleaner
from handlers.slack.outages import OUTAGES
from handlers.slack.web import SlackWeb, refusal
from store.database import Store, embedded_file
from sync.ports.engine import Clock

log = structlog.get_logger()

_DRAIN = 7.0
"""Seconds for what was acknowledged to finish; the rest stays a row. The process has ten in all."""


class Part(Enum):
    ALL = "run"
    WEB = "web"
    WORKER = "worker"


@contextmanager
def only_process(settings: Settings) -> Iterator[None]:
    """An embedded database belongs to one process; raises NotStarted if another one has it."""
    file = embedded_file(settings.database_url)
    if file is None:
        yield
        return
    lock = FileLock(f"{file}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise NotStarted(
            f"Another Gleaner runs on {file}. Stop it first, or use PostgreSQL, which takes several processes."
        ) from None
    try:
        yield
    finally:
        lock.release()


async def is_alone(settings: Settings) -> bool:
    """Whether no other process of ours has this database now."""
    if embedded_file(settings.database_url) is None:
        store = Store.open(settings.database_url)
        try:
            return not await store.has_company()
        finally:
            await store.close()
    try:
        with only_process(settings):
            return True
    except NotStarted:
        return False


@asynccontextmanager
async def service(
    settings: Settings, part: Part = Part.ALL, *, clock: Clock | None = None, timing: Timing | None = None
) -> AsyncIterator[tuple[Gleaner, str]]:
    """Everything running; yields the parts and the address. At the end nothing new is taken and the rest finishes."""
    clock = clock or SystemClock()
    jobs = EmbeddedJobs(clock)
    async with AsyncExitStack() as stack:
        stack.enter_context(only_process(settings))
        built = await stack.enter_async_context(gleaner(settings, clock=clock, timing=timing, jobs=jobs))
        if built.tenant.store.is_embedded:
            await release_leases(built)
        schedule(built, jobs, whole=part is not Part.WEB)
        stack.callback(jobs.stop)
        stack.push_async_callback(_drain, built, jobs)
        jobs.start()
        stack.callback(jobs.pause)
        address = ""
        if part is not Part.WORKER:
            address = await stack.enter_async_context(_serving(built))
            if settings.uses_socket:
                await stack.enter_async_context(_socket(built))
        yield built, address


async def release_leases(built: Gleaner) -> None:
    """What the only process that had this database left behind is free again."""
    async with built.tenant.transaction() as tx:
        await tx.inbox.release_all()
        await tx.time_entries.release_all()
        await tx.notices.release_all()
        await tx.asana_work.release_all()
        await tx.leases.free_all()


def freeze_gc() -> None:
    """For a process that has built everything and begins its work.

    What was imported and built stays for good; walking it again and again cost pauses of 100 ms (bench.ack) and a
    third of a first import (bench.imports).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


async def serve(settings: Settings, part: Part, *, clock: Clock | None = None, timing: Timing | None = None) -> None:
    """Run until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, stopping.set)
    async with service(settings, part, clock=clock, timing=timing) as (_, address):
        freeze_gc()
        print(f"ready {address}".rstrip(), flush=True)  # noqa: T201 - the contract's one line on stdout
        await stopping.wait()
        log.info("stopping")


@asynccontextmanager
async def _serving(built: Gleaner) -> AsyncIterator[str]:
    runner = web.AppRunner(
        routes(built), access_log=None, logger=server_log(), handle_signals=False, shutdown_timeout=2.0
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, built.settings.host, built.settings.port)
        try:
            await site.start()
        except OSError as error:
            raise NotStarted(f"{built.settings.host}:{built.settings.port} cannot be used: {error.strerror}.") from None
        port = runner.addresses[0][1]
        shown = "127.0.0.1" if built.settings.host in {"0.0.0.0", "::"} else built.settings.host  # noqa: S104 - compared
        yield f"http://{shown}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _socket(built: Gleaner) -> AsyncIterator[None]:
    token = built.settings.slack_app_token
    if token is None:
        raise NotStarted("SLACK_APP_TOKEN is not set.")
    secret = token.get_secret_value()
    handler = AsyncSocketModeHandler(
        built.slack,
        secret,
        # Faults of ours end in `Listening`; what reaches this one is what Slack sent.
        logger=one_line_log("gleaner.socket", outside=Exception),
        web_client=SlackWeb(secret, built.settings.slack_api_url, built.slack_client.session),
    )
    try:
        await _connect(handler)
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped


async def _connect(handler: AsyncSocketModeHandler) -> None:
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    except SlackApiError as error:
        raise NotStarted(f"Slack does not take SLACK_APP_TOKEN ({refusal(error)}): copy it again.") from None
    except OUTAGES as error:
        raise NotStarted(f"Slack cannot be reached ({error}): try again, then check the network.") from None


async def _drain(built: Gleaner, jobs: EmbeddedJobs) -> None:
    try:
        async with asyncio.timeout(_DRAIN):
            await built.flows.inbox.drain()
            await jobs.drain()
            await built.flows.outbox.drain()
    except TimeoutError:
        log.warning("stopped with work under way; its rows are taken up at the next start")
