"""A backfill's hours as Harvest's import of time takes them."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.units import Hours
from sync.rules.asana.time_csv import COLUMNS, TimeLine, write

LINE = TimeLine(date(2026, 11, 3), "ACME", "Website relaunch", "Design", "Homepage copy", Hours(205), "Ada von Park")


def rows(*lines: TimeLine) -> list[list[str]]:
    return list(csv.reader(io.StringIO(write(lines))))


def test_eight_columns_in_harvests_order() -> None:
    heading, row = rows(LINE)
    assert heading == list(COLUMNS)
    assert row == ["2026-11-03", "ACME", "Website relaunch", "Design", "Homepage copy", "2.05", "Ada", "von Park"]


@pytest.mark.parametrize("text", ["=1+1", "+49", "-5", "@SUM(A1)", " =1", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    line = TimeLine(LINE.day, text, text, text, text, Hours(25), f"{text.strip()} {text.strip()}")
    _, row = rows(line)
    assert all(not one.lstrip().startswith(("=", "+", "-", "@")) for one in row)
    assert row[5] == "0.25"


def test_commas_quotes_and_lines_stay_in_their_cell() -> None:
    notes = 'one, "two"\nthree'
    _, row = rows(TimeLine(LINE.day, "A, B", "P", "T", notes, Hours(100), "Ada"))
    assert (row[1], row[4], row[7]) == ("A, B", notes, "")


@given(st.integers(0, 10_000_000))
def test_hours_are_decimal_and_exact(hours: int) -> None:
    _, row = rows(TimeLine(LINE.day, "A", "P", "T", "", Hours(hours), "Ada"))
    assert Decimal(row[5]) * 100 == hours
    assert len(row[5].partition(".")[2]) == 2
