"""What reaches the bot's address: signatures, sizes, health, metrics, double delivery; and Socket Mode."""

import io
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot.cli.demo import DemoStack
from sandbox.harvest.records import Entry
from sandbox.slack.http_transport import signature
from sandbox.slack.person import Person
from store.engine.tables import inbox

Entries = Callable[[str], list[Entry]]
BODY = (
    "command=%2Flog&text=1h+ACME-12+forged&user_id=U0ADA00005&team_id=T0SANDBOX&channel_id=C0GENERAL"
    "&trigger_id=1.2.3&response_url=http%3A%2F%2F127.0.0.1%3A9%2F"
)
FORM = "application/x-www-form-urlencoded"


def now(offset: int = 0) -> str:
    return str(int(time.time()) + offset)  # noqa: TID251 - signatures always use real time


async def post(here: DemoStack, body: str | io.BytesIO, **headers: str) -> int:
    given = {"Content-Type": FORM, **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{here.address}/slack/events", data=body, headers=given) as answer,
    ):
        return answer.status


async def received(here: DemoStack) -> int:
    async with here.gleaner.tenant.store.engine.connect() as connection:
        return int(await connection.scalar(sa.select(sa.func.count()).select_from(inbox)) or 0)


@pytest.mark.parametrize(
    ("secret", "timestamp"),
    [
        ("another-secret", now()),  # forged
        ("fake-signing-secret", now(-3600)),  # stale
        ("fake-signing-secret", now(3600)),  # from the future
        ("fake-signing-secret", "yesterday"),  # no number: Bolt alone would answer 500
        ("fake-signing-secret", "²"),  # a digit to some, no number
        ("fake-signing-secret", ""),
    ],
    ids=["forged", "stale", "from the future", "no number", "a digit to some", "none"],
)
async def test_a_request_that_is_not_slacks_is_401_and_leaves_nothing(
    here: DemoStack, secret: str, timestamp: str
) -> None:
    signed = signature(secret, timestamp, BODY)
    headers = {"x_slack_signature": signed}
    if timestamp and timestamp.isascii():
        headers["x_slack_request_timestamp"] = timestamp
    assert await post(here, BODY, **headers) == 401
    assert await received(here) == 0


async def test_without_a_signature_it_is_401(here: DemoStack) -> None:
    assert await post(here, BODY) == 401


async def test_another_workspace_gets_nothing(here: DemoStack) -> None:
    """Rightly signed, but for a team that this token does not belong to."""
    body, stamp = BODY.replace("T0SANDBOX", "T0OTHER"), now()
    secret = here.doubles.slack.signing_secret
    await post(here, body, x_slack_signature=signature(secret, stamp, body), x_slack_request_timestamp=stamp)
    assert await received(here) == 0


async def test_a_body_over_a_mebibyte_is_413(here: DemoStack) -> None:
    assert await post(here, io.BytesIO(b"x" * (1024 * 1024 + 1))) == 413


@pytest.mark.parametrize(("path", "status"), [("healthz", 200), ("readyz", 200), ("metrics", 200), ("nothing", 404)])
async def test_the_other_routes_answer(here: DemoStack, path: str, status: int) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{here.address}/{path}") as answer:
        assert answer.status == status


@pytest.mark.both_databases
async def test_a_command_delivered_twice_is_one_entry(here: DemoStack, ada: Person, entries_of: Entries) -> None:
    here.doubles.slack.duplicate_next()
    await ada.command("/log", "1h ACME-12 #design doubled", "C0GENERAL")
    await ada.sees("Logged 1 h")
    await here.gleaner.flows.inbox.drain()
    assert len(entries_of("doubled")) == 1


async def test_undo_pressed_twice_is_done_once_and_says_so(ada: Person, entries_of: Entries) -> None:
    await ada.command("/log", "1h ACME-12 #design twice pressed", "C0GENERAL")
    card = await ada.sees("Logged 1 h")
    await ada.press(card, "Undo")
    await ada.press(card, "Undo")
    await ada.sees("Undone")
    assert entries_of("twice pressed") == []


async def test_somebody_elses_button_is_refused(here: DemoStack, ada: Person, entries_of: Entries) -> None:
    """Rights are checked when the button is pressed, from the store (contract 5.5)."""
    await ada.command("/log", "1h ACME-12 #design mine", "C0GENERAL")
    card = await ada.sees("Logged 1 h")
    other = here.doubles.slack.person("U0TOM00006")
    await other.press(card, "Undo")
    await other.sees("somebody else's")
    assert len(entries_of("mine")) == 1


class TestSocketMode:
    """The same path without a public address."""

    @pytest.fixture
    def settings_of(self) -> dict[str, Any]:
        return {"slack_app_token": "xapp-fake-app-token", "slack_signing_secret": None}

    async def test_a_log_comes_through_the_socket(self, ada: Person, entries_of: Entries) -> None:
        await ada.command("/log", "1h ACME-12 #design by socket", "C0GENERAL")
        card = await ada.sees("Logged 1 h")
        await ada.press(card, "Undo")
        await ada.sees("Undone")
        assert entries_of("by socket") == []
