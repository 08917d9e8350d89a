"""`gleaner check`: examines everything the process needs and says how to mend what is wrong."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum

import httpx
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.manifest import SCOPES
from bot.settings import MENDS, Settings, SettingsFault, read_settings
from bot.wiring.app import Timing, asana_client, harvest_clients, slack_client
from handlers.slack.channels import SlackChannels
from handlers.slack.outages import OUTAGES
from handlers.slack.profiles import SlackProfiles
from handlers.slack.web import Identity, read, refusal, slack_session
from store.database import Store
from store.people.sealed import sealed_sign_ins
from store.schema import is_current
from sync.engine.vault import Vault
from sync.errors import Busy, Gone, OutsideError, Rejected, Unavailable, UnknownOutcome
from sync.ports.asana import Asana

_NAMED = 5
"""People whose sign-in cannot be read, by name."""
_SKEW = 60
"""Seconds; Slack's signatures fail at 300."""


_AWAY = (Unavailable, Busy, UnknownOutcome)


class Verdict(Enum):
    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    verdict: Verdict
    what: str
    says: str


async def examine() -> AsyncIterator[Finding]:
    """One finding a line, in the order in which things are needed."""
    try:
        settings = read_settings()
    except SettingsFault as fault:
        for line in fault.faults:
            yield Finding(Verdict.WRONG, "settings", line)
        return
    yield Finding(Verdict.OK, "settings", "all that are needed are set")
    for finding in _advice(settings):
        yield finding
    for finding in await _database(settings):
        yield finding
    for finding in await _all_of_slack(settings):
        yield finding
    async with httpx.AsyncClient(trust_env=False) as http:
        yield await _harvest(settings, http)
        asana = asana_client(settings, http, Timing())
        if asana is not None:
            yield await _asana(asana)


def _advice(settings: Settings) -> list[Finding]:
    advice = []
    if settings.coordinator is None:
        advice.append(("COORDINATOR", "not set, so nobody hears of automatic failures: set it to a Slack user id"))
    if settings.alert_channel is None:
        says = "not set, so budget alerts of projects without a channel go to their managers: set it to a channel id"
        advice.append(("ALERT_CHANNEL", says))
    if not settings.uses_socket and settings.public_url is None:
        advice.append(("PUBLIC_URL", "not set, so Connect Harvest is not offered"))
    if not settings.harvest_write_on_behalf and settings.harvest_client_id is None:
        advice.append(
            ("HARVEST_WRITE_ON_BEHALF", "is off and nobody can connect: set HARVEST_CLIENT_ID and its secret")
        )
    return [Finding(Verdict.WARNING, what, says) for what, says in advice]


async def _database(settings: Settings) -> list[Finding]:
    store = Store.open(settings.database_url)
    try:
        if not await is_current(store):
            says = "reachable, not migrated yet: `gleaner migrate`, or just start it"
            return [Finding(Verdict.WARNING, "database", says)]
        return [Finding(Verdict.OK, "database", "reachable, newest schema"), *await _secret_keys(settings, store)]
    except Exception as error:  # noqa: BLE001 - whatever the driver raises is the finding
        return [Finding(Verdict.WRONG, "database", f"not reachable ({type(error).__name__}): check DATABASE_URL")]
    finally:
        await store.close()


async def _secret_keys(settings: Settings, store: Store) -> list[Finding]:
    """Whether they open what was sealed with them."""
    vault = Vault([key.get_secret_value() for key in settings.secret_keys])
    kept = await sealed_sign_ins(store.engine)
    shut = [name for name, tokens in kept if not vault.can_read(tokens)]
    if shut:
        more = f" and {len(shut) - _NAMED} more" if len(shut) > _NAMED else ""
        says = (
            f"does not open the Harvest sign-in of {', '.join(shut[:_NAMED])}{more}: put the key that it was sealed "
            "with behind the present one, with a comma between them, or let them type `/gleaner connect` in Slack"
        )
        return [Finding(Verdict.WRONG, "SECRET_KEYS", says)]
    return [Finding(Verdict.OK, "SECRET_KEYS", f"opens all {len(kept)} Harvest sign-ins")] if kept else []


async def _all_of_slack(settings: Settings) -> list[Finding]:
    async with slack_session() as session:
        client = slack_client(settings, session)
        findings = await _slack(client)
        if settings.alert_channel:
            findings.append(await _alert_channel(client, settings.alert_channel))
        if settings.coordinator:
            findings.append(await _coordinator(client, settings.coordinator))
    return findings


