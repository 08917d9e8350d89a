"""Harvest's identity server: the page where a person says who they are, codes, tokens and accounts."""

import html
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from sandbox.harvest import calls, wishes
from sandbox.harvest.records import User
from sandbox.harvest.refusals import invalid_token, oauth_error
from sandbox.harvest.state import HarvestState

TOKEN_LIFETIME = timedelta(days=14)
_FORECAST_ACCOUNT = 7654321
_PERSON_OFFSET = 5_000_000
"""The identity server's user ids are not the account's."""
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in to Harvest (sandbox)</title></head>
<body><h1>Harvest (sandbox)</h1><form method="post" action="/oauth2/authorize">
<p>An application asks to use the account <strong>{account}</strong>. Who are you?</p>{people}{hidden}
<p><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></p>
</form></body></html>"""


class Identity:
    def __init__(self, state: HarvestState) -> None:
        self._state = state

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/oauth2/authorize", self.ask)
        app.router.add_post("/oauth2/authorize", self.decide)
        app.router.add_post("/api/v2/oauth2/token", self.token)
        app.router.add_get("/api/v2/accounts", self.accounts)

    async def ask(self, request: web.Request) -> web.Response:
        query = request.query
        self._redirect_url(query)
        if query.get("response_type") != "code":
            raise oauth_error("unsupported_response_type", "Only the authorization code flow is offered.")
        names = ("client_id", "redirect_uri", "state")
        hidden = "".join(_hidden(name, query[name]) for name in names if name in query)
        people = "".join(_choice(user) for user in self._state.users.values() if user.is_active)
        page = _PAGE.format(account=html.escape(self._state.company.name), people=people, hidden=hidden)
        return web.Response(text=page, content_type="text/html")

    async def decide(self, request: web.Request) -> web.Response:
        """Sends the browser back with a code, or with `error=access_denied` (the name OAuth 2 gives it)."""
        form = await calls.read_body(request)
        target = self._redirect_url(form)
        echoed = {"state": form["state"]} if "state" in form else {}
        if form.get("decision") != "allow":
            return _redirect(target, {"error": "access_denied", **echoed})
        user_id = wishes.number(form.get("user_id"))
        if user_id not in self._state.users:
            raise oauth_error("invalid_request", "Choose who you are.")
        code = self._state.issue_code(user_id)
        return _redirect(target, {"code": code, **echoed, "scope": f"harvest:{self._state.account_id}"})

    async def token(self, request: web.Request) -> web.Response:
        form = await calls.read_body(request)
        app = self._state.app
        if (form.get("client_id"), form.get("client_secret")) != (app.client_id, app.client_secret):
            raise oauth_error("invalid_client", "Client authentication failed.", 401)
        if form.get("grant_type") == "authorization_code":
            return self._granted(self._spend_code(str(form.get("code"))), None)
        if form.get("grant_type") == "refresh_token":
            return self._renewed(str(form.get("refresh_token")))
        raise oauth_error("unsupported_grant_type", "The grant type is not supported.")

    async def accounts(self, request: web.Request) -> web.Response:
        """The Forecast account comes first: who takes the first one takes the wrong one."""
        user = calls.bearer(self._state, request)
        if user is None:
            raise invalid_token()
        person = {"id": user.id + _PERSON_OFFSET, "first_name": user.first_name, "last_name": user.last_name}
        forecast = {"id": _FORECAST_ACCOUNT, "name": self._state.company.name, "product": "forecast"}
        harvest = {"id": self._state.account_id, "name": self._state.company.name, "product": "harvest"}
        return calls.ok({"user": {**person, "email": user.email}, "accounts": [forecast, harvest]})

    def _redirect_url(self, fields: Mapping[str, Any]) -> str:
        """The one asked for, if it begins with the registered one; else the registered one."""
        registered = self._state.app.redirect_url
        target = fields.get("redirect_uri") or registered
        if fields.get("client_id") != self._state.app.client_id:
            raise oauth_error("invalid_client", "Unknown client.", 401)
        if not target or not str(target).startswith(registered or "http"):
            raise oauth_error("invalid_request", "The redirect URL is not the registered one.")
        return str(target)

    def _spend_code(self, value: str) -> User:
        code = self._state.codes.pop(value, None)
        if code is None or code.expires_at <= self._state.clock.now():
            raise oauth_error("invalid_grant", "The authorization code is invalid, expired or was used before.")
        return self._state.users[code.user_id]

    def _renewed(self, refresh_token: str) -> web.Response:
        """Rotation, where it is on, spends the refresh token."""
        user_id = self._state.refresh_tokens.get(refresh_token)
        if user_id is None:
            raise oauth_error("invalid_grant", "The refresh token is invalid or revoked.")
        rotates = self._state.habits.rotates_refresh_tokens
        if rotates:
            del self._state.refresh_tokens[refresh_token]
        return self._granted(self._state.users[user_id], None if rotates else refresh_token)

    def _granted(self, user: User, refresh_token: str | None) -> web.Response:
        token, refresh = f"token-fake-{secrets.token_hex(8)}", refresh_token or f"refresh-fake-{secrets.token_hex(8)}"
        self._state.grant(user, token, TOKEN_LIFETIME, refresh)
        seconds = int(TOKEN_LIFETIME.total_seconds())
        body = {"access_token": token, "refresh_token": refresh, "token_type": "bearer", "expires_in": seconds}
        return calls.ok(body)


def _redirect(target: str, fields: dict[str, str]) -> web.Response:
    url = f"{target}{'&' if '?' in target else '?'}{urlencode(fields)}"
    return web.Response(status=302, headers={"Location": url})


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{html.escape(value)}">'


def _choice(user: User) -> str:
    name, email = html.escape(user.name), html.escape(user.email)
    radio = f'<input type="radio" name="user_id" value="{user.id}" required>'
    return f"<p><label>{radio} {name} ({email})</label></p>"
