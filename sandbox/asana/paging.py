"""Pages of a list: a limit from 1 to 100, and an offset that nobody can make up and that does not live for ever."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from yarl import URL

from sandbox.asana.records import Record
from sandbox.asana.refusals import bad

MOST = 100
UNPAGED = 1000
"""Longer lists are not given in one piece."""
LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class _Place:
    path: str
    after: str
    """The gid of the last row that was shown."""
    count: int
    """How many rows came up to there."""
    issued_at: datetime


class Pages:
    """The offsets that were given out."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._places: dict[str, _Place] = {}

    def forget(self) -> None:
        """Every offset expires at once."""
        self._places.clear()

    def page(self, rows: Sequence[Record], request: web.Request, show: Callable[[Record], Any]) -> dict[str, Any]:
        """Rows that come or go between two pages neither repeat nor hide others."""
        limit, offset = request.query.get("limit"), request.query.get("offset")
        if limit is None and offset is None:
            return {"data": [show(row) for row in _all(rows)]}
        size = _size(limit or str(MOST))
        start = self._start(rows, request.path, offset)
        shown = rows[start : start + size]
        more = len(rows) > start + size
        following = self._next(request, shown[-1].gid, start + size) if more else None
        return {"data": [show(row) for row in shown], "next_page": following}

    def _start(self, rows: Sequence[Record], path: str, offset: str | None) -> int:
        if offset is None:
            return 0
        place = self._places.get(offset)
        if place is None or place.path != path or self._now() - place.issued_at > LIFETIME:
            raise bad("offset: Your pagination token has expired.")
        found = next((number for number, row in enumerate(rows, start=1) if row.gid == place.after), None)
        return place.count - 1 if found is None else found

    def _next(self, request: web.Request, after: str, count: int) -> dict[str, str]:
        offset = f"eyJ{secrets.token_urlsafe(24)}"
        self._places[offset] = _Place(request.path, after, count, self._now())
        url: URL = request.url.update_query({"offset": offset})
        path = url.path_qs.removeprefix("/api/1.0")
        return {"offset": offset, "path": path, "uri": str(url)}


def _all(rows: Sequence[Record]) -> Sequence[Record]:
    if len(rows) > UNPAGED:
        raise bad("The result is too large. You should use pagination (may require specifying a workspace)!")
    return rows


def _size(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST:
        raise bad(f"limit: Must be between 1 and {MOST}")
    return int(text)
