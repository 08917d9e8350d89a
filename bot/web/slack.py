"""Slack's address: the signature, then Bolt. Without Socket Mode all that people do in Slack comes in here."""

import time

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.web.border import Unreadable
from bot.wiring.app import Gleaner

log = structlog.get_logger()

GLEANER = web.AppKey("gleaner", Gleaner)
_AGE = 60 * 5
"""Seconds after which Slack's documentation wants a request refused."""
_NO_PAYLOAD = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What Bolt raises over a body that is no object or holds odd things; `Listening` lets no fault of ours out so."""


async def slack_events(request: web.Request) -> web.StreamResponse:
    gleaner = request.app[GLEANER]
    body = await request.read()
    if not _is_signed(gleaner, request, body):
        log.warning("request without a valid signature refused", path=request.path)
        return web.Response(status=401, text="signature not valid")
    try:
        # Slack writes UTF-8, whatever charset is claimed on the way.
        asked = AsyncBoltRequest(body=body.decode(), query=request.query_string, headers=dict(request.headers))
        answer = await gleaner.slack.async_dispatch(asked)
    except _NO_PAYLOAD as error:
        why = type(error).__name__
    else:
        return await to_aiohttp_response(answer)
    raise Unreadable(f"not as Slack sends it ({why})")


def _is_signed(gleaner: Gleaner, request: web.Request, body: bytes) -> bool:
    """Signatures always use real time, whatever clock the rest was given (ruling 15)."""
    secret, timestamp = gleaner.settings.slack_signing_secret, request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if secret is None or not (timestamp.isascii() and timestamp.isdecimal()) or not signature.isascii():
        return False
    now = time.time()  # noqa: TID251 - see above
    if len(timestamp) > 12 or abs(now - int(timestamp)) > _AGE:
        return False
    try:
        return SignatureVerifier(secret.get_secret_value()).is_valid(body, timestamp, signature)
    except UnicodeDecodeError:
        return False
