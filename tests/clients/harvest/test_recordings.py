"""Real and documented answers of Harvest, replayed: the client takes each of them, or fails as it should."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import httpx
import pytest

from store.harvest.records import BudgetBy, Client, Project, Task, TaskAssignment, UserAssignment
from store.units import Amount, Hours
from sync.clients.harvest.client import HarvestClient
from sync.errors import Busy, Gone, NotAsAsked, Rejected, Unauthorised
from sync.ports.harvest import Company, EntryChange
from tests.clients.harvest_exchanges import DRAFT, client_of

Call = Callable[[HarvestClient], Awaitable[Any]]


def replayed(specs: Path, name: str) -> HarvestClient:
    """A client that is answered with this recording, whatever it asks, as if no further page followed."""
    recording = json.loads((specs / "harvest-recorded" / f"{name}.json").read_text())
    body = recording["body"]
    if isinstance(body, dict) and "links" in body:
        body["links"]["next"] = None
    content = body if isinstance(body, str) else json.dumps(body)
    answer = httpx.Response(recording["status"], headers=recording["headers"], content=content)
    return client_of(lambda _: answer)


async def listed(client: HarvestClient, name: str) -> list[Any]:
    return [record async for page in getattr(client, name)() for record in page]


@pytest.mark.parametrize(
    ("name", "listing", "first"),
    [
        (
            "projects.list",
            "projects",
            Project(
                id=19800003,
                client_id=7690001,
                client_name="Client Alpha",
                name="Castle Building",
                code="",
                is_active=True,
                is_billable=True,
                currency="USD",
                budget_by=BudgetBy.PERSON,
                budget=Amount(0),
            ),
        ),
        (
            "task_assignments.list",
            "task_assignments",
            TaskAssignment(215000002, 19900001, 11300004, is_active=True, billable=True),
        ),
        (
            "user_assignments.list",
            "user_assignments",
            UserAssignment(186000004, 19900001, 2520002, is_active=True, is_project_manager=False),
        ),
    ],
)
async def test_a_recorded_list_becomes_records(name: str, listing: str, first: Any, specs: Path) -> None:
    assert (await listed(replayed(specs, name), listing))[0] == first


async def test_recorded_clients_keep_their_currency(specs: Path) -> None:
    found = await listed(replayed(specs, "clients.list"), "clients")
    assert found
    assert all(isinstance(one, Client) and one.currency and one.name for one in found)


async def test_recorded_tasks_have_names(specs: Path) -> None:
    found = await listed(replayed(specs, "tasks.list"), "tasks")
    assert found
    assert all(isinstance(one, Task) and one.name and one.is_active for one in found)


async def test_people_recorded_before_access_roles_existed_keep_their_rights(specs: Path) -> None:
    found = await listed(replayed(specs, "users.list"), "users")
    assert [(one.name, one.is_administrator) for one in found] == [
        ("Jane Doe", False),
        ("John Smith", False),
        ("Milo Member", False),
        ("Alma Admin", True),
    ]


@pytest.mark.parametrize(("name", "roles"), [("users.me.admin", ("administrator",)), ("users.me.member", ())])
async def test_me_reads_with_and_without_rates(name: str, roles: tuple[str, ...], specs: Path) -> None:
    me = await replayed(specs, name).me()
    assert me.access_roles == roles
    assert me.timezone == "Eastern Time (US & Canada)"


@pytest.mark.parametrize(
    "name",
    [
        "time_entries.list.2024",
        "time_entries.list.by_project.2019",
        "time_entries.list.empty",
        "time_entries.list.page1.2019",
        "time_entries.list.page2.2019",
        "doc.time_entries.locked_billed",
    ],
)
async def test_recorded_entries_read(name: str, specs: Path) -> None:
    found = await replayed(specs, name).entries()
    expected = json.loads((specs / "harvest-recorded" / f"{name}.json").read_text())["body"]["time_entries"]
    assert [one.id for one in found] == [one["id"] for one in expected]
    assert [one.hours for one in found] == [round(one["hours"] * 100) for one in expected]


async def test_a_locked_entry_says_why(specs: Path) -> None:
    first = (await replayed(specs, "doc.time_entries.locked_billed").entries())[0]
    assert (first.is_locked, first.locked_reason) == (True, "Item Approved and Locked for this Time Period")
    assert (first.started, first.ended, first.hours) == (time(15), time(17), 211)


async def test_an_entry_of_2024_reads_field_by_field(specs: Path) -> None:
    entry = await replayed(specs, "time_entry.get.2024").entry(2380000003)
    assert (entry.id, entry.user_id, entry.project_id, entry.task_id) == (2380000003, 4950001, 41000001, 22600001)
    assert (entry.spent_date, entry.hours, entry.notes) == (date(2024, 5, 23), 200, "Coding")
    assert (entry.is_running, entry.is_locked, entry.started, entry.timer_started_at) == (False, False, None, None)
    assert (entry.reference_id, entry.permalink) == (None, None)
    assert entry.updated_at == datetime(2024, 5, 23, 15, 14, 37, tzinfo=UTC)
    assert (entry.rounded_hours, entry.billable, entry.approval_status) == (200, True, "")


async def test_the_documented_company_keeps_start_and_end_times(specs: Path) -> None:
    company = await replayed(specs, "doc.company").company()
    assert company == Company(
        "API Examples", uses_timestamps=True, clock="12h", web_url="https://{ACCOUNT_SUBDOMAIN}.harvestapp.com"
    )


async def test_a_documented_restart_is_a_new_running_entry(specs: Path) -> None:
    entry = await replayed(specs, "doc.time_entry.running").restart_entry(662202797)
    assert (entry.id, entry.is_running, entry.hours, entry.started) == (662204379, True, 0, time(11, 40))
    assert entry.timer_started_at == datetime(2017, 8, 22, 17, 40, 24, tzinfo=UTC)


async def test_a_documented_stop_is_a_finished_entry(specs: Path) -> None:
    entry = await replayed(specs, "doc.time_entry.stopped").stop_entry(662202797)
    assert (entry.is_running, entry.hours, entry.notes, entry.ended) == (False, 2, "", time(11, 38))


@pytest.mark.parametrize("name", ["time_entry.updated.2019", "time_entry.updated.2024"])
async def test_a_recorded_update_did_what_it_was_asked(name: str, specs: Path) -> None:
    recording = json.loads((specs / "harvest-recorded" / f"{name}.json").read_text())
    asked = recording["request"]["body"]
    hours = Hours(round(float(asked["hours"]) * 100))
    change = EntryChange(int(asked["project_id"]), int(asked["task_id"]), hours=hours, notes=asked["notes"])
    assert (await replayed(specs, name).update_entry(asked["id"], change)).hours == hours


async def test_a_recorded_create_of_another_draft_is_noticed(specs: Path) -> None:
    with pytest.raises(NotAsAsked) as wrong:
        await replayed(specs, "time_entry.created.2019").create_entry(DRAFT)
    assert wrong.value.entry_id == 925000001


async def test_deleting_answers_with_the_entry_and_is_done(specs: Path) -> None:
    await replayed(specs, "time_entry.deleted.2019").delete_entry(933000005)


async def test_deleting_what_is_gone_is_done_as_well(specs: Path) -> None:
    await replayed(specs, "time_entry.not_found.404").delete_entry(9999999999)


@pytest.mark.parametrize(
    ("name", "call", "error", "words"),
    [
        ("unauthorized.401", lambda c: c.me(), Unauthorised, "not accepted"),
        ("forbidden.403", lambda c: c.company(), Rejected, "Not authorized!"),
        ("time_entry.not_found.404", lambda c: c.entry(9999999999), Gone, "no such thing"),
        ("bad_path.404", lambda c: c.create_entry(DRAFT), Gone, "no such thing"),  # an HTML page
        ("time_entry.invalid.422", lambda c: c.create_entry(DRAFT), Rejected, "Project can't be blank"),
        ("client.not_removable.422", lambda c: c.stop_entry(7), Rejected, "It still has projects"),
        ("rate_limited.429", lambda c: c.create_entry(DRAFT), Busy, "free again in 15 s"),  # empty, no Retry-After
    ],
)
async def test_a_recorded_refusal_is_told_apart(
    name: str, call: Call, error: type[Exception], words: str, specs: Path
) -> None:
    with pytest.raises(error, match=words):
        await call(replayed(specs, name))
