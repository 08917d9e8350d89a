"""Text that people typed, as a cell of a CSV that a spreadsheet opens."""

_FORMULA = ("=", "+", "-", "@")
_BREAKS = ("\t", "\r", "\n")


def cell(text: str) -> str:
    """What a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(_BREAKS) else text
