"""Tables as spreadsheets save them: commas, semicolons or tabs, with or without a byte order mark."""

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SAVE_AS = "save it as “CSV UTF-8”"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel and LibreOffice begin, newer and older ones."""
_SEPARATORS = ",;\t"


class NotCsv(ValueError):
    """A file that is no CSV of text; says in a sentence what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """`line`: its last one in the file, the first being 1. `cells`: by column, as `columns` names them."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """`columns`: in small letters, blanks around them taken off. Rows in which nothing stands are left out."""

    columns: Sequence[str]
    rows: Sequence[Row]


def decoded(data: bytes) -> str:
    """UTF-8, or UTF-16 that says so. Raises NotCsv."""
    if data.startswith(_WORKBOOKS):
        raise NotCsv(f"it is a spreadsheet's own file: {SAVE_AS}")
    is_wide = data.startswith(_UTF_16)
    if b"\0" in data and not is_wide:
        raise NotCsv(f"it looks like UTF-16, or like no text at all: {SAVE_AS}")
    try:
        return data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise NotCsv(f"its letters are not in UTF-8: {SAVE_AS}") from None


def table(text: str) -> CsvTable:
    """What separates its columns is seen from the heading. Raises NotCsv."""
    lines = _lines(text)
    first = 0
    separator = ""
    if lines and lines[0].lower().startswith("sep="):
        # What Excel is told by, and writes.
        separator, first = lines[0].rstrip("\n")[4:5], 1
    heading = lines[first] if len(lines) > first else ""
    reader = csv.reader(lines[first:], delimiter=separator or _separator(heading))
    try:
        columns = [one.strip().casefold() for one in next(reader, [])]
        rows = [Row(first + reader.line_num, _cells(columns, row)) for row in reader]
    except csv.Error as error:
        raise NotCsv(f"line {first + reader.line_num} is no line of a CSV ({error}): {SAVE_AS}") from None
    return CsvTable(columns, [row for row in rows if any(row.cells.values())])


def _lines(text: str) -> list[str]:
    """With every end of line made the same."""
    return list(io.StringIO(text.removeprefix("\ufeff"), newline=None))


def _separator(heading: str) -> str:
    return max(_SEPARATORS, key=heading.count)


def _cells(columns: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {column: cell.strip() for column, cell in zip(columns, row, strict=False)}
