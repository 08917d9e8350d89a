"""The client against the double of Asana: whole lists, whole histories, webhooks, and faults with real time in them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from sandbox.asana.records import Field, Project, Task, User, Workspace
from sandbox.asana.server import AsanaDouble
from sandbox.clock import SandboxClock
from sandbox.faults import Faults, Kind
from store.asana.records.api import FieldKind
from store.units import Hours
from sync.clients.asana.client import AsanaClient
from sync.clients.asana.events import delivered
from sync.clients.asana.rate_limit import SYSTEM, AsanaShare
from sync.clients.limiter import Limiter
from sync.errors import Busy, Gone, Rejected, Unauthorised, Unavailable, UnknownOutcome
from sync.ports.asana import PROJECT_FILTERS, WORKSPACE_FILTERS, Changes, SyncLost
from sync.rules.asana.billable_hours import billing
from sync.rules.asana.claims import Terms
from sync.rules.asana.webhook_signature import is_genuine
from tests.clients.asana_exchanges import specification_at
from tests.clients.harvest_exchanges import fault_in

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
TOKEN = "fake-token-of-ana"


@dataclass
class Watched:
    """Every request that went out."""

    requests: list[httpx.Request] = field(default_factory=list)

    async def keep(self, request: httpx.Request) -> None:
        self.requests.append(request)


@dataclass(frozen=True)
class Agency:
    double: AsanaDouble
    clock: SandboxClock
    client: AsanaClient
    watched: Watched
    place: Workspace
    ana: User
    bo: User
    site: Project
    hours: Field
    copy: Task

    def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))


@pytest.fixture
async def agency() -> AsyncIterator[Agency]:
    clock, watched = SandboxClock(NOON), Watched()
    double = AsanaDouble(clock, faults=Faults(hang=0.2, late=0.05, slow=0.05), retry_seconds=(0.01,))
    await double.start()
    state = double.state
    place = state.add_workspace("Lumen")
    ana, bo = state.add_user("Ana", "ana@lumen.example", place), state.add_user("Bo", None, place)
    state.grant(ana, TOKEN)
    site = state.add_project("ACME site", place, owner=ana, sections=("To do", "Doing"))
    hours = state.add_field(site, "Billable Hours")
    copy = state.add_task(site, "Homepage copy", assignee=bo, by=ana)
    async with httpx.AsyncClient(timeout=5.0, event_hooks={"request": [watched.keep]}) as http:
        share = AsanaShare(Limiter(10_000, 1.0, system=SYSTEM))
        client = AsanaClient(http, double.api_url, TOKEN, share=share, user_agent="Gleaner", patience=3.0)
        yield Agency(double, clock, client, watched, place, ana, bo, site, hours, copy)
    await double.stop()


async def all_of(pages: AsyncIterator[Any]) -> list[Any]:
    return [record async for page in pages for record in page]


async def test_who_and_where(agency: Agency) -> None:
    me, (place,) = await agency.client.me(), await agency.client.workspaces()
    assert (me.gid, me.name, me.email) == (agency.ana.gid, "Ana", "ana@lumen.example")
    assert (place.gid, place.name, place.is_organization) == (agency.place.gid, "Lumen", True)
    people = await all_of(agency.client.users(place.gid))
    assert [(one.name, one.email) for one in people] == [("Ana", "ana@lumen.example"), ("Bo", None)]


async def test_projects_with_their_sections_and_fields(agency: Agency) -> None:
    state = agency.double.state
    billing_type = state.add_field(agency.site, "Billing type", "enum", options=("100 %", "50 %"))
    state.disable_option(billing_type.options[1])
    old = state.add_project("Old site", agency.place, owner=agency.bo, created_from_template="1")
    state.archive_project(old)
    found = await all_of(agency.client.projects(agency.place.gid))
    assert [(one.name, one.is_archived, one.owner_email, one.is_from_template) for one in found] == [
        ("ACME site", False, "ana@lumen.example", False),
        ("Old site", True, None, True),
    ]
    assert [one.name for one in await all_of(agency.client.projects(agency.place.gid, is_archived=False))] == [
        "ACME site"
    ]
    assert await agency.client.project(old.gid) == found[1]
    assert [one.name for one in await agency.client.sections(agency.site.gid)] == ["To do", "Doing"]
    hours, kind = await agency.client.fields(agency.site.gid)
    assert (hours.gid, hours.name, hours.kind, hours.precision) == (
        agency.hours.gid,
        "Billable Hours",
        FieldKind.NUMBER,
        2,
    )
    assert [(one.name, one.is_enabled) for one in kind.options] == [("100 %", True), ("50 %", False)]


async def test_a_task_with_its_field_and_a_subtask(agency: Agency) -> None:
    state = agency.double.state
    proof = state.add_subtask(agency.copy, "Proofreading", by=agency.ana)
    state.set_field(agency.copy, agency.hours, "1.15", agency.ana)
    state.complete_task(agency.copy, agency.bo)
    task = await agency.client.task(agency.copy.gid)
    assert [(one.name, one.number) for one in task.fields] == [("Billable Hours", Decimal("1.15"))]
    assert (task.is_completed, task.subtask_count) == (True, 1)
    assert task.completed_at is not None
    assert NOON <= task.completed_at <= agency.clock.now()
    assert task.assignee is not None
    assert (task.assignee.name, task.assignee.email) == ("Bo", None)
    (place,) = task.memberships
    assert (place.project_gid, place.section_name) == (agency.site.gid, "To do")
    (below,) = await agency.client.subtasks(agency.copy.gid)
    assert (below.gid, below.parent_gid, below.memberships) == (proof.gid, agency.copy.gid, ())


async def test_long_lists_come_whole(agency: Agency) -> None:
    for number in range(250):
        agency.double.state.add_task(agency.site, f"Task {number}", by=agency.ana)
    tasks = await all_of(agency.client.tasks(agency.site.gid))
    assert len({one.gid for one in tasks}) == len(tasks) == 251


async def test_only_what_changed_since_then(agency: Agency) -> None:
    agency.later(hours=1)
    later = agency.double.state.add_task(agency.site, "Later", by=agency.ana)
    found = await all_of(agency.client.tasks(agency.site.gid, NOON + timedelta(minutes=1)))
    assert [one.gid for one in found] == [later.gid]


async def test_a_list_whose_place_expired_is_to_be_read_anew(agency: Agency) -> None:
    for number in range(150):
        agency.double.state.add_task(agency.site, f"Task {number}", by=agency.ana)
    pages = agency.client.tasks(agency.site.gid)
    assert len(await anext(pages)) == 100
    agency.double.pages.forget()
    with pytest.raises(Unavailable, match="broke off"):
        await anext(pages)


async def test_stories_tell_whose_hours_they_are(agency: Agency) -> None:
    """All the way: typed in Asana, read, and made into claims."""
    state = agency.double.state
    state.set_field(agency.copy, agency.hours, "1.5", agency.ana)
    state.comment(agency.copy, "Looks good", agency.bo)
    agency.later(hours=1)
    state.set_field(agency.copy, agency.hours, 1, agency.bo)
    state.set_field(agency.copy, agency.hours, 2, None)
    stories = (await agency.client.stories(agency.copy.gid)).fields
    assert [(one.old, one.new) for one in stories] == [
        (None, Decimal("1.5")),
        (Decimal("1.5"), Decimal(1)),
        (Decimal(1), Decimal(2)),
    ]
    found = billing(await agency.client.task(agency.copy.gid), stories, Terms(go_live=NOON))
    assert [(one.user.name, one.moment.hour, one.hours) for one in found.claims] == [
        ("Ana", 12, Hours(150)),
        ("Bo", 13, Hours(-50)),
        ("Bo", 13, Hours(100)),  # a rule of Asana's typed it: the assignee's
    ]
    assert found.findings == ()


async def test_copied_hours_have_no_story(agency: Agency) -> None:
    state = agency.double.state
    state.set_field(agency.copy, agency.hours, 2, agency.ana)
    twin = state.duplicate_task(agency.copy, agency.ana)
    found = billing(
        await agency.client.task(twin.gid), (await agency.client.stories(twin.gid)).fields, Terms(go_live=NOON)
    )
    assert (found.claims, [(one.kind, one.hours) for one in found.findings]) == ((), [("copied", 200)])


async def test_time_entries_of_everybody_and_of_a_task(agency: Agency) -> None:
    state, day = agency.double.state, date(2026, 11, 19)
    state.add_time_entry(agency.copy, agency.bo, 45, day, description="copy")
    state.add_general_entry(agency.site, agency.ana, 30, day, billable_status="nonBillable")
    state.add_time_entry(agency.copy, agency.bo, 15, day + timedelta(days=1))
    found = await all_of(agency.client.time_entries(agency.place.gid, day, day))
    assert [(one.minutes, one.task_gid, one.project_gid, one.billable) for one in found] == [
        (45, agency.copy.gid, found[0].project_gid, found[0].billable),
        (30, None, agency.site.gid, False),
    ]
    assert [one.minutes for one in await agency.client.task_time_entries(agency.copy.gid)] == [45, 15]
    assert await agency.client.time_entry(found[0].gid) == found[0]
    assert (await agency.client.task(agency.copy.gid)).actual_minutes == 60


async def test_events_go_on_from_where_they_were(agency: Agency) -> None:
    state = agency.double.state
    start = await agency.client.changes(agency.site.gid)
    assert isinstance(start, SyncLost)
    proof = state.add_subtask(agency.copy, "Proofreading", by=agency.ana)
    for number in range(1, 80):
        state.set_field(proof, agency.hours, number, agency.ana)
    sync = start.sync
    found: list[Any] = []
    while True:
        answer = await agency.client.changes(agency.site.gid, sync)
        assert isinstance(answer, Changes)
        found += answer.changes
        sync = answer.sync
        if not answer.has_more:
            break
    stories = {one.resource_gid for one in found if one.resource_subtype == "number_custom_field_changed"}
    assert len(stories) == 79
    assert {one.parent_gid for one in found if one.resource_type == "story"} == {proof.gid}
    assert {one.value_gid for one in found if one.field == "custom_fields"} == {agency.hours.gid}
    assert {one.user_gid for one in found} == {agency.ana.gid}
    agency.later(hours=25)
    assert isinstance(await agency.client.changes(agency.site.gid, sync), SyncLost)


@dataclass
class Target:
    """Where deliveries go: shakes hands and keeps what comes."""

    secret: str = ""
    shakes_hands: bool = True
    bodies: list[tuple[bytes, str]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        if secret := request.headers.get("X-Hook-Secret"):
            self.secret = secret
            return web.Response(headers={"X-Hook-Secret": secret} if self.shakes_hands else {})
        self.bodies.append((await request.read(), request.headers["X-Hook-Signature"]))
        return web.Response()


@pytest.fixture
async def target() -> AsyncIterator[tuple[str, Target]]:
    taking = Target()
    app = web.Application()
    app.router.add_post("/asana/webhooks/{hook}", taking.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/asana/webhooks/k1", taking
    await runner.cleanup()


async def test_a_webhook_is_made_delivers_and_is_deleted(agency: Agency, target: tuple[str, Target]) -> None:
    url, taking = target
    made = await agency.client.create_webhook(agency.site.gid, url, PROJECT_FILTERS)
    assert made.secret == taking.secret
    agency.double.state.set_field(agency.copy, agency.hours, 1, agency.ana)
    await agency.double.deliveries.gathered()
    await agency.double.deliveries.settle()
    assert all(is_genuine(made.secret, body, signature) for body, signature in taking.bodies)
    told = [change for body, _ in taking.bodies for change in delivered(body)]
    assert {(one.action, one.resource_type, one.field) for one in told} == {
        ("changed", "task", "custom_fields"),
        ("added", "story", None),
    }
    (found,) = await agency.client.webhooks(agency.place.gid, agency.site.gid)
    assert (found.gid, found.resource_gid, found.target, found.is_active) == (made.gid, agency.site.gid, url, True)
    assert found.last_success_at is not None
    await agency.client.delete_webhook(made.gid)
    await agency.client.delete_webhook(made.gid)
    assert await agency.client.webhooks(agency.place.gid) == []


async def test_a_webhook_of_the_workspace_tells_new_projects(agency: Agency, target: tuple[str, Target]) -> None:
    url, taking = target
    await agency.client.create_webhook(agency.place.gid, url, WORKSPACE_FILTERS)
    new = agency.double.state.add_project("New site", agency.place, owner=agency.ana)
    await agency.double.deliveries.gathered()
    await agency.double.deliveries.settle()
    told = [change for body, _ in taking.bodies for change in delivered(body)]
    assert [(one.action, one.resource_gid) for one in told] == [("added", new.gid)]


async def test_the_same_webhook_twice_is_refused(agency: Agency, target: tuple[str, Target]) -> None:
    await agency.client.create_webhook(agency.site.gid, target[0], PROJECT_FILTERS)
    with pytest.raises(Rejected, match="Duplicated webhook"):
        await agency.client.create_webhook(agency.site.gid, target[0], PROJECT_FILTERS)


async def test_a_target_that_does_not_shake_hands_gets_no_webhook(agency: Agency, target: tuple[str, Target]) -> None:
    target[1].shakes_hands = False
    with pytest.raises(Rejected):
        await agency.client.create_webhook(agency.site.gid, target[0], PROJECT_FILTERS)


async def test_a_webhook_whose_answer_was_lost_is_found_by_looking(agency: Agency, target: tuple[str, Target]) -> None:
    agency.double.faults.next(Kind.DROP_AFTER, matching="POST */webhooks")
    with pytest.raises(UnknownOutcome):
        await agency.client.create_webhook(agency.site.gid, target[0], PROJECT_FILTERS)
    (found,) = await agency.client.webhooks(agency.place.gid, agency.site.gid)
    assert found.target == target[0]


async def test_what_is_not_there_and_what_is_not_shown(agency: Agency) -> None:
    secret = agency.double.state.add_project("Secret", agency.place, owner=agency.bo, is_private=True)
    with pytest.raises(Gone):
        await agency.client.task("1")
    with pytest.raises(Rejected) as refused:
        await agency.client.project(secret.gid)
    assert refused.value.status == 403
    with pytest.raises(Unauthorised):
        await replace(agency.client, token="fake-other").me()


@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.ERROR_BEFORE, Kind.MALFORMED, Kind.BUSY, Kind.SLOW])
async def test_a_read_survives_a_fault(kind: Kind, agency: Agency) -> None:
    agency.double.faults.next(kind)
    assert (await agency.client.me()).name == "Ana"


async def test_a_429_that_does_not_say_how_long_is_told_at_once(agency: Agency) -> None:
    agency.double.faults.next(Kind.BUSY_BARE)
    with pytest.raises(Busy) as busy:
        await agency.client.me()
    assert busy.value.retry_after == 15.0


async def test_every_request_is_one_that_the_specification_allows(
    agency: Agency, target: tuple[str, Target], specs: Path
) -> None:
    specification = specification_at(specs, agency.double.api_url)
    client, day = agency.client, date(2026, 11, 19)
    await client.me()
    await client.workspaces()
    await all_of(client.users(agency.place.gid))
    await all_of(client.projects(agency.place.gid, is_archived=False))
    await client.project(agency.site.gid)
    await client.sections(agency.site.gid)
    await client.fields(agency.site.gid)
    await all_of(client.tasks(agency.site.gid, NOON))
    await client.task(agency.copy.gid)
    await client.subtasks(agency.copy.gid)
    await client.stories(agency.copy.gid)
    await all_of(client.time_entries(agency.place.gid, day, day))
    await client.task_time_entries(agency.copy.gid)
    lost = await client.changes(agency.site.gid)
    await client.changes(agency.site.gid, lost.sync)
    made = await client.create_webhook(agency.site.gid, target[0], PROJECT_FILTERS)
    await client.webhooks(agency.place.gid)
    await client.delete_webhook(made.gid)
    assert [fault_in(specification, request) for request in agency.watched.requests] == [None] * 18
