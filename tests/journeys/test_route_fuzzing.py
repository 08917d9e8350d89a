"""Every route with garbage, signed and unsigned: no fault of ours, no traceback, and Gleaner goes on."""

from collections.abc import Callable
from datetime import UTC, datetime

import aiohttp
import pytest
from yarl import URL

from bot.cli.demo import DemoStack
from bot.web.app import routes
from sandbox.slack.person import Person
from sandbox.stranger import Send, Stranger
from store.asana.records.state import Hook, HookState
from tests.noise import Noise

HOOK, HOOK_SECRET = "ours", "hook-secret-fake"
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
SOME = 40
"""Requests to each route."""


async def status_of(here: DemoStack, session: aiohttp.ClientSession, sent: Send) -> int:
    method, path, body, headers = sent
    url = URL(f"{here.address}{path}", encoded=True)
    async with session.request(method, url, data=body, headers=headers, allow_redirects=False) as answer:
        return answer.status


def test_every_route_is_fuzzed(here: DemoStack) -> None:
    known = {resource.canonical for resource in routes(here.gleaner).router.resources()}
    assert known == {
        "/slack/events", "/asana/webhooks/{hook}", "/harvest/connect", "/harvest/callback",
        "/healthz", "/readyz", "/metrics",
    }  # fmt: skip


@pytest.mark.parametrize("seed", [1])
async def test_no_route_answers_garbage_with_a_fault(here: DemoStack, log: Noise, ada: Person, seed: int) -> None:
    vault, tenant = here.gleaner.flows.asana.webhooks.vault, here.gleaner.tenant
    async with tenant.transaction() as tx:
        await tx.asana.add_hook(Hook(HOOK, "900", None, vault.seal_text(HOOK_SECRET), HookState.ACTIVE, NOW, None))
    stranger = Stranger(seed, here.doubles.slack.signing_secret, (HOOK, HOOK_SECRET))
    kinds: list[Callable[[], Send]] = [stranger.slack, stranger.asana, stranger.connect, stranger.callback]
    kinds += [stranger.plain(path) for path in ("/healthz", "/readyz", "/metrics", "/nothing", "/%00", "//")]
    # A connection each: the server closes one whose body it could not read.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
        for kind in kinds:
            for _ in range(SOME):
                sent = kind()
                assert await status_of(here, session, sent) < 500, sent
    await here.gleaner.flows.inbox.drain()
    assert log.tracebacks == []
    await ada.command("/log", "1h ACME-12 #design still there", "C0GENERAL")
    await ada.sees("Logged 1 h")
