"""Silent failures: Harvest says "done" and did something else."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import httpx
import pytest

from store.units import Hours
from sync.errors import NotAsAsked
from sync.ports.harvest import EntryChange, EntryDraft
from tests.clients.harvest_exchanges import DRAFT, client_of, entry_json, script

TIMED = replace(DRAFT, hours=None, started=time(9), ended=time(10, 30))
TIMER = replace(DRAFT, hours=None)
BACKDATED = replace(DRAFT, hours=None, started=time(9))
RUNS = {"is_running": True, "hours": 0.0, "started_time": "9:00am"}
ELSEWHERE = {"id": 999, "name": "Another"}


@pytest.mark.parametrize(
    ("draft", "answer", "words"),
    [
        # A start/end draft on a duration account becomes a running timer, with status 201.
        (TIMED, RUNS, "Harvest started a timer"),
        (DRAFT, {"is_running": True, "hours": 1.5}, "Harvest started a timer"),
        (TIMER, {"hours": 0.0}, "Harvest made a finished entry"),
        (DRAFT, {"hours": 1.51}, "1.5 h were asked for, and Harvest kept 1.51 h"),
        (DRAFT, {"hours": 0}, "Harvest kept 0 h"),
        (TIMED, {"started_time": "9:00am", "ended_time": "10:45am"}, "the end"),
        (TIMED, {"started_time": "9:15am", "ended_time": "10:45am"}, "the start and the end"),
        (TIMED, {"started_time": None, "ended_time": None}, "the start and the end"),
        (BACKDATED, {**RUNS, "started_time": "9:20am"}, "the start"),
        (DRAFT, {"project": ELSEWHERE}, "the project"),
        (DRAFT, {"task": ELSEWHERE}, "the task"),
        (DRAFT, {"spent_date": "2026-11-18"}, "the date"),
        (replace(DRAFT, user_id=777), {}, "somebody else"),  # hours on the token's own user instead
    ],
)
async def test_a_create_that_came_out_otherwise_is_told(draft: EntryDraft, answer: dict[str, Any], words: str) -> None:
    server = script(httpx.Response(201, json=entry_json(**answer)))
    with pytest.raises(NotAsAsked, match=words) as wrong:
        await client_of(server).create_entry(draft)
    assert wrong.value.entry_id == 2380000003


@pytest.mark.parametrize(
    ("draft", "answer"),
    [
        (DRAFT, {}),
        (DRAFT, {"hours": 1.500}),
        (DRAFT, {"hours": 1.4999}),  # 1.5 at two decimals
        (TIMED, {"started_time": "9:00am", "ended_time": "10:30am"}),
        (TIMED, {"started_time": "09:00", "ended_time": "10:30"}),
        (replace(TIMED, ended=time(10, 30, 36)), {"started_time": "9:00am", "ended_time": "10:30am"}),  # no seconds
        (TIMER, RUNS),
        (BACKDATED, {**RUNS, "hours": 0.25}),
        (DRAFT, {"notes": "Draft co…"}),  # hours are worth keeping whatever became of the words
        (replace(DRAFT, user_id=495), {}),
    ],
)
async def test_a_create_that_came_out_as_asked_is_given(draft: EntryDraft, answer: dict[str, Any]) -> None:
    server = script(httpx.Response(201, json=entry_json(**answer)))
    assert (await client_of(server).create_entry(draft)).id == 2380000003


@pytest.mark.parametrize(
    ("change", "answer", "words"),
    [
        # harvesthq/api#119: 200, and nothing changed.
        (EntryChange(hours=Hours(300)), {}, "3 h were asked for, and Harvest kept 1.5 h"),
        (EntryChange(project_id=411), {}, "the project"),
        (EntryChange(task_id=227), {}, "the task"),
        (EntryChange(spent_date=date(2026, 11, 18)), {}, "the date"),
        (EntryChange(notes="Final copy"), {}, "the note"),
        (EntryChange(notes=""), {}, "the note"),
        (EntryChange(project_id=411, notes="Final copy"), {}, "the project and the note"),
        (EntryChange(started=time(9), ended=time(10)), {"started_time": "9:00am", "ended_time": "9:30am"}, "the end"),
        (EntryChange(hours=Hours(300)), {"is_running": True, "hours": 2.99}, "Harvest kept 2.99 h"),
    ],
)
async def test_a_change_without_effect_is_told(change: EntryChange, answer: dict[str, Any], words: str) -> None:
    with pytest.raises(NotAsAsked, match=words):
        await client_of(script(entry_json(**answer))).update_entry(2380000003, change)


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        (EntryChange(), {}),
        (EntryChange(hours=Hours(150)), {}),
        (EntryChange(hours=Hours(25)), {"is_running": True, "hours": 0.26}),  # it ran on while it was changed
        # How notes are kept is documented nowhere: only letters and digits count.
        (EntryChange(notes="Tom & Jerry  🎉\n"), {"notes": "Tom &amp; Jerry"}),
        (EntryChange(notes="Cafe\u0301"), {"notes": "Caf\u00e9"}),
        (EntryChange(notes=""), {"notes": None}),
    ],
)
async def test_a_change_that_took_effect_is_given(change: EntryChange, answer: dict[str, Any]) -> None:
    assert await client_of(script(entry_json(**answer))).update_entry(2380000003, change)


async def test_a_stop_that_did_not_stop_is_told() -> None:
    with pytest.raises(NotAsAsked, match="it runs on"):
        await client_of(script(entry_json(**RUNS))).stop_entry(2380000003)


async def test_a_restart_that_did_not_start_is_told() -> None:
    with pytest.raises(NotAsAsked, match="does not run"):
        await client_of(script(entry_json())).restart_entry(2380000003)
