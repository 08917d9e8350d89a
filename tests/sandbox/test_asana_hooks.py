"""Webhooks and event streams of the double of Asana, with deliveries that go well and deliveries that do not."""

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.asana_organization import AsanaVisitor, HookTarget

HOURS_TYPED: list[dict[str, Any]] = [
    {"resource_type": "story", "action": "added", "resource_subtype": "number_custom_field_changed"},
    {"resource_type": "task", "action": "changed", "fields": ["custom_fields"]},
]


async def hook(asana: AsanaVisitor, target: HookTarget, filters: Any = None, resource: str = "") -> Any:
    data = {"resource": resource or asana.organization.site.gid, "target": target.url}
    answer = await asana.ask("POST", "/webhooks", {**data, "filters": filters} if filters else data)
    assert answer.status_code == 201, answer.text
    await asana.double.deliveries.settle()
    target.batches.clear()
    return answer.json()


async def test_a_webhook_is_made_with_a_handshake_and_begins_with_a_heartbeat(
    asana: AsanaVisitor, target: HookTarget
) -> None:
    answer = await asana.ask("POST", "/webhooks", {"resource": asana.organization.site.gid, "target": target.url})
    assert answer.json()["X-Hook-Secret"] == target.secret
    assert (answer.json()["data"]["active"], answer.json()["data"]["resource"]["name"]) == (True, "ACME site")
    await asana.double.deliveries.settle()
    assert (target.batches, target.unsigned) == ([[]], 0)


async def test_a_target_that_does_not_shake_hands_is_refused(asana: AsanaVisitor, target: HookTarget) -> None:
    target.shakes_hands = False
    wish = {"resource": asana.organization.site.gid, "target": target.url}
    assert (await asana.refused("POST", "/webhooks", wish))[0] == 403
    assert (await asana.refused("POST", "/webhooks", {**wish, "target": "http://127.0.0.1:9/x"}))[0] == 403
    assert (await asana.refused("POST", "/webhooks", {**wish, "target": "somewhere"}))[0] == 400
    assert asana.state.webhooks == {}


async def test_hours_arrive_as_story_and_change_without_the_number(asana: AsanaVisitor, target: HookTarget) -> None:
    we = asana.organization
    await hook(asana, target, HOURS_TYPED)
    asana.state.set_field(we.copy, we.hours, 1.5, by=we.ana)
    asana.state.rename_task(we.copy, "Not wanted", by=we.ana)
    await asana.double.deliveries.settle()
    ((changed, added),) = target.batches
    assert (changed["action"], changed["change"]["field"]) == ("changed", "custom_fields")
    assert changed["change"]["new_value"] == {"gid": we.hours.gid, "resource_type": "custom_field"}
    assert changed["user"] == {"gid": we.ana.gid, "resource_type": "user"}
    assert added["resource"]["resource_subtype"] == "number_custom_field_changed"
    assert added["parent"] == {"gid": we.copy.gid, "resource_type": "task", "resource_subtype": "default_task"}
    assert ("1.5" in str(target.batches), target.unsigned) == (False, 0)


async def test_subtasks_bubble_up_to_the_project(asana: AsanaVisitor, target: HookTarget) -> None:
    we = asana.organization
    await hook(asana, target)
    below = asana.state.add_subtask(we.proof, "Commas", by=we.ana)
    asana.state.complete_task(below, by=we.ana)
    await asana.double.deliveries.settle()
    fields = [event["change"]["field"] for event in target.events if "change" in event]
    assert fields == ["completed", "completed_at"]


async def test_moves_trash_and_archive_are_told(asana: AsanaVisitor, target: HookTarget) -> None:
    we = asana.organization
    other = asana.state.add_project("Other", we.place, owner=we.ana)
    await hook(asana, target, [{"resource_type": "task"}, {"resource_type": "project"}])
    asana.state.trash_task(we.copy, by=we.ana)
    asana.state.restore_task(we.copy, by=we.ana)
    asana.state.move_task(we.copy, other, by=we.ana)
    asana.state.archive_project(we.site, by=we.ana)
    await asana.double.deliveries.settle()
    told = [(event["resource"]["resource_type"], event["action"]) for event in target.events]
    assert told == [("task", "deleted"), ("task", "undeleted"), ("task", "removed"), ("project", "changed")]
    assert target.events[2]["parent"]["gid"] == we.site.gid


async def test_a_workspace_hook_tells_of_new_projects_alone(asana: AsanaVisitor, target: HookTarget) -> None:
    we = asana.organization
    wish = {"resource": we.place.gid, "target": target.url}
    assert (await asana.refused("POST", "/webhooks", wish))[0] == 400
    assert (await asana.refused("POST", "/webhooks", {**wish, "filters": [{"resource_type": "task"}]}))[0] == 400
    await hook(asana, target, [{"resource_type": "project"}], we.place.gid)
    asana.state.duplicate_project(we.site, by=we.ana)
    await asana.double.deliveries.settle()
    assert target.events[0]["action"] == "added"
    assert {event["resource"]["resource_type"] for event in target.events} == {"project"}


async def test_hooks_are_listed_changed_and_deleted_by_their_user(asana: AsanaVisitor, target: HookTarget) -> None:
    we = asana.organization
    gid = (await hook(asana, target))["data"]["gid"]
    wish = {"resource": we.site.gid, "target": target.url}
    status, message = await asana.refused("POST", "/webhooks", wish)
    assert (status, "Duplicated" in message) == (403, True)
    assert [one["gid"] for one in await asana.get("/webhooks", workspace=we.place.gid)] == [gid]
    assert await asana.get("/webhooks", workspace=we.place.gid, who="bo") == []
    assert (await asana.refused("DELETE", f"/webhooks/{gid}", who="bo"))[0] == 403
    changed = await asana.ask("PUT", f"/webhooks/{gid}", {"filters": HOURS_TYPED[:1]})
    assert changed.json()["data"]["filters"] == HOURS_TYPED[:1]
    await asana.ask("DELETE", f"/webhooks/{gid}")
    assert (await asana.refused("GET", f"/webhooks/{gid}"))[0] == 404


