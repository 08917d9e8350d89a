"""Offers of a timer, from what happens to tasks in Asana: seldom, never twice, and only where they make sense."""

from datetime import timedelta
from decimal import Decimal

import pytest

from sandbox.asana.records import Task, User
from sandbox.harvest.records import Reference
from store.time_entries.records import EntryState, TimeEntry
from sync.news import KINDS
from sync.news.asana import StartOffered, StopOffered, TimerOffer
from sync.time_entries.targets import Target
from tests.flows.asana_world import AsanaWorld

KEY = "33333333-3333-4333-8333-333333333333"


async def offers(around: AsanaWorld) -> list[TimerOffer]:
    """Those that have not been posted, oldest first."""
    async with around.world.store.reading("T1") as tx:
        due = await tx.notices.due(around.world.clock.now())
    found = []
    for notice_id in due:
        async with around.world.store.transaction("T1") as tx:
            notice = await tx.notices.lease(notice_id, around.world.clock.now(), around.world.clock.now())
        news = KINDS[notice.news](**notice.facts)
        if isinstance(news, TimerOffer):
            found.append(news)
    return found


async def assigned(around: AsanaWorld, name: str, assignee: User, by: User | None = None) -> Task:
    """A new task, heard of at once."""
    task = around.state.add_task(around.site, name, assignee=assignee, by=by or around.tom)
    await around.settle(task)
    return task


async def timer(around: AsanaWorld, slack_id: str = "U1") -> TimeEntry:
    person = await around.flows.people.person(slack_id)
    address = f"https://app.asana.com/0/{around.site.gid}/{around.task.gid}"
    found = await around.flows.targets.find(person, address, None, None)
    assert isinstance(found, Target)
    started = await around.flows.timers.start(person, found, "", KEY, timedelta(0))
    return started.entry


async def test_who_is_assigned_a_task_is_asked_once(around: AsanaWorld) -> None:
    task = await assigned(around, "Redirects", around.ada)
    await around.settle(task)
    (offer,) = await offers(around)
    assert isinstance(offer, StartOffered)
    assert (offer.task_gid, offer.task, offer.slack_id, offer.by) == (task.gid, "Redirects", "U1", "Tom Weller")
    assert offer.is_assignment
    assert offer.project == around.world.project.name
    assert await around.asana.offers.stands(offer)


async def test_one_is_asked_at_most_every_half_hour(around: AsanaWorld) -> None:
    """S1-49: tasks change hands dozens of times a day. Others are asked about theirs meanwhile."""
    for name in ("Redirects", "Alt texts", "Sitemap"):
        await assigned(around, name, around.ada)
    await assigned(around, "Favicon", around.tom, around.ada)
    assert [(one.task, one.slack_id) for one in await offers(around)] == [("Redirects", "U1"), ("Favicon", "U2")]
    around.later(minutes=30)
    await assigned(around, "Headings", around.ada)
    assert [one.task for one in await offers(around) if one.slack_id == "U1"] == ["Redirects", "Headings"]


async def test_a_task_that_is_opened_again_is_offered(around: AsanaWorld) -> None:
    around.state.complete_task(around.task, around.ada)
    await around.settle()
    assert await offers(around) == []
    around.later(minutes=60)
    around.state.reopen_task(around.task, around.ada)
    await around.settle()
    (offer,) = await offers(around)
    assert isinstance(offer, StartOffered)
    assert (offer.by, offer.is_assignment) == (None, False), "her own doing"


async def test_a_timer_is_offered_where_only_typed_hours_of_a_parent_wait(around: AsanaWorld) -> None:
    below = around.state.add_subtask(around.task, "Proof", by=around.ada)
    around.type("0.5", task=below)
    around.type("3")
    around.state.complete_task(around.task, around.ada)
    await around.settle()
    assert await around.held() == {"parent": 300}
    around.later(minutes=60)
    around.state.reopen_task(around.task, around.ada)
    await around.settle()
    assert [one.task for one in await offers(around)] == [around.task.name]


async def test_what_is_heard_late_or_changed_long_after_is_no_offer(around: AsanaWorld) -> None:
    """A renamed task that was assigned weeks ago is nobody's news."""
    task = around.state.add_task(around.site, "Redirects", assignee=around.ada, by=around.tom)
    around.later(minutes=16)
    await around.settle(task)
    around.state.rename_task(around.task, "Homepage text", around.tom)
    await around.settle()
    assert await offers(around) == []


