"""Signing in at Harvest: the address, the two grants, the accounts, and whose fault a refusal is."""

from typing import Any

import httpx
import pytest

from sync.clients.harvest.identity import HarvestIdentityClient
from sync.errors import Busy, OutsideError, Rejected, Unauthorised, Unavailable
from sync.ports.harvest import HarvestAccount, Tokens
from tests.clients.harvest_exchanges import Script, script

SECRET = "fake-client-secret"
TOKENS = {"access_token": "fake-access", "refresh_token": "fake-refresh", "token_type": "bearer", "expires_in": 1209600}


def identity(server: Script) -> HarvestIdentityClient:
    return HarvestIdentityClient(
        httpx.AsyncClient(transport=httpx.MockTransport(server)),
        id_url="https://id.harvest.example/",
        client_id="app-1",
        client_secret=SECRET,
        redirect_uri="https://gleaner.example/harvest/callback",
        user_agent="Gleaner (ops@agency.example)",
    )


def form(request: httpx.Request) -> dict[str, str]:
    return dict(httpx.QueryParams(request.content.decode()))


def test_the_person_is_sent_with_our_state_and_the_way_back() -> None:
    url = httpx.URL(identity(script()).sign_in_url("s&t=1"))
    assert (url.host, url.path) == ("id.harvest.example", "/oauth2/authorize")
    assert dict(url.params) == {
        "client_id": "app-1",
        "response_type": "code",
        "state": "s&t=1",
        "redirect_uri": "https://gleaner.example/harvest/callback",
    }


async def test_a_code_becomes_tokens() -> None:
    server = script(TOKENS)
    assert await identity(server).exchange("code-1") == Tokens("fake-access", "fake-refresh", 1209600)
    (request,) = server.asked
    assert (request.method, request.url.path) == ("POST", "/api/v2/oauth2/token")
    assert request.headers["User-Agent"] == "Gleaner (ops@agency.example)"
    assert form(request) == {
        "grant_type": "authorization_code",
        "code": "code-1",
        "redirect_uri": "https://gleaner.example/harvest/callback",
        "client_id": "app-1",
        "client_secret": SECRET,
    }


@pytest.mark.parametrize(
    ("answer", "kept"),
    [(TOKENS, "fake-refresh"), ({"access_token": "fake-access", "expires_in": 1209600}, "fake-old")],
)
async def test_a_refresh_keeps_the_refresh_token_that_holds_from_now_on(answer: dict[str, Any], kept: str) -> None:
    server = script(answer)
    assert (await identity(server).refresh("fake-old")).refresh_token == kept
    sent = form(server.asked[0])
    assert (sent["grant_type"], sent["refresh_token"]) == ("refresh_token", "fake-old")


async def test_only_harvest_accounts_are_offered() -> None:
    """Forecast, the sister product, shares the sign-in."""
    accounts = [
        {"id": 88888, "name": "Plans", "product": "forecast"},
        {"id": 10254, "name": "Agency", "product": "harvest"},
        {"id": 3000000000, "name": None, "product": "harvest"},
    ]
    server = script({"user": {"id": 1}, "accounts": accounts})
    found = await identity(server).accounts("fake-access")
    assert found == [HarvestAccount(10254, "Agency"), HarvestAccount(3000000000, "")]
    assert server.asked[0].headers["Authorization"] == "Bearer fake-access"
    assert "Harvest-Account-Id" not in server.asked[0].headers


def refusal(status: int, error: str) -> httpx.Response:
    return httpx.Response(status, json={"error": error, "error_description": "words"})


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(400, "invalid_grant"), Unauthorised),
        (refusal(401, "invalid_grant"), Unauthorised),
        (refusal(401, "invalid_token"), Unauthorised),
        # Our own set-up is wrong: nobody must be signed out for that.
        (refusal(400, "invalid_client"), Rejected),
        (refusal(401, "invalid_client"), Rejected),
        (refusal(400, "invalid_request"), Rejected),
        (httpx.Response(401, content="<html>"), Rejected),
        (httpx.Response(400, json=["invalid_grant"]), Rejected),
        (httpx.Response(403, json={"message": "no"}), Rejected),
        (httpx.Response(429), Busy),
        (httpx.Response(500), Unavailable),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example"}), Unavailable),
        (httpx.Response(200, content="no JSON"), Unavailable),
        (httpx.Response(200, json={"access_token": "", "expires_in": 1}), Unavailable),
        (httpx.ReadTimeout("slow"), Unavailable),
        (httpx.ConnectError("refused"), Unavailable),
    ],
    ids=str,
)
async def test_what_a_refused_refresh_means(answer: httpx.Response | Exception, error: type[Exception]) -> None:
    server = script(answer)
    with pytest.raises(OutsideError) as refused:
        await identity(server).refresh("fake-old")
    assert type(refused.value) is error
    assert len(server.asked) == 1


async def test_a_sign_in_that_cannot_be_renewed_is_not_taken() -> None:
    with pytest.raises(Unavailable, match="cannot be renewed"):
        await identity(script({"access_token": "fake-access", "expires_in": 1209600})).exchange("code-1")


async def test_accounts_need_a_token_that_is_taken() -> None:
    with pytest.raises(Unauthorised):
        await identity(script(refusal(401, "invalid_token"))).accounts("fake-access")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(422, json={"message": f"no: {SECRET} fake-old"}),
        httpx.Response(400, content=f"client_secret={SECRET}&refresh_token=fake-old"),
        httpx.Response(200, json={"access_token": ["fake-old", SECRET]}),
        httpx.LocalProtocolError(f"illegal {SECRET} fake-old"),
    ],
    ids=str,
)
async def test_no_error_tells_a_secret(answer: httpx.Response | Exception) -> None:
    client = identity(script(answer))
    with pytest.raises(OutsideError) as refused:
        await client.refresh("fake-old")
    told = f"{refused.value!r} {refused.value.message} {client!r}"
    assert SECRET not in told
    assert "fake-old" not in told
