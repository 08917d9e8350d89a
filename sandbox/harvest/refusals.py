"""How Harvest says no: status, body and headers as recorded."""

from typing import Any

from aiohttp import web

HEADERS = {"Cache-Control": "no-cache, no-store"}
_TOKEN_TEXT = "The access token provided is expired, revoked, malformed or invalid for other reasons."
_CHALLENGE = (
    f'Bearer realm="Rack::OAuth2 Protected Resources", error="invalid_token", error_description="{_TOKEN_TEXT}"'
)


class HarvestRefusal(Exception):
    """Raised anywhere below a route; the server turns it into the answer."""

    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}

    def answer(self) -> web.Response:
        return web.json_response(self.body, status=self.status, headers=HEADERS | self.headers)


def invalid_token() -> HarvestRefusal:
    """Also what a missing or wrong Harvest-Account-Id gets."""
    body = {"error": "invalid_token", "error_description": _TOKEN_TEXT}
    return HarvestRefusal(401, body, {"WWW-Authenticate": _CHALLENGE})


def not_authorised() -> HarvestRefusal:
    return HarvestRefusal(403, {"message": "Not authorized!"}, {"Hint": "Not authorized!"})


def not_found() -> HarvestRefusal:
    return HarvestRefusal(404, {"status": 404, "error": "Not Found"})


def unprocessable(*causes: str) -> HarvestRefusal:
    """One sentence, the causes joined by commas."""
    return HarvestRefusal(422, {"message": ", ".join(causes)})


def not_removable(why: str) -> HarvestRefusal:
    """The 422 of a DELETE repeats its message in a header, other 422s do not."""
    return HarvestRefusal(422, {"message": why}, {"Hint": why})


def oauth_error(code: str, why: str, status: int = 400) -> HarvestRefusal:
    return HarvestRefusal(status, {"error": code, "error_description": why})
