"""Somebody who sends garbage to Gleaner's addresses, signed as Slack and Asana sign, or not signed at all.

Some of it is nearly right. It is the same for the same seed.
"""

import hashlib
import hmac
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlencode

from sandbox.clock import SandboxClock
from sandbox.oddities import ODD, Oddity, spoilt

TEAM, USER = "T0SANDBOX", "U0ADA00005"
_ACTIONS: dict[str, Any] = {
    "type": "block_actions", "team": {"id": TEAM}, "user": {"id": USER, "team_id": TEAM}, "trigger_id": "1.2.x",
    "channel": {"id": "C0GENERAL"}, "response_url": "http://127.0.0.1:9/", "container": {"type": "message"},
    "actions": [{"action_id": "entry.undo", "block_id": "b", "value": "x", "action_ts": "1.2", "type": "button"}],
}  # fmt: skip
_VIEW = {
    "id": "V1", "callback_id": "log.form", "private_metadata": "log:1", "hash": "h", "type": "modal", "team_id": TEAM,
    "state": {"values": {"project": {"x": {"selected_option": {"value": "1"}}}, "note": {"x": {"value": "n"}}}},
}  # fmt: skip
PAYLOADS: tuple[dict[str, Any], ...] = (
    _ACTIONS,
    {**_ACTIONS, "type": "view_submission", "view": _VIEW},
    {**_ACTIONS, "type": "view_closed", "view": _VIEW},
    {**_ACTIONS, "type": "shortcut", "callback_id": "log"},
    {**_ACTIONS, "type": "message_action", "callback_id": "log", "message": {"text": "x", "ts": "1.2"}},
    {**_ACTIONS, "type": "block_suggestion", "action_id": "form.project", "value": "ac", "view": _VIEW},
)
EVENTS: tuple[dict[str, Any], ...] = (
    {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": "Ev1",
        "event": {"type": "app_home_opened", "user": USER, "tab": "home"},
    },
    {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": "Ev2",
        "event": {"type": "message", "user": USER, "text": "x"},
    },
    {"type": "url_verification", "challenge": "c"},
)
COMMAND = {
    "command": "/log", "text": "1h ACME-12", "user_id": USER, "team_id": TEAM, "channel_id": "C0GENERAL",
    "trigger_id": "1.2.3", "response_url": "http://127.0.0.1:9/",
}  # fmt: skip
DELIVERY = {"events": [{"action": "changed", "resource": {"gid": "1201", "resource_type": "task"}, "parent": None}]}
Send = tuple[str, str, bytes, dict[str, str]]
"""Method, path, body, headers."""


def slack_signed(secret: str, body: bytes) -> dict[str, str]:
    """The headers that Slack would send; in real time, whatever clock the demo has."""
    stamp = str(int(SandboxClock().now().timestamp()))
    mac = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return {"X-Slack-Signature": f"v0={mac.hexdigest()}", "X-Slack-Request-Timestamp": stamp}


class Stranger:
    """`hook`: the id of one of Gleaner's webhooks, and its secret."""

    def __init__(self, seed: int, slack_secret: str, hook: tuple[str, str]) -> None:
        self.chance = random.Random(seed)
        self.slack_secret, (self.hook, self.hook_secret) = slack_secret, hook

    def slack(self) -> Send:
        kind = self.chance.choice(
            ("application/x-www-form-urlencoded", "application/json", "text/plain", "x; charset=y")
        )
        body = self.chance.choice((self._payload, self._event, self._command, self._bytes))()
        headers = {"Content-Type": kind, **self._strange_headers()}
        return (
            "POST",
            "/slack/events",
            body,
            {**headers, **(slack_signed(self.slack_secret, body) if self._mostly() else {})},
        )

    def asana(self) -> Send:
        body = self._spoilt(DELIVERY)
        headers = self._strange_headers()
        if self._mostly():
            headers["X-Hook-Signature"] = hmac.new(self.hook_secret.encode(), body, hashlib.sha256).hexdigest()
        elif self._mostly():
            headers["X-Hook-Secret"] = self._header()
        return "POST", f"/asana/webhooks/{self.hook if self._mostly() else self._part()}", body, headers

    def connect(self) -> Send:
        return "GET", f"/harvest/connect?{self._query('state', 'account')}", b"", self._strange_headers()

    def callback(self) -> Send:
        return "GET", f"/harvest/callback?{self._query('state', 'code', 'error')}", b"", self._strange_headers()

    def plain(self, path: str) -> Callable[[], Send]:
        return lambda: (self.chance.choice(("GET", "POST", "PUT")), path, self._bytes(), self._strange_headers())

    def _mostly(self) -> bool:
        return self.chance.random() < 0.8

    def _spoilt(self, whole: dict[str, Any]) -> bytes:
        return spoilt(json.dumps(whole).encode(), self.chance.choice(tuple(Oddity)), self.chance.getrandbits(32))

    def _payload(self) -> bytes:
        return b"payload=" + quote_from_bytes(self._spoilt(self.chance.choice(PAYLOADS))).encode()

    def _event(self) -> bytes:
        return self._spoilt(self.chance.choice(EVENTS))

    def _command(self) -> bytes:
        changed = {**COMMAND, self.chance.choice(tuple(COMMAND)): str(self.chance.choice(ODD))}
        if not self._mostly():
            del changed[self.chance.choice(tuple(changed))]
        return urlencode(changed, errors="replace").encode()

    def _bytes(self) -> bytes:
        return self.chance.randbytes(self.chance.choice((0, 1, 30, 3000)))

    def _query(self, *names: str) -> str:
        return "&".join(f"{name}={self._part()}" for name in names if self._mostly())

    def _part(self) -> str:
        odd = self.chance.choice((*ODD, "1" * 5000, self.chance.randbytes(20)))
        raw = odd if isinstance(odd, bytes) else str(odd).encode(errors="surrogatepass")
        return quote(raw[:6000], safe="") or "x"

    def _header(self) -> str:
        return str(self.chance.choice(("s", "ü", "x" * 5000, "a b", "\udcff", "{}"))).encode(errors="replace").decode()

    def _strange_headers(self) -> dict[str, str]:
        strange = {
            "Content-Encoding": ("gzip", "deflate", "br", "bogus"),
            "Accept": ("text/html", "\xff"),
            "Cookie": ("a=b; ;;=", "\xff" * 10),
            "Authorization": ("Bearer x", "Bearer ü", ""),
            "X-Slack-Retry-Num": ("1", "x"),
            "X-Slack-Bolt-Lazy-Only": ("1",),
            "X-Slack-Bolt-Lazy-Function-Name": ("heard",),
            "Expect": ("100-continue", "x"),
        }
        if self._mostly():
            return {}
        name = self.chance.choice(tuple(strange))
        return {name: self.chance.choice(strange[name])}
