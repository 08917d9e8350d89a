"""A typed line as words, each with its place in the line, and the form in which words are compared."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

Found = TypeVar("Found")

JOINTS = ",:;"
"""Signs that people put after a code, a day or a duration; no part of it."""
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
LONGEST = 8
"""Words: no day, no duration and no beginning of a timer has more."""


class Word(NamedTuple):
    """A word as typed, and where the text after it begins."""

    text: str
    end: int

    @property
    def start(self) -> int:
        return self.end - len(self.text)


def split_words(text: str) -> list[Word]:
    return [Word(found[0], found.end()) for found in re.finditer(r"\S+", text)]


def first_word(text: str) -> tuple[str, str]:
    """The first word and the rest as it was typed, whatever kind of blank or line break stands between them."""
    word, *rest = text.split(maxsplit=1) or [""]
    return word, rest[0].strip() if rest else ""


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """For comparing only: small letters, composed accents, full-width signs as plain ones, nothing invisible."""
    composed = unicodedata.normalize("NFC", text.translate(_FULL_WIDTH)).casefold()
    return composed if composed.isascii() else "".join(filter(_is_visible, composed))


def phrase(words: Sequence[Word]) -> str:
    """The words in the form in which they are compared, without a sign that only joins them to what follows."""
    return " ".join(fold(word.text) for word in words).rstrip(JOINTS)


def longest(words: Sequence[Word], read: Callable[[str], Found | None]) -> tuple[Found, int] | None:
    """What `read` makes of as many of the first words as it takes together, and how many those are."""
    for count in range(min(LONGEST, len(words)), 0, -1):
        found = read(phrase(words[:count]))
        if found is not None:
            return found, count
    return None


def _is_visible(character: str) -> bool:
    # Variation selectors follow signs that phones draw as pictures.
    return unicodedata.category(character) != "Cf" and not "\ufe00" <= character <= "\ufe0f"
