"""Every button, form, select and command with values that Slack would never send, or somebody types by mistake."""

import itertools
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from bot.cli.demo import DemoStack
from handlers.slack.listening import EVENT
from handlers.slack.requests import Kind, Request
from sandbox.slack.person import Person
from sandbox.stranger import slack_signed
from tests.noise import Noise

FORM = "application/x-www-form-urlencoded"
DIGITS = "9" * 5000
VALUES = (DIGITS, "٣", f"p:{DIGITS}:2026-11", f"edit:k:{DIGITS}", f"log:{DIGITS}:{DIGITS}", f"{DIGITS},{DIGITS}")
FIELDS = (
    "project", "task", "day", "duration", "note", "extra", "until", "hours", "reason", "default", "other", "source",
    "whose", "parents", "percentage", "client", "name", "code", "billing", "sections", "who", "place", "c:1",
)  # fmt: skip
TYPED = (
    DIGITS, f"{DIGITS}h", f"1:{DIGITS}", f"{DIGITS}:30", f"1h{DIGITS}", f"1 {DIGITS}", f"1 000000000{DIGITS}",
    f"{DIGITS}/2", f"1.{DIGITS}h ACME-12", f"2h {DIGITS}.11. ACME-12", f"2h 2026-{DIGITS}-1",
    f"2h in {DIGITS} days ACME-12", f"start ACME-12 -{DIGITS}m", f"start ACME-12 {DIGITS}:00", f"stop {DIGITS}",
    f"set ACME-12 {DIGITS}", f"set ACME-12 1e{DIGITS}", f"ACME-12 {DIGITS}-11", f"why {DIGITS}", f"why G-{DIGITS}",
    f"import {DIGITS}", f"unlock {DIGITS}", f"unlock ACME-12 until {DIGITS}", f"map {DIGITS}", f"ACME-{DIGITS}",
    "<" * 3000, "`" * 3000, "((((" * 500, "9-" * 1500, "1/" * 1500, "# " * 1500, "1h " * 1000, "1h30m" * 600,
)  # fmt: skip
SELECTS = (
    "form.project", "form.task", "asana.find_project", "asana.find_task", "asana.find_client", "asana.find_user",
    "asana.find_harvest_user", "asana.find_mapped",
)  # fmt: skip


def requests_of(here: DemoStack, user: str) -> Iterator[Request]:
    """For each listener: each value as its own text, as its metadata, and in each of its fields."""
    count = itertools.count()

    def made(kind: Kind, name: str, **given: Any) -> Request:
        return Request(kind, name, f"odd:{next(count)}", here.gleaner.tenant.workspace_id, user, **given)

    for kind, name in here.gleaner.listening.listeners:
        if kind == "command":
            yield from (made(kind, name, text=text, channel="C0GENERAL") for text in (*TYPED, *VALUES))
            continue
        for value in VALUES:
            yield made(kind, name, text=value, metadata=value, fields=dict.fromkeys(FIELDS, value), channel="C0GENERAL")


@pytest.mark.slow
async def test_no_value_makes_a_traceback(here: DemoStack, log: Noise, maya: Person) -> None:
    inbox = here.gleaner.flows.inbox
    for request in requests_of(here, maya.id):
        event = await inbox.receive(EVENT, request.key, request.payload())
        assert event is not None
        inbox.begin(event, request.key)
    await inbox.drain()
    assert log.tracebacks == []


@pytest.mark.slow
async def test_forms_and_selects_are_answered_in_time(here: DemoStack, log: Noise, maya: Person) -> None:
    """What a form holds is checked, and choices are looked up, before Slack has its answer."""
    forms = [name for kind, name in here.gleaner.listening.listeners if kind == "submission"]
    async with aiohttp.ClientSession() as session:
        for value in VALUES:
            for name in forms:
                assert await sent(here, session, maya.id, "view_submission", value, callback=name) == 200, (
                    name,
                    value[:20],
                )
            for name in SELECTS:
                assert await sent(here, session, maya.id, "block_suggestion", value, action_id=name) == 200, (
                    name,
                    value,
                )
    await here.gleaner.flows.inbox.drain()
    assert log.tracebacks == []


async def sent(
    here: DemoStack,
    session: aiohttp.ClientSession,
    user: str,
    kind: str,
    value: str,
    *,
    callback: str = "",
    **given: str,
) -> int:
    state = {"values": {block: {"x": {"value": value}} for block in FIELDS}}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": callback,
        "private_metadata": value,
        "hash": value[:9],
        "state": state,
    }
    who = {"user": {"id": user}, "team": {"id": here.gleaner.tenant.workspace_id}}
    payload = {"type": kind, **who, "view": view, "value": value, **given}
    body = f"payload={quote(json.dumps(payload))}".encode()
    headers = {**slack_signed(here.doubles.slack.signing_secret, body), "Content-Type": FORM}
    async with session.post(f"{here.address}/slack/events", data=body, headers=headers) as answer:
        return answer.status
