"""The double of Slack behaves as Slack does where a bot could come to grief."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.http_transport import signature
from sandbox.slack.server import SlackDouble
from tests.sandbox.slack_fake_bot import ADA, CHANNEL, FakeBot

Json = dict[str, Any]
BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Press"}, "action_id": "a.press", "value": "1"}
MODAL: Json = {
    "type": "modal",
    "callback_id": "m",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "note"},
        }
    ],
}


async def post(url: str, body: Json) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status


async def test_deliveries_are_signed_as_slack_signs(slack: SlackDouble, bot: FakeBot) -> None:
    await slack.person(ADA).command("/log", "1h “x” & <y>", CHANNEL)
    stamp, signed = bot.headers[0]["x-slack-request-timestamp"], bot.headers[0]["x-slack-signature"]
    assert SignatureVerifier(slack.signing_secret).is_valid(bot.bodies[0], stamp, signed)
    assert not SignatureVerifier("another-secret").is_valid(bot.bodies[0], stamp, signed)
    assert bot.received[0]["text"] == "1h “x” &amp; &lt;y&gt;"


def test_the_signature_is_that_of_slacks_own_example(specs: Path) -> None:
    http = json.loads((specs / "slack-recorded" / "http.signature.json").read_text())["http"]
    headers = {name.lower(): value for name, value in http["headers"].items()}
    stamp = headers["x-slack-request-timestamp"]
    assert signature(http["signing_secret"], stamp, http["raw"]) == headers["x-slack-signature"]


@pytest.mark.parametrize("name", ["command.json", "shortcut.global.json", "view_submission.json", "view_closed.json"])
async def test_payloads_have_the_keys_of_recorded_ones(
    slack: SlackDouble, bot: FakeBot, client: AsyncWebClient, specs: Path, name: str
) -> None:
    """A key that the double invents would let a bot rely on what Slack never sends."""
    ada = slack.person(ADA)
    await ada.command("/log", "x", CHANNEL)
    if name == "shortcut.global.json":
        await ada.shortcut("log_time")
    elif name != "command.json":
        await client.views_open(trigger_id=bot.received[-1]["trigger_id"], view=MODAL)
        assert ada.view is not None
        await (ada.submit(ada.view, {"note": "x"}) if "submission" in name else ada.close(ada.view))
    recorded = json.loads((specs / "slack-recorded" / name).read_text())
    known = recorded["body"] if isinstance(recorded.get("body"), dict) else recorded
    known = known.get("payload", known) if isinstance(known, dict) else known
    known = json.loads(known) if isinstance(known, str) else known
    assert set(bot.received[-1]) - set(known) <= {
        "enterprise",
        "is_enterprise_install",
        "api_app_id",
        "response_urls",
        "is_cleared",
    }


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": CHANNEL}, "no_text"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("views.open", {"trigger_id": "1.2.3", "view": MODAL}, "invalid_trigger_id"),
        ("no.method", {}, "unknown_method"),
    ],
)
async def test_calls_are_refused_with_slacks_codes(
    client: AsyncWebClient, method: str, arguments: Json, error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method, json=arguments)
    assert refused.value.response["error"] == error


async def test_another_token_is_refused(slack: SlackDouble) -> None:
    async with aiohttp.ClientSession() as session:
        stranger = AsyncWebClient(token="xoxb-another-fake", base_url=slack.api_url, session=session)
        with pytest.raises(SlackApiError, match="invalid_auth"):
            await stranger.auth_test()


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
        [{"type": "actions", "elements": []}],
        [{"type": "actions", "elements": [{**BUTTON, "action_id": f"a{n}"} for n in range(26)]}],
        [{"type": "divider"}] * 51,
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "nonsense"}],
    ],
)
async def test_blocks_beyond_slacks_limits_are_refused(client: AsyncWebClient, blocks: list[Json]) -> None:
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_postMessage(channel=CHANNEL, text="x", blocks=blocks)


async def test_a_trigger_opens_one_form_within_three_seconds(
    slack: SlackDouble, bot: FakeBot, client: AsyncWebClient
) -> None:
    ada = slack.person(ADA)
    await ada.command("/log", "", CHANNEL)
    trigger = bot.received[-1]["trigger_id"]
    await client.views_open(trigger_id=trigger, view=MODAL)
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger, view=MODAL)
    slack.state.triggers._life = 0.0
    await ada.command("/log", "", CHANNEL)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=bot.received[-1]["trigger_id"], view=MODAL)


async def test_field_errors_stay_beside_their_field(slack: SlackDouble, bot: FakeBot, client: AsyncWebClient) -> None:
    ada = slack.person(ADA)
    await ada.command("/log", "", CHANNEL)
    await client.views_open(trigger_id=bot.received[-1]["trigger_id"], view=MODAL)
    view = ada.view
    assert view is not None
    bot.answer = web.json_response({"response_action": "errors", "errors": {"note": "too short"}})
    outcome = await ada.submit(view, {"note": "x"})
    assert outcome.errors == {"note": "too short"}
    assert ada.view is not None
    await ada.submit(view, {"note": "long enough"})
    assert ada.view is None


async def test_an_answer_address_works_five_times_in_thirty_minutes(slack: SlackDouble, bot: FakeBot) -> None:
    ada = slack.person(ADA)
    await ada.command("/log", "x", CHANNEL)
    url = bot.received[-1]["response_url"]
    assert [await post(url, {"text": f"answer {number}"}) for number in range(6)] == [200] * 5 + [404]
    await ada.command("/log", "x", CHANNEL)
    slack.clock.advance(timedelta(minutes=31))
    assert await post(bot.received[-1]["response_url"], {"text": "late"}) == 404


async def test_a_private_answer_is_seen_by_one_and_gone_after_a_reload(slack: SlackDouble, bot: FakeBot) -> None:
    ada, tom = slack.person(ADA), slack.person("U0TOM")
    await ada.command("/log", "x", CHANNEL)
    await post(bot.received[-1]["response_url"], {"text": "only you"})
    assert [message.text for message in ada.messages(CHANNEL)] == ["only you"]
    assert tom.messages(CHANNEL) == []
    ada.reload()
    assert ada.messages(CHANNEL) == []


async def test_a_bot_that_fails_shows_the_person_so(slack: SlackDouble, bot: FakeBot) -> None:
    bot.answer = web.Response(status=500)
    outcome = await slack.person(ADA).command("/log", "x", CHANNEL)
    assert "dispatch_failed" in (outcome.error or "")


async def test_a_button_press_names_the_button_and_replaces_its_message(
    slack: SlackDouble, bot: FakeBot, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=CHANNEL, text="card", blocks=[{"type": "actions", "elements": [BUTTON]}])
    ada = slack.person(ADA)
    await ada.press(ada.messages(CHANNEL)[-1], "Press")
    pressed = bot.received[-1]
    assert (pressed["actions"][0]["action_id"], pressed["actions"][0]["value"]) == ("a.press", "1")
    await post(pressed["response_url"], {"text": "done", "replace_original": True})
    assert [message.text for message in ada.messages(CHANNEL)] == ["done"]


async def test_the_page_sees_what_the_person_sees(slack: SlackDouble, bot: FakeBot) -> None:
    await slack.person(ADA).command("/log", "x", CHANNEL)
    await post(bot.received[-1]["response_url"], {"text": "only you"})
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{slack.page_url}sandbox/state?user={ADA}") as answer,
    ):
        state = await answer.json()
    assert [message["text"] for message in state["messages"][CHANNEL]] == ["only you"]
    assert {command["command"] for command in state["commands"]} == {"/log", "/timer", "/budget", "/gleaner"}