async def _slack(client: AsyncWebClient) -> list[Finding]:
    try:
        answer = await client.auth_test()
        workspace = read(answer, Identity)
    except SlackApiError as error:
        why = f"not accepted ({refusal(error)}): copy SLACK_BOT_TOKEN again from OAuth & Permissions"
        return [Finding(Verdict.WRONG, "Slack token", why)]
    except OUTAGES as error:
        return [_away("Slack", "Slack", str(error))]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    findings = [Finding(Verdict.OK, "Slack token", f"works in {workspace.team}")]
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
    if granted and (missing := set(SCOPES) - granted):
        says = f"missing {', '.join(sorted(missing))}: update the app from `gleaner manifest` and re-install it"
        findings.append(Finding(Verdict.WRONG, "Slack scopes", says))
    elif granted:
        findings.append(Finding(Verdict.OK, "Slack scopes", "all granted"))
    return [*findings, *_skew(headers.get("date"))]


async def _alert_channel(client: AsyncWebClient, channel_id: str) -> Finding:
    try:
        channel = await SlackChannels(client).look(channel_id)
    except SlackApiError as error:
        why = refusal(error)
        says = f"{channel_id} cannot be seen ({why}): copy the id again from the channel's details, and invite Gleaner"
        return Finding(Verdict.WRONG, "ALERT_CHANNEL", says)
    except OUTAGES as error:
        return _away("ALERT_CHANNEL", "Slack", str(error))
    if channel.is_archived:
        return Finding(Verdict.WRONG, "ALERT_CHANNEL", f"{channel_id} is archived: choose another channel")
    if not channel.is_member:
        return Finding(Verdict.WRONG, "ALERT_CHANNEL", "Gleaner is not in it: type /invite @Gleaner there")
    if channel.is_shared:
        says = "is shared with other organizations, so no alert goes there: choose another channel"
        return Finding(Verdict.WRONG, "ALERT_CHANNEL", says)
    return Finding(Verdict.OK, "ALERT_CHANNEL", "takes alerts")


async def _coordinator(client: AsyncWebClient, user_id: str) -> Finding:
    try:
        member = await SlackProfiles(client).member(user_id)
    except (Gone, Rejected) as error:
        says = f"{user_id} cannot be seen in Slack ({error.message}): {MENDS['COORDINATOR']}"
        return Finding(Verdict.WRONG, "COORDINATOR", says)
    except OutsideError as error:
        return _away("COORDINATOR", "Slack", error.message)
    if not member.is_reachable:
        says = f"{member.name} has left Slack or is an app, so nobody hears of failures: {MENDS['COORDINATOR']}"
        return Finding(Verdict.WRONG, "COORDINATOR", says)
    return Finding(Verdict.OK, "COORDINATOR", f"is {member.name}")


def _away(what: str, system: str, why: str) -> Finding:
    """No setting is to blame, as far as can be told."""
    says = (
        f"could not be looked at, because {system} is away just now ({why}): leave the setting as it is and run "
        "this again in a few minutes; if it goes on, check the network"
    )
    return Finding(Verdict.WRONG, what, says)


def _skew(date: str | None) -> list[Finding]:
    if date is None:
        return []
    skew = abs(parsedate_to_datetime(date).timestamp() - time.time())  # noqa: TID251 - the machine's clock is examined
    if skew > _SKEW:
        return [
            Finding(Verdict.WRONG, "clock", f"{skew:.0f} s off: Slack refuses at 300; set the machine's clock by NTP")
        ]
    return [Finding(Verdict.OK, "clock", "agrees with Slack's")]


async def _harvest(settings: Settings, http: httpx.AsyncClient) -> Finding:
    clients = harvest_clients(settings, http, Timing())
    token, account = settings.harvest_access_token.get_secret_value(), settings.harvest_account_id
    try:
        me = await clients(token=token, account_id=account, clock_format="12h").me()
    except _AWAY as error:
        return _away("Harvest token", "Harvest", error.message)
    except OutsideError as error:
        says = f"{error.message}: check HARVEST_ACCESS_TOKEN and HARVEST_ACCOUNT_ID at id.getharvest.com"
        return Finding(Verdict.WRONG, "Harvest token", says)
    if me.is_administrator:
        return Finding(Verdict.OK, "Harvest token", f"works, as administrator {me.name}")
    if "manager" in me.access_roles:
        says = f"{me.name} is a manager and sees only the projects they manage; an administrator's token sees all"
        return Finding(Verdict.WARNING, "Harvest token", says)
    says = f"{me.name} is only a member: use a token of an administrator or manager"
    return Finding(Verdict.WRONG, "Harvest token", says)


async def _asana(asana: Asana) -> Finding:
    try:
        me, places = await asana.me(), await asana.workspaces()
    except _AWAY as error:
        return _away("Asana token", "Asana", error.message)
    except OutsideError as error:
        says = f"{error.message}: make a new ASANA_ACCESS_TOKEN in Asana's developer console"
        return Finding(Verdict.WRONG, "Asana token", says)
    names = ", ".join(place.name for place in places)
    return Finding(Verdict.OK, "Asana token", f"works, as {me.name} in {names}; it sees what that user sees")
