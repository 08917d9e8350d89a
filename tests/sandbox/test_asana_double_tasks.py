"""Tasks, subtasks and stories of the double of Asana, over its API and behind it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.asana.values import Unfit
from tests.sandbox.asana_organization import AsanaVisitor

STORY = (
    "created_by.name,resource_subtype,source,custom_field.name,old_number_value,new_number_value,new_enum_value.name"
)


async def stories(asana: AsanaVisitor, task: str) -> Any:
    return await asana.get(f"/tasks/{task}/stories", opt_fields=STORY)


async def test_hours_typed_by_a_person_leave_a_story_with_old_and_new(asana: AsanaVisitor) -> None:
    we = asana.organization
    asana.state.set_field(we.copy, we.hours, 1, by=we.ana)
    asana.state.set_field(we.copy, we.hours, "1.5", by=we.bo)
    asana.state.set_field(we.copy, we.hours, Decimal("1.50"), by=we.ana)
    asana.state.set_field(we.copy, we.hours, None, by=None)
    found = [one for one in await stories(asana, we.copy.gid) if "custom_field" in one]
    values = [
        (one["created_by"] and one["created_by"]["name"], one["old_number_value"], one["new_number_value"])
        for one in found
    ]
    assert values == [("Ana", None, 1), ("Bo", 1, 1.5), (None, 1.5, None)]
    assert found[0]["custom_field"] == {"gid": we.hours.gid, "name": "Billable Hours"}


async def test_a_field_is_written_over_the_api(asana: AsanaVisitor) -> None:
    we = asana.organization
    fields = {we.hours.gid: 1.256, we.billing.gid: we.billing.options[1].gid}
    answer = await asana.ask("PUT", f"/tasks/{we.copy.gid}", {"custom_fields": fields}, who="bo")
    hours, billing = answer.json()["data"]["custom_fields"]
    assert (hours["number_value"], hours["display_value"], billing["enum_value"]["name"]) == (1.26, "1.26", "Half")
    told = [one for one in await stories(asana, we.copy.gid) if one["source"] == "api"]
    assert [one["resource_subtype"] for one in told] == ["number_custom_field_changed", "enum_custom_field_changed"]
    assert told[1]["new_enum_value"]["name"] == "Half"


async def test_what_a_field_cannot_hold_is_refused_as_a_whole(asana: AsanaVisitor) -> None:
    we = asana.organization
    path = f"/tasks/{we.copy.gid}"
    for value in ("1.5", True, "x"):
        status, _ = await asana.refused("PUT", path, {"name": "New", "custom_fields": {we.hours.gid: value}})
        assert status == 400
    assert (await asana.refused("PUT", path, {"custom_fields": {we.billing.gid: "Half"}}))[0] == 400
    assert (await asana.refused("PUT", path, {"custom_fields": {"1": 1}}))[0] == 400
    assert (await asana.refused("PUT", path, {"completed": "yes"}))[0] == 400
    assert we.copy.name == "Homepage copy"
    asana.state.disable_option(we.billing.options[0])
    with pytest.raises(Unfit):
        asana.state.set_field(we.copy, we.billing, "Billable", by=we.ana)


async def test_a_percentage_is_kept_as_a_fraction(asana: AsanaVisitor) -> None:
    we = asana.organization
    share = asana.state.add_field(we.site, "Billable Percentage", "percentage")
    asana.state.set_field(we.copy, share, 0.25, by=we.ana)
    wanted = "custom_fields.name,custom_fields.number_value,custom_fields.format,custom_fields.display_value"
    found = (await asana.get(f"/tasks/{we.copy.gid}", opt_fields=wanted))["custom_fields"][-1]
    assert found == {
        "gid": share.gid,
        "name": "Billable Percentage",
        "number_value": 0.25,
        "format": "percentage",
        "display_value": "25%",
    }


async def test_a_formula_is_read_only_and_makes_no_story(asana: AsanaVisitor) -> None:
    we = asana.organization
    twice = lambda task: Decimal(str(task.values[we.hours])) * 2  # noqa: E731
    double = asana.state.add_field(we.site, "Twice", "formula", formula=twice)
    asana.state.set_field(we.copy, we.hours, 1.5, by=we.ana)
    before = len(we.copy.stories)
    found = (await asana.get(f"/tasks/{we.copy.gid}"))["custom_fields"][-1]
    assert (found["number_value"], found["is_formula_field"], len(we.copy.stories)) == (3, True, before)
    assert (await asana.refused("PUT", f"/tasks/{we.copy.gid}", {"custom_fields": {double.gid: 1}}))[0] == 403


async def test_a_disabled_field_stays_with_its_value_and_can_only_be_cleared(asana: AsanaVisitor) -> None:
    we, path = asana.organization, f"/tasks/{asana.organization.copy.gid}"
    asana.state.set_field(we.copy, we.hours, 2, by=we.ana)
    asana.state.disable_field(we.site, we.hours)
    found = {field["name"]: field for field in (await asana.get(path))["custom_fields"]}
    assert (found["Billable Hours"]["enabled"], found["Billing type"]["enabled"]) == (False, True)
    assert (await asana.refused("PUT", path, {"custom_fields": {we.hours.gid: 3}}))[0] == 403
    answer = await asana.ask("PUT", path, {"custom_fields": {we.hours.gid: None}})
    assert [field["name"] for field in answer.json()["data"]["custom_fields"]] == ["Billing type"]


async def test_names_of_fields_and_options_change_their_gids_do_not(asana: AsanaVisitor) -> None:
    we = asana.organization
    asana.state.set_field(we.copy, we.billing, "Half", by=we.ana)
    asana.state.rename_field(we.billing, "Billing")
    asana.state.rename_option(we.billing.options[1], "50 %")
    found = (await asana.get(f"/tasks/{we.copy.gid}"))["custom_fields"][1]
    assert (found["gid"], found["name"], found["display_value"]) == (we.billing.gid, "Billing", "50 %")


async def test_a_subtask_is_in_no_project_and_touches_not_its_parent(asana: AsanaVisitor) -> None:
    we = asana.organization
    before = we.copy.modified_at
    asana.later(minutes=5)
    asana.state.set_field(we.proof, we.hours, 0.5, by=we.ana)
    wanted = "memberships,parent.name,num_subtasks,custom_fields.number_value,custom_fields.enabled"
    found = await asana.get(f"/tasks/{we.proof.gid}", opt_fields=wanted)
    assert found == {
        "gid": we.proof.gid,
        "memberships": [],
        "parent": {"gid": we.copy.gid, "name": "Homepage copy"},
        "num_subtasks": 0,
        "custom_fields": [{"gid": we.hours.gid, "number_value": 0.5, "enabled": True}],
    }
    assert [one["gid"] for one in await asana.get("/tasks", project=we.site.gid)] == [we.copy.gid]
    assert [one["gid"] for one in await asana.get(f"/tasks/{we.copy.gid}/subtasks")] == [we.proof.gid]
    assert we.copy.modified_at == before


async def test_modified_since_counts_stories_and_projects_modified_at_does_not(asana: AsanaVisitor) -> None:
    we = asana.organization
    asana.later(hours=1)
    since = asana.clock.now().isoformat().replace("+00:00", "Z")
    assert await asana.get("/tasks", project=we.site.gid, modified_since=since) == []
    asana.later(minutes=1)
    asana.state.comment(we.copy, "Looks good", by=we.bo)
    (found,) = await asana.get("/tasks", project=we.site.gid, modified_since=since, opt_fields="modified_at")
    assert found["modified_at"] < since


async def test_completing_moving_assigning_and_renaming_are_told(asana: AsanaVisitor) -> None:
    we = asana.organization
    asana.state.complete_task(we.copy, by=we.ana)
    asana.state.reopen_task(we.copy, by=we.ana)
    asana.state.move_to_section(we.copy, we.site.sections[1], by=we.bo)
    asana.state.assign(we.copy, we.bo, by=we.ana)
    asana.state.rename_task(we.copy, "Home copy", by=we.ana)
    asana.state.comment(we.copy, "Done?", by=we.bo)
    found = await asana.get(f"/tasks/{we.copy.gid}/stories")
    assert [one["resource_subtype"] for one in found] == [
        "assigned",
        "marked_complete",
        "marked_incomplete",
        "section_changed",
        "assigned",
        "name_changed",
        "comment_added",
    ]
    assert found[-1]["text"] == "Done?"
    assert found[3]["text"] == 'Bo moved this Task from "To do" to "Doing" in ACME site'
    section = await asana.get(f"/stories/{found[3]['gid']}", opt_fields="old_section.name,new_section.name")
    assert (section["old_section"]["name"], section["new_section"]["name"]) == ("To do", "Doing")


async def test_a_comment_is_posted_and_ones_own_deleted(asana: AsanaVisitor) -> None:
    path = f"/tasks/{asana.organization.copy.gid}/stories"
    answer = await asana.ask("POST", path, {"text": "Logged 1.5 h"})
    made = answer.json()["data"]
    assert (answer.status_code, made["created_by"]["name"], made["source"]) == (201, "Ana", "api")
    assert (await asana.refused("POST", path, {}))[0] == 400
    assert (await asana.refused("DELETE", f"/stories/{made['gid']}", who="bo"))[0] == 403
    assert (await asana.ask("DELETE", f"/stories/{made['gid']}")).json() == {"data": {}}
    assert (await asana.refused("GET", f"/stories/{made['gid']}"))[0] == 404


async def test_a_task_in_the_trash_is_gone_until_it_is_restored(asana: AsanaVisitor) -> None:
    we = asana.organization
    assert (await asana.ask("DELETE", f"/tasks/{we.copy.gid}")).status_code == 200
    assert (await asana.refused("GET", f"/tasks/{we.copy.gid}"))[0] == 404
    assert (await asana.refused("GET", f"/tasks/{we.proof.gid}"))[0] == 404
    assert await asana.get("/tasks", project=we.site.gid) == []
    asana.state.habits.shows_trashed_tasks = True
    assert (await asana.get(f"/tasks/{we.copy.gid}"))["name"] == "Homepage copy"
    asana.state.restore_task(we.copy, by=we.ana)
    assert [one["gid"] for one in await asana.get("/tasks", project=we.site.gid)] == [we.copy.gid]


async def test_a_task_moves_and_may_be_in_several_projects(asana: AsanaVisitor) -> None:
    we = asana.organization
    other = asana.state.add_project("Other", we.place, owner=we.ana)
    path = f"/tasks/{we.copy.gid}"
    await asana.ask("POST", f"{path}/addProject", {"project": other.gid})
    places = (await asana.get(path, opt_fields="memberships.project.name,memberships.section.name"))["memberships"]
    assert [place["project"]["name"] for place in places] == ["ACME site", "Other"]
    await asana.ask("POST", f"{path}/removeProject", {"project": we.site.gid})
    assert [one["name"] for one in await asana.get(f"{path}/projects")] == ["Other"]
    asana.state.move_task(we.copy, we.site, we.site.sections[1], by=we.ana)
    assert [one["gid"] for one in await asana.get(f"/sections/{we.site.sections[1].gid}/tasks")] == [we.copy.gid]
    await asana.ask("POST", f"/sections/{we.site.sections[0].gid}/addTask", {"task": we.copy.gid})
    assert [one["gid"] for one in await asana.get("/tasks", section=we.site.sections[0].gid)] == [we.copy.gid]


async def test_tasks_and_subtasks_are_made_over_the_api(asana: AsanaVisitor) -> None:
    we = asana.organization
    wish = {"name": "Icons", "projects": [we.site.gid], "assignee": "me", "custom_fields": {we.hours.gid: 2}}
    made = (await asana.ask("POST", "/tasks", wish)).json()["data"]
    assert (made["assignee"]["name"], made["custom_fields"][0]["number_value"]) == ("Ana", 2)
    told = await stories(asana, made["gid"])
    assert [one["resource_subtype"] for one in told] == ["assigned"], "values given at creation leave no story"
    below = await asana.ask("POST", f"/tasks/{made['gid']}/subtasks", {"name": "Arrows"})
    assert (below.status_code, below.json()["data"]["memberships"]) == (201, [])
    assert (await asana.refused("POST", "/tasks", {"name": "Nowhere"}))[0] == 400
    mine = await asana.get("/tasks", assignee="me", workspace=we.place.gid)
    assert [one["name"] for one in mine] == ["Homepage copy", "Icons"]
    asana.state.complete_task(we.copy, by=we.ana)
    assert [one["name"] for one in await asana.get("/tasks", project=we.site.gid, completed_since="now")] == ["Icons"]


async def test_edits_may_be_dated_back(asana: AsanaVisitor) -> None:
    we = asana.organization
    long_ago = asana.clock.now().replace(month=10)
    with asana.state.at(long_ago):
        story = asana.state.set_field(we.copy, we.hours, 1, by=we.ana)
    assert story is not None
    assert story.created_at.month == 10
    assert asana.state.now().month == 11


async def test_quick_edits_may_become_one_story(asana: AsanaVisitor) -> None:
    we = asana.organization
    asana.state.habits.merges_edits_within = timedelta(minutes=1)
    first = asana.state.set_field(we.copy, we.hours, 1, by=we.ana)
    assert asana.state.set_field(we.copy, we.hours, 2, by=we.ana) is first
    assert asana.state.set_field(we.copy, we.hours, 3, by=we.bo) is not first
    found = [one for one in await stories(asana, we.copy.gid) if "custom_field" in one]
    assert [(one["old_number_value"], one["new_number_value"]) for one in found] == [(None, 2), (2, 3)]
