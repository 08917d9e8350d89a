"""Native time tracking entries of the double of Asana."""

from datetime import date
from typing import Any

import pytest

from tests.sandbox.asana_organization import AsanaVisitor

TODAY = date(2026, 11, 19)
FULL = (
    "duration_minutes,entered_on,created_at,created_by.name,task.name,attributable_to.name,billable_status,description"
)


async def test_entries_are_made_changed_and_deleted_by_their_person(asana: AsanaVisitor) -> None:
    we = asana.organization
    path = f"/tasks/{we.copy.gid}/time_tracking_entries"
    wish = {"duration_minutes": 45, "entered_on": "2026-11-18", "billable_status": "billable", "description": "copy"}
    made = (await asana.ask("POST", path, wish)).json()["data"]
    assert (made["duration_minutes"], made["attributable_to"]["name"], made["billable_status"]) == (
        45,
        "ACME site",
        "billable",
    )
    assert (await asana.get(f"/tasks/{we.copy.gid}", opt_fields="actual_time_minutes"))["actual_time_minutes"] == 45
    one = f"/time_tracking_entries/{made['gid']}"
    assert (await asana.refused("PUT", one, {"duration_minutes": 5}, who="bo"))[0] == 403
    assert (await asana.ask("PUT", one, {"duration_minutes": 60})).json()["data"]["duration_minutes"] == 60
    assert len(await asana.get(path)) == 1
    assert (await asana.ask("DELETE", one)).json() == {"data": {}}
    assert (await asana.refused("GET", one))[0] == 404
    assert we.copy.time_entries == []


async def test_a_workspace_is_read_between_two_days(asana: AsanaVisitor) -> None:
    we = asana.organization
    for back, who in ((0, we.ana), (1, we.bo), (9, we.ana)):
        asana.state.add_time_entry(we.copy, who, 30 + back, TODAY.replace(day=19 - back))
    asana.state.add_general_entry(we.site, we.ana, 5, TODAY, description="planning")

    async def found(**query: Any) -> list[int]:
        return [row["duration_minutes"] for row in await asana.get("/time_tracking_entries", **query)]

    place = we.place.gid
    assert await found(workspace=place, entered_on_start_date="2026-11-18") == [30, 31, 5]
    assert await found(workspace=place, entered_on_end_date="2026-11-18") == [31, 39]
    assert await found(workspace=place, entered_on_start_date="2026-11-19", entered_on_end_date="2026-11-19") == [30, 5]
    assert await found(user=we.bo.gid) == [31]
    assert await found(task=we.copy.gid, user="me") == [30, 39]
    assert await found(attributable_to=we.site.gid) == [30, 31, 39, 5]
    assert (await asana.refused("GET", "/time_tracking_entries", query={"workspace": place}))[0] == 400
    assert (await asana.refused("GET", "/time_tracking_entries"))[0] == 400


async def test_lists_are_compact_by_default(asana: AsanaVisitor) -> None:
    we = asana.organization
    asana.state.add_time_entry(we.copy, we.ana, 45, TODAY, description="x")
    query = {"workspace": we.place.gid, "entered_on_start_date": "2026-11-01"}
    (compact,) = await asana.get("/time_tracking_entries", **query)
    assert set(compact) == {
        "gid",
        "resource_type",
        "duration_minutes",
        "entered_on",
        "attributable_to",
        "created_by",
        "categories",
    }
    (full,) = await asana.get("/time_tracking_entries", **query, opt_fields=FULL)
    assert (full["task"]["name"], full["created_by"]["name"], full["description"]) == ("Homepage copy", "Ana", "x")


async def test_no_event_tells_of_them(asana: AsanaVisitor) -> None:
    we = asana.organization
    before, modified = len(asana.state.events), we.copy.touched_at
    asana.later(minutes=1)
    entry = asana.state.add_time_entry(we.copy, we.ana, 45, TODAY)
    asana.state.edit_time_entry(entry, duration_minutes=50)
    asana.state.delete_time_entry(entry)
    assert (len(asana.state.events), we.copy.touched_at) == (before, modified)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"duration_minutes": 0},
        {"duration_minutes": 1.5},
        {"duration_minutes": 5, "entered_on": "today"},
        {"duration_minutes": 5, "billable_status": "non_billable"},
    ],
)
async def test_what_makes_no_sense_is_refused(asana: AsanaVisitor, wrong: Any) -> None:
    path = f"/tasks/{asana.organization.copy.gid}/time_tracking_entries"
    assert (await asana.refused("POST", path, wrong))[0] == 400


async def test_it_is_paid_for(asana: AsanaVisitor) -> None:
    asana.organization.place.plan.time_tracking = False
    path = f"/tasks/{asana.organization.copy.gid}/time_tracking_entries"
    assert (await asana.refused("GET", path))[0] == 402
