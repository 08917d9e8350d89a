"""Timers, and the two account modes with their traps."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from tests.sandbox.harvest_account import Visitor


async def test_an_entry_without_hours_is_a_running_timer(harvest: Visitor) -> None:
    started = await harvest.log()
    assert (started["hours"], started["is_running"], started["started_time"]) == (0.0, True, "1:00pm")
    assert started["timer_started_at"].startswith("2026-11-19T12:00:")


async def test_a_timers_hours_grow_while_updated_at_stays(harvest: Visitor, clock: SandboxClock) -> None:
    started = await harvest.log()
    clock.advance(timedelta(minutes=90))
    running = await harvest.get(f"/time_entries/{started['id']}")
    assert (running["hours"], running["hours_without_timer"]) == (1.5, 0.0)
    assert running["updated_at"] == started["updated_at"]
    since = await harvest.get("/time_entries", updated_since="2026-11-19T12:30:00Z")
    assert since["total_entries"] == 0


async def test_stopping_keeps_the_hours_and_moves_updated_at(harvest: Visitor, clock: SandboxClock) -> None:
    started = await harvest.log()
    clock.advance(timedelta(minutes=90))
    stopped = (await harvest.ask("PATCH", f"/time_entries/{started['id']}/stop")).json()
    assert (stopped["hours"], stopped["is_running"], stopped["timer_started_at"]) == (1.5, False, None)
    assert (stopped["started_time"], stopped["ended_time"]) == (None, None)
    assert stopped["updated_at"] > started["updated_at"]


async def test_restarting_goes_on_with_the_same_entry(harvest: Visitor, clock: SandboxClock) -> None:
    finished = await harvest.log(hours=2)
    restarted = (await harvest.ask("PATCH", f"/time_entries/{finished['id']}/restart")).json()
    clock.advance(timedelta(minutes=30))
    running = await harvest.get(f"/time_entries/{finished['id']}")
    assert (restarted["id"], running["is_running"], running["hours"]) == (finished["id"], True, 2.5)


@pytest.mark.parametrize(("fields", "deed"), [({"hours": 1}, "stop"), ({}, "restart")])
async def test_stopping_what_stands_and_restarting_what_runs_is_refused(
    harvest: Visitor, fields: dict[str, Any], deed: str
) -> None:
    entry = await harvest.log(**fields)
    answer = await harvest.ask("PATCH", f"/time_entries/{entry['id']}/{deed}")
    assert answer.status_code == 422
    assert "running" in answer.json()["message"]


async def test_two_timers_may_run_at_once(harvest: Visitor) -> None:
    await harvest.log()
    await harvest.log()
    assert (await harvest.get("/time_entries", is_running="true"))["total_entries"] == 2


async def test_starting_stops_the_others_where_harvest_has_that_habit(harvest: Visitor) -> None:
    harvest.double.state.habits.stops_other_timers = True
    first, second = await harvest.log(), await harvest.log()
    running = await harvest.get("/time_entries", is_running="true")
    assert [entry["id"] for entry in running["time_entries"]] == [second["id"]]
    await harvest.ask("PATCH", f"/time_entries/{first['id']}/restart")
    running = await harvest.get("/time_entries", is_running="true")
    assert [entry["id"] for entry in running["time_entries"]] == [first["id"]]


async def test_a_timer_of_yesterday_stays_on_its_day(harvest: Visitor, clock: SandboxClock) -> None:
    started = await harvest.log(spent_date="2026-11-18")
    clock.advance(timedelta(hours=14))
    assert (await harvest.get(f"/time_entries/{started['id']}"))["spent_date"] == "2026-11-18"


async def test_new_hours_of_a_running_timer_are_counted_on_from(harvest: Visitor, clock: SandboxClock) -> None:
    started = await harvest.log()
    clock.advance(timedelta(hours=1))
    changed = (await harvest.ask("PATCH", f"/time_entries/{started['id']}", {"hours": 3})).json()
    assert (changed["hours"], changed["is_running"]) == (3.0, True)


async def test_duration_accounts_make_a_timer_of_start_and_end_without_a_word(harvest: Visitor) -> None:
    """Seen live: 201, running, 0 h."""
    created = await harvest.log(started_time="8:00am", ended_time="9:30am")
    assert (created["is_running"], created["hours"]) == (True, 0.0)


async def test_duration_accounts_pass_over_times_in_a_change(harvest: Visitor) -> None:
    created = await harvest.log(hours=1)
    body = {"started_time": "8:00am", "ended_time": "10:00am"}
    changed = (await harvest.ask("PATCH", f"/time_entries/{created['id']}", body)).json()
    assert (changed["hours"], changed["started_time"], changed["ended_time"]) == (1.0, None, None)


async def test_start_end_accounts_make_a_timer_of_hours_without_a_word(stamped: Visitor) -> None:
    created = await stamped.log(hours=1.5)
    assert (created["is_running"], created["hours"]) == (True, 0.0)


@pytest.mark.parametrize(
    ("clock_format", "started", "ended", "shown"),
    [
        ("12h", "8:00am", "2:30pm", ("8:00am", "2:30pm", 6.5)),
        ("24h", "08:15", "14:59", ("08:15", "14:59", 6.73)),  # 6 h 44 min
        ("12h", "11:00", "12:00pm", ("11:00am", "12:00pm", 1.0)),  # both forms are read, whatever is shown
        ("24h", "12:00am", "1am", ("00:00", "01:00", 1.0)),
    ],
)
async def test_start_end_accounts_compute_hours_and_show_the_companys_clock(
    stamped: Visitor, clock_format: str, started: str, ended: str, shown: tuple[str, str, float]
) -> None:
    stamped.double.state.company.clock = clock_format
    created = await stamped.log(started_time=started, ended_time=ended)
    assert (created["started_time"], created["ended_time"], created["hours"]) == shown
    assert created["is_running"] is False


async def test_start_end_accounts_pass_over_hours_in_a_change(stamped: Visitor) -> None:
    created = await stamped.log(started_time="8:00am", ended_time="9:00am")
    changed = (await stamped.ask("PATCH", f"/time_entries/{created['id']}", {"hours": 5})).json()
    assert changed["hours"] == 1.0


async def test_a_changed_end_changes_the_hours(stamped: Visitor) -> None:
    created = await stamped.log(started_time="8:00am", ended_time="9:00am")
    changed = (await stamped.ask("PATCH", f"/time_entries/{created['id']}", {"ended_time": "10:15am"})).json()
    assert (changed["hours"], changed["started_time"], changed["ended_time"]) == (2.25, "8:00am", "10:15am")


async def test_a_start_without_an_end_is_a_timer_begun_back_then(stamped: Visitor) -> None:
    """In the person's own zone: it is 13:00 in Stockholm."""
    created = await stamped.log(started_time="12:30pm")
    assert (created["is_running"], created["hours"]) == (True, 0.5)
    assert created["timer_started_at"] == "2026-11-19T11:30:00Z"


