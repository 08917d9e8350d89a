"""Records as the views get them: one entry, and copies of it that differ."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from store.harvest.records import Project, Task
from store.time_entries.records import EntryState, TimeEntry
from store.units import Hours
from sync.time_entries.entries import EntryView

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
WEBSITE = Project(12, 1, "Acme", "Website relaunch", "ACME-12", is_active=True, is_billable=True)
DESIGN = Task(7, "Design", is_active=True)

HOSTILE = "<!channel> <!here|x> <@U1> <#C1> <https://evil.example|click> *bold* _it_ ~no~ `code` &<>& @here"
"""Text from outside that would call people or look like ours if it were shown as it is."""

_ENTRY = TimeEntry(
    key="6f1d7a52-0000-4000-8000-000000000001",
    slack_id="U0ADA",
    harvest_user_id=3,
    project_id=WEBSITE.id,
    task_id=DESIGN.id,
    spent_date=TODAY,
    hours=Hours(150),
    note="First drafts",
    state=EntryState.LOGGED,
    harvest_id=900,
    revision=1,
    attempts=1,
    created_at=NOW,
)


def entry(state: EntryState = EntryState.LOGGED, **changes: Any) -> TimeEntry:
    return replace(_ENTRY, state=state, **changes)


def shown(one: TimeEntry | None = None, **changes: Any) -> EntryView:
    """The entry under the names of the sample project; the day's total is not known unless it is given."""
    names = {"project": WEBSITE.name, "project_code": WEBSITE.code, "client": WEBSITE.client_name, "task": DESIGN.name}
    given: dict[str, Any] = {**names, "today": TODAY, "day_total": None, "web_url": None, **changes}
    return EntryView(entry=one or entry(), **given)


def rows(count: int, state: EntryState = EntryState.LOGGED, **changes: Any) -> list[EntryView]:
    """So many entries of one day, each with a key of its own."""
    return [shown(entry(state, key=f"6f1d7a52-0000-4000-8000-{number:012}", **changes)) for number in range(count)]


def projects(count: int, **changes: Any) -> list[Project]:
    return [replace(WEBSITE, id=number, code=f"ACME-{number}", **changes) for number in range(1, count + 1)]
