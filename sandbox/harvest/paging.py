"""Pages of a list: by number (time entries and the like) or by cursor, with the links a client is told to follow."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from sandbox.harvest.refusals import unprocessable

MOST = 2000
"""Rows a page, which is also what is given when nothing is asked for."""


class Numbered(Protocol):
    """What is listed by cursor has an id that only rises."""

    @property
    def id(self) -> int: ...


Row = TypeVar("Row")
NumberedRow = TypeVar("NumberedRow", bound=Numbered)


@dataclass(frozen=True)
class Place:
    """The list's full address and the query it was asked with."""

    url: str
    query: Mapping[str, str]

    @property
    def per_page(self) -> int:
        return _whole("per_page", self.query.get("per_page", str(MOST)), MOST)

    @property
    def number(self) -> int:
        return _whole("page", self.query.get("page", "1"))

    def link(self, ref: str, **position: str | int) -> str:
        kept = {name: value for name, value in self.query.items() if name not in {"page", "cursor", "ref"}}
        return f"{self.url}?{urlencode({**kept, **position, 'per_page': self.per_page, 'ref': ref})}"


def numbered(key: str, rows: Sequence[Row], place: Place, shape: Callable[[Row], Any]) -> dict[str, Any]:
    """Rows shift between pages when entries come or go in between. An empty list has one page."""
    number, size = place.number, place.per_page
    pages = max(1, -(-len(rows) // size))
    after, before = number + 1 if number < pages else None, number - 1 if number > 1 else None
    return {
        key: [shape(row) for row in rows[(number - 1) * size : number * size]],
        "per_page": size,
        "total_pages": pages,
        "total_entries": len(rows),
        "next_page": after,
        "previous_page": before,
        "page": number,
        "links": {
            "first": place.link("first", page=1),
            "next": place.link("next", page=after) if after else None,
            "previous": place.link("previous", page=before) if before else None,
            "last": place.link("last", page=pages),
        },
    }


def by_cursor(
    key: str,
    rows: Sequence[NumberedRow],
    place: Place,
    shape: Callable[[NumberedRow], Any],
    *,
    newest_first: bool = True,
) -> dict[str, Any]:
    """By id. The first page is numbered as ever but links on by cursor; later ones have no numbers."""
    ordered = sorted(rows, key=lambda row: row.id, reverse=newest_first)
    if "page" in place.query:
        return numbered(key, ordered, place, shape)
    body = numbered(key, ordered, place, shape)
    after = _read_cursor(place.query.get("cursor"))
    rest = [row for row in ordered if after is None or (row.id < after if newest_first else row.id > after)]
    shown = rest[: place.per_page]
    more = len(rest) > len(shown)
    body[key] = [shape(row) for row in shown]
    body["links"] |= {"previous": None, "next": place.link("next_cursor", cursor=_cursor(shown[-1])) if more else None}
    if after is not None:
        body |= {"page": None, "next_page": None, "previous_page": None}
    return body


def _cursor(row: Numbered) -> str:
    return base64.urlsafe_b64encode(f"after:{row.id}".encode()).decode()


def _read_cursor(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return int(base64.urlsafe_b64decode(text).decode().removeprefix("after:"))
    except (binascii.Error, ValueError):
        raise unprocessable("Cursor is invalid") from None


def _whole(name: str, text: str, most: int | None = None) -> int:
    """Raises 422 for what is no whole number from 1 to `most`."""
    if not text.isascii() or not text.isdigit() or int(text) < 1 or (most is not None and int(text) > most):
        limit = f" and at most {most}" if most else ""
        raise unprocessable(f"{name} must be at least 1{limit}")
    return int(text)
