"""The mapping as CSV, for spreadsheets (S1-54): written, and read back with a fault for each line that is wrong.

Gids and ids count; names are only there to be read. A line with a section or option maps that to a Harvest task. A
column that is not there changes nothing.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.asana.records.state import Source, WhoseHours
from sync.rules.text.csv_cells import cell
from sync.rules.text.csv_tables import NotCsv, table

COLUMNS = (
    "asana_project_gid",
    "asana_project",
    "harvest_project_id",
    "harvest_project",
    "section_or_option_gid",
    "section_or_option",
    "harvest_task_id",
    "harvest_task",
    "non_billable_task_id",
    "source",
    "attribution",
    "counts_parents",
    "ignores_percentage",
)
_COLUMN_OF = {"default_task_id": "harvest_task_id"}
_YES, _NO = ("yes", "true", "1", "wahr", "sant"), ("no", "false", "0", "", "falsch", "falskt")
"""What spreadsheets make of them in English, German and Swedish as well."""
_SHORTENED = re.compile(r"\d[.,]?\d*E\+\d+", re.IGNORECASE)
"""What spreadsheets make of a long number: its last digits are gone."""


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """`line`: its number in the file, the heading being 1. `settings`: those of a mapping that have a column."""

    line: int
    project_gid: str
    harvest_project_id: int
    settings: Mapping[str, Any]

    @property
    def task_ids(self) -> list[int]:
        """Harvest's tasks that it names."""
        named = (self.settings.get("default_task_id"), self.settings.get("non_billable_task_id"))
        return [one for one in named if one is not None]


@dataclass(frozen=True, slots=True)
class TaskLine:
    line: int
    project_gid: str
    choice_gid: str
    task_id: int


@dataclass(frozen=True, slots=True)
class LineFault:
    line: int
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}"


Line = ProjectLine | TaskLine


def write(rows: Iterable[Sequence[object]]) -> str:
    """Rows in the order of COLUMNS; None is empty. A name that a spreadsheet would run as a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def read(text: str) -> tuple[list[Line], list[LineFault]]:
    """Every line that can be read, and what is wrong with the others."""
    try:
        found = table(text)
    except NotCsv as error:
        return [], [LineFault(1, str(error))]
    missing = [name for name in ("asana_project_gid", "harvest_project_id") if name not in found.columns]
    if missing:
        return [], [LineFault(1, f"there is no column {' and no column '.join(missing)}")]
    lines: list[Line] = []
    faults: list[LineFault] = []
    for row in found.rows:
        try:
            lines.append(_line(row.line, {name: row.cells.get(name, "") for name in COLUMNS}, found.columns))
        except ValueError as error:
            faults.append(LineFault(row.line, str(error)))
    return lines, [*faults, *_twice(lines)]


def _line(number: int, given: dict[str, str], columns: Collection[str]) -> Line:
    gid = given["asana_project_gid"]
    if not _is_gid("asana_project_gid", given):
        raise ValueError("asana_project_gid must be the number in the project's address")
    if choice := given["section_or_option_gid"]:
        task_id = _number("harvest_task_id", given)
        if not _is_gid("section_or_option_gid", given) or task_id is None:
            raise ValueError("a section or option needs its gid and a harvest_task_id")
        return TaskLine(number, gid, choice, task_id)
    project_id = _number("harvest_project_id", given)
    if project_id is None:
        raise ValueError("harvest_project_id is missing")
    settings = {
        "default_task_id": _number("harvest_task_id", given),
        "non_billable_task_id": _number("non_billable_task_id", given),
        "source": Source(_one_of("source", given, list(Source), Source.FIELD)),
        "attribution": WhoseHours(_one_of("attribution", given, list(WhoseHours), WhoseHours.TYPED)),
        "counts_parents": _flag("counts_parents", given),
        "ignores_percentage": _flag("ignores_percentage", given),
    }
    there = {name: value for name, value in settings.items() if _COLUMN_OF.get(name, name) in columns}
    return ProjectLine(number, gid, project_id, there)


def _is_gid(name: str, given: dict[str, str]) -> bool:
    text = given[name]
    if _SHORTENED.fullmatch(text):
        raise ValueError(
            f"a spreadsheet shortened {name} to {text}: format that column as text, and paste the gid anew"
        )
    return text.isascii() and text.isdecimal()


def _number(name: str, given: dict[str, str]) -> int | None:
    text = given[name]
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise ValueError(f"{name} must be a number, as Harvest's address shows it")
    return int(text)


def _one_of(name: str, given: dict[str, str], allowed: Sequence[str], default: str) -> str:
    text = given[name].lower() or default
    if text not in allowed:
        raise ValueError(f"{name} must be {' or '.join(allowed)}")
    return text


def _flag(name: str, given: dict[str, str]) -> bool:
    text = given[name].lower()
    if text not in (*_YES, *_NO):
        raise ValueError(f"{name} must be yes or no")
    return text in _YES


def _twice(lines: Iterable[Line]) -> list[LineFault]:
    seen: dict[tuple[str, str], int] = {}
    faults = []
    for one in lines:
        key = (one.project_gid, one.choice_gid if isinstance(one, TaskLine) else "")
        if key in seen:
            faults.append(LineFault(one.line, f"the same as line {seen[key]}"))
        seen.setdefault(key, one.line)
    return faults


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return cell(str(value))
