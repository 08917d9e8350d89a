"""The mapping as CSV: what a file says, what it leaves open, and what is wrong with it."""

import csv
import io
from typing import Any

import pytest

from store.asana.records.state import Source, WhoseHours
from sync.rules.asana.mapping_csv import COLUMNS, ProjectLine, TaskLine, read, write


@pytest.mark.parametrize(
    ("columns", "cells", "settings"),
    [
        ("", "", {}),
        (",source", ",time_entries", {"source": Source.TIME_ENTRIES}),
        (",source", ",", {"source": Source.FIELD}),
        (
            ",attribution,counts_parents",
            ",completion,yes",
            {"attribution": WhoseHours.COMPLETION, "counts_parents": True},
        ),
        (",harvest_task_id,non_billable_task_id", ",7,", {"default_task_id": 7, "non_billable_task_id": None}),
        (",ignores_percentage,remarks", ",no,fine", {"ignores_percentage": False}),
    ],
)
def test_a_column_that_is_not_there_says_nothing(columns: str, cells: str, settings: dict[str, Any]) -> None:
    lines, faults = read(f"asana_project_gid,harvest_project_id{columns}\n12,34{cells}\n")
    assert (lines, faults) == ([ProjectLine(2, "12", 34, settings)], [])


def test_the_tasks_that_a_line_names() -> None:
    (line,), _ = read("asana_project_gid,harvest_project_id,harvest_task_id,non_billable_task_id\n12,34,7,8\n")
    assert isinstance(line, ProjectLine)
    assert line.task_ids == [7, 8]


def test_a_line_of_a_section() -> None:
    text = "asana_project_gid,harvest_project_id,section_or_option_gid,harvest_task_id\n12,,99,7\n"
    assert read(text) == ([TaskLine(2, "12", "99", 7)], [])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_that_a_spreadsheet_saved_says_the_same(separator: str, mark: str) -> None:
    """Its separator, its byte order mark, its capitals, and what it makes of yes and no."""
    heading = ["Asana_Project_GID ", "asana_project", "harvest_project_id", "counts_parents"]
    rows = [heading, ["12", '"Site, new; west"', "34", "WAHR"], ["", "", "", ""]]
    text = mark + "\r\n".join(separator.join(row) for row in rows)
    assert read(text) == ([ProjectLine(2, "12", 34, {"counts_parents": True})], [])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            "asana_project_gid;harvest_project_id\n1,20721E+15;34\n",
            "line 2: a spreadsheet shortened asana_project_gid to 1,20721E+15: format that column as text",
        ),
        ("asana_project_gid\n12\n", "line 1: there is no column harvest_project_id"),
        (
            "asana_project\nSite\n",
            "line 1: there is no column asana_project_gid and no column harvest_project_id",
        ),
        ("asana_project_gid,harvest_project_id\nx,34\n", "line 2: asana_project_gid must be the number"),
        ("asana_project_gid,harvest_project_id\n١٢,34\n", "line 2: asana_project_gid must be the number"),
        ("asana_project_gid,harvest_project_id\n12,3x\n", "line 2: harvest_project_id must be a number"),
        ("asana_project_gid,harvest_project_id\n12,-3\n", "line 2: harvest_project_id must be a number"),
        ("asana_project_gid,harvest_project_id\n12,٣٤\n", "line 2: harvest_project_id must be a number"),
        (f"asana_project_gid,harvest_project_id\n12,{'9' * 19}\n", "line 2: harvest_project_id must be a number"),
        (
            "asana_project_gid,harvest_project_id,section_or_option_gid,harvest_task_id\n12,,99,\n",
            "line 2: a section or option needs its gid and a harvest_task_id",
        ),
        (
            "asana_project_gid,harvest_project_id,section_or_option_gid,harvest_task_id\n12,,Design,7\n",
            "line 2: a section or option needs its gid and a harvest_task_id",
        ),
        (
            "asana_project_gid,harvest_project_id,section_or_option_gid,harvest_task_id\n12,,99,7\n12,,99,8\n",
            "line 3: the same as line 2",
        ),
        (
            "asana_project_gid,harvest_project_id,counts_parents\n12,34,maybe\n",
            "line 2: counts_parents must be yes or no",
        ),
        (
            "asana_project_gid,harvest_project_id,attribution\n12,34,nobody\n",
            "line 2: attribution must be typed or completion",
        ),
        ("asana_project_gid,harvest_project_id\n12,\n", "line 2: harvest_project_id is missing"),
        ("asana_project_gid,harvest_project_id,source\n12,34,both\n", "line 2: source must be field or time_entries"),
        ("asana_project_gid,harvest_project_id\n12,34\n12,35\n", "line 3: the same as line 2"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, wrong: str) -> None:
    _, (fault,) = read(text)
    assert str(fault).startswith(wrong)


def test_the_longest_number_is_read() -> None:
    longest = "9" * 18
    (line,), faults = read(f"asana_project_gid,harvest_project_id\n12,{longest}\n")
    assert (line.harvest_project_id if isinstance(line, ProjectLine) else None, faults) == (int(longest), [])


def test_empty_lines_are_passed_over_and_counted() -> None:
    lines, faults = read("asana_project_gid,harvest_project_id\n , \n12,34\n,\n")
    assert (lines, faults) == ([ProjectLine(3, "12", 34, {})], [])


def test_a_line_that_is_wrong_keeps_no_other_from_being_read() -> None:
    lines, faults = read("asana_project_gid,harvest_project_id\n12,34\nx,35\n13,36\n")
    assert [one.line for one in lines] == [2, 4]
    assert [one.line for one in faults] == [3]


def test_a_section_is_no_second_line_of_its_project() -> None:
    _, faults = read("asana_project_gid,harvest_project_id,section_or_option_gid,harvest_task_id\n12,34,,\n12,,99,7\n")
    assert faults == []


ROW = ("12", "=Site", 34, "Acme", None, None, 7, None, None, Source.FIELD, WhoseHours.COMPLETION, True, False)


def test_a_file_has_every_column_and_plain_words() -> None:
    """Yes and no for people; what is not set is empty, and nothing is a formula to a spreadsheet."""
    heading, row = csv.reader(io.StringIO(write([ROW])))
    assert heading == list(COLUMNS)
    assert row == ["12", "'=Site", "34", "Acme", "", "", "7", "", "", "field", "completion", "yes", "no"]


def test_what_is_written_is_read_back() -> None:
    settings = {
        "default_task_id": 7,
        "non_billable_task_id": None,
        "source": Source.FIELD,
        "attribution": WhoseHours.COMPLETION,
        "counts_parents": True,
        "ignores_percentage": False,
    }
    assert read(write([ROW])) == ([ProjectLine(2, "12", 34, settings)], [])
