"""The double of Slack at its edges: retries, time-outs, conflicts, Socket Mode frames, channels, typed text."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.manifest import manifest
from sandbox.clock import SandboxClock
from sandbox.slack.server import SlackDouble
from sandbox.slack.views import View
from tests.sandbox.slack_fake_bot import ADA, CHANNEL, FakeBot

Json = dict[str, Any]
EVENTS = ["user_change", "app_home_opened", "app_mention", "message.im", "message.channels"]
SELECT = {
    "type": "external_select",
    "action_id": "pick",
    "min_query_length": 0,
    "placeholder": {"type": "plain_text", "text": "…"},
}
FORM: Json = {
    "type": "modal",
    "callback_id": "m",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": kind,
            "optional": True,
            "label": {"type": "plain_text", "text": kind},
            "element": {"type": kind, "action_id": "a", **more},
        }
        for kind, more in (("plain_text_input", {}), ("number_input", {"is_decimal_allowed": True}))
    ]
    + [{"type": "actions", "block_id": "more", "elements": [SELECT]}],
}


def manifest_with(**settings: Any) -> Json:
    """The app's own, subscribed to more events and with more scopes than it needs."""
    changed = copy.deepcopy(manifest(url="https://bot.example"))
    changed["settings"]["event_subscriptions"]["bot_events"] = EVENTS
    changed["oauth_config"]["scopes"]["bot"] += ["channels:read", "channels:join"]
    changed["settings"] |= settings
    return changed


@asynccontextmanager
async def hasty(bot: FakeBot, **timings: Any) -> AsyncIterator[SlackDouble]:
    """A double whose time-outs and retries take a moment."""
    given = {"answer_seconds": 0.2, "retry_seconds": (0.0, 0.01, 0.01), **timings}
    double = SlackDouble(SandboxClock(), **given)
    await double.start()
    double.add_person(ADA, "Ada Nilsson", "ada@lumen.example", "Europe/Stockholm")
    double.add_channel(CHANNEL, "general", [ADA])
    double.install(manifest_with(), bot.url)
    yield double
    await double.stop()


@asynccontextmanager
async def web_client(slack: SlackDouble, **more: Any) -> AsyncIterator[AsyncWebClient]:
    token = more.pop("token", slack.bot_token)
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=token, base_url=slack.api_url, session=session, retry_handlers=[], **more)


async def opened(slack: SlackDouble, bot: FakeBot, client: AsyncWebClient) -> View:
    ada = slack.person(ADA)
    await ada.command("/log", "", CHANNEL)
    await client.views_open(trigger_id=bot.received[-1]["trigger_id"], view=FORM)
    assert ada.view is not None
    return ada.view


async def side(slack: SlackDouble, path: str, body: Json | None = None) -> Json:
    async with (
        aiohttp.ClientSession() as session,
        session.request("POST" if body else "GET", f"{slack.page_url}sandbox/{path}", json=body) as answer,
    ):
        found: Json = await answer.json()
    return found


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


# Deliveries


