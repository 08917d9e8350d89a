"""Files as a bot hands them over: an address, the bytes, then a message that shows them."""

from dataclasses import replace

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.server import SlackDouble
from tests.sandbox.slack_fake_bot import ADA, CHANNEL


async def fetched(address: str) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, await answer.read()


async def test_a_file_arrives_in_a_channel(slack: SlackDouble, client: AsyncWebClient) -> None:
    done = await client.files_upload_v2(channel=CHANNEL, filename="a b.csv", content="x,y\n", initial_comment="Here")
    message = await slack.person(ADA).sees("a b.csv", CHANNEL)
    assert (message.text, [file.content for file in message.files]) == ("Here", [b"x,y\n"])
    assert await fetched(done["file"]["url_private"]) == (200, b"x,y\n")
    (listed,) = (await client.conversations_history(channel=CHANNEL))["messages"]
    assert listed["files"][0]["name"] == "a b.csv"


async def test_what_was_not_sent_or_shown_before_is_not_found(slack: SlackDouble, client: AsyncWebClient) -> None:
    promised = await client.files_getUploadURLExternal(filename="a.csv", length=3)
    for _ in range(2):
        with pytest.raises(SlackApiError, match="file_not_found"):
            await client.files_completeUploadExternal(files=[{"id": promised["file_id"]}], channel_id=CHANNEL)
    assert (await fetched(slack.state.files[promised["file_id"]].address))[0] == 404
    async with aiohttp.ClientSession() as session:
        statuses = []
        for body in (b"four", b"abc", b"abc"):
            async with session.post(promised["upload_url"], data=body) as answer:
                statuses.append(answer.status)
    assert statuses == [400, 200, 400]
    done = await client.files_completeUploadExternal(files=[{"id": promised["file_id"]}])
    assert done["files"][0]["title"] == "a.csv"
    assert slack.state.messages[CHANNEL] == []


async def test_an_empty_file_a_missing_scope_and_a_strange_channel(slack: SlackDouble, client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="missing_argument"):
        await client.files_getUploadURLExternal(filename="a.csv", length=0)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.files_upload_v2(channel="C0NOWHERE", filename="a.csv", content="x")
    slack.state.app = replace(slack.state.app, scopes=slack.state.app.scopes - {"files:write"})
    with pytest.raises((SlackApiError, SlackRequestError), match="missing_scope"):
        await client.files_upload_v2(channel=CHANNEL, filename="a.csv", content="x")
