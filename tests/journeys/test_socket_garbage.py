"""What comes over Socket Mode and cannot be read is a line, and the socket goes on."""

import json
from typing import Any

import pytest

from bot.cli.demo import DemoStack
from sandbox.oddities import Oddity, spoilt
from sandbox.slack.person import Person
from sandbox.stranger import COMMAND, EVENTS, PAYLOADS
from tests.noise import Noise


@pytest.fixture
def settings_of() -> dict[str, Any]:
    return {"slack_app_token": "xapp-fake-app-token", "slack_signing_secret": None}


async def test_garbage_over_the_socket(here: DemoStack, log: Noise, ada: Person) -> None:
    (socket,) = here.doubles.slack.socket._sockets
    kinds = {"interactive": PAYLOADS, "events_api": EVENTS, "slash_commands": (COMMAND,)}
    for seed, oddity in enumerate(tuple(Oddity) * 3):
        for kind, bodies in kinds.items():
            envelope = {"type": kind, "envelope_id": f"e{seed}{kind}", "payload": bodies[seed % len(bodies)]}
            await socket.send_str(spoilt(json.dumps(envelope).encode(), oddity, seed).decode(errors="replace"))
    await ada.command("/log", "1h ACME-12 #design after it", "C0GENERAL")
    await ada.sees("Logged 1 h")
    assert log.tracebacks == []
    assert "not understood" in log.text
