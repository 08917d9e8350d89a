"""Tables as spreadsheets save them."""

import codecs
from itertools import product

import pytest

from sync.rules.text.csv_tables import NotCsv, decoded, table

ROWS = [("Name", "hours"), ("Büro, Köln; west", "1,5"), ("“quoted”\ttext", "2")]


def saved(separator: str, end: str = "\n") -> str:
    return end.join(separator.join(f'"{cell}"' for cell in row) for row in ROWS) + end


@pytest.mark.parametrize(("separator", "end"), [*product([",", ";", "\t"], ["\n", "\r\n", "\r"])])
def test_what_separates_is_seen_from_the_heading(separator: str, end: str) -> None:
    found = table(saved(separator, end))
    assert found.columns == ["name", "hours"]
    assert [(row.line, tuple(row.cells.values())) for row in found.rows] == [(2, ROWS[1]), (3, ROWS[2])]


@pytest.mark.parametrize(
    "data",
    [
        saved(";").encode(),
        codecs.BOM_UTF8 + saved(";").encode(),
        codecs.BOM_UTF16_LE + saved(";").encode("utf-16-le"),
        codecs.BOM_UTF16_BE + saved(";").encode("utf-16-be"),
    ],
)
def test_a_mark_at_the_beginning_says_how_it_is_written(data: bytes) -> None:
    assert decoded(data) == saved(";")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (saved(";").encode("utf-16-le"), "looks like UTF-16"),
        (codecs.BOM_UTF16_LE + b"a", "not in UTF-8"),
        ("Büro".encode("cp1252"), "not in UTF-8"),
        (b"PK\x03\x04\x14\x00", "a spreadsheet's own file"),
    ],
)
def test_other_files_are_told_in_plain_words(data: bytes, why: str) -> None:
    with pytest.raises(NotCsv, match=f"{why}.*save it as “CSV UTF-8”"):
        decoded(data)


def test_excels_own_line_says_what_separates() -> None:
    found = table("sep=;\na;b,c\n1;2\n")
    assert [(row.line, dict(row.cells)) for row in found.rows] == [(3, {"a": "1", "b,c": "2"})]


def test_empty_rows_are_left_out_and_lines_still_counted() -> None:
    found = table("a,b\n\n,\n 1 ,2,3\n4\n")
    assert [(row.line, dict(row.cells)) for row in found.rows] == [(4, {"a": "1", "b": "2"}), (5, {"a": "4"})]


@pytest.mark.parametrize("text", ["", "\n", "a", "\ufeff"])
def test_hardly_anything_is_a_table_without_rows(text: str) -> None:
    assert table(text).rows == []


def test_a_cell_that_never_ends_is_told() -> None:
    with pytest.raises(NotCsv, match="line 2 is no line"):
        table("a,b\n" + "x" * 200_000 + ",1\n")
