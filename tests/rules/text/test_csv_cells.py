"""Text that people typed, in a cell that a spreadsheet opens."""

import pytest

from sync.rules.text.csv_cells import cell


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("nav", "nav"),
        ("", ""),
        ("a = b", "a = b"),
        ("=SUM(A1)", "'=SUM(A1)"),
        ("+1", "'+1"),
        ("-2", "'-2"),
        ("@cmd", "'@cmd"),
        ("  =1", "'  =1"),
        ("one\r\ntwo", "one\ntwo"),
        ("one\ntwo", "one\ntwo"),
    ],
)
def test_nothing_is_run_as_a_formula(text: str, written: str) -> None:
    assert cell(text) == written