async def test_nobody_is_asked_while_a_timer_of_theirs_runs(around: AsanaWorld) -> None:
    """Be it ours, or one that was started in Harvest."""
    await timer(around)
    await assigned(around, "Redirects", around.ada)
    here = around.world
    here.harvest.state.add_entry(
        user_id=around.tom_in_harvest.id,
        project_id=here.project.id,
        task_id=here.task.id,
        spent_date=here.clock.now().date(),
        booked=Decimal(0),
        timer_started_at=here.clock.now(),
    )
    await around.flows.imports.run()
    await assigned(around, "Favicon", around.tom, around.ada)
    assert await offers(around) == []


@pytest.mark.parametrize("reason", ["unmapped", "archived", "not assigned", "switched off"])
async def test_no_offer_that_would_be_refused(around: AsanaWorld, reason: str) -> None:
    match reason:
        case "unmapped":
            async with around.world.store.transaction("T1") as tx:
                await tx.mappings.drop(around.site.gid)
        case "archived":
            around.world.project.is_active = False
            around.world.project.updated_at = around.world.clock.now()
            await around.flows.imports.run()
        case "not assigned":
            around.world.harvest.state.unassign_user(around.world.project, around.world.user)
            await around.flows.imports.run()
        case _:
            await around.asana.offers.switch("U1", is_off=True)
    await assigned(around, "Redirects", around.ada)
    assert await offers(around) == []


async def test_switched_on_again_they_come(around: AsanaWorld) -> None:
    await around.asana.offers.switch("U1", is_off=True)
    assert not await around.asana.offers.are_wanted("U1")
    await around.asana.offers.switch("U1", is_off=False)
    assert await around.asana.offers.are_wanted("U1")
    await assigned(around, "Redirects", around.ada)
    assert len(await offers(around)) == 1


async def test_an_offer_that_waited_too_long_is_not_told(around: AsanaWorld) -> None:
    await assigned(around, "Redirects", around.ada)
    (offer,) = await offers(around)
    assert isinstance(offer, StartOffered)
    around.later(minutes=15)
    assert not await around.asana.offers.stands(offer)


async def test_an_offer_that_a_timer_answered_is_not_told(around: AsanaWorld) -> None:
    await assigned(around, "Redirects", around.ada)
    (offer,) = await offers(around)
    assert isinstance(offer, StartOffered)
    await timer(around)
    assert not await around.asana.offers.stands(offer)


async def test_a_completed_task_offers_to_stop_its_timer(around: AsanaWorld) -> None:
    """To whoever runs it, once for each completion."""
    entry = await timer(around)
    around.state.complete_task(around.task, around.tom)
    await around.settle()
    await around.settle()
    (offer,) = await offers(around)
    assert offer == StopOffered(entry.key, "U1", "Homepage copy", around.task.permalink_url)


async def test_a_timer_of_harvests_own_integration_is_offered_to_be_stopped(around: AsanaWorld) -> None:
    """It is ours to stop from then on."""
    await around.flows.people.logger("U1")
    here = around.world
    running = here.harvest.state.add_entry(
        user_id=here.user.id,
        project_id=here.project.id,
        task_id=here.task.id,
        spent_date=here.clock.now().date(),
        booked=Decimal(0),
        timer_started_at=here.clock.now(),
        reference=Reference(id=around.task.gid, group_id=around.site.gid, account_id=None, permalink=None),
    )
    await around.flows.imports.run()
    around.state.complete_task(around.task, around.tom)
    await around.settle()
    (offer,) = await offers(around)
    assert isinstance(offer, StopOffered)
    assert offer.slack_id == "U1"
    entry = await around.flows.entries.any_entry(offer.entry_key)
    assert (entry.state, entry.harvest_id) == (EntryState.RUNNING, running.id)


async def test_no_stop_is_offered_to_who_wants_none(around: AsanaWorld) -> None:
    await timer(around)
    await around.asana.offers.switch("U1", is_off=True)
    around.state.complete_task(around.task, around.tom)
    await around.settle()
    assert await offers(around) == []
