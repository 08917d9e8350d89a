"""Connect Harvest: a person's own sign-in, in the browser and back."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.cli.demo import DemoStack
from sandbox.harvest.records import Code
from sandbox.slack.person import Person
from sync.harvest.connect import Connected, SignInFailed

GENERAL = "C0GENERAL"


@pytest.fixture
def settings_of() -> dict[str, str]:
    return {"public_url": "http://127.0.0.1:9"}


async def link(ada: Person) -> str:
    """The state in the link that Slack shows."""
    await ada.command("/gleaner", "connect", GENERAL)
    shown = await ada.sees("Sign in to Harvest")
    button = next(one for block in shown.blocks for one in block.get("elements", []) if one.get("url"))
    return str(parse_qs(urlsplit(button["url"]).query)["state"][0])


async def sign_in(here: DemoStack, state: str, slack_id: str) -> Connected:
    agency, double = here.doubles.agency, here.doubles.harvest.state
    user = next(one for one in agency.people if one.slack_id == slack_id)
    ends = here.doubles.clock.now() + timedelta(minutes=1)
    double.codes["code-fake"] = Code("code-fake", agency.harvest_id_of(user), ends)
    found = await here.gleaner.flows.connect.finish(state, "code-fake")
    assert isinstance(found, Connected)
    return found


@pytest.mark.both_databases
async def test_a_connected_person_logs_as_themselves(here: DemoStack, ada: Person) -> None:
    """The entry is written with the person's own token, without `user_id`."""
    await sign_in(here, await link(ada), ada.id)
    await ada.command("/log", "1h ACME-12 #design as myself", GENERAL)
    await ada.sees("Logged 1 h")
    create = next(one for one in reversed(here.doubles.harvest.requests) if one.method == "POST")
    assert "user_id" not in create.body


async def test_a_link_works_once(here: DemoStack, ada: Person) -> None:
    state = await link(ada)
    await sign_in(here, state, ada.id)
    with pytest.raises(SignInFailed, match="used before"):
        await here.gleaner.flows.connect.finish(state, "another-code")


async def test_a_link_is_good_for_ten_minutes(here: DemoStack, ada: Person) -> None:
    state = await link(ada)
    here.doubles.clock.advance(timedelta(minutes=11))
    with pytest.raises(SignInFailed, match="not valid any more"):
        await here.gleaner.flows.connect.finish(state, "a-code")


async def test_a_forged_state_is_refused_in_the_browser(here: DemoStack) -> None:
    address = f"{here.address}/harvest/callback?state=forged&code=x"
    async with aiohttp.ClientSession() as browser, browser.get(address) as answer:
        assert answer.status == 400
        assert "not valid any more" in await answer.text()


async def test_tokens_are_never_kept_in_clear(here: DemoStack, ada: Person) -> None:
    await sign_in(here, await link(ada), ada.id)
    async with here.gleaner.tenant.reading() as tx:
        kept = await tx.connections.get(ada.id)
    assert kept is not None
    assert not any(token in kept.tokens for token in here.doubles.harvest.state.tokens)


async def test_a_revoked_sign_in_holds_the_entry_and_asks_to_connect_again(here: DemoStack, ada: Person) -> None:
    await sign_in(here, await link(ada), ada.id)
    for token in list(here.doubles.harvest.state.tokens):
        if token != "harvest-admin-token-fake":
            here.doubles.harvest.state.revoke(token)
    await ada.command("/log", "1h ACME-12 #design revoked", GENERAL)
    card = await ada.sees("Held: 1 h")
    assert "Connect Harvest" in card.reading


async def test_a_token_near_its_end_is_renewed_once(here: DemoStack, ada: Person) -> None:
    """Two logs at once after fourteen days: one refresh, both entries."""
    await sign_in(here, await link(ada), ada.id)
    here.doubles.clock.advance(timedelta(days=13, hours=23, minutes=58))
    await ada.command("/log", "1h ACME-12 #design one", GENERAL)
    await ada.command("/log", "2h ACME-12 #design two", GENERAL)
    await ada.sees("Logged 1 h")
    await ada.sees("Logged 2 h")
    refreshes = [one for one in here.doubles.harvest.requests if one.path.endswith("/oauth2/token")]
    assert len(refreshes) == 2  # the exchange of the code, and one refresh
