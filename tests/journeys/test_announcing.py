"""Posting what is due: one bad notice stops no other, nothing is said twice, and what fails is owned up to."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.process.schedule import run_job
from handlers.budget.views import alerts
from handlers.cards import budget as meters
from sandbox.faults import Kind
from sandbox.slack.person import Person
from store.engine.tables import notices
from sync.engine.notices import _GIVE_UP
from sync.news import enqueue
from sync.news.harvest import ImportStalled, SignInLost
from sync.ports.engine import Job
from tests.journeys.trail_project import CHANNEL, GENERAL, Trail, told

Row = sa.Row[Any]


@pytest.fixture
def settings_of() -> dict[str, Any]:
    return {"alert_channel": GENERAL}


@pytest.fixture
def owner(trail: Trail) -> Person:
    """The coordinator."""
    return trail.here.doubles.slack.person(trail.here.doubles.agency.coordinator)


async def rows(trail: Trail, news: str) -> list[Row]:
    gleaner = trail.here.gleaner
    async with gleaner.tenant.store.engine.connect() as connection:
        mine = (notices.c.workspace_id == gleaner.tenant.workspace_id, notices.c.news == news)
        return list(await connection.execute(sa.select(notices).where(*mine).order_by(notices.c.id)))


async def posted(trail: Trail, news: str = "BudgetCrossed") -> None:
    """The last one of that kind has been posted, and its row says so."""
    for _ in range(40):
        if [row.state for row in await rows(trail, news)][-1:] == ["posted"]:
            return
        await asyncio.sleep(0.25)


async def keep_news(trail: Trail, key: str, news: Any) -> None:
    gleaner = trail.here.gleaner
    async with gleaner.tenant.transaction() as tx:
        await enqueue(tx, key, news, gleaner.tenant.clock.now())


async def keep_bad_news(trail: Trail) -> None:
    """A row whose facts nobody can word."""
    gleaner = trail.here.gleaner
    async with gleaner.tenant.transaction() as tx:
        await tx.notices.add("bad", "SignInLost", {"nobody": "knows this"}, gleaner.tenant.clock.now())


async def test_a_notice_that_cannot_be_worded_waits_and_the_next_ones_go_on(trail: Trail, ada: Person) -> None:
    await keep_bad_news(trail)
    await keep_news(trail, "good", SignInLost(ada.id))
    assert await run_job(trail.here.gleaner, Job.DELIVER)
    await ada.sees("no longer takes your sign-in", within=10)
    await posted(trail, "SignInLost")
    bad, good = await rows(trail, "SignInLost")
    assert (bad.state, good.state) == ("due", "posted")
    assert bad.attempts >= 1
    assert bad.due_at > trail.here.gleaner.tenant.clock.now() - timedelta(seconds=30)


async def test_what_is_given_up_is_told_to_the_coordinator_once(trail: Trail, owner: Person) -> None:
    gleaner = trail.here.gleaner
    await keep_bad_news(trail)
    async with gleaner.tenant.store.engine.begin() as connection:
        mine = (notices.c.workspace_id == gleaner.tenant.workspace_id, notices.c.key == "bad")
        await connection.execute(sa.update(notices).where(*mine).values(attempts=_GIVE_UP))
    for _ in range(3):
        trail.here.doubles.clock.advance(timedelta(minutes=11))
        await run_job(gleaner, Job.DELIVER)
    await owner.sees("that Harvest no longer takes their sign-in, and I have given it up", within=10)
    assert len(told(owner, "I have given it up")) == 1
    assert [row.state for row in await rows(trail, "SignInLost")] == ["dropped"]
    (lost,) = await rows(trail, "NoticeLost")
    async with gleaner.tenant.store.engine.begin() as connection:
        gone = {"state": "due", "facts": {"nobody": "knows this"}, "attempts": _GIVE_UP}
        await connection.execute(
            sa.update(notices)
            .where(notices.c.workspace_id == gleaner.tenant.workspace_id, notices.c.id == lost.id)
            .values(gone)
        )
    await run_job(gleaner, Job.DELIVER)
    assert [row.state for row in await rows(trail, "NoticeLost")] == ["dropped"]


async def test_what_no_place_takes_is_told_to_the_coordinator_at_once(trail: Trail, owner: Person, ada: Person) -> None:
    trail.here.doubles.slack.state.people[ada.id].deleted = True
    await keep_news(trail, "for nobody", SignInLost(ada.id))
    for _ in range(2):
        await run_job(trail.here.gleaner, Job.DELIVER)
    lost = await owner.sees("I could not tell somebody that Harvest no longer takes their sign-in", within=10)
    assert f"<@{ada.id}> is no longer active in Slack" in lost.reading
    assert [row.state for row in await rows(trail, "SignInLost")] == ["dropped"]


async def test_without_a_coordinator_who_is_there_an_administrator_is_told(trail: Trail, owner: Person) -> None:
    people = trail.here.doubles.slack.state.people
    people[owner.id].deleted = True
    await keep_news(trail, "stalls", ImportStalled("502 Bad Gateway"))
    await run_job(trail.here.gleaner, Job.DELIVER)
    administrators = [one.email for one in trail.here.doubles.harvest.state.users.values() if one.is_administrator]
    others = [one.id for one in people.values() if one.email in administrators and not one.deleted]
    assert others
    told_there = [trail.here.doubles.slack.person(one) for one in others]
    await told_there[0].sees("502 Bad Gateway", within=10)


@pytest.mark.both_databases
async def test_a_post_whose_answer_is_lost_is_found_however_much_is_said_meanwhile(trail: Trail, ada: Person) -> None:
    trail.here.doubles.slack.faults.next(Kind.DROP_AFTER, matching="POST /api/chat.postMessage", times=2)
    trail.used("2")
    begun = asyncio.create_task(trail.imported())
    await ada.sees("has reached 75 %", GENERAL, within=10)
    for number in range(450):
        ada.say(f"chat {number}", GENERAL)
    await begun
    await posted(trail)
    assert [row.state for row in await rows(trail, "BudgetCrossed")] == ["posted"]
    assert len(told(ada, "has reached 75 %", GENERAL)) == 1


@pytest.mark.parametrize("module", [alerts, None])
async def test_a_chart_that_slack_does_not_take_is_left_out(
    trail: Trail, ada: Person, monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    bad = meters.RawBlock({"type": "data_visualization", "title": "x" * 500, "chart": {}})
    if module:
        monkeypatch.setattr(module, "chart", lambda *_: [bad])
    else:
        monkeypatch.setattr("handlers.budget.views.cards.chart", lambda *_: [bad])
    trail.used("2")
    await trail.imported()
    alert = await ada.sees("has reached 75 %", GENERAL, within=10)
    assert [block["type"] for block in alert.blocks][:1] == ["section"]
    await ada.command("/budget", "TRAIL-1", GENERAL)
    if module:
        await ada.sees("76 h of 100 h, 24 h left", GENERAL)
    else:
        await ada.sees("76 h of 100 h, 24 h left", within=10)


async def test_blocks_that_slack_does_not_take_at_all_leave_the_text(
    trail: Trail, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = meters.RawBlock({"type": "section", "text": {"type": "mrkdwn", "text": "x" * 4000}})
    monkeypatch.setattr(alerts, "chart", lambda *_: [bad])
    trail.used("2")
    await trail.imported()
    alert = await ada.sees("has reached 75 %", GENERAL, within=10)
    assert not alert.blocks


async def test_why_a_message_came_somewhere_stays_when_it_is_brought_up_to_date(trail: Trail, maya: Person) -> None:
    await maya.command("/budget", f"channel TRAIL-1 <#{CHANNEL}|acme-website>", GENERAL)
    await maya.sees("Alerts of *Trail app* go to", GENERAL)
    trail.here.doubles.slack.archive_channel(CHANNEL)
    trail.used("30")
    await trail.imported()
    alert = await maya.sees("has reached 100 %", GENERAL, within=10)
    why = f"<#{CHANNEL}> is archived, so this came here."
    assert why in alert.reading
    await maya.command("/budget", "unlock TRAIL-1", GENERAL)
    await maya.sees("is open", GENERAL)
    await trail.here.gleaner.flows.inbox.drain()
    (updated,) = told(maya, "has reached 100 %", GENERAL)
    assert why in updated.reading
    assert "Request unlock" not in str(updated.blocks)


async def test_old_messages_stay_as_they_were(trail: Trail, maya: Person) -> None:
    trail.used("30")
    await trail.imported()
    await maya.sees("has reached 100 %", GENERAL, within=10)
    await posted(trail)
    gleaner = trail.here.gleaner
    assert await gleaner.flows.notices.posted_as("budget:")
    trail.here.doubles.clock.advance(timedelta(days=41))
    assert await gleaner.flows.notices.posted_as("budget:") == []
