"""Whether a custom field is called so, as people see it: case, blanks and signs that nobody sees do not matter."""

import unicodedata


def is_called(name: str, wanted: str) -> bool:
    return _plain(name) == _plain(wanted)


def _plain(name: str) -> str:
    """NFKC makes one letter of what looks like one; signs of category Cf, such as a zero-width space, have no shape."""
    seen = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in seen if not sign.isspace() and unicodedata.category(sign) != "Cf")
