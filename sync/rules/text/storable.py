"""Signs that stand in no text of PostgreSQL and in no UTF-8: U+0000 and surrogates without their other half.

They come from outside now and then, in a note pasted from somewhere. They mean nothing, so they are dropped where a
text enters, rather than that everything that is stored beside it is refused.
"""

import re

_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a pair, which is one sign
    rb"|(?P<dropped>u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2}))"
    rb"|.)",
    re.DOTALL,
)
_BYTES = re.compile(rb"\x00|\xed[\xa0-\xbf][\x80-\xbf]")
"""The same signs as they are, not escaped."""
_SIGNS = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without them."""
    return _SIGNS.sub("", text)


def storable_json(body: bytes) -> bytes:
    """A body of JSON in UTF-8 whose texts have none of them. The same body if there is nothing to drop."""
    if b"\x00" in body or b"\xed" in body:
        body = _BYTES.sub(b"", body)
    if b"\\u0000" in body or b"\\ud" in body or b"\\uD" in body:
        body = _ESCAPES.sub(lambda found: b"" if found["dropped"] else found[0], body)
    return body
