"""Time entries: created, changed, deleted, found again; and the ways in which Harvest says no."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from tests.sandbox.harvest_account import TODAY, Visitor

TWO_TO_31 = 2**31
REFERENCE = {"id": 1209876543210, "group_id": "77", "permalink": "https://app.asana.com/0/77/1209876543210#gleaner:x"}


async def test_a_created_entry_is_answered_with_its_address_and_found_again(harvest: Visitor) -> None:
    answer = await harvest.ask("POST", "/time_entries", harvest.wish(hours=1.5, notes="CSS"))
    created = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"/api/v2/time_entries/{created['id']}")
    assert created == await harvest.get(f"/time_entries/{created['id']}")
    assert (created["hours"], created["is_running"], created["notes"]) == (1.5, False, "CSS")


async def test_entry_ids_are_beyond_32_bits_and_no_other_id_is(harvest: Visitor) -> None:
    created = await harvest.log(hours=1)
    others = [
        created[name]["id"] for name in ("user", "client", "project", "task", "user_assignment", "task_assignment")
    ]
    assert created["id"] > TWO_TO_31
    assert max(others) < TWO_TO_31


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (1.255, 1.26),  # two decimals, half up
        ("2.5", 2.5),  # numbers as text were seen to go through
        (99, 99.0),  # no upper bound
        (0, 0.0),  # given, so no timer
    ],
)
async def test_hours_are_kept_with_two_decimals(harvest: Visitor, sent: Any, kept: float) -> None:
    created = await harvest.log(hours=sent)
    assert (created["hours"], created["is_running"]) == (kept, False)


async def test_future_dates_are_accepted(harvest: Visitor) -> None:
    assert (await harvest.log(hours=1, spent_date="2027-01-01"))["spent_date"] == "2027-01-01"


async def test_form_bodies_are_accepted(harvest: Visitor) -> None:
    headers = {"Authorization": "Bearer token-milo-fake", "Harvest-Account-Id": "1234567"}
    form = {name: str(value) for name, value in harvest.wish(hours=1).items()}
    answer = await harvest.http.post(f"{harvest.double.api_url}/time_entries", data=form, headers=headers)
    assert (answer.status_code, answer.json()["hours"]) == (201, 1.0)


async def test_a_reference_keeps_ids_as_text_and_names_the_service_by_its_link(harvest: Visitor) -> None:
    found = (await harvest.log(hours=1, external_reference=REFERENCE))["external_reference"]
    assert found["id"] == "1209876543210"
    assert found["service"] == "app.asana.com"
    assert found["permalink"].endswith("#gleaner:x")


async def test_a_reference_can_be_taken_off(harvest: Visitor) -> None:
    created = await harvest.log(hours=1, external_reference=REFERENCE)
    assert (await harvest.ask("DELETE", f"/time_entries/{created['id']}/external_reference")).status_code == 200
    assert (await harvest.get(f"/time_entries/{created['id']}"))["external_reference"] is None


async def test_a_change_moves_updated_at_and_leaves_the_rest(harvest: Visitor, clock: SandboxClock) -> None:
    created = await harvest.log(hours=1, notes="before")
    clock.advance(timedelta(minutes=5))
    changed = (await harvest.ask("PATCH", f"/time_entries/{created['id']}", {"notes": "after"})).json()
    assert (changed["notes"], changed["hours"]) == ("after", 1.0)
    assert changed["updated_at"] > created["updated_at"]
    assert changed["created_at"] == created["created_at"]


async def test_user_and_billable_cannot_be_changed(harvest: Visitor) -> None:
    created = await harvest.log(hours=1)
    body = {"user_id": harvest.account.alma.id, "billable": False}
    changed = (await harvest.ask("PATCH", f"/time_entries/{created['id']}", body, who="alma")).json()
    assert (changed["user"]["name"], changed["billable"]) == ("Milo Test", True)


async def test_deleting_answers_with_the_entry_and_then_it_is_gone(harvest: Visitor) -> None:
    created = await harvest.log(hours=1)
    deleted = await harvest.ask("DELETE", f"/time_entries/{created['id']}")
    assert (deleted.status_code, deleted.json()) == (200, created)
    again = await harvest.ask("DELETE", f"/time_entries/{created['id']}")
    assert (again.status_code, again.json()) == (404, {"status": 404, "error": "Not Found"})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Project can't be blank, Task can't be blank, Spent date can't be blank, Spent date is not a valid date"),
        ({"project_id": 1, "task_id": 1, "spent_date": "soon"}, "Spent date is not a valid date"),
        ({"project_id": 1, "task_id": 1, "spent_date": TODAY, "hours": "many"}, "Hours is not a number"),
        (
            {"project_id": 1, "task_id": 1, "spent_date": TODAY},
            "User isn't assigned to the project, Project isn't active, Task isn't assigned to the project",
        ),
    ],
)
async def test_a_wrong_entry_is_refused_with_every_cause_in_one_sentence(
    harvest: Visitor, body: dict[str, Any], message: str
) -> None:
    answer = await harvest.ask("POST", "/time_entries", body)
    assert (answer.status_code, answer.json()) == (422, {"message": message})
    assert "Hint" not in answer.headers


async def test_each_broken_assignment_has_its_own_words(harvest: Visitor) -> None:
    account, state = harvest.account, harvest.double.state
    foreign = await harvest.ask("POST", "/time_entries", harvest.wish(project_id=account.secret.id))
    assert foreign.json() == {"message": "User isn't assigned to the project"}
    state.change(account.design, is_active=False)
    retired = await harvest.ask("POST", "/time_entries", harvest.wish())
    assert retired.json() == {"message": "Task isn't assigned to the project"}
    state.archive(account.website)
    archived = await harvest.ask("POST", "/time_entries", harvest.wish(task_id=account.coding.id))
    assert archived.json() == {"message": "Project isn't active"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["later", "linked", "plain"]),  # newest day first, then newest entry
        ({"from": "2026-11-19", "to": "2026-11-19"}, ["linked", "plain"]),  # both ends belong to it
        ({"from": "20261120"}, ["later"]),
        ({"external_reference_id": "gleaner:1"}, ["linked"]),
        ({"is_running": "true"}, ["later"]),
        ({"is_running": "false"}, ["linked", "plain"]),
        ({"is_billed": "true"}, []),
        ({"approval_status": "approved"}, ["plain"]),
        ({"updated_since": "2026-11-19T12:30:00Z"}, ["later", "plain"]),  # approval counts as a change
        ({"user_id": "1"}, []),
        ({"client_id": "1"}, []),
        ({"project_id": "1"}, []),
        ({"task_id": "1"}, []),
    ],
)
async def test_filters(harvest: Visitor, clock: SandboxClock, query: dict[str, str], found: list[str]) -> None:
    plain = await harvest.log(hours=1, notes="plain")
    await harvest.log(hours=1, notes="linked", external_reference={"id": "gleaner:1"})
    clock.advance(timedelta(hours=1))
    await harvest.log(notes="later", spent_date="2026-11-20")
    harvest.double.state.approve([harvest.double.state.entries[plain["id"]]])
    rows = (await harvest.get("/time_entries", **query))["time_entries"]
    assert [row["notes"] for row in rows] == found


async def test_filters_by_owner_and_work_find_what_is_there(harvest: Visitor) -> None:
    account = harvest.account
    await harvest.log(hours=1)
    wanted: dict[str, Any] = {
        "user_id": account.milo.id,
        "client_id": account.client.id,
        "project_id": account.website.id,
    }
    assert (await harvest.get("/time_entries", task_id=account.design.id, **wanted))["total_entries"] == 1


async def test_an_unreadable_filter_is_refused(harvest: Visitor) -> None:
    assert (await harvest.ask("GET", "/time_entries", query={"from": "yesterday"})).status_code == 422


async def test_rates_and_billing_follow_the_project(harvest: Visitor) -> None:
    harvest.double.state.company.rounding_minutes = 15
    harvest.account.website.budget = Decimal(40)
    created = await harvest.log(hours=1.1, who="alma")
    assert (created["billable"], created["budgeted"], created["billable_rate"]) == (True, True, 100.0)
    assert (created["hours"], created["rounded_hours"]) == (1.1, 1.25)
    assert (await harvest.log(hours=1))["billable_rate"] is None  # members see no rates


@pytest.mark.parametrize(
    ("bill_by", "rate"),
    [
        ("Project", 80.0),
        ("Tasks", 100.0),
        ("People", 60.0),  # the person's own, as long as the assignment has none
        ("none", None),
    ],
)
async def test_the_rate_is_the_one_of_the_way_of_billing(harvest: Visitor, bill_by: str, rate: float | None) -> None:
    account, state = harvest.account, harvest.double.state
    state.change(account.website, bill_by=bill_by, hourly_rate=Decimal(80))
    state.change(account.alma, default_hourly_rate=Decimal(60))
    assert (await harvest.log(hours=1, who="alma"))["billable_rate"] == rate


async def test_an_assignments_own_rate_goes_before_the_persons(harvest: Visitor) -> None:
    account, state = harvest.account, harvest.double.state
    state.change(account.website, bill_by="People")
    state.change(state.user_assignments[_assignment_id(harvest)], use_default_rates=False, hourly_rate=Decimal(70))
    assert (await harvest.log(hours=1, who="alma"))["billable_rate"] == 70.0


async def test_what_is_not_billable_has_no_rate(harvest: Visitor) -> None:
    harvest.double.state.change(harvest.account.website, is_billable=False)
    created = await harvest.log(hours=1, who="alma")
    assert (created["billable"], created["billable_rate"]) == (False, None)


def _assignment_id(harvest: Visitor) -> int:
    row = harvest.double.state.user_assignment(harvest.account.website.id, harvest.account.alma.id)
    assert row is not None
    return row.id
