"""Signing in with Harvest: the page, codes, tokens, their end and renewal, and accounts."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.clock import SandboxClock
from tests.sandbox.harvest_account import Visitor

BACK = "http://127.0.0.1:1/harvest/callback"
APP = {"client_id": "harvest-client-fake", "client_secret": "harvest-secret-fake"}
ASKED = {"client_id": APP["client_id"], "state": "s<1>", "redirect_uri": BACK}


async def decide(harvest: Visitor, decision: str = "allow", **changed: Any) -> httpx.Response:
    form = {**ASKED, "user_id": harvest.account.milo.id, "decision": decision, **changed}
    return await harvest.http.post(f"{harvest.double.id_url}/oauth2/authorize", data=form)


async def code_of(harvest: Visitor) -> str:
    back = (await decide(harvest)).headers["Location"]
    return parse_qs(urlsplit(back).query)["code"][0]


async def tokens(harvest: Visitor, **grant: str) -> httpx.Response:
    return await harvest.http.post(f"{harvest.double.id_url}/api/v2/oauth2/token", data={**APP, **grant})


async def signed_in(harvest: Visitor) -> dict[str, Any]:
    answer = await tokens(harvest, grant_type="authorization_code", code=await code_of(harvest))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def status_with(harvest: Visitor, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}", "Harvest-Account-Id": "1234567"}
    return (await harvest.http.get(f"{harvest.double.api_url}/users/me", headers=headers)).status_code


async def test_the_page_lists_people_and_escapes_what_it_was_given(harvest: Visitor) -> None:
    query = {**ASKED, "response_type": "code"}
    page = await harvest.http.get(f"{harvest.double.id_url}/oauth2/authorize", params=query)
    assert page.status_code == 200
    assert "Milo Test (milo@agency.example)" in page.text
    assert 'value="s&lt;1&gt;"' in page.text


async def test_allowing_comes_back_with_code_state_and_scope(harvest: Visitor) -> None:
    answer = await decide(harvest)
    back = urlsplit(answer.headers["Location"])
    found = parse_qs(back.query)
    assert (answer.status_code, f"{back.scheme}://{back.netloc}{back.path}") == (302, BACK)
    assert (found["state"], found["scope"]) == (["s<1>"], ["harvest:1234567"])


async def test_denying_comes_back_with_an_error(harvest: Visitor) -> None:
    found = parse_qs(urlsplit((await decide(harvest, "deny")).headers["Location"]).query)
    assert found == {"error": ["access_denied"], "state": ["s<1>"]}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "other"}, "invalid_client"),
        ({"redirect_uri": "http://elsewhere.example/"}, "invalid_request"),
        ({"redirect_uri": ""}, None),  # the registered one is taken
        ({"user_id": "0"}, "invalid_request"),
    ],
)
async def test_only_the_registered_application_is_served(
    harvest: Visitor, changed: dict[str, str], error: str | None
) -> None:
    harvest.double.state.app.redirect_url = BACK
    answer = await decide(harvest, **changed)
    assert answer.status_code == 302 if error is None else answer.json()["error"] == error


async def test_a_code_gives_a_token_that_acts_as_that_person(harvest: Visitor) -> None:
    granted = await signed_in(harvest)
    assert (granted["token_type"], granted["expires_in"]) == ("bearer", 1_209_600)
    headers = {"Authorization": f"Bearer {granted['access_token']}", "Harvest-Account-Id": "1234567"}
    me = await harvest.http.get(f"{harvest.double.api_url}/users/me", headers=headers)
    assert me.json()["first_name"] == "Milo"


async def test_a_code_works_once_and_for_ten_minutes(harvest: Visitor, clock: SandboxClock) -> None:
    used, old = await code_of(harvest), await code_of(harvest)
    await tokens(harvest, grant_type="authorization_code", code=used)
    again = await tokens(harvest, grant_type="authorization_code", code=used)
    clock.advance(timedelta(minutes=11))
    late = await tokens(harvest, grant_type="authorization_code", code=old)
    assert [answer.json()["error"] for answer in (again, late)] == ["invalid_grant", "invalid_grant"]


async def test_a_token_ends_after_fourteen_days_and_can_be_renewed(harvest: Visitor, clock: SandboxClock) -> None:
    granted = await signed_in(harvest)
    clock.advance(timedelta(days=14, seconds=-30))
    assert await status_with(harvest, granted["access_token"]) == 200
    clock.advance(timedelta(seconds=30))
    assert await status_with(harvest, granted["access_token"]) == 401
    renewed = (await tokens(harvest, grant_type="refresh_token", refresh_token=granted["refresh_token"])).json()
    assert await status_with(harvest, renewed["access_token"]) == 200


@pytest.mark.parametrize("rotates", [False, True])
async def test_refresh_tokens_rotate_where_that_is_switched_on(harvest: Visitor, *, rotates: bool) -> None:
    harvest.double.state.habits.rotates_refresh_tokens = rotates
    first = (await signed_in(harvest))["refresh_token"]
    second = (await tokens(harvest, grant_type="refresh_token", refresh_token=first)).json()["refresh_token"]
    again = await tokens(harvest, grant_type="refresh_token", refresh_token=first)
    assert (second != first, again.status_code) == ((True, 400) if rotates else (False, 200))


async def test_a_revoked_token_and_its_refresh_token_are_refused(harvest: Visitor) -> None:
    granted = await signed_in(harvest)
    harvest.double.state.revoke(granted["access_token"])
    assert await status_with(harvest, granted["access_token"]) == 401
    renewed = await tokens(harvest, grant_type="refresh_token", refresh_token=granted["refresh_token"])
    assert (renewed.status_code, renewed.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("grant", "status", "error"),
    [
        ({"client_secret": "wrong", "grant_type": "refresh_token"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_other_askers_and_other_grants_are_refused(
    harvest: Visitor, grant: dict[str, str], status: int, error: str
) -> None:
    answer = await tokens(harvest, **grant)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_accounts_include_a_forecast_one_and_come_first(harvest: Visitor) -> None:
    headers = {"Authorization": "Bearer token-milo-fake"}
    found = (await harvest.http.get(f"{harvest.double.id_url}/api/v2/accounts", headers=headers)).json()
    assert [account["product"] for account in found["accounts"]] == ["forecast", "harvest"]
    assert found["accounts"][1]["id"] == 1234567
    assert found["user"]["id"] != harvest.account.milo.id
    assert (await harvest.http.get(f"{harvest.double.id_url}/api/v2/accounts")).status_code == 401
