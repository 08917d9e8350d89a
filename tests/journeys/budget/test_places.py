"""Where alerts go: the project's channel, the one for all, a manager, or the coordinator; each learns why."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.process.schedule import run_job
from sandbox.harvest.records import UserAssignment
from sandbox.slack.person import Person
from sync.ports.engine import Job
from tests.journeys.trail_project import CHANNEL, GENERAL, Trail, person_called, told


@pytest.fixture
def owner(trail: Trail) -> Person:
    """The coordinator."""
    return trail.here.doubles.slack.person(trail.here.doubles.agency.coordinator)


async def _crossed(trail: Trail) -> None:
    trail.used("5")
    await trail.imported()


def _without_managers(trail: Trail) -> None:
    state = trail.here.doubles.harvest.state
    mine = [one for one in state.user_assignments.values() if one.project_id == trail.project.id]
    for assignment in mine:
        assert isinstance(assignment, UserAssignment)
        state.change(assignment, is_project_manager=False)


async def test_without_any_channel_the_manager_is_told_and_how_to_change_that(trail: Trail, maya: Person) -> None:
    await _crossed(trail)
    alert = await maya.sees("has reached 75 %", within=10)
    assert "/budget channel TRAIL-1 #channel" in alert.reading


async def test_without_managers_the_coordinator_is_told_and_why(trail: Trail, owner: Person, maya: Person) -> None:
    _without_managers(trail)
    await _crossed(trail)
    alert = await owner.sees("has reached 75 %", within=10)
    assert "no manager of the project can be reached" in alert.reading
    assert told(maya, "has reached") == []


async def test_an_unlock_is_asked_of_the_coordinator_where_nobody_manages(
    trail: Trail, ada: Person, owner: Person
) -> None:
    _without_managers(trail)
    trail.used("30")
    await trail.imported()
    await ada.command("/log", "1h TRAIL-1 #design late", GENERAL)
    await ada.press(await ada.sees("Kept, not logged", GENERAL), "Request unlock")
    await ada.submit(await ada.sees_view("Request unlock"), {"reason": "More"})
    card = await owner.sees("would like 1 h more", within=10)
    await owner.press(card, "Unlock")
    await ada.sees("Logged 1 h on *Trail app*", within=10)


@pytest.mark.parametrize("trouble", ["archived", "removed", "shared"])
async def test_a_channel_that_fails_is_named_where_the_alert_went(trail: Trail, maya: Person, trouble: str) -> None:
    await maya.command("/budget", f"channel TRAIL-1 <#{CHANNEL}|acme-website>", GENERAL)
    await maya.sees("Alerts of *Trail app* go to", GENERAL)
    slack = trail.here.doubles.slack
    {"archived": slack.archive_channel, "removed": slack.remove_bot, "shared": slack.share_channel}[trouble](CHANNEL)
    await _crossed(trail)
    alert = await maya.sees("has reached 75 %", within=10)
    why = {"archived": "is archived", "removed": "does not have me in it", "shared": "is shared with people outside"}
    assert f"<#{CHANNEL}> {why[trouble]}" in alert.reading


async def test_a_shared_channel_takes_alerts_only_once_it_is_confirmed(trail: Trail, ada: Person, maya: Person) -> None:
    """Ruling 14."""
    trail.here.doubles.slack.share_channel(CHANNEL)
    await maya.command("/budget", f"channel TRAIL-1 <#{CHANNEL}|acme-website>", GENERAL)
    await maya.sees("is shared with people outside", GENERAL)
    await maya.command("/budget", f"channel TRAIL-1 <#{CHANNEL}|acme-website> confirm", GENERAL)
    await maya.sees("Alerts of *Trail app* go to", GENERAL)
    await _crossed(trail)
    await ada.sees("has reached 75 %", CHANNEL, within=10)


async def test_an_archived_channel_is_not_taken(trail: Trail, maya: Person) -> None:
    trail.here.doubles.slack.archive_channel(CHANNEL)
    await maya.command("/budget", f"channel TRAIL-1 <#{CHANNEL}|acme-website>", GENERAL)
    await maya.sees("is archived, so nobody would read alerts there", GENERAL)


async def test_a_public_channel_is_joined(trail: Trail, ada: Person, maya: Person) -> None:
    trail.here.doubles.slack.remove_bot(CHANNEL)
    await maya.command("/budget", f"channel TRAIL-1 <#{CHANNEL}|acme-website>", GENERAL)
    await maya.sees("Alerts of *Trail app* go to", GENERAL)
    await _crossed(trail)
    await ada.sees("has reached 75 %", CHANNEL, within=10)


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize("typed_in", [GENERAL, CHANNEL])
async def test_a_channel_reads_that_alerts_come_to_it(tom: Person, maya: Person, typed_in: str) -> None:
    await maya.command("/budget", f"channel TRAIL-1 <#{CHANNEL}|acme-website>", typed_in)
    said = await tom.sees("Alerts about the budget of *Trail app* come here now", CHANNEL)
    assert f"<@{maya.id}> decided that" in said.reading
    assert len(told(tom, "come here now", CHANNEL)) == 1
    await maya.sees("Alerts of *Trail app* go to", typed_in)


async def test_money_stays_out_of_channels(trail: Trail, ada: Person, maya: Person) -> None:
    state = trail.here.doubles.harvest.state
    await maya.command("/budget", f"channel TRAIL-1 <#{CHANNEL}|acme-website>", GENERAL)
    await maya.sees("Alerts of *Trail app* go to", GENERAL)
    project = {"bill_by": "Project", "hourly_rate": Decimal(100), "is_billable": True}
    state.change(trail.project, budget_by="project_cost", cost_budget=Decimal(10_000), budget=None, **project)
    for entry in [one for one in state.entries.values() if one.project_id == trail.project.id]:
        state.change(entry, notes="now at a rate")
    await trail.imported()
    trail.used("5")
    await trail.imported()
    alert = await ada.sees("has reached 75 %", CHANNEL, within=10)
    assert "79 % used" in alert.reading
    assert "GBP" not in alert.reading
    owner = person_called(trail.here, "Owen")
    await owner.command("/budget", "TRAIL-1", GENERAL)
    await owner.sees("10,000.00", GENERAL)
    await ada.command("/budget", "TRAIL-1", GENERAL)
    shown = await ada.sees("% used", GENERAL)
    assert "10,000" not in shown.reading


async def _deactivated(trail: Trail, person: Person) -> None:
    """In Slack alone, after Gleaner has met them: Harvest does not know of it."""
    await person.command("/budget", "TRAIL-1", GENERAL)
    await person.sees("Trail app", GENERAL)
    trail.here.doubles.slack.state.people[person.id].deleted = True


async def test_an_alert_for_a_manager_who_left_slack_goes_on_at_once(trail: Trail, owner: Person, maya: Person) -> None:
    await _deactivated(trail, maya)
    await _crossed(trail)
    alert = await owner.sees("has reached 75 %", within=10)
    assert "Maya Okafor is no longer active in Slack, so this came here" in alert.reading


async def test_a_lock_card_for_a_manager_who_left_slack_goes_on_at_once(
    trail: Trail, owner: Person, maya: Person
) -> None:
    await _deactivated(trail, maya)
    trail.used("30")
    await trail.imported()
    card = await owner.sees("has locked", within=10)
    assert "is no longer active in Slack, so this came here" in card.reading
    assert "Unlock" in str(card.blocks)


@pytest.mark.parametrize("reason", ["account_inactive", "token_revoked", "invalid_auth", "team_added_to_org"])
async def test_while_the_app_is_removed_an_alert_waits(trail: Trail, maya: Person, reason: str) -> None:
    slack = trail.here.doubles.slack
    slack.remove_app(reason)
    await _crossed(trail)
    for _ in range(3):
        trail.here.doubles.clock.advance(timedelta(minutes=20))
        await run_job(trail.here.gleaner, Job.DELIVER)
    assert told(maya, "has reached 75 %") == []
    slack.restore_app()
    trail.here.doubles.clock.advance(timedelta(minutes=1))
    await run_job(trail.here.gleaner, Job.DELIVER)
    await maya.sees("has reached 75 %", within=10)
    assert len(told(maya, "has reached 75 %")) == 1


@pytest.mark.parametrize("used", ["5", "30"])
async def test_a_manager_who_cannot_be_looked_up_keeps_no_news_back(trail: Trail, owner: Person, used: str) -> None:
    """The app was installed without the scope that shows addresses; of the manager only theirs is known."""
    slack = trail.here.doubles.slack
    slack.state.app = replace(slack.state.app, scopes=slack.state.app.scopes - {"users:read.email"})
    trail.used(used)
    await trail.imported()
    alert = await owner.sees("has locked" if used == "30" else "has reached 75 %", within=10)
    assert "Maya Okafor cannot be found in Slack" in alert.reading
