"""What stands before every route: a request that cannot be read is a 4xx and one log line, never a fault of ours."""

import logging
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.logs import one_line_log

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_BROKEN = (HttpProcessingError, web.RequestPayloadError, ConnectionError)
"""Raised while a body is read: wrongly compressed, cut off, or not as long as it said."""


class Unreadable(Exception):
    """A request that means nothing. The text says why, and quotes nothing of what was sent."""


@web.middleware
async def border(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        if request.match_info.http_exception is None:
            await request.read()
        return await handler(request)
    except Unreadable as error:
        why = str(error)
    except _BROKEN as error:
        why = type(error).__name__
    except web.HTTPRequestEntityTooLarge:
        log.warning("request too large", route=_route(request))
        raise
    log.warning("request not understood", route=_route(request), why=why)
    return web.Response(status=400, text="this request cannot be read")


def server_log() -> logging.Logger:
    """Aiohttp's own: what is no HTTP is answered 400 before any route; of the rest of a body `border` has spoken."""
    return one_line_log("gleaner.http", outside=HttpProcessingError, said_already=web.RequestPayloadError)


def _route(request: web.Request) -> str:
    """As it stands in the table of routes: addresses hold secrets."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"
