"""What Harvest's answers become: exact hours, times of day, UTC, and no trouble over what is missing or new."""

from datetime import UTC, datetime, time
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.harvest.records import HarvestEntry
from sync.clients.harvest.entry_models import EntryModel
from sync.clients.http import parse
from sync.errors import Unavailable
from tests.clients.harvest_exchanges import client_of, entry_json, page_json, script


def read_with_hours(written: str) -> int:
    """The hours of an entry whose JSON has them written like this."""
    body = '{"id": 1, "user": {"id": 1}, "project": {"id": 1}, "task": {"id": 1}, "spent_date": "2026-11-19", '
    body += f'"is_running": false, "updated_at": "2026-11-19T00:00:00Z", "hours": {written}}}'
    return parse(httpx.Response(200, content=body), EntryModel, system="Harvest", is_write=False).record().hours


@pytest.mark.parametrize(
    ("written", "hundredths"),
    [
        ("1.5", 150),
        ("0", 0),
        ("0.0", 0),
        ("24", 2400),
        ("1.005", 101),  # half-up; as a float it lies below and would become 100
        ("2.675", 268),
        ("1.3333333333333333", 133),
        ('"1.5"', 150),  # text was accepted on the way in, so it may come out
        ("-0.25", -25),
    ],
)
def test_hours_are_read_by_their_digits(written: str, hundredths: int) -> None:
    assert read_with_hours(written) == hundredths


@pytest.mark.parametrize("written", ["NaN", "Infinity", "1e400", "1e999999999999999999", "null", '"a lot"', "[]"])
def test_what_is_no_amount_of_hours_is_refused(written: str) -> None:
    with pytest.raises(Unavailable, match="not as documented"):
        read_with_hours(written)


@given(st.integers(0, 100_000))
def test_two_decimals_come_in_as_they_are(hundredths: int) -> None:
    assert read_with_hours(f"{hundredths // 100}.{hundredths % 100:02d}") == hundredths


async def entry(**changes: Any) -> HarvestEntry:
    return await client_of(script(entry_json(**changes))).entry(1)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("8:00am", time(8)),
        ("08:00", time(8)),
        ("14:59", time(14, 59)),
        ("2:59pm", time(14, 59)),
        ("12:30pm", time(12, 30)),
        ("12:30am", time(0, 30)),
        ("12:00AM", time(0)),
        ("9:05 pm", time(21, 5)),
        ("", None),
        (None, None),
    ],
)
async def test_times_of_day_are_read_from_either_clock(written: str | None, read: time | None) -> None:
    found = await entry(started_time=written, ended_time=written)
    assert (found.started, found.ended) == (read, read)


@pytest.mark.parametrize("written", ["25:00", "8:60am", "13:00pm", "noon"])
async def test_what_is_no_time_of_day_is_refused(written: str) -> None:
    with pytest.raises(Unavailable, match="started_time"):
        await entry(started_time=written)


@pytest.mark.parametrize(
    "written", ["2026-11-19T17:17:09Z", "2026-11-19T18:17:09+01:00", "2026-11-19T17:17:09"], ids=str
)
async def test_moments_are_utc(written: str) -> None:
    found = await entry(updated_at=written, timer_started_at=written)
    moment = datetime(2026, 11, 19, 17, 17, 9, tzinfo=UTC)
    assert (found.updated_at, found.timer_started_at) == (moment, moment)
    assert found.updated_at.tzinfo is UTC


async def test_a_moment_before_all_calendars_is_refused() -> None:
    with pytest.raises(Unavailable, match="updated_at"):
        await entry(updated_at="0001-01-01T00:00:00+14:00")


async def test_an_entry_may_lack_whatever_is_not_needed_and_bring_what_is_new() -> None:
    needed = {"id", "spent_date", "user", "project", "task", "hours", "is_running", "updated_at"}
    bare = {name: value for name, value in entry_json().items() if name in needed}
    found = await client_of(script({**bare, "approval_status": "submitted", "is_explicitly_locked": True})).entry(1)
    assert (found.notes, found.is_locked, found.reference_id) == ("", False, None)
    assert (found.rounded_hours, found.budgeted, found.billable_rate) == (found.hours, False, None)


@pytest.mark.parametrize("name", ["id", "user", "project", "task", "hours", "spent_date", "is_running", "updated_at"])
async def test_an_entry_must_have_what_decides(name: str) -> None:
    with pytest.raises(Unavailable, match=name):
        await entry(**{name: None})


async def test_an_external_reference_may_have_numbers_for_ids() -> None:
    reference = {"id": 1209876543210, "group_id": 12, "permalink": "https://app.asana.com/0/1/2#gleaner:k1"}
    found = await entry(external_reference=reference)
    assert (found.reference_id, found.permalink) == ("1209876543210", "https://app.asana.com/0/1/2#gleaner:k1")


async def test_nulls_in_people_and_projects_count_as_missing() -> None:
    user = {"id": 1, "first_name": "Ana", "last_name": None, "email": None, "access_roles": None, "is_active": None}
    me = await client_of(script(user)).me()
    assert (me.name, me.email, me.access_roles, me.is_active) == ("Ana", "", (), True)
    row = {"id": 1, "client": {"id": 2, "name": None}, "name": "Site", "code": None, "is_active": False}
    (page,) = [page async for page in client_of(script(page_json("projects", [row]))).projects()]
    assert [(one.code, one.client_name, one.is_active) for one in page] == [("", "", False)]


async def test_access_roles_say_more_than_the_flags_before_them() -> None:
    user = {"id": 1, "access_roles": ["manager", "project_creator"], "is_admin": True}
    me = await client_of(script(user)).me()
    assert (me.access_roles, me.is_administrator) == (("manager", "project_creator"), False)
