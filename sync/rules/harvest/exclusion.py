"""Which projects stay out: those tagged `sync_off` in Harvest, such as leave (S3-19)."""

import re

_TAG = re.compile(r"(?<![\w-])sync[_-]off(?![\w-])", re.IGNORECASE)


def is_switched_off(code: str, notes: str) -> bool:
    """Whether the tag stands in the project's code or notes, as a word of its own and in any case."""
    return bool(_TAG.search(code) or _TAG.search(notes))
