"""How Asana says no: a status and a list of errors, each with a message."""

from typing import Any

from aiohttp import web

_HELP = "For more information on API status codes and how to handle them, read the docs on errors"


class AsanaRefusal(Exception):
    """Raised anywhere below a route; the server turns it into the answer. `more` stands beside `errors`."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message
        self.more = more

    def answer(self) -> web.Response:
        body = {"errors": [{"message": self.message, "help": _HELP}], **self.more}
        return web.json_response(body, status=self.status)


def bad(message: str) -> AsanaRefusal:
    return AsanaRefusal(400, message)


def not_authorized() -> AsanaRefusal:
    return AsanaRefusal(401, "Not Authorized")


def payment_required(what: str) -> AsanaRefusal:
    return AsanaRefusal(402, f"{what} is only available to premium users.")


def forbidden(message: str = "You do not have access to this resource.") -> AsanaRefusal:
    return AsanaRefusal(403, message)


def unknown(kind: str, gid: str) -> AsanaRefusal:
    """Also for what is in the trash."""
    return AsanaRefusal(404, f"{kind}: Unknown object: {gid}")


def sync_needed(token: str) -> AsanaRefusal:
    """412 carries the token to go on with."""
    return AsanaRefusal(
        412, "Sync token invalid or too old. Fetch the full dataset and go on with this one.", sync=token
    )


def too_many(retry_after: int | None) -> web.Response:
    """None: without the header, as from the limiter of concurrent requests."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = {"errors": [{"message": "You have made too many requests recently.", "help": _HELP}]}
    return web.json_response(body, status=429, headers=headers)
