"""What `gleaner check` advises without asking anybody: settings that cost something, and a clock that is off."""

import time
from email.utils import formatdate
from typing import Any

import pytest

from bot.doctor import Verdict, _advice, _skew
from bot.settings import Settings

WHOLE = {
    "slack_bot_token": "xoxb-fake",
    "slack_signing_secret": "fake",
    "harvest_access_token": "fake",
    "harvest_account_id": 1,
    "coordinator": "U0BOSS",
    "public_url": "https://gleaner.example.com",
}
ADVICE: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing": ({}, []),
    "nobody hears of failures": ({"coordinator": None}, ["COORDINATOR"]),
    "nobody can connect": ({"public_url": None}, ["PUBLIC_URL"]),
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
