"""What `/log` shows: the form, a day's list, what was unclear, the choices of its selects."""

import re
from dataclasses import replace
from datetime import date

import pytest

from handlers.cards.project_fields import PROJECT, TASK, project_groups, task_options
from handlers.log.views import DAY, DURATION, NOTE, Fields, day_list, form, help_text, unclear
from store.harvest.records import Task
from store.time_entries.records import EntryState
from store.units import Hours
from sync.rules.text.slack import NOTE_LIMIT
from sync.time_entries.targets import UnclearTarget
from tests.views.block_kit import Approve, drawn, labels
from tests.views.entry_samples import DESIGN, TODAY, WEBSITE, entry, projects, rows, shown

FULL = Fields(WEBSITE, DESIGN, TODAY, "9-10:30", "First drafts")
FORMS = {
    "empty": (Fields(), {}),
    "filled": (FULL, {}),
    "to edit": (FULL, {"is_edit": True}),
    "with a hint": (Fields(project=WEBSITE, day=TODAY), {"hint": "Which task on Website relaunch?"}),
    # The longest that Slack's own fields let people type.
    "with the longest note": (replace(FULL, duration="1" * 40, note="x" * NOTE_LIMIT), {}),
    # Harvest's names are longer than Slack's options.
    "with long names": (
        Fields(replace(WEBSITE, name="Website " * 30), Task(7, "Design " * 30, is_active=True), TODAY),
        {},
    ),
}


@pytest.mark.parametrize(("fields", "options"), FORMS.values(), ids=FORMS)
def test_form(fields: Fields, options: dict[str, object], approve: Approve) -> None:
    approve(form(fields, metadata="log:1", **options))  # type: ignore[arg-type]  # one table for both keywords


def test_the_form_asks_for_what_an_entry_needs() -> None:
    blocks = drawn(form(Fields(), metadata="log:1"))["blocks"]
    assert [(block["block_id"], block.get("optional", False)) for block in blocks] == [
        (PROJECT, False),
        (TASK, False),
        (DAY, False),
        (DURATION, False),
        (NOTE, True),
    ]


def test_selects_list_their_choices_before_anything_is_typed() -> None:
    blocks = drawn(form(Fields(), metadata="log:1"))["blocks"]
    selects = [block["element"] for block in blocks if block["element"]["type"] == "external_select"]
    assert [select["min_query_length"] for select in selects] == [0, 0]


def test_only_a_new_entry_is_kept_when_the_form_is_closed() -> None:
    """S2-20: what was typed comes back; an edit has its entry to come back to."""
    assert drawn(form(FULL, metadata="log:1"))["notify_on_close"] is True
    assert drawn(form(FULL, metadata="edit:1:1", is_edit=True)).get("notify_on_close", False) is False


@pytest.mark.parametrize("count", [0, 1, 15, 16])
def test_list_of_a_day(count: int, approve: Approve) -> None:
    message = day_list(rows(count), TODAY, TODAY, Hours(150 * count))
    assert labels(message) == ["Edit", "Undo"] * min(count, 15)
    approve(message)


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (0, "Nothing is logged for today."),
        (1, "*Today: 1.5 h in all*"),
        (16, "and 1 earlier one;"),
    ],
)
def test_list_of_a_day_says_how_much_there_is(count: int, says: str) -> None:
    assert says in day_list(rows(count), TODAY, TODAY, Hours(150 * count)).text


def test_the_newest_entries_are_listed_and_harvest_has_the_others() -> None:
    every = [shown(entry(note=f"number {index}"), web_url="https://lumen.example") for index in range(20)]
    text = day_list(every, TODAY, TODAY, Hours(3000)).text
    listed = re.findall(r"number \d+", text)
    assert listed == [f"number {index}" for index in range(19, 4, -1)]
    assert "/time/day/2026/11/20/" in text


def test_list_of_another_day_names_it() -> None:
    assert "*Yesterday: 1.5 h in all*" in day_list(rows(1), date(2026, 11, 19), TODAY, Hours(150)).text


@pytest.mark.parametrize("state", EntryState)
def test_list_tells_what_harvest_does_not_hold_yet(state: EntryState) -> None:
    message = day_list([shown(entry(state))], TODAY, TODAY, Hours(150))
    is_plain = state in {EntryState.LOGGED, EntryState.RUNNING}
    assert (f"_({state.value})_" in message.text) is not is_plain
    assert labels(message) == (["Edit", "Undo"] if state in {EntryState.LOGGED, EntryState.HELD} else [])


def test_a_long_list_is_taken_whatever_the_notes(approve: Approve) -> None:
    approve(day_list(rows(16, note="&" * NOTE_LIMIT), TODAY, TODAY, Hours(2400)))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_unclear(count: int, approve: Approve) -> None:
    message = unclear(UnclearTarget("I know no project `ACME-99`.", projects(count)))
    assert "Nothing was logged yet" in message.text
    assert labels(message) == ["Log time"]
    approve(message)


def test_unclear_is_taken_however_much_was_typed(approve: Approve) -> None:
    approve(unclear(UnclearTarget("I know no project `ACME-99`.", projects(3, name="Website " * 30))))


def test_help(approve: Approve) -> None:
    approve(help_text())


@pytest.mark.parametrize(("count", "offered"), [(0, 0), (1, 1), (100, 100), (101, 100)])
def test_a_select_offers_a_hundred_projects(count: int, offered: int) -> None:
    groups = [group.to_dict() for group in project_groups(projects(count))]
    assert [group["label"]["text"] for group in groups] == ["Acme"] * min(count, 1)
    assert sum(len(group["options"]) for group in groups) == offered


@pytest.mark.parametrize(("count", "offered"), [(0, 0), (1, 1), (100, 100), (101, 100)])
def test_a_select_offers_a_hundred_tasks(count: int, offered: int) -> None:
    assert len(task_options([DESIGN] * count)) == offered


def test_projects_stand_under_their_client() -> None:
    mixed = [*projects(1), *projects(1, client_name="Borealis"), *projects(1)]
    groups = [group.to_dict() for group in project_groups(mixed)]
    assert [(group["label"]["text"], len(group["options"])) for group in groups] == [("Acme", 2), ("Borealis", 1)]


@pytest.mark.parametrize("name", ["", "x" * 75, "x" * 76, "x" * 255])
def test_choices_keep_within_slacks_lengths_whatever_the_names(name: str) -> None:
    group = project_groups(projects(1, name=name, client_name=name))[0].to_dict()
    task = task_options([Task(7, name, is_active=True)])[0].to_dict()
    for text in (group["label"], group["options"][0]["text"], task["text"]):
        assert 1 <= len(text["text"]) <= 75