@pytest.mark.parametrize(
    "wrong", [{}, {"resource_type": "task", "action": "eaten"}, {"resource_type": "task", "fields": ["name"]}]
)
async def test_filters_that_make_no_sense_are_refused(asana: AsanaVisitor, target: HookTarget, wrong: Any) -> None:
    wish = {"resource": asana.organization.site.gid, "target": target.url, "filters": [wrong]}
    assert (await asana.refused("POST", "/webhooks", wish))[0] == 400


async def test_a_failed_delivery_is_repeated(asana: AsanaVisitor, target: HookTarget) -> None:
    we = asana.organization
    gid = (await hook(asana, target, HOURS_TYPED[:1]))["data"]["gid"]
    target.statuses = [500, 503]
    asana.state.set_field(we.copy, we.hours, 1, by=we.ana)
    await asana.double.deliveries.settle()
    assert [one.status for one in asana.double.deliveries.log][-3:] == [500, 503, 200]
    found = await asana.get(f"/webhooks/{gid}")
    assert (len(target.events), found["delivery_retry_count"], found["failure_deletion_timestamp"]) == (1, 0, None)
    assert "out of order" in found["last_failure_content"]


async def test_a_hook_that_fails_for_a_day_is_deleted(asana: AsanaVisitor, target: HookTarget) -> None:
    we = asana.organization
    await hook(asana, target)
    target.statuses = [500] * 1000
    asana.state.comment(we.copy, "hello", by=we.ana)
    with pytest.raises(TimeoutError):
        await asana.double.deliveries.settle(0.1)
    asana.later(hours=25)
    await asana.double.deliveries.settle()
    assert asana.state.webhooks == {}


async def test_heartbeats_come_on_call_and_every_eight_hours(asana: AsanaVisitor, target: HookTarget) -> None:
    await hook(asana, target)
    asana.double.deliveries.beat()
    await asana.double.deliveries.settle()
    assert target.batches == [[]]
    asana.clock.advance(timedelta(hours=8))
    asana.double.deliveries.beat_if_due()
    asana.double.deliveries.beat_if_due()
    await asana.double.deliveries.settle()
    assert target.batches == [[], []]


async def test_deliveries_are_lost_doubled_delayed_and_reordered(asana: AsanaVisitor, target: HookTarget) -> None:
    we, deliveries = asana.organization, asana.double.deliveries
    await hook(asana, target, HOURS_TYPED[:1])

    async def typed(hours: float) -> str:
        story = asana.state.set_field(we.copy, we.hours, hours, by=we.ana)
        await deliveries.gathered()
        assert story is not None
        return story.gid

    deliveries.lose_next()
    await typed(1)
    await deliveries.settle()
    assert (target.events, deliveries.log[-1].lost) == ([], True)
    deliveries.duplicate_next()
    twice = await typed(2)
    await deliveries.settle()
    assert [event["resource"]["gid"] for event in target.events] == [twice, twice]
    target.batches.clear()
    deliveries.reorder_next()
    first, second = await typed(3), await typed(4)
    await deliveries.settle()
    assert [event["resource"]["gid"] for event in target.events] == [second, first]
    deliveries.delay_next(0.1)
    await typed(5)
    assert len(target.events) == 2
    await deliveries.settle()
    assert len(target.events) == 3


async def sync(asana: AsanaVisitor, token: str | None = None, **more: Any) -> tuple[int, dict[str, Any]]:
    query = {"resource": asana.organization.site.gid, **({"sync": token} if token else {}), **more}
    answer = await asana.ask("GET", "/events", query=query)
    return answer.status_code, answer.json()


async def test_an_event_stream_begins_with_412_and_goes_on_from_its_token(asana: AsanaVisitor) -> None:
    we = asana.organization
    status, body = await sync(asana)
    assert (status, len(body["errors"])) == (412, 1)
    asana.state.set_field(we.proof, we.hours, 1, by=we.ana)
    status, body = await sync(asana, body["sync"])
    assert (status, body["has_more"], [event["type"] for event in body["data"]]) == (200, False, ["task", "story"])
    assert body["data"][0]["resource"]["name"] == "Proofreading"
    assert (await sync(asana, body["sync"]))[1]["data"] == []
    asana.state.set_field(we.proof, we.hours, 2, by=we.ana)
    status, body = await sync(asana, body["sync"], opt_fields="change.new_value.name,action")
    assert body["data"][0] == {
        "action": "changed",
        "change": {"new_value": {"gid": we.hours.gid, "name": "Billable Hours"}},
    }


async def test_a_token_gives_a_hundred_events(asana: AsanaVisitor) -> None:
    we = asana.organization
    _, body = await sync(asana)
    for number in range(120):
        asana.state.comment(we.copy, str(number), by=we.ana)
    _, first = await sync(asana, body["sync"])
    _, rest = await sync(asana, first["sync"])
    assert (len(first["data"]), first["has_more"], len(rest["data"]), rest["has_more"]) == (100, True, 20, False)


async def test_a_token_dies_after_a_day(asana: AsanaVisitor) -> None:
    _, body = await sync(asana)
    asana.later(hours=24, minutes=1)
    status, again = await sync(asana, body["sync"])
    assert (status, (await sync(asana, again["sync"]))[0]) == (412, 200)
    asana.double.streams.forget()
    assert (await sync(asana, again["sync"]))[0] == 412
