"""The side API of the double of Asana, for the demo's page."""

import asyncio
from typing import Any

import pytest

from tests.sandbox.asana_organization import AsanaVisitor, HookTarget


async def test_projects_are_shown_with_their_tasks_and_hours(asana: AsanaVisitor) -> None:
    we = asana.organization
    asana.state.set_field(we.copy, we.hours, 1.5, by=we.ana)
    asana.state.set_field(we.proof, we.hours, 0.25, by=we.bo)
    first, _ = (await asana.panel("GET", "projects"))["projects"]
    assert (first["name"], first["hours"], first["archived"]) == ("ACME site", 1.75, False)
    assert [(task["name"], task["depth"], task["hours"]) for task in first["tasks"]] == [
        ("Homepage copy", 0, 1.5),
        ("Proofreading", 1, 0.25),
    ]
    assert first["tasks"][1]["last"]["text"] == 'Bo changed Billable Hours to "0.25"'
    (billing,) = first["tasks"][0]["fields"]
    assert (billing["kind"], billing["options"]) == ("enum", ["Billable", "Half", "Non-billable"])


async def test_somebody_works_in_asana(asana: AsanaVisitor) -> None:
    we = asana.organization
    path = f"tasks/{we.copy.gid}"
    line = await asana.panel("POST", path, {"who": "Bo", "hours": 2.5, "fields": {"Billing type": "Half"}})
    assert (line["hours"], line["fields"][0]["value"]) == (2.5, "Half")
    line = await asana.panel("POST", path, {"who": "ana", "completed": True, "name": "Copy", "assignee": "Bo"})
    assert (line["completed"], line["name"], line["assignee"]) == (True, "Copy", "Bo")
    section = we.site.sections[1].gid
    assert (await asana.panel("POST", path, {"who": "Ana", "section": section, "completed": False}))[
        "completed"
    ] is False
    told = (await asana.panel("GET", f"{path}/stories"))["stories"]
    assert [story["created_by"]["name"] for story in told[1:3]] == ["Bo", "Bo"]
    made = await asana.panel("POST", "tasks", {"who": "Bo", "project": we.site.gid, "name": "Icons", "hours": 1})
    below = await asana.panel("POST", "tasks", {"who": "Bo", "parent": made["gid"], "name": "Arrows"})
    assert (made["assignee"], made["hours"], below["name"]) == ("Bo", 1.0, "Arrows")
    entry = await asana.panel("POST", "time-entries", {"who": "Bo", "task": made["gid"], "minutes": 30})
    assert entry["date"] == "2026-11-19"
    await asana.panel("DELETE", f"tasks/{made['gid']}", {"who": "Bo"})
    assert asana.state.tasks[made["gid"]].trashed


async def test_projects_are_renamed_archived_and_copied(asana: AsanaVisitor) -> None:
    path = f"projects/{asana.organization.site.gid}"
    changed = await asana.panel("POST", path, {"who": "Ana", "name": "Relaunch", "archived": True})
    assert (changed["name"], changed["archived"]) == ("Relaunch", True)
    copy = await asana.panel("POST", f"{path}/duplicate", {"who": "Ana"})
    assert (copy["name"], copy["gid"] != asana.organization.site.gid) == ("Duplicate of Relaunch", True)


@pytest.mark.parametrize(
    "body",
    [
        {"hours": 1},
        {"who": "Zoe", "hours": 1},
        {"who": "Ana", "hours": "lots"},
        {"who": "Ana", "fields": {"Mood": 1}},
        {"who": "Ana", "name": " "},
        {"who": "Ana", "fields": {"Billing type": "Free"}},
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(asana: AsanaVisitor, body: Any) -> None:
    assert "error" in await asana.panel("POST", f"tasks/{asana.organization.copy.gid}", body)
    assert asana.organization.copy.values == {}


async def test_lost_tasks_and_wrong_orders(asana: AsanaVisitor) -> None:
    assert "error" in await asana.panel("POST", "tasks/1", {"who": "Ana", "hours": 1})
    assert "error" in await asana.panel("POST", "projects/1", {"who": "Ana"})
    assert "error" in await asana.panel("POST", "faults", {"kind": "earthquake"})
    assert "error" in await asana.panel("POST", "deliveries", {"kind": "eat"})
    assert "error" in await asana.panel("GET", "nowhere")
    wish = {"who": "Ana", "task": asana.organization.copy.gid, "minutes": 0}
    assert "error" in await asana.panel("POST", "time-entries", wish)


async def test_people_and_summary(asana: AsanaVisitor) -> None:
    asana.state.add_user("Robot", "robot@agency.example", asana.organization.place, is_service_account=True)
    assert [person["name"] for person in (await asana.panel("GET", "people"))["people"]] == ["Ana", "Bo"]
    found = await asana.panel("GET", "summary")
    assert (found["people"], found["projects"], found["tasks"], found["webhooks"]) == (2, 2, 2, 0)


async def test_faults_and_deliveries_are_ordered_and_cleared(asana: AsanaVisitor, target: HookTarget) -> None:
    we = asana.organization
    await asana.panel("POST", "faults", {"kind": "BUSY", "times": 2})
    assert (await asana.ask("GET", "/users/me")).status_code == 429
    await asana.panel("POST", "clear-faults", {})
    await asana.ask("POST", "/webhooks", {"resource": we.site.gid, "target": target.url})
    await asana.double.deliveries.settle()
    await asana.panel("POST", "deliveries", {"kind": "lose"})
    asana.state.comment(we.copy, "x", by=we.ana)
    await asana.double.deliveries.settle()
    assert asana.double.deliveries.log[-1].lost
    for kind in ("duplicate", "delay", "reorder"):
        assert await asana.panel("POST", "deliveries", {"kind": kind}) == {"kind": kind}
    await asana.panel("POST", "clear-faults", {})
    await asana.panel("OPTIONS", "tasks/1")


async def test_each_change_is_told_to_who_listens(asana: AsanaVisitor) -> None:
    async with asana.http.stream("GET", f"{asana.double.origin}/sandbox/events") as stream, asyncio.timeout(3):
        lines = stream.aiter_lines()
        assert await anext(lines) == ": connected"
        asana.state.comment(asana.organization.copy, "x")
        assert [await anext(lines), await anext(lines)] == ["", "event: changed"]
