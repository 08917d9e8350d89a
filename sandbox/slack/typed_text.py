"""What people type as the rich text that Slack makes of it: mentions, links, emoji and simple styles."""

import html
import re
from typing import Any

Json = dict[str, Any]

_STYLES = {"*": "bold", "_": "italic", "~": "strike", "`": "code"}
_PARTS = re.compile(
    r"(<@\w+>|https?://[^\s<>|]+|:[a-z0-9_+-]+:|(?<!\w)(?:\*[^*\n]+\*|_[^_\n]+_|~[^~\n]+~|`[^`\n]+`)(?!\w))"
)


def rich_text(text: str, block_id: str) -> list[Json]:
    """One rich_text block; `text` is escaped as Slack stores it, the words in the block are not."""
    parts = [part for part in _PARTS.split(text) if part]
    section = {"type": "rich_text_section", "elements": [_element(part) for part in parts]}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def _element(part: str) -> Json:
    plain = html.unescape(part)
    if part.startswith("<@"):
        return {"type": "user", "user_id": part[2:-1]}
    if part.startswith(("http://", "https://")):
        return {"type": "link", "url": plain}
    if len(part) > 2 and part[0] == part[-1] == ":" and _PARTS.fullmatch(part):
        return {"type": "emoji", "name": part[1:-1]}
    if len(part) > 2 and part[0] in _STYLES and _PARTS.fullmatch(part):
        return {"type": "text", "text": plain[1:-1], "style": {_STYLES[part[0]]: True}}
    return {"type": "text", "text": plain}
