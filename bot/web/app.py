"""The web routes: Slack's events, the sign-in to Harvest, health and metrics."""

import html
import re

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.web.border import border
from bot.web.slack import GLEANER, slack_events
from bot.wiring.app import Gleaner
from store.schema import is_current
from sync.asana.intake.webhooks import Delivered, Handshake
from sync.errors import OutsideError, Refused
from sync.harvest.connect import ChooseAccount, Connected

log = structlog.get_logger()

MOST_BYTES = 1024 * 1024
"""A longer body is answered 413."""
_OURS = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""The shape of a hook's id; nothing else is looked for."""
_SECRET = re.compile(r"[!-~]{1,1024}")
_ACCOUNT = re.compile(r"\d{1,18}", re.ASCII)
_DELIVERED = {Delivered.KEPT: 200, Delivered.UNKNOWN: 404, Delivered.NOT_GENUINE: 401, Delivered.UNREADABLE: 400}
_LOOPBACK = frozenset({"127.0.0.1", "::1"})


def routes(gleaner: Gleaner) -> web.Application:
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[border])
    app[GLEANER] = gleaner
    if not gleaner.settings.uses_socket:
        app.router.add_post("/slack/events", slack_events)
    app.router.add_post("/asana/webhooks/{hook}", asana_webhook)
    app.router.add_get("/harvest/connect", harvest_connect)
    app.router.add_get("/harvest/callback", harvest_callback)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    return app


async def asana_webhook(request: web.Request) -> web.StreamResponse:
    """A handshake that we asked for, or a delivery: kept as a row before it is acknowledged."""
    gleaner, hook = request.app[GLEANER], request.match_info["hook"]
    webhooks, secret = gleaner.flows.asana.webhooks, request.headers.get("X-Hook-Secret")
    if not _OURS.fullmatch(hook):
        hook = ""
    if secret is not None:
        shaken = await webhooks.handshake(hook, secret) if _SECRET.fullmatch(secret) else Handshake.UNEXPECTED
        if shaken is not Handshake.WELCOME:
            log.warning("handshake refused", why=shaken.name.lower())
            return web.Response(status=403)
        return web.Response(headers={"X-Hook-Secret": secret})
    body = await request.read()
    outcome, event = await webhooks.receive(hook, body, request.headers.get("X-Hook-Signature"))
    if outcome is not Delivered.KEPT:
        log.warning("delivery of asana's refused", why=outcome.name.lower())
    if event is not None:
        gleaner.flows.inbox.begin(event, hook)
    return web.Response(status=_DELIVERED[outcome])


async def harvest_connect(request: web.Request) -> web.StreamResponse:
    """The link from Slack; with `account`, the choice among several."""
    connect, state = request.app[GLEANER].flows.connect, request.query.get("state", "")
    try:
        if account := request.query.get("account"):
            chosen = int(account) if _ACCOUNT.fullmatch(account) else 0
            return await _done(request, await connect.choose(state, chosen))
        raise web.HTTPFound(await connect.sign_in_url(state))
    except (Refused, OutsideError) as error:
        return _page("Not connected", str(error), status=400)


async def harvest_callback(request: web.Request) -> web.StreamResponse:
    connect, query = request.app[GLEANER].flows.connect, request.query
    if "error" in query or "code" not in query:
        return _page(
            "Not connected", "Harvest was not allowed to sign you in. Press Connect Harvest in Slack to try again."
        )
    state = query.get("state", "")
    try:
        found = await connect.finish(state, query["code"])
    except (Refused, OutsideError) as error:
        return _page("Not connected", str(error), status=400)
    if isinstance(found, ChooseAccount):
        address = f"/harvest/connect?state={html.escape(state)}&amp;account="
        choices = "".join(f'<p><a href="{address}{one.id}">{html.escape(one.name)}</a></p>' for one in found.accounts)
        return _page("Which Harvest account?", "Choose the one your agency uses.", more=choices)
    return await _done(request, found)


async def _done(request: web.Request, connected: Connected) -> web.Response:
    await request.app[GLEANER].connect_listeners.welcome(connected)
    said = f"You are {connected.name} in {connected.account}. You can close this page and go back to Slack."
    return _page("Connected to Harvest", said)


def _page(title: str, said: str, *, more: str = "", status: int = 200) -> web.Response:
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        "<style>body{font:1.1rem/1.5 system-ui;max-width:32rem;margin:15vh auto;padding:0 1rem}</style>"
        f"<h1>{html.escape(title)}</h1><p>{html.escape(said)}</p>{more}</html>"
    )
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)


async def healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def readyz(request: web.Request) -> web.Response:
    try:
        current = await is_current(request.app[GLEANER].tenant.store)
    except Exception as error:  # noqa: BLE001 - whatever the driver raises, the answer is "not ready"
        log.warning("database not reachable", why=type(error).__name__)
        return web.Response(status=503, text="the database cannot be reached")
    return web.Response(text="ready") if current else web.Response(status=503, text="run gleaner migrate")


async def metrics(request: web.Request) -> web.Response:
    token = request.app[GLEANER].settings.metrics_token
    if token is not None:
        if request.headers.get("Authorization") != f"Bearer {token.get_secret_value()}":
            return web.Response(status=401, text="a bearer token is needed")
    elif request.remote not in _LOOPBACK:
        return web.Response(status=403, text="set METRICS_TOKEN to read metrics from another machine")
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
