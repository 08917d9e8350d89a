"""At the address of Asana's webhooks: nothing that was not asked for, nothing that is not signed."""

import hashlib
import hmac
import io
import json
from datetime import UTC, datetime

import aiohttp

from bot.cli.demo import DemoStack
from store.asana.records.state import Hook, HookState

SECRET = "hook-secret-fake"
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


async def post(here: DemoStack, hook: str, body: bytes | io.BytesIO, **headers: str) -> tuple[int, str | None]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{here.address}/asana/webhooks/{hook}", data=body, headers=given) as answer,
    ):
        return answer.status, answer.headers.get("X-Hook-Secret")


async def keep(here: DemoStack, state: HookState) -> None:
    async with here.gleaner.tenant.transaction() as tx:
        await tx.asana.add_hook(Hook("ours", "900", None, None, state, NOW, None))


async def test_a_hook_that_is_not_ours_is_unknown(here: DemoStack) -> None:
    """Deliveries like any other address that is none of ours; a handshake is unexpected (contract, section 3)."""
    assert await post(here, "nonsense", b"{}", X_Hook_Secret=SECRET) == (403, None)
    assert await post(here, "nonsense", b"{}", X_Hook_Signature="00") == (404, None)


async def test_a_handshake_that_nobody_asked_for_is_refused(here: DemoStack) -> None:
    await keep(here, HookState.ACTIVE)
    assert await post(here, "ours", b"{}", X_Hook_Secret=SECRET) == (403, None)


async def test_a_delivery_without_a_good_signature_is_refused(here: DemoStack) -> None:
    await keep(here, HookState.ACTIVE)
    body = json.dumps({"events": []}).encode()
    wrong = hmac.new(b"another", body, hashlib.sha256).hexdigest()
    for headers in ({}, {"X_Hook_Signature": wrong}, {"X_Hook_Signature": ""}):
        assert (await post(here, "ours", body, **headers))[0] == 401


async def test_a_body_over_a_mebibyte_is_refused(here: DemoStack) -> None:
    await keep(here, HookState.ACTIVE)
    assert (await post(here, "ours", io.BytesIO(b"x" * (1024 * 1024 + 1))))[0] == 413