async def test_an_end_stops_a_running_timer(stamped: Visitor) -> None:
    created = await stamped.log(started_time="12:30pm")
    ended = (await stamped.ask("PATCH", f"/time_entries/{created['id']}", {"ended_time": "12:45pm"})).json()
    assert (ended["is_running"], ended["hours"]) == (False, 0.25)


async def test_a_moved_start_moves_the_running_timer(stamped: Visitor) -> None:
    created = await stamped.log()
    moved = (await stamped.ask("PATCH", f"/time_entries/{created['id']}", {"started_time": "12:00pm"})).json()
    assert (moved["is_running"], moved["hours"]) == (True, 1.0)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"started_time": "10:00am", "ended_time": "9:00am"}, "Ended time must be after started time"),
        ({"started_time": "25:00", "ended_time": "9:00am"}, "Started time is not a valid time"),
        (
            {"started_time": "0:30am", "ended_time": "teatime"},
            "Started time is not a valid time, Ended time is not a valid time",
        ),
    ],
)
async def test_impossible_times_are_refused(stamped: Visitor, fields: dict[str, str], message: str) -> None:
    answer = await stamped.ask("POST", "/time_entries", stamped.wish(**fields))
    assert (answer.status_code, answer.json()) == (422, {"message": message})


async def test_stopping_writes_the_end_in_the_persons_zone(stamped: Visitor, clock: SandboxClock) -> None:
    started = await stamped.log()
    clock.advance(timedelta(minutes=45))
    stopped = (await stamped.ask("PATCH", f"/time_entries/{started['id']}/stop")).json()
    assert (stopped["started_time"], stopped["ended_time"], stopped["hours"]) == ("1:00pm", "1:45pm", 0.75)


async def test_restarting_on_start_end_accounts_makes_a_new_entry(stamped: Visitor) -> None:
    finished = await stamped.log(started_time="8:00am", ended_time="9:00am", notes="again")
    restarted = (await stamped.ask("PATCH", f"/time_entries/{finished['id']}/restart")).json()
    assert restarted["id"] != finished["id"]
    assert (restarted["is_running"], restarted["notes"], restarted["hours"]) == (True, "again", 0.0)
    assert (await stamped.get(f"/time_entries/{finished['id']}"))["hours"] == 1.0
