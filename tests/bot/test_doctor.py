"""What `gleaner check` advises without asking anybody: settings that cost something, and a clock that is off."""

import time
from email.utils import formatdate
from typing import Any

import aiohttp
import pytest

from bot.cli.doctor import Verdict, _advice, _alert_channel, _skew
from bot.cli.manifest import manifest
from bot.settings import Settings
from bot.wiring.app import slack_client
from sandbox.clock import SandboxClock
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
