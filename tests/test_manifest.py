"""The Slack app as it is installed is the one that listens: nothing promised that nobody hears, or heard in vain."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from jsonschema import Draft7Validator
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.manifest import EVENTS, SCOPES, manifest
from bot.clock import SystemClock
from bot.engine import NoJobs
from bot.settings import Settings
from bot.wiring.app import Timing, _assemble
from handlers.slack.listening import Listening
from store.database import Store
from sync.engine.tenant import Tenant

URL = "https://gleaner.example.com/"
ENDPOINT = "https://gleaner.example.com/slack/events"
VARIANTS: dict[str, dict[str, Any]] = {
    "socket": {},
    "http": {"url": URL},
    "socket with a prefix": {"prefix": "gl-"},
    "http with the longest prefix": {"prefix": "x" * 20, "url": URL},
}


@pytest.fixture(params=["", "gl-"], ids=["no prefix", "gl-"])
def prefix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def listening(prefix: str, tmp_path: Path) -> AsyncIterator[Listening]:
    """Every feature registered as it is when the bot starts; nothing is connected."""
    settings = Settings(
        _env_file=None,
        slack_bot_token="xoxb-fake",
        slack_signing_secret="fake",
        harvest_access_token="fake",
        harvest_account_id=1,
        secret_keys=Fernet.generate_key().decode(),
        command_prefix=prefix,
    )
    store = Store.open(f"sqlite:///{tmp_path / 'gleaner.db'}")
    async with httpx.AsyncClient(trust_env=False) as http:
        client = AsyncWebClient(token="xoxb-fake", base_url="http://127.0.0.1:9/api/")
        yield _assemble(settings, Timing(), Tenant(store, "T0LUMEN", SystemClock()), client, http, NoJobs()).listening
    await store.close()


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_slacks_schema_takes_it(options: dict[str, Any], specs: Path) -> None:
    schema = json.loads((specs / "slack-manifest.schema.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(manifest(**options))] == []


def test_slacks_schema_refuses_what_slack_does(specs: Path) -> None:
    """The schema is made of many parts; were one not found, everything would pass."""
    schema = json.loads((specs / "slack-manifest.schema.json").read_text(encoding="utf-8"))
    wrong = manifest()
    wrong["features"]["slash_commands"][0]["command"] = "log without a slash " + "x" * 32
    assert not Draft7Validator(schema).is_valid(wrong)


def test_commands_are_those_that_are_heard(listening: Listening, prefix: str) -> None:
    heard = {name for kind, name in listening.listeners if kind == "command"}
    installed = {one["command"] for one in manifest(prefix=prefix)["features"]["slash_commands"]}
    assert installed == {f"/{name}" if name == "gleaner" else f"/{prefix}{name}" for name in heard}


def test_shortcuts_are_those_that_are_heard(listening: Listening) -> None:
    heard = {name for kind, name in listening.listeners if kind == "shortcut"}
    assert {one["callback_id"] for one in manifest()["features"]["shortcuts"]} == heard


def test_the_home_tab_is_there_because_it_is_drawn(listening: Listening) -> None:
    draws = ("home", "home") in listening.listeners
    app = manifest()
    assert app["features"]["app_home"]["home_tab_enabled"] is draws
    assert ("app_home_opened" in app["settings"]["event_subscriptions"]["bot_events"]) is draws


@pytest.mark.parametrize(("event", "status"), [*((event, 200) for event in EVENTS), ("channel_created", 404)])
async def test_events_are_those_that_are_heard(listening: Listening, event: str, status: int) -> None:
    content = {"type": event, "tab": "messages", "user": "U0ADA"}
    body = {"type": "event_callback", "team_id": "T0LUMEN", "event_id": "Ev1", "event": content}
    answer = await listening.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    assert answer.status == status


def test_people_can_be_written_to() -> None:
    """Without the messages tab a direct message is refused (`messages_tab_disabled`)."""
    assert manifest()["features"]["app_home"]["messages_tab_enabled"] is True


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    match value:
        case dict():
            for name, part in value.items():
                yield from _leaves(part, f"{path}/{name}")
        case list():
            for index, part in enumerate(value):
                yield from _leaves(part, f"{path}/{index}")
        case _:
            yield path, value


def test_the_variants_differ_in_nothing_but_addresses_and_transport() -> None:
    socket, http = dict(_leaves(manifest())), dict(_leaves(manifest(url=URL)))
    differing = {path for path in socket.keys() | http.keys() if socket.get(path) != http.get(path)}
    addresses = {path for path in differing if path.rsplit("/", 1)[1].endswith("url")}
    assert differing - addresses == {"/settings/socket_mode_enabled"}
    assert {http[path] for path in addresses} == {ENDPOINT}


def test_http_has_every_address_that_slack_calls() -> None:
    app = manifest(url=URL)
    interactivity = app["settings"]["interactivity"]
    # Selects answer from their own address; Slack leaves them empty where it is missing.
    assert (interactivity["request_url"], interactivity["message_menu_options_url"]) == (ENDPOINT, ENDPOINT)
    assert app["settings"]["event_subscriptions"]["request_url"] == ENDPOINT
    assert {one["url"] for one in app["features"]["slash_commands"]} == {ENDPOINT}


def test_what_people_type_comes_with_its_links_and_names_marked() -> None:
    """Channels and people are told from text only where Slack escapes them (ruling 2)."""
    assert all(one["should_escape"] for one in manifest()["features"]["slash_commands"])


def test_scopes_are_asked_for_once_and_in_order() -> None:
    assert manifest()["oauth_config"]["scopes"]["bot"] == sorted(set(SCOPES))
