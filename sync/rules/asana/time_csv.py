"""Hours as Harvest's import of time takes them (S1-43): eight columns in this order, commas, decimal hours.

Harvest matches people by first and last name, and makes clients, projects and tasks that it does not find.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from store.units import Hours
from sync.rules.text.csv_cells import cell

COLUMNS = ("Date", "Client", "Project", "Task", "Notes", "Hours", "First name", "Last name")


@dataclass(frozen=True, slots=True)
class TimeLine:
    """`person`: first and last name."""

    day: date
    client: str
    project: str
    task: str
    notes: str
    hours: Hours
    person: str


def write(lines: Iterable[TimeLine]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in lines:
        first, _, last = one.person.partition(" ")
        hours = f"{one.hours // 100}.{one.hours % 100:02}"
        work = [cell(text) for text in (one.client, one.project, one.task, one.notes)]
        writer.writerow([one.day.isoformat(), *work, hours, cell(first), cell(last)])
    return out.getvalue()
