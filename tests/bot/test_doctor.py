"""What `gleaner check` advises without asking anybody: settings that cost something, and a clock that is off."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate
from typing import Any

import aiohttp
import httpx
import pytest

from bot.cli.doctor import Verdict, _advice, _alert_channel, _asana, _coordinator, _harvest, _skew, _slack
from bot.cli.manifest import manifest
from bot.settings import Settings, SettingsFault, read_settings
from bot.wiring.app import Timing, asana_client, slack_client
from handlers.slack.web import SlackWeb, slack_session
from sandbox.clock import SandboxClock
from sandbox.faults import Kind
from sandbox.slack.server import SlackDouble

WHOLE = {
    "slack_bot_token": "xoxb-fake",
    "slack_signing_secret": "fake",
    "harvest_access_token": "fake",
    "harvest_account_id": 1,
    "coordinator": "U0BOSS",
    "public_url": "https://gleaner.example.com",
    "alert_channel": "C0ALERTS",
}
ADVICE: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing": ({}, []),
    "nobody hears of failures": ({"coordinator": None}, ["COORDINATOR"]),
    "nobody can connect": ({"public_url": None}, ["PUBLIC_URL"]),
    "alerts have no channel": ({"alert_channel": None}, ["ALERT_CHANNEL"]),
    # Hours would have nobody's name to go out under.
    "nobody can log": ({"harvest_write_on_behalf": False}, ["HARVEST_WRITE_ON_BEHALF"]),
}


@pytest.mark.parametrize(("given", "names"), ADVICE.values(), ids=ADVICE)
def test_advice(given: dict[str, Any], names: list[str]) -> None:
    found = _advice(Settings(_env_file=None, **{**WHOLE, **given}))
    assert [finding.what for finding in found] == names
    assert {finding.verdict for finding in found} <= {Verdict.WARNING}


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [(0, Verdict.OK), (-50, Verdict.OK), (50, Verdict.OK), (-70, Verdict.WRONG), (70, Verdict.WRONG)],
)
def test_a_clock_that_is_off_is_found_before_slack_refuses(seconds: int, verdict: Verdict) -> None:
    now = time.time()  # noqa: TID251 - the doctor compares with the machine's clock
    (found,) = _skew(formatdate(now + seconds, usegmt=True))
    assert found.verdict is verdict


def test_without_a_date_nothing_is_said_of_the_clock() -> None:
    assert _skew(None) == []


@pytest.mark.parametrize(
    ("trouble", "verdict", "says"),
    [
        (None, Verdict.OK, "takes alerts"),
        ("archive_channel", Verdict.WRONG, "is archived"),
        ("remove_bot", Verdict.WRONG, "/invite @Gleaner"),
        ("share_channel", Verdict.WRONG, "shared with other organizations"),
    ],
)
async def test_the_alert_channel_is_looked_at(trouble: str | None, verdict: Verdict, says: str) -> None:
    slack = SlackDouble(SandboxClock())
    await slack.start()
    slack.install(manifest(), None)
    slack.add_channel("C0ALERTS", "alerts", [])
    if trouble:
        getattr(slack, trouble)("C0ALERTS")
    given: dict[str, Any] = {**WHOLE, "slack_api_url": slack.api_url, "slack_bot_token": slack.bot_token}
    settings = Settings(_env_file=None, **given)
    async with aiohttp.ClientSession() as session:
        found = await _alert_channel(slack_client(settings, session), "C0ALERTS")
        nowhere = await _alert_channel(slack_client(settings, session), "C0NONE")
    await slack.stop()
    assert (found.verdict, nowhere.verdict) == (verdict, Verdict.WRONG)
    assert says in found.says


@asynccontextmanager
async def slack_double() -> AsyncIterator[SlackDouble]:
    slack = SlackDouble(SandboxClock())
    await slack.start()
    slack.install(manifest(), None)
    slack.add_channel("C0ALERTS", "alerts", [])
    slack.add_person("U0BOSS", "Birgit Boss", "birgit@agency.example")
    slack.add_person("U0GONE", "Gunn Gone", "gunn@agency.example", deleted=True)
    try:
        yield slack
    finally:
        await slack.stop()


@asynccontextmanager
async def client_of(slack: SlackDouble) -> AsyncIterator[SlackWeb]:
    given: dict[str, Any] = {**WHOLE, "slack_api_url": slack.api_url, "slack_bot_token": slack.bot_token}
    async with slack_session() as session:
        yield slack_client(Settings(_env_file=None, **given), session)


@pytest.mark.parametrize("name", ["Birgit", "@birgit", "birgit@agency.example", "C0ALERTS", "<@U0BOSS>", "u0boss"])
def test_a_coordinator_that_is_no_user_id_is_a_fault_with_the_way_to_the_id(name: str) -> None:
    with pytest.raises(SettingsFault) as fault:
        read_settings(_env_file=None, **{**WHOLE, "coordinator": name})
    (said,) = fault.value.faults
    assert said.startswith("COORDINATOR is wrong")
    assert "member id" in said
    assert name not in said


@pytest.mark.parametrize(
    ("user", "verdict", "says"),
    [
        ("U0BOSS", Verdict.OK, "Birgit Boss"),
        ("U0NOBODY", Verdict.WRONG, "member id"),
        ("U0GONE", Verdict.WRONG, "has left Slack"),
    ],
)
async def test_the_coordinator_is_looked_up(user: str, verdict: Verdict, says: str) -> None:
    async with slack_double() as slack, client_of(slack) as client:
        found = await _coordinator(client, user)
    assert found.verdict is verdict
    assert says in found.says


@pytest.mark.parametrize("kind", [Kind.ERROR_BEFORE, Kind.MALFORMED, Kind.DROP_BEFORE])
async def test_slack_that_is_away_is_not_a_wrong_token(kind: Kind) -> None:
    async with slack_double() as slack, client_of(slack) as client:
        slack.faults.sprinkle(1.0, kinds=[kind])
        found = [*await _slack(client), await _alert_channel(client, "C0ALERTS"), await _coordinator(client, "U0BOSS")]
    assert {one.verdict for one in found} == {Verdict.WRONG}
    assert all("Slack is away" in one.says and "again in a few minutes" in one.says for one in found)
    assert not any("copy" in one.says or "token" in one.says.lower() for one in found)


@pytest.mark.parametrize(
    ("status", "is_away"), [(503, True), (500, True), (429, True), (200, True), (401, False), (403, False)]
)
async def test_harvest_and_asana_that_are_away_are_not_a_wrong_token(status: int, *, is_away: bool) -> None:
    """200 with a page, as a proxy's; and at once, though Harvest asks for a pause of an hour."""

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, text="<html>", headers={"Retry-After": "3600"})

    given: dict[str, Any] = {**WHOLE, "asana_access_token": "fake"}
    settings = Settings(_env_file=None, **given)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        asana = asana_client(settings, http, Timing())
        assert asana is not None
        found = [await _harvest(settings, http), await _asana(asana)]
    assert [("is away" in one.says) for one in found] == [is_away, is_away]
    assert [("TOKEN" in one.says) for one in found] == [not is_away, not is_away]
