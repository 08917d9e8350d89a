"""Workspaces, people, projects and fields of the double of Asana: what is shown, to whom, and page by page."""

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.asana_organization import AsanaVisitor

PROJECT = "name,archived,permalink_url,team.name,owner.email,modified_at,created_from_template,completed"


async def test_workspaces_and_people_with_and_without_an_address(asana: AsanaVisitor) -> None:
    we = asana.organization
    assert await asana.get("/workspaces") == [{"gid": we.place.gid, "resource_type": "workspace", "name": "Lumen"}]
    people = await asana.get("/users", workspace=we.place.gid, opt_fields="email,name")
    assert people == [
        {"gid": we.ana.gid, "email": "ana@agency.example", "name": "Ana"},
        {"gid": we.bo.gid, "email": None, "name": "Bo"},
    ]
    for name in ("me", we.ana.gid, "ana@agency.example"):
        assert (await asana.get(f"/users/{name}"))["name"] == "Ana"


async def test_who_left_is_no_longer_among_the_people(asana: AsanaVisitor) -> None:
    we = asana.organization
    asana.state.remove_user(we.ana)
    assert [one["name"] for one in await asana.get(f"/workspaces/{we.place.gid}/users", who="bo")] == ["Bo"]
    task = await asana.get(f"/tasks/{we.copy.gid}", who="bo", opt_fields="assignee.name,assignee.email")
    assert task["assignee"] == {"gid": we.ana.gid, "name": "Ana", "email": None}
    assert (await asana.refused("GET", f"/users/{we.ana.gid}", who="bo"))[0] == 404
    assert (await asana.refused("GET", "/workspaces"))[0] == 401


async def test_a_project_with_the_fields_that_were_asked_for(asana: AsanaVisitor) -> None:
    we = asana.organization
    (found,) = await asana.get(f"/workspaces/{we.place.gid}/projects", archived="false", opt_fields=PROJECT)
    assert found.pop("modified_at").endswith("Z")
    assert found == {
        "gid": we.site.gid,
        "name": "ACME site",
        "archived": False,
        "permalink_url": f"https://app.asana.com/1/{we.place.gid}/project/{we.site.gid}",
        "team": {"gid": we.site.team.gid, "name": "Delivery"} if we.site.team else None,
        "owner": {"gid": we.ana.gid, "email": "ana@agency.example"},
        "created_from_template": None,
        "completed": False,
    }


async def test_lists_are_compact_unless_more_is_asked_for(asana: AsanaVisitor) -> None:
    we = asana.organization
    (project,) = await asana.get("/projects", workspace=we.place.gid)
    (task,) = await asana.get("/tasks", project=we.site.gid)
    assert set(project) == {"gid", "resource_type", "name"}
    assert set(task) == {"gid", "resource_type", "resource_subtype", "name"}
    (chosen,) = await asana.get("/tasks", project=we.site.gid, opt_fields="assignee,memberships,nonsense")
    assert chosen == {
        "gid": we.copy.gid,
        "assignee": {"gid": we.ana.gid},
        "memberships": [{"project": {"gid": we.site.gid}, "section": {"gid": we.site.sections[0].gid}}],
    }


async def test_fields_of_a_project(asana: AsanaVisitor) -> None:
    we = asana.organization
    hours, billing = await asana.get(f"/projects/{we.site.gid}/custom_field_settings")
    assert (hours["parent"]["gid"], hours["custom_field"]["name"]) == (we.site.gid, "Billable Hours")
    assert (hours["custom_field"]["precision"], hours["custom_field"]["format"]) == (2, "none")
    assert "enum_options" not in hours["custom_field"]
    assert [option["name"] for option in billing["custom_field"]["enum_options"]] == [
        "Billable",
        "Half",
        "Non-billable",
    ]
    assert (await asana.get(f"/custom_fields/{we.billing.gid}"))["representation_type"] == "enum"
    assert len(await asana.get(f"/workspaces/{we.place.gid}/custom_fields")) == 2
    assert [one["name"] for one in await asana.get(f"/projects/{we.site.gid}/sections")] == ["To do", "Doing"]


async def test_a_private_project_is_forbidden_to_others(asana: AsanaVisitor) -> None:
    we = asana.organization
    task = asana.state.add_task(we.secret, "Raise", by=we.bo)
    assert len(await asana.get("/projects", workspace=we.place.gid, who="bo")) == 2
    for path in (f"/projects/{we.secret.gid}", f"/tasks/{task.gid}", f"/tasks/{task.gid}/stories"):
        assert (await asana.refused("GET", path))[0] == 403
        assert (await asana.ask("GET", path, who="bo")).status_code == 200


async def test_what_never_was_or_was_deleted_is_404(asana: AsanaVisitor) -> None:
    we = asana.organization
    asana.state.delete_project(we.site, by=we.ana)
    for path in ("/projects/1", "/tasks/1", "/stories/1", f"/projects/{we.site.gid}", f"/tasks/{we.copy.gid}", "/eggs"):
        assert (await asana.refused("GET", path))[0] == 404
    asana.state.restore_project(we.site, by=we.ana)
    assert (await asana.get(f"/tasks/{we.copy.gid}"))["name"] == "Homepage copy"


