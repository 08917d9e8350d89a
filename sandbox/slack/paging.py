"""Slack's cursors: a page of a list, and what to ask for next."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from sandbox.slack.refusals import SlackRefusal

Item = TypeVar("Item")


def page(everything: Sequence[Item], given: dict[str, Any], default: int) -> tuple[list[Item], dict[str, Any]]:
    """One page and its response_metadata; an empty next_cursor says that this was the last."""
    start = _start(given.get("cursor") or "")
    end = start + (given.get("limit") or default)
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(everything) else ""
    return list(everything[start:end]), {"response_metadata": {"next_cursor": following}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, ValueError):
        raise SlackRefusal("invalid_cursor") from None