async def test_an_event_is_sent_again_three_times_with_number_and_reason(bot: FakeBot) -> None:
    bot.statuses.extend([500, 503, 500, 500])
    async with hasty(bot) as slack:
        await slack.person(ADA).open_home()
        await slack.deliveries.settle()
    retries = [
        (headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason")) for headers in map(_lower, bot.headers)
    ]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({event["event_id"] for event in bot.received}) == 1


async def test_a_retry_that_succeeds_is_the_last(bot: FakeBot) -> None:
    bot.statuses.extend([500])
    async with hasty(bot) as slack:
        await slack.person(ADA).open_home()
        await slack.deliveries.settle()
    assert len(bot.received) == 2


async def test_a_bot_that_asks_for_no_retry_gets_none(bot: FakeBot) -> None:
    bot.answer = web.Response(status=500, headers={"x-slack-no-retry": "1"})
    async with hasty(bot) as slack:
        await slack.person(ADA).open_home()
        await slack.deliveries.settle()
    assert len(bot.received) == 1


async def test_an_event_nobody_answers_in_time_is_sent_again_for_that_reason(bot: FakeBot) -> None:
    bot.delay = 0.3
    async with hasty(bot, answer_seconds=0.1) as slack:
        await slack.person(ADA).open_home()
        bot.delay = 0.0
        await slack.deliveries.settle()
    assert _lower(bot.headers[1])["x-slack-retry-reason"] == "http_timeout"


async def test_a_command_that_takes_too_long_fails_with_a_time_out(bot: FakeBot) -> None:
    bot.delay = 0.3
    async with hasty(bot, answer_seconds=0.1) as slack:
        outcome = await slack.person(ADA).command("/log", "x", CHANNEL)
        seen = await slack.person(ADA).sees("operation_timeout")
    assert outcome.error == "/log failed with the error operation_timeout"
    assert seen.ephemeral_to == ADA
    assert len(bot.received) == 1


async def test_a_triggers_life_is_the_constructors(bot: FakeBot) -> None:
    async with hasty(bot, trigger_seconds=0.0) as slack, web_client(slack) as client:
        await slack.person(ADA).command("/log", "", CHANNEL)
        trigger = bot.received[-1]["trigger_id"]
        assert await error_of(client.views_open(trigger_id=trigger, view=FORM)) == "expired_trigger_id"


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


# Views


async def test_a_view_that_moved_on_is_not_overwritten(
    slack: SlackDouble, bot: FakeBot, client: AsyncWebClient
) -> None:
    view = await opened(slack, bot, client)
    changed = await client.views_update(view_id=view.id, hash=view.hash, view=FORM)
    assert await error_of(client.views_update(view_id=view.id, hash=view.hash, view=FORM)) == "hash_conflict"
    await client.views_update(view_id=view.id, hash=changed["view"]["hash"], view=FORM)


async def test_no_more_than_three_forms_lie_upon_each_other(
    slack: SlackDouble, bot: FakeBot, client: AsyncWebClient
) -> None:
    await opened(slack, bot, client)
    ada = slack.person(ADA)
    for _ in range(2):
        await client.views_push(trigger_id=await _trigger_in_view(slack, bot), view=FORM)
    assert await error_of(client.views_push(trigger_id=await _trigger_in_view(slack, bot), view=FORM)) == (
        "push_limit_reached"
    )
    assert ada.view is not None
    assert len(slack.state.views.stacks[ADA]) == 3


async def _trigger_in_view(slack: SlackDouble, bot: FakeBot) -> str:
    ada = slack.person(ADA)
    assert ada.view is not None
    await ada.choose(ada.view, "pick", {"text": {"type": "plain_text", "text": "One"}, "value": "1"})
    return str(bot.received[-1]["trigger_id"])


async def test_numbers_go_out_as_text_and_empty_fields_as_null(
    slack: SlackDouble, bot: FakeBot, client: AsyncWebClient
) -> None:
    view = await opened(slack, bot, client)
    await slack.person(ADA).submit(view, {"number_input": 1.5, "plain_text_input": ""})
    values = bot.received[-1]["view"]["state"]["values"]
    assert values["number_input"]["a"]["value"] == "1.5"
    assert values["plain_text_input"]["a"]["value"] is None


@pytest.mark.parametrize("deed", ["action", "options"])
async def test_the_page_may_tell_a_part_of_what_was_typed(
    slack: SlackDouble, bot: FakeBot, client: AsyncWebClient, deed: str
) -> None:
    view = await opened(slack, bot, client)
    ids = {"user": ADA, "view_id": view.id, "block_id": "more", "action_id": "pick"}
    other = {"type": "plain_text_input", "value": "kept"}
    for state in ({"plain_text_input": {"a": other}}, {"plain_text_input": {"b": other}}, {}):
        bot.answer = web.json_response({"options": []})
        await side(slack, deed, {**ids, "query": "", "state": state})
    held = slack.state.views.find(view.id).state
    assert held["plain_text_input"]["a"]["value"] == "kept"
    assert held["number_input"]["a"]["value"] is None


# What Slack sends


async def test_a_presss_keys_are_those_of_slack(
    slack: SlackDouble, bot: FakeBot, client: AsyncWebClient, specs: Path
) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Press"}, "action_id": "p", "value": "1"}
    blocks = [{"type": "actions", "elements": [button]}]
    await client.chat_postMessage(channel=CHANNEL, text="card", blocks=blocks)
    await client.chat_postEphemeral(channel=CHANNEL, user=ADA, text="card", blocks=blocks)
    ada = slack.person(ADA)
    for name, message in zip(("message", "ephemeral"), ada.messages(CHANNEL), strict=True):
        await ada.press(message, "Press")
        recorded = _recorded(specs, f"block_actions.{name}")
        sent = bot.received[-1]
        assert recorded.keys() - sent.keys() == set()
        assert sent.keys() - recorded.keys() <= {"token", "enterprise", "is_enterprise_install"}
        assert sent["container"].keys() == recorded["container"].keys()
        assert recorded["actions"][0].keys() == sent["actions"][0].keys()


async def test_a_suggestions_keys_are_those_of_slack(
    slack: SlackDouble, bot: FakeBot, client: AsyncWebClient, specs: Path
) -> None:
    view = await opened(slack, bot, client)
    bot.answer = web.json_response({"options": []})
    assert await slack.person(ADA).options(view, "pick", "acme") == []
    recorded, sent = _recorded(specs, "block_suggestion"), bot.received[-1]
    assert recorded.keys() - sent.keys() == set()
    assert sent.keys() - recorded.keys() <= {"enterprise", "is_enterprise_install"}
    assert (sent["block_id"], sent["action_id"], sent["value"]) == ("more", "pick", "acme")
    assert recorded["view"].keys() - sent["view"].keys() == set()


async def test_an_opened_homes_keys_are_those_of_slack(slack: SlackDouble, bot: FakeBot, specs: Path) -> None:
    await slack.person(ADA).open_home()
    recorded, sent = _recorded(specs, "event.app_home_opened"), bot.received[-1]
    assert recorded.keys() - sent.keys() <= {"enterprise_id"}
    assert sent.keys() - recorded.keys() <= {"event_context"}
    assert sent["event"].keys() == recorded["event"].keys()
    assert sent["event"]["tab"] == "home"


async def test_a_changed_profiles_keys_are_those_of_slack(slack: SlackDouble, bot: FakeBot, specs: Path) -> None:
    slack.change_person(ADA, tz="Pacific/Auckland", deleted=True)
    await slack.deliveries.settle()
    shapes = json.loads((specs / "slack-recorded" / "shapes.json").read_text())
    shape = next(one for name, one in shapes["events"].items() if name == "UserChange")
    sent = bot.received[-1]["event"]
    assert sent.keys() - shape.keys() == {"event_ts"}
    assert sent["user"].keys() - shape["user"].keys() == set()
    assert (sent["user"]["tz"], sent["user"]["deleted"]) == ("Pacific/Auckland", True)


def _recorded(specs: Path, name: str) -> Json:
    body: Json = json.loads((specs / "slack-recorded" / f"{name}.json").read_text())["body"]
    return body


# Socket Mode


@pytest.fixture
async def socket_slack() -> AsyncIterator[SlackDouble]:
    double = SlackDouble(SandboxClock(), answer_seconds=0.5)
    await double.start()
    double.add_person(ADA, "Ada Nilsson", "ada@lumen.example")
    double.add_channel(CHANNEL, "general", [ADA])
    double.install(manifest_with(socket_mode_enabled=True), None)
    yield double
    await double.stop()


@asynccontextmanager
async def connected(slack: SlackDouble) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with web_client(slack, token=slack.app_token) as client:
        url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        yield socket


async def test_the_frames_of_socket_mode_have_the_recorded_keys(socket_slack: SlackDouble, specs: Path) -> None:
    async with connected(socket_slack) as socket:
        hello = await socket.receive_json(timeout=2)
        command = asyncio.create_task(socket_slack.person(ADA).command("/log", "x", CHANNEL))
        typed = await socket.receive_json(timeout=2)
        await socket.send_json({"envelope_id": typed["envelope_id"], "payload": {"text": "Logged"}})
        assert (await command).ok
        home = asyncio.create_task(socket_slack.person(ADA).open_home())
        event = await socket.receive_json(timeout=2)
        await socket.send_json({"envelope_id": event["envelope_id"]})
        assert (await home).ok
        goodbye = asyncio.create_task(socket_slack.socket.disconnect())
        farewell = await socket.receive_json(timeout=2)
        await socket.close()
        await goodbye
    assert [message.text for message in socket_slack.person(ADA).messages(CHANNEL)] == ["Logged"]
    names = ("hello", "slash_commands", "events_api", "disconnect")
    for name, frame in zip(names, (hello, typed, event, farewell), strict=True):
        assert frame.keys() == _recorded(specs, f"socket.{name}").keys(), name
    assert (hello["type"], event["retry_attempt"], farewell["reason"]) == ("hello", 0, "refresh_requested")


async def test_an_address_of_socket_mode_works_once(socket_slack: SlackDouble) -> None:
    url = socket_slack.socket.new_url()
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            await socket.receive_json(timeout=2)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_without_connection_a_command_fails_and_without_answer_it_times_out(socket_slack: SlackDouble) -> None:
    ada = socket_slack.person(ADA)
    assert "dispatch_failed" in str((await ada.command("/log", "x", CHANNEL)).error)
    async with connected(socket_slack) as socket:
        await socket.receive_json(timeout=2)
        assert "operation_timeout" in str((await ada.command("/log", "x", CHANNEL)).error)


# Channels


async def test_clients_bound_to_a_team_name_it_with_every_call(slack: SlackDouble, bot: FakeBot) -> None:
    async with web_client(slack, team_id=slack.team_id) as client:
        assert (await client.auth_test())["team_id"] == slack.team_id
        assert (await opened(slack, bot, client)).callback_id == "m"


async def test_a_channels_fate_is_shown(bot: FakeBot) -> None:
    async with hasty(bot) as slack, web_client(slack) as client:
        seen = (await client.conversations_info(channel=CHANNEL))["channel"]
        assert (seen["is_ext_shared"], seen["is_archived"], seen["is_member"]) == (False, False, True)
        slack.share_channel(CHANNEL)
        slack.archive_channel(CHANNEL)
        slack.remove_bot(CHANNEL)
        seen = (await client.conversations_info(channel=CHANNEL))["channel"]
        assert (seen["is_ext_shared"], seen["is_archived"], seen["is_member"]) == (True, True, False)


async def test_the_bot_comes_back_by_joining(bot: FakeBot) -> None:
    async with hasty(bot) as slack, web_client(slack) as client:
        slack.remove_bot(CHANNEL)
        assert await error_of(client.chat_postMessage(channel=CHANNEL, text="x")) == "not_in_channel"
        assert await error_of(client.chat_postEphemeral(channel=CHANNEL, user=ADA, text="x")) == "not_in_channel"
        await client.conversations_join(channel=CHANNEL)
        await client.chat_postMessage(channel=CHANNEL, text="x")


async def test_with_the_right_scope_the_bot_speaks_in_public_channels_it_is_not_in(bot: FakeBot) -> None:
    async with hasty(bot) as slack, web_client(slack) as client:
        given = manifest_with()
        given["oauth_config"]["scopes"]["bot"].append("chat:write.public")
        slack.install(given, bot.url)
        slack.remove_bot(CHANNEL)
        await client.chat_postMessage(channel=CHANNEL, text="x")


async def test_archived_and_private_channels_are_refused(slack: SlackDouble, client: AsyncWebClient) -> None:
    slack.add_channel("C0SECRET", "secret", [ADA], has_bot=False, is_private=True)
    assert await error_of(client.chat_postMessage(channel="C0SECRET", text="x")) == "channel_not_found"
    slack.archive_channel(CHANNEL)
    assert await error_of(client.chat_postMessage(channel=CHANNEL, text="x")) == "is_archived"
    with pytest.raises(LookupError, match="archived"):
        slack.person(ADA).say("anybody here?", CHANNEL)


# What people type


async def test_typed_text_reaches_the_page_as_rich_text(slack: SlackDouble) -> None:
    slack.person(ADA).say("R&D *now* :tada: https://a.example/?a=1&b=2 snake_case_name", CHANNEL)
    (message,) = (await side(slack, f"state?user={ADA}"))["messages"][CHANNEL]
    (block,) = message["blocks"]
    assert block["type"] == "rich_text"
    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "R&D "},
        {"type": "text", "text": "now", "style": {"bold": True}},
        {"type": "text", "text": " "},
        {"type": "emoji", "name": "tada"},
        {"type": "text", "text": " "},
        {"type": "link", "url": "https://a.example/?a=1&b=2"},
        {"type": "text", "text": " snake_case_name"},
    ]