async def test_a_project_is_renamed_archived_and_narrowed_down(asana: AsanaVisitor) -> None:
    we = asana.organization
    changed = await asana.ask("PUT", f"/projects/{we.site.gid}", {"name": "ACME relaunch", "archived": True})
    assert (changed.json()["data"]["name"], changed.json()["data"]["archived"]) == ("ACME relaunch", True)
    assert await asana.get("/projects", workspace=we.place.gid, archived="false") == []
    assert len(await asana.get("/projects", workspace=we.place.gid, archived="true")) == 1


async def test_a_copy_has_new_ids_and_values_that_nobody_typed(asana: AsanaVisitor) -> None:
    we = asana.organization
    asana.state.set_field(we.copy, we.hours, 4, by=we.ana)
    asana.state.set_field(we.proof, we.hours, 1, by=we.ana)
    job = (await asana.ask("POST", f"/projects/{we.site.gid}/duplicate", {"name": "ACME sprint 2"})).json()["data"]
    assert (await asana.get(f"/jobs/{job['gid']}"))["status"] == "succeeded"
    copy = asana.state.project_named("ACME sprint 2")
    (task,) = copy.tasks
    assert job["new_project"]["gid"] == copy.gid != we.site.gid
    assert (str(task.values[we.hours]), str(task.subtasks[0].values[we.hours])) == ("4.00", "1.00")
    assert all("custom_field" not in story.facts for story in task.stories)
    bare = asana.state.duplicate_project(we.site, copies_values=False)
    assert bare.tasks[0].values == {}
    assert asana.state.duplicate_task(we.copy, by=we.bo).values == we.copy.values


async def test_typeahead_finds_by_part_of_a_name(asana: AsanaVisitor) -> None:
    path = f"/workspaces/{asana.organization.place.gid}/typeahead"
    assert [one["name"] for one in await asana.get(path, resource_type="project", query="acme")] == ["ACME site"]
    assert [one["name"] for one in await asana.get(path, resource_type="user", query="o")] == ["Bo"]
    assert [one["name"] for one in await asana.get(path, resource_type="task", query="proof")] == ["Proofreading"]


async def paged(asana: AsanaVisitor, **query: Any) -> tuple[list[str], Any]:
    body = (await asana.ask("GET", "/tasks", query={"project": asana.organization.site.gid, **query})).json()
    return [row["name"] for row in body["data"]], body.get("next_page", "none")


async def test_pages_follow_their_offsets(asana: AsanaVisitor) -> None:
    we = asana.organization
    for number in range(4):
        asana.state.add_task(we.site, f"Task {number}", by=we.ana)
    first, following = await paged(asana, limit=2)
    asana.state.trash_task(asana.state.tasks[we.copy.gid])
    second, more = await paged(asana, limit=2, offset=following["offset"])
    last, end = await paged(asana, limit=2, offset=more["offset"])
    assert (first, second, last) == (["Homepage copy", "Task 0"], ["Task 1", "Task 2"], ["Task 3"])
    assert (end, following["path"].startswith("/tasks?")) == (None, True)
    assert (await asana.http.get(more["uri"], headers={"Authorization": "Bearer token-ana-fake"})).json()["data"]
    assert (await paged(asana))[1] == "none"


async def test_offsets_expire_and_cannot_be_made_up(asana: AsanaVisitor) -> None:
    we = asana.organization
    asana.state.add_task(we.site, "Another", by=we.ana)
    _, following = await paged(asana, limit=1)
    asana.clock.advance(timedelta(hours=2))
    query = {"project": we.site.gid, "limit": 1}
    for offset in (following["offset"], "eyJ0"):
        status, message = await asana.refused("GET", "/tasks", query={**query, "offset": offset})
        assert (status, "expired" in message) == (400, True)


@pytest.mark.parametrize("limit", ["0", "101", "many"])
async def test_a_limit_lies_between_1_and_100(asana: AsanaVisitor, limit: str) -> None:
    assert (await asana.refused("GET", "/users", query={"limit": limit}))[0] == 400


async def test_a_list_too_long_must_be_paged(asana: AsanaVisitor) -> None:
    we = asana.organization
    for number in range(1001):
        asana.state.comment(we.copy, str(number), by=we.ana)
    path = f"/tasks/{we.copy.gid}/stories"
    assert (await asana.refused("GET", path))[0] == 400
    assert len(await asana.get(path, limit=100)) == 100


async def test_tasks_want_exactly_one_place(asana: AsanaVisitor) -> None:
    we = asana.organization
    assert (await asana.refused("GET", "/tasks"))[0] == 400
    both = {"project": we.site.gid, "section": we.site.sections[0].gid}
    assert (await asana.refused("GET", "/tasks", query=both))[0] == 400
    assert (await asana.refused("GET", "/tasks", query={"assignee": "me"}))[0] == 400
    assert (await asana.refused("GET", "/tasks", query={"project": we.site.gid, "modified_since": "soon"}))[0] == 400


async def test_without_the_plan_there_are_no_custom_fields(asana: AsanaVisitor) -> None:
    we = asana.organization
    we.place.plan.custom_fields = False
    assert "custom_fields" not in await asana.get(f"/tasks/{we.copy.gid}")
    assert (await asana.refused("GET", f"/projects/{we.site.gid}/custom_field_settings"))[0] == 402
