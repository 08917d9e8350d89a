"""Whatever Slack answers: a documented answer, a refusal with its code, or SlackAway. Nothing else, and in time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from handlers.slack import web as door
from handlers.slack.channels import SlackChannels
from handlers.slack.files import Files
from handlers.slack.outages import OUTAGES
from handlers.slack.posts import Posts
from handlers.slack.profiles import SlackProfiles
from handlers.slack.replies import Message
from handlers.slack.web import MOST_BYTES, SlackAway, SlackWeb, read, refusal, slack_session
from sync.errors import Gone, Unavailable

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]
JSON, TEXT, HTML = "application/json", "text/plain", "text/html"
SPOILT: dict[str, tuple[int, str, str]] = {
    "text for an outage": (503, "upstream connect error", TEXT),
    "a page for an outage": (502, "<html>Bad gateway</html>", HTML),
    "an outage in JSON": (500, '{"ok": false, "error": "internal_error"}', JSON),
    "text": (200, "ok", TEXT),
    "nothing": (200, "", TEXT),
    "an empty body of JSON": (200, "", JSON),
    "a page": (200, "<html>a proxy's own page</html>", HTML),
    "broken off": (200, '{"ok": true, "user": {"id": "U', JSON),
    "an array": (200, "[1, 2]", JSON),
    "a number": (200, "1", JSON),
    "null": (200, "null", JSON),
    "a long number": (200, '{"ok": true, "user": ' + "1" * 5000 + "}", JSON),
    "deep": (200, "[" * 100_000, JSON),
    "a refusal without its code": (200, '{"ok": false}', JSON),
    "a refusal whose code is a list": (200, '{"ok": false, "error": ["x"]}', JSON),
    "a body of another charset": (200, '{"ok": true, "user": {}}', "application/json; charset=utf-16"),
    "a redirect to nowhere": (302, "", TEXT),
}
WRONG: dict[str, str] = {
    "no person": '{"ok": true}',
    "a person that is a text": '{"ok": true, "user": "U1"}',
    "a person that is a list": '{"ok": true, "user": []}',
    "an id that is a number": '{"ok": true, "user": {"id": 7}}',
    "a name that is an object": '{"ok": true, "user": {"id": "U1", "name": {}}}',
    "a zone that is a number": '{"ok": true, "user": {"id": "U1", "tz": 3}}',
    "a profile that is a text": '{"ok": true, "user": {"id": "U1", "profile": "x"}}',
}


@asynccontextmanager
async def slack(answer: Answering) -> AsyncIterator[SlackWeb]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with slack_session() as session:
            yield SlackWeb("xoxb-fake", f"http://127.0.0.1:{runner.addresses[0][1]}/api/", session)
    finally:
        await runner.cleanup()


def always(status: int, body: str, kind: str, **headers: str) -> Answering:
    async def answer(_request: web.Request) -> web.StreamResponse:
        given = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return web.Response(status=status, body=body.encode(), headers=given)

    return answer


@pytest.mark.parametrize(("status", "body", "kind"), SPOILT.values(), ids=SPOILT)
async def test_what_is_no_answer_is_slack_away(status: int, body: str, kind: str) -> None:
    async with slack(always(status, body, kind)) as client:
        with pytest.raises(SlackAway):
            await client.chat_postMessage(channel="C1", text="x")
        with pytest.raises(Unavailable):
            await SlackProfiles(client).profile("U1")
        with pytest.raises(Unavailable):
            await SlackProfiles(client).find("ada@agency.example")


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
async def test_a_person_of_another_shape_is_slack_away(body: str) -> None:
    async with slack(always(200, body, JSON)) as client:
        with pytest.raises(Unavailable):
            await SlackProfiles(client).profile("U1")


async def test_every_call_meets_an_answer_of_another_shape() -> None:
    """`ok` and nothing that is needed."""
    async with slack(always(200, '{"ok": true, "channel": 3, "messages": "x", "upload_url": 1}', JSON)) as client:
        posts = Posts(client, Nobody(), SlackChannels(client))
        calls: list[Awaitable[Any]] = [
            posts.post("C1", Message("x"), 1),
            posts.posted_before("C1", 1, datetime(2026, 11, 20, tzinfo=UTC)),
            SlackChannels(client).look("C1"),
            door.open_dm(client, "U1"),
        ]
        for call in calls:
            with pytest.raises(SlackAway):
                await call
        assert await Files(client).give("U1", "a.csv", "x") is False


class Nobody:
    async def reach(self, address: str) -> str | None:
        del address
        return None


async def test_a_refusal_keeps_its_code() -> None:
    async with slack(always(200, '{"ok": false, "error": "user_not_found"}', JSON)) as client:
        with pytest.raises(SlackApiError) as refused:
            await client.users_info(user="U1")
        assert refusal(refused.value) == "user_not_found"
        with pytest.raises(Gone, match="user_not_found"):
            await SlackProfiles(client).profile("U1")


async def test_an_answer_without_end_is_cut_off() -> None:
    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": JSON})
        await response.prepare(request)
        for _ in range(2 * MOST_BYTES // 2**20):
            await response.write(b" " * 2**20)
        return response

    async with slack(flood) as client:
        with pytest.raises(SlackAway):
            await client.users_info(user="U1")


async def test_an_answer_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "LONGEST", 0.1)

    async def never(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(2)
        return web.Response()

    async with slack(never) as client:
        with pytest.raises(SlackAway):
            await client.users_info(user="U1")


@pytest.mark.parametrize("pause", ["86400", "-1", "soon", "1.5", "9" * 5000, ""])
async def test_a_long_or_strange_pause_is_a_refusal(pause: str) -> None:
    busy = always(429, '{"ok": false, "error": "ratelimited"}', JSON, Retry_After=pause)
    async with slack(busy) as client:
        with pytest.raises(SlackApiError) as refused:
            await client.users_info(user="U1")
        assert refusal(refused.value) == "ratelimited"


async def test_nobody_listens() -> None:
    async with slack_session() as session:
        with pytest.raises(SlackAway):
            await SlackWeb("xoxb-fake", "http://127.0.0.1:9/api/", session).users_info(user="U1")


def test_slack_away_is_an_outage_like_the_others() -> None:
    assert issubclass(SlackAway, OUTAGES)


async def test_signs_that_no_database_keeps_are_dropped_from_names() -> None:
    body = '{"ok": true, "user": {"id": "U1", "real_name": "A\\u0000da\\ud83d", "profile": {"email": "a\\u0000@b.c"}}}'
    async with slack(always(200, body, JSON)) as client:
        profile = await SlackProfiles(client).profile("U1")
    assert (profile.name, profile.email) == ("Ada", "a@b.c")


async def test_the_workspace_is_read_by_type() -> None:
    async with slack(always(200, '{"ok": true, "team_id": ["T1"]}', JSON)) as client:
        answer = await client.auth_test()
        with pytest.raises(SlackAway):
            read(answer, door.Identity)
