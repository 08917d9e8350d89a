"""What a Web API request carries: arguments from query, form or JSON body, and the token."""

import json
from typing import Any

from aiohttp import web

from sandbox.slack.refusals import SlackRefusal

Json = dict[str, Any]

_STRUCTURED = ("blocks", "view", "metadata", "attachments", "files")
_FLAGS = (
    "include_all_metadata",
    "include_locale",
    "include_num_members",
    "exclude_archived",
    "inclusive",
    "return_im",
    "prevent_creation",
    "reply_broadcast",
)
_NUMBERS = ("limit",)


async def read(request: web.Request) -> tuple[Json, str | None]:
    """Arguments and token; refused as Slack does when the body is not what its content type says."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        given |= await _json_body(request)
    else:
        given |= {key: str(value) for key, value in (await request.post()).items()}
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token if kind == "Bearer" else str(given.get("token", ""))
    given.pop("token", None)
    return {key: _typed(key, value) for key, value in given.items() if value is not None}, token or None


async def _json_body(request: web.Request) -> Json:
    raw = await request.text()
    try:
        body = json.loads(raw or "{}")
    except ValueError:
        raise SlackRefusal("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackRefusal("json_not_object")
    return body


def _typed(key: str, value: Any) -> Any:
    if key in _STRUCTURED and isinstance(value, str):
        return _structure(key, value)
    if key in _FLAGS and isinstance(value, str):
        return value in {"true", "1", "True"}
    if key in _NUMBERS:
        return _count(key, value)
    return value


def _structure(key: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        code = "invalid_blocks_format" if key == "blocks" else "invalid_arguments"
        raise SlackRefusal(code, f"{key} is not JSON") from None


def _count(key: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise SlackRefusal(f"invalid_{key}") from None
