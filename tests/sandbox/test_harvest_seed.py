"""The demo's agency and its month of work."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.agency import Agency
from sandbox.clock import SandboxClock
from sandbox.harvest import times
from sandbox.harvest.server import HarvestDouble
from sandbox.harvest.state import HarvestState
from sandbox.seed import ADMIN_TOKEN, agency, fill_harvest, fill_slack

FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def filled(*, uses_timestamps: bool = False, now: datetime = FRIDAY) -> tuple[HarvestState, Agency]:
    double, people = HarvestDouble(SandboxClock(now), uses_timestamps=uses_timestamps), agency(now)
    fill_harvest(double, people)
    return double.state, people


def test_ten_people_in_three_zones_of_whom_harvest_knows_nine() -> None:
    state, people = filled()
    assert (len(people.people), len({person.timezone for person in people.people})) == (10, 3)
    known = {user.email for user in state.users.values()}
    assert [person.email for person in people.people if person.email not in known] == ["jonas@lumen.example"]
    roles = Counter(user.access_roles[0] for user in state.users.values())
    assert roles == {"administrator": 2, "manager": 2, "member": 5}


def test_everybody_in_harvest_has_the_id_the_agency_says() -> None:
    state, people = filled()
    for person in people.people:
        if person.access:
            assert state.users[people.harvest_id_of(person)].email == person.email


def test_the_website_relaunch_is_there_with_its_tasks_and_manager() -> None:
    state, people = filled()
    project = state.project_by_code("ACME-12")
    rows = [row for row in state.task_assignments.values() if row.project_id == project.id]
    assert project.name == "Website relaunch"
    assert {state.tasks[row.task_id].name for row in rows} == {"Design", "Development", "Project management"}
    managers = [
        row.user_id
        for row in state.user_assignments.values()
        if row.project_id == project.id and row.is_project_manager
    ]
    assert [state.users[user_id].first_name for user_id in managers] == ["Maya"]
    assert state.user_assignment(project.id, people.harvest_id_of(people.people[0])) is not None


def test_everybody_has_rates_and_those_of_stockholm_an_older_one_too() -> None:
    state, people = filled()
    for user in state.users.values():
        billable, costs = state.rates_of(user.id, "billable"), state.rates_of(user.id, "cost")
        assert len(billable) == (2 if user.timezone == "Europe/Stockholm" else 1)
        assert (billable[-1].amount, [rate.amount for rate in costs]) == (user.default_hourly_rate, [user.cost_rate])
        assert billable[-1].end_date is None
    ada = state.rates_of(people.harvest_id_of(people.people[0]), "billable")
    assert ada[0].amount < ada[1].amount
    assert ada[0].end_date == people.started_on - timedelta(days=1)


def test_the_administrators_token_is_ready() -> None:
    state, people = filled()
    owner = state.user_of(ADMIN_TOKEN)
    assert owner is not None
    assert owner.is_administrator
    assert people.coordinator in {person.slack_id for person in people.people}


def test_a_month_of_weekdays_in_quarter_hours_by_all_nine_and_none_of_it_in_the_future() -> None:
    state, _ = filled()
    entries = list(state.entries.values())
    assert {entry.user_id for entry in entries} == set(state.users)
    assert all(entry.booked > 0 and entry.booked % Decimal("0.25") == 0 for entry in entries)
    assert all(entry.spent_date.weekday() < 5 and entry.notes for entry in entries)
    assert max(entry.created_at for entry in entries) <= FRIDAY
    assert min(entry.spent_date for entry in entries) >= (FRIDAY - timedelta(days=30)).date()
    today = [entry for entry in entries if entry.spent_date == FRIDAY.date()]
    assert 0 < len(today) < len(entries) / 15


def test_the_same_moment_makes_the_same_month() -> None:
    def work(state: HarvestState) -> list[tuple[Any, ...]]:
        rows = state.entries.values()
        return [
            (row.id, row.user_id, row.project_id, row.task_id, row.spent_date, row.booked, row.notes) for row in rows
        ]

    assert work(filled()[0]) == work(filled()[0])


def test_budgets_are_used_as_planned() -> None:
    state, _ = filled()
    project = state.project_by_code("GRAN-4")
    hours = sum(entry.booked for entry in state.entries.values() if entry.project_id == project.id)
    assert project.budget is not None
    assert Decimal("0.95") < hours / project.budget <= Decimal("0.97")
    assert {project.budget_by for project in state.projects.values()} == {
        "project",
        "project_cost",
        "task",
        "person",
        "none",
    }


def test_start_end_accounts_get_times_that_agree_with_the_hours() -> None:
    state, _ = filled(uses_timestamps=True)
    for entry in state.entries.values():
        assert entry.started is not None
        assert entry.ended is not None
        assert times.between(entry.started, entry.ended) == entry.booked


@pytest.mark.parametrize("hour", [0, 23])
def test_any_hour_of_the_day_can_be_filled(hour: int) -> None:
    state, _ = filled(now=FRIDAY.replace(hour=hour))
    assert len(state.entries) > 500


class SlackChannels:
    """Notes what would be put into Slack."""

    def __init__(self) -> None:
        self.people: dict[str, str] = {}
        self.channels: dict[str, list[str]] = {}

    def add_person(self, id: str, name: str, email: str, tz: str, *, is_admin: bool, title: str) -> None:  # noqa: A002 - Slack's word
        assert name
        assert title or is_admin
        self.people[id] = f"{email} {tz}"

    def add_channel(self, id: str, name: str, members: list[str]) -> None:  # noqa: A002 - Slack's word
        assert id
        self.channels[name] = members


def test_slack_gets_all_ten_people_and_a_channel_for_every_project() -> None:
    places, people = SlackChannels(), agency(FRIDAY)
    fill_slack(places, people)
    assert len(places.people) == 10
    assert {"general", "random", "acme-website"} <= places.channels.keys()
    assert len(places.channels) == 2 + len(people.projects)
    assert set(places.channels["acme-website"]) < set(places.channels["general"]) == set(places.people)
