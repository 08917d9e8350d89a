"""What is said about the import, people and one entry's past."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from handlers.imports import views
from handlers.slack.replies import Message
from store.people.records import Person
from store.units import Hours
from sync.harvest.entry_reading import Tally
from sync.harvest.import_job import Imported, ImportProgress
from sync.news.harvest import EntriesVanished
from sync.people.roster import Roster
from sync.time_entries.history import EntryHistory, HistoryStep
from tests.views.block_kit import Approve, require_valid
from tests.views.entry_samples import HOSTILE, NOW, TODAY

BO = Person("U0BO", "Bo", None, "UTC", None, NOW)
NOBODY = Roster(3, [], [], [], [])
PAST = EntryHistory(
    Hours(150),
    "Ada Park",
    "Website relaunch",
    "Design",
    date(2026, 11, 19),
    "In Harvest as 900",
    [HistoryStep(datetime(2026, 11, 19, 9, 0, tzinfo=UTC), "asked", "U0ADA", "1.5 h")],
)
LISTS = ("clients", "users", "tasks", "projects", "task_assignments", "user_assignments", "roles", "rates")
MESSAGES = {
    "import begun": views.begun(),
    "import under way, nothing read": views.under_way(ImportProgress()),
    "import under way": views.under_way(ImportProgress({"clients": 12, "projects": 1}, read=24_000, total=61_200)),
    "import done": views.imported(Imported({"projects": 12, "rates": 0}, Tally(added=3, changed=1)), 1),
    "import done, of all": views.imported(Imported(dict.fromkeys(LISTS, 2), Tally(added=1, removed=2_000)), 0),
    "import, nothing new": views.imported(Imported({}, Tally()), 0),
    "vanished": views.import_news(EntriesVanished(120, "2026-11-01", "2026-11-01")),
    "everybody known": views.people(NOBODY),
    "people to mend": views.people(Roster(3, [BO], ["Ada Park"], ["Cy"] * 40, [99])),
    "past": views.past(PAST, TODAY),
    "past of a timer": views.past(replace(PAST, hours=None, deeds=[]), TODAY),
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_message(message: Message, approve: Approve) -> None:
    approve(message) if message.blocks else None


def test_names_from_outside_call_nobody() -> None:
    texts = [
        views.people(Roster(0, [], [HOSTILE], [HOSTILE], [])),
        views.past(replace(PAST, who=HOSTILE, project=HOSTILE, task=HOSTILE, state=HOSTILE), TODAY),
        views.past(replace(PAST, deeds=[HistoryStep(NOW, HOSTILE, "U0ADA", HOSTILE)]), TODAY),
    ]
    for message in texts:
        require_valid(message)
        for live in ("<!channel", "<@U1", "*bold*", "<https"):
            assert live not in message.text
