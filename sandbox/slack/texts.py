"""The words a person can read in a message or a view, and the escapes Slack puts into typed text."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

_READABLE = ("text", "alt_text", "fallback")
_UNREAD = ("value", "action_id", "block_id", "private_metadata", "confirm", "placeholder")


def words(part: Any) -> Iterator[str]:
    """Every readable string of a block tree, in reading order."""
    if isinstance(part, list):
        for item in part:
            yield from words(item)
    elif isinstance(part, dict):
        yield from _words_of_object(part)


def _words_of_object(part: dict[str, Any]) -> Iterator[str]:
    for key, value in part.items():
        if isinstance(value, str) and key in _READABLE:
            yield value
        elif key not in _UNREAD:
            yield from words(value)


def reading(part: Any) -> str:
    return "\n".join(words(part))


def escape(text: str) -> str:
    """Slack escapes these three and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_ADDRESS = re.compile(
    r"(?<![\w@.-])(?:(?P<scheme>https?://)[^\s<>|]+|[a-z\d-]+(?:\.[a-z\d-]+)*\.(?:com|net|org)\b)", re.IGNORECASE
)
"""With a scheme, or a name that ends as the commonest ones do: Slack makes a link of `acme.com` as well."""


def entities(text: str, people: Iterable[tuple[str, str]], channels: Iterable[tuple[str, str]]) -> str:
    """Text of a command with should_escape: @name, #name and addresses become <...> entities.

    People and channels are pairs of (name, id); longer names win over their own beginnings.
    """
    text = _ADDRESS.sub(lambda found: f"<{found[0]}>" if found["scheme"] else f"<http://{found[0]}|{found[0]}>", text)
    for sign, kind, names in (("@", "@", people), ("#", "#", channels)):
        for name, identity in sorted(names, key=lambda pair: -len(pair[0])):
            text = re.sub(rf"(?<![\w<]){sign}{re.escape(name)}(?![\w-])", f"<{kind}{identity}|{name}>", text)
    return text
