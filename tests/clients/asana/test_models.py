"""What becomes of Asana's answers: records with exact numbers, UTC moments, and None for what is not said."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from store.asana.records.api import (
    AsanaChange,
    AsanaProject,
    AsanaTask,
    AsanaTimeEntry,
    AsanaUser,
    AsanaWorkspace,
    Field,
    FieldKind,
    FieldStory,
    FieldValue,
    Membership,
    Option,
    Section,
    Stories,
    TurnStory,
)
from sync.clients.asana.client import AsanaClient
from sync.clients.asana.events import delivered
from sync.errors import Gone, Unavailable
from sync.ports.asana import Changes, SyncLost
from tests.clients.asana_exchanges import ANA, HOURS, STORY, TASK, TIME_ENTRY, WEBHOOK, client_of, one, page
from tests.clients.harvest_exchanges import script

ANA_RECORD = AsanaUser("77", "Ana", "ana@lumen.example")
VALUE = FieldValue(
    gid="500",
    name="Billable Hours",
    kind=FieldKind.NUMBER,
    is_enabled=True,
    number=Decimal("1.5"),
    precision=2,
    format="none",
    option_gid=None,
    option_name=None,
    is_formula=False,
)


def with_number(text: str) -> httpx.Response:
    body = json.dumps(one({**TASK, "custom_fields": [{**HOURS, "number_value": "NUMBER"}]}))
    return httpx.Response(200, content=body.replace('"NUMBER"', text))


async def task_of(**changes: Any) -> AsanaTask:
    return await client_of(script(one({**TASK, **changes}))).task("1201")


async def test_a_task_reads_field_by_field() -> None:
    assert await task_of() == AsanaTask(
        gid="1201",
        name="Homepage copy",
        is_completed=True,
        completed_at=datetime(2026, 11, 19, 22, 41, 3, 120_000, UTC),
        completed_by=ANA_RECORD,
        assignee=ANA_RECORD,
        memberships=(Membership("900", "ACME site", "901", "Doing"),),
        parent_gid=None,
        subtask_count=2,
        actual_minutes=95,
        fields=(VALUE,),
        created_at=datetime(2026, 11, 18, 9, tzinfo=UTC),
        modified_at=datetime(2026, 11, 19, 22, 41, 3, 500_000, UTC),
        due_on=date(2026, 11, 20),
        url="https://app.asana.com/1/55/task/1201",
        kind="default_task",
    )


async def test_a_bare_task_reads_too() -> None:
    """As on a plan without custom fields, for a subtask of nobody."""
    bare = {name: TASK[name] for name in ("gid", "completed", "created_at", "modified_at")}
    task = await client_of(script(one({**bare, "parent": {"gid": "1200"}, "memberships": []}))).task("1201")
    assert (task.fields, task.memberships, task.parent_gid) == ((), (), "1200")
    assert (task.assignee, task.completed_by, task.actual_minutes, task.name) == (None, None, None, "")


@pytest.mark.parametrize("text", ["1.15", "0.1", "1e2", "100", "-0.25", "0.3333333333333333", "1234567890123.25"])
async def test_numbers_are_exactly_what_asana_wrote(text: str) -> None:
    (value,) = (await client_of(script(with_number(text))).task("1201")).fields
    assert value.number == Decimal(text)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999", '"many"'])
async def test_what_is_no_number_is_no_answer(text: str) -> None:
    with pytest.raises(Unavailable, match="not as documented"):
        await client_of(script(with_number(text)), patience=0).task("1201")


async def test_an_enum_and_other_kinds_of_field() -> None:
    kind = {
        "gid": "501",
        "name": "Billing type ",
        "resource_subtype": "enum",
        "enabled": False,
        "enum_value": {"gid": "600", "name": "50 % "},
    }
    text = {"gid": "502", "name": "Note", "resource_subtype": "text", "text_value": "x"}
    new = {"gid": "503", "name": "New", "resource_subtype": "reference_2030"}
    enum, *others = (await task_of(custom_fields=[kind, text, new])).fields
    assert (enum.name, enum.kind, enum.is_enabled, enum.number) == ("Billing type", FieldKind.ENUM, False, None)
    assert (enum.option_gid, enum.option_name) == ("600", "50 %")
    assert [other.kind for other in others] == [FieldKind.OTHER, FieldKind.OTHER]


@pytest.mark.parametrize("moment", ["2026-11-19T22:41:03", "2026-11-19T23:41:03+01:00", "2026-11-19T22:41:03.000Z"])
async def test_moments_are_kept_in_utc(moment: str) -> None:
    task = await task_of(completed_at=moment)
    assert task.completed_at == datetime(2026, 11, 19, 22, 41, 3, tzinfo=UTC)
    assert task.completed_at.tzinfo is UTC


async def test_a_moment_outside_of_the_calendar_is_no_answer() -> None:
    with pytest.raises(Unavailable):
        await client_of(script(one({**TASK, "modified_at": "0001-01-01T00:00:00+14:00"})), patience=0).task("1201")


async def test_a_task_in_several_projects_and_one_without_a_section() -> None:
    places = [
        {"project": {"gid": "900", "name": "A"}, "section": None},
        {"project": {"gid": "910", "name": "B"}, "section": {"gid": "911", "name": "Doing"}},
        {"project": None},
    ]
    task = await task_of(memberships=places)
    assert task.memberships == (Membership("900", "A", None, None), Membership("910", "B", "911", "Doing"))


async def test_only_changes_of_number_fields_are_told() -> None:
    others = [
        {**STORY, "gid": "1", "resource_subtype": "comment_added", "custom_field": None},
        {**STORY, "gid": "2", "resource_subtype": "enum_custom_field_changed"},
        {**STORY, "gid": "3", "custom_field": None},
    ]
    by_a_rule = {**STORY, "gid": "8802", "created_by": None, "source": None, "old_number_value": None}
    emptied = {**STORY, "gid": "8803", "new_number_value": None}
    found = await client_of(script(page([*others, STORY, by_a_rule, emptied]))).stories("1201")
    moment = datetime(2026, 11, 19, 22, 40, 55, 100_000, UTC)
    name = "Billable Hours"
    assert found.turns == ()
    assert list(found.fields) == [
        FieldStory("8801", "1201", moment, ANA_RECORD, "500", name, Decimal(1), Decimal("1.5"), "web"),
        FieldStory("8802", "1201", moment, None, "500", name, None, Decimal("1.5"), "unknown"),
        FieldStory("8803", "1201", moment, ANA_RECORD, "500", name, Decimal(1), None, "web"),
    ]


async def test_when_a_task_became_somebodys_to_do_is_told() -> None:
    moment = datetime(2026, 11, 19, 22, 40, 55, 100_000, UTC)
    turns = [
        {**STORY, "gid": "1", "resource_subtype": "assigned", "custom_field": None},
        {**STORY, "gid": "2", "resource_subtype": "unassigned", "custom_field": None},
        {**STORY, "gid": "3", "resource_subtype": "marked_complete", "custom_field": None},
        {**STORY, "gid": "4", "resource_subtype": "marked_incomplete", "custom_field": None, "created_by": None},
    ]
    assert await client_of(script(page(turns))).stories("1201") == Stories(
        turns=(
            TurnStory("1", moment, ANA_RECORD, is_assignment=True),
            TurnStory("4", moment, None, is_assignment=False),
        )
    )


@pytest.mark.parametrize(
    ("status", "billable"), [("billable", True), ("nonBillable", False), ("notApplicable", None), (None, None)]
)
async def test_a_time_entry_reads_field_by_field(status: str | None, billable: bool | None) -> None:
    server = script(one({**TIME_ENTRY, "billable_status": status}))
    assert await client_of(server).time_entry("3301") == AsanaTimeEntry(
        "3301", 45, date(2026, 11, 19), ANA_RECORD, "1201", "900", billable, "copy round 2"
    )


async def test_a_compact_time_entry_is_asked_for_by_itself() -> None:
    """Lists of them are documented without task and billable status."""
    compact = {name: TIME_ENTRY[name] for name in ("gid", "duration_minutes", "entered_on", "created_by")}
    server = script(page([compact]), one({**TIME_ENTRY, "description": None}))
    (entry,) = await client_of(server).task_time_entries("1201")
    assert (entry.task_gid, entry.description) == ("1201", "")
    assert [request.url.path.rpartition("/")[2] for request in server.asked] == ["time_tracking_entries", "3301"]


async def test_general_work_has_no_task() -> None:
    server = script(page([{**TIME_ENTRY, "task": None}]))
    (entry,) = await client_of(server).task_time_entries("1201")
    assert (entry.task_gid, entry.project_gid, len(server.asked)) == (None, "900", 1)


async def test_fields_of_a_project() -> None:
    enum = {
        "gid": "501",
        "name": "Billing type",
        "resource_subtype": "enum",
        "enum_options": [{"gid": "600", "name": "50 %"}, {"gid": "601", "name": "Old", "enabled": False}],
    }
    formula = {**HOURS, "is_formula_field": True}
    found = await client_of(script(page([{"custom_field": enum}, {"custom_field": formula}]))).fields("900")
    options = (Option("600", "50 %", is_enabled=True), Option("601", "Old", is_enabled=False))
    assert found == [
        Field("501", "Billing type", FieldKind.ENUM, None, None, options, is_formula=False),
        Field("500", "Billable Hours", FieldKind.NUMBER, 2, "none", (), is_formula=True),
    ]


async def test_a_project_of_a_template() -> None:
    said = {
        "gid": "900",
        "name": "ACME site ",
        "archived": True,
        "team": {"gid": "5", "name": "Web"},
        "owner": ANA,
        "created_from_template": {"gid": "6", "name": "Site"},
    }
    assert await client_of(script(one(said))).project("900") == AsanaProject(
        gid="900",
        name="ACME site",
        is_archived=True,
        url=None,
        team="Web",
        owner_email="ana@lumen.example",
        is_from_template=True,
        modified_at=None,
    )


def recorded(specs: Path, name: str) -> Any:
    return json.loads((specs / "asana-recorded" / f"{name}.json").read_text())


def replayed(specs: Path, name: str) -> AsanaClient:
    """A client that is answered with this recording, whatever it asks, as if no further page followed."""
    found = recorded(specs, name)
    body = {"next_page": None, **found["body"]}
    body["next_page"] = None
    return client_of(script(httpx.Response(found["status"], headers=found["headers"], json=body)), patience=0)


async def test_recorded_lists_become_records(specs: Path) -> None:
    workspaces = await replayed(specs, "workspaces.list.2022").workspaces()
    assert workspaces == [AsanaWorkspace("1200000000000001", "Example, Inc", is_organization=True)]
    sections = await replayed(specs, "sections.list.2022").sections("1")
    assert sections == [Section("1200000000000111", "TO DO"), Section("1200000000000112", "ON HOLD")]
    users = [user async for found in replayed(specs, "users.list.2022").users("1") for user in found]
    assert users[1] == AsanaUser("912000000000203", "bo@example.com", "bo@example.com")
    projects = [project async for found in replayed(specs, "projects.list.2022").projects("1") for project in found]
    assert [(one.name, one.is_archived) for one in projects] == [("Project one", False), ("Project two", True)]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("task.get.2022", [FieldKind.NUMBER]),
        ("task.free_plan.2022", []),
        ("task.custom_fields.2022", [FieldKind.ENUM, FieldKind.OTHER, FieldKind.ENUM]),
    ],
)
async def test_recorded_tasks_read(name: str, kinds: list[FieldKind], specs: Path) -> None:
    task = await replayed(specs, name).task("1")
    assert [value.kind for value in task.fields] == kinds
    assert len(task.memberships) == 1


@pytest.mark.parametrize("name", ["stories.list.2022", "task.stories.list.2022"])
async def test_recorded_stories_without_opt_fields_tell_no_numbers(name: str, specs: Path) -> None:
    found = await replayed(specs, name).stories("1")
    assert (found.fields, [turn.is_assignment for turn in found.turns]) == ((), [True])


async def test_documented_time_entries_read(specs: Path) -> None:
    entry = await replayed(specs, "doc.time_tracking_entry").time_entry("1")
    assert (entry.minutes, entry.billable, entry.task_gid) == (12, True, "12345")


async def test_documented_events_read(specs: Path) -> None:
    found = await replayed(specs, "doc.events.200").changes("1", "s")
    assert isinstance(found, Changes)
    assert (found.sync, found.has_more) == ("de4774f6915eae04714ca93bb2f5ee81", True)
    assert found.changes == [
        AsanaChange(
            action="changed",
            resource_gid="12345",
            resource_type="task",
            resource_subtype=None,
            parent_gid="12345",
            parent_type="task",
            field="assignee",
            value_gid="12345",
            user_gid="12345",
            created_at=datetime(2012, 2, 22, 2, 6, 58, 147_000, UTC),
        )
    ]


async def test_a_lost_sync_says_where_to_go_on(specs: Path) -> None:
    found = await replayed(specs, "doc.events.sync_needed.412").changes("1")
    assert found == SyncLost("de4774f6915eae04714ca93bb2f5ee81")


async def test_a_lost_sync_without_a_new_token_is_no_answer() -> None:
    with pytest.raises(Unavailable):
        await client_of(script(httpx.Response(412, json={"errors": []}))).changes("1")


async def test_a_documented_refusal_is_told_apart(specs: Path) -> None:
    with pytest.raises(Gone):
        await replayed(specs, "doc.error.404").task("1")


async def test_a_documented_webhook_reads(specs: Path) -> None:
    made = await replayed(specs, "doc.webhook.created").create_webhook("12345", "https://example.com/", ())
    assert (made.gid, len(made.secret)) == ("12345", 64)


async def test_a_webhook_says_how_its_deliveries_went() -> None:
    said = {
        **WEBHOOK,
        "last_failure_at": "2026-11-19T10:00:00.000Z",
        "last_failure_content": "500",
        "failure_deletion_timestamp": "2026-11-20T10:00:00.000Z",
    }
    (found,) = await client_of(script(page([said]))).webhooks("55")
    assert (found.gid, found.resource_gid, found.is_active) == ("4401", "900", True)
    assert (found.last_success_at, found.last_failure) == (None, "500")
    assert (found.last_failure_at, found.deletion_at) == (
        datetime(2026, 11, 19, 10, tzinfo=UTC),
        datetime(2026, 11, 20, 10, tzinfo=UTC),
    )


def test_a_recorded_delivery_reads(specs: Path) -> None:
    found = delivered(recorded(specs, "webhook.delivery")["http"]["raw"].encode())
    assert [(one.action, one.resource_gid, one.field) for one in found] == [
        ("changed", "1199170056173519", "completed"),
        ("changed", "1199170056173519", "completed_at"),
    ]


def test_a_delivery_tells_stories_and_fields_but_no_values() -> None:
    body = {
        "events": [
            {
                "user": None,
                "created_at": "2026-11-19T22:40:55.100Z",
                "action": "changed",
                "resource": {"gid": "1201", "resource_type": "task", "resource_subtype": "default_task"},
                "parent": None,
                "change": {
                    "field": "custom_fields",
                    "action": "changed",
                    "new_value": {"gid": "500", "resource_type": "custom_field", "enum_value": {"gid": "6"}},
                },
            },
            {
                "user": {"gid": "77"},
                "action": "added",
                "resource": {"gid": "8801", "resource_type": "story", "resource_subtype": "number"},
                "parent": {"gid": "1201", "resource_type": "task"},
            },
            {"action": "changed", "resource": {"gid": "1"}, "change": {"field": "name", "new_value": "text"}},
            {"action": "changed", "resource": {"gid": "1"}, "change": {"field": "odd", "new_value": {"gid": "../1"}}},
            {"action": "changed"},
        ]
    }
    first, second, third, fourth = delivered(json.dumps(body).encode())
    assert (first.field, first.value_gid, first.user_gid) == ("custom_fields", "500", None)
    assert (second.resource_type, second.parent_gid, second.parent_type) == ("story", "1201", "task")
    assert (third.resource_type, third.value_gid, fourth.value_gid) == ("", None, None)


def test_a_heartbeat_brings_nothing() -> None:
    assert delivered(b'{"events": []}') == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b'{"events": {}}', b'{"events": [{"resource": {"gid": "../1"}}]}', b"[" * 100_000, b"\xff"],
)
def test_what_is_no_delivery_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        delivered(body)


async def test_a_list_goes_on_where_asana_says_and_nowhere_else() -> None:
    first = page([{"gid": "1"}], "o&1")
    first["next_page"]["uri"] = "https://elsewhere.example/"
    server = script(first, page([{"gid": "2"}]))
    assert [one.gid for one in await client_of(server).sections("900")] == ["1", "2"]
    assert server.asked[1].url.host == "app.asana.example"
    assert server.asked[1].url.params["offset"] == "o&1"
    assert server.asked[1].url.params["limit"] == "100"


@pytest.mark.parametrize("second", [{"data": []}, {"next_page": None}, {"data": [{"gid": None}], "next_page": None}])
async def test_a_page_of_the_wrong_shape_fails_the_list(second: dict[str, Any]) -> None:
    """What stands on a page that was not read must not pass for deleted."""
    with pytest.raises(Unavailable):
        await client_of(script(page([{"gid": "1"}], "o1"), second)).sections("900")


async def test_a_list_that_leads_in_a_circle_ends() -> None:
    server = script(page([{"gid": "1"}], "o1"))
    with pytest.raises(Unavailable, match="does not end"):
        await client_of(server).sections("900")
    assert len(server.asked) == 2
