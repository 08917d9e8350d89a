"""Text as Slack sends it and as it may be shown there again.

`unwrap` is for what comes in, `tidy_note` for what is kept, `escape` for what goes out.
"""

import re
import unicodedata
from typing import NamedTuple

NOTE_LIMIT = 3000
"""Characters: what Slack's own text inputs take, so that a note can always be edited in the form."""

_SIGNS = str.maketrans(dict.fromkeys("“”„‟", '"') | dict.fromkeys("‘’‚‛", "'") | dict.fromkeys("‐‑‒–—―−", "-"))
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_ENTITY = re.compile(r"&(?:amp|lt|gt);")
_ENTITY_OR_TOKEN = re.compile(r"&(?:amp|lt|gt);|<[^<>]*>")
_TOKEN = re.compile(r"<(?P<kind>[@#!]|(?:https?|mailto|tel):)(?P<body>[^<>|]*)(?:\|(?P<label>[^<>]*))?>", re.IGNORECASE)
_CHANNEL = re.compile(r"<#(?P<id>[CGD][A-Z0-9]+)(?:\|(?P<name>[^<>|]*))?>")
_OPENS_MENTION = re.compile(r"<(?=[@#!])")
# An address keeps its sign. Only the first of a run is a start, or a run of thousands takes seconds.
_CALLS_EVERYBODY = re.compile(r"(?<!@)(?:(?<![^\W_])@+|@@+)(?=(?:channel|here|everyone)(?![^\W_]))", re.IGNORECASE)
_MARKS = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
_FORMATTING = re.compile(
    r"(?P<harmless>https?://[^\s`]+|(?<=\w)[*_~](?=\w)|(?<!\S)[*_~](?!\S))|[*_~`]",
)


class Note(NamedTuple):
    """What is kept of a note, and whether its end had to go."""

    text: str
    was_cut: bool


def unwrap(text: str) -> str:
    """The text as the person typed it: escapes and links resolved, quotes, dashes and blanks plain (ruling 2).

    Links become their address and people `@name`. A channel stays `<#C123|name>`, because `#name` would read as a
    task; see `channel_id` and `channel_name`. Line breaks stay; other control and invisible characters go.
    """
    return _ENTITY_OR_TOKEN.sub(_unwrapped, _plain(text)).strip()


def channel_id(word: str) -> str | None:
    """`C123` of an unwrapped `<#C123|name>`. People can type that by hand too: look the channel up before use."""
    found = _CHANNEL.fullmatch(word)
    return found["id"] if found else None


def channel_name(word: str) -> str | None:
    """The name in an unwrapped `<#C123|name>`; None where Slack keeps it back, as it does for private channels."""
    found = _CHANNEL.fullmatch(word)
    return (found["name"] or None) if found else None


def tidy_note(text: str, limit: int = NOTE_LIMIT) -> Note:
    """Text that has been unwrapped, fit to be kept: at most `limit` characters and nothing in it that calls people.

    `@channel`, `@here` and `@everyone` lose their sign; a person is `@name`, a channel `#name`.
    """
    readable = _TOKEN.sub(_readable, _plain(text)).strip()
    # Cut before defusing: the cut itself may turn `@hereafter` into `@here`.
    kept = _defused(readable[:limit].rstrip())
    return Note(kept, was_cut=len(readable) > limit)


def escape(text: str) -> str:
    """Text from outside for a mrkdwn field: `& < >` escaped, nobody called, no bold, code or strike begun.

    Signs that could open formatting become look-alikes, as Slack has no escape for them; addresses keep theirs.
    """
    unmarked = _FORMATTING.sub(_unformatted, _defused(text))
    return unmarked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quote(text: str, limit: int = 120) -> str:
    """The text on one line, at most `limit` characters, escaped: for saying what was not understood."""
    line = " ".join(text.split())
    return escape(line if len(line) <= limit else line[: limit - 1].rstrip() + "…")


def as_command(text: str, limit: int = 500) -> str:
    """A line to be typed, for between backticks: on one line, at most `limit` characters, nobody called.

    Nothing is formatted there, so that the signs of formatting stay themselves, and what is copied does what it says.
    """
    line = " ".join(tidy_note(text).text.split()).replace("`", "'")
    shown = line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> str:
    visible = _INVISIBLE.sub("", text.translate(_SIGNS).replace("\r\n", "\n"))
    return "".join(map(_plain_character, visible))


def _plain_character(character: str) -> str:
    if character in "\n\u2028\u2029":
        return "\n"
    if character.isspace():
        return " "
    # Cc are control characters; Cs are halves of a pair, which no database and no JSON takes.
    return "" if unicodedata.category(character) in {"Cc", "Cs"} else character


def _unwrapped(found: re.Match[str]) -> str:
    whole = found[0]
    shown = whole if _CHANNEL.fullmatch(whole) else _TOKEN.sub(_readable, whole)
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[0]], shown)


def _readable(token: re.Match[str]) -> str:
    kind, body, label = token["kind"].lower(), token["body"], token["label"]
    match kind:
        case "@" | "#":
            return kind + (label or body).lstrip(kind)
        case "!":
            return label or "@" + body.rpartition("^")[2]
        case "mailto:" | "tel:":
            return label or body
    address = token["kind"] + body
    # Slack makes a link of `acme.com`, and says in the label what was typed.
    return label if label and address.partition("//")[2].rstrip("/") == label.rstrip("/") else address


def _defused(text: str) -> str:
    return _CALLS_EVERYBODY.sub("", _OPENS_MENTION.sub("‹", text))


def _unformatted(found: re.Match[str]) -> str:
    return found[0] if found["harmless"] else found[0].translate(_MARKS)
