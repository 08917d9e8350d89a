"""Text that people typed, as a cell of a CSV that a spreadsheet opens."""

_FORMULA = ("=", "+", "-", "@")


def cell(text: str) -> str:
    """What a spreadsheet would run as a formula gets an apostrophe in front; every line ends the same way."""
    plain = "\n".join(text.splitlines()) if "\r" in text else text
    return f"'{plain}" if plain.lstrip().startswith(_FORMULA) else plain
