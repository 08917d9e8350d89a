"""The mapping as CSV: what a file says, what it leaves open, and what is wrong with it."""

from typing import Any

import pytest

from store.asana.records.state import Source, WhoseHours
from sync.rules.asana.mapping_csv import ProjectLine, TaskLine, read


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
        ("asana_project_gid,harvest_project_id\nx,34\n", "line 2: asana_project_gid must be the number"),
        ("asana_project_gid,harvest_project_id\n12,\n", "line 2: harvest_project_id is missing"),
        ("asana_project_gid,harvest_project_id,source\n12,34,both\n", "line 2: source must be field or time_entries"),
        ("asana_project_gid,harvest_project_id\n12,34\n12,35\n", "line 3: the same as line 2"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, wrong: str) -> None:
    _, (fault,) = read(text)
    assert str(fault).startswith(wrong)
