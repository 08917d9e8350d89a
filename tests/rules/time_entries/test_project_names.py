"""Two projects of one code or name: what is offered for each of them means it alone, in every command."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest

from store.harvest.records import Project
from store.units import Hours
from sync.rules.budget import command as budget
from sync.rules.time_entries import log_command as log
from sync.rules.time_entries import timer_command as timer
from sync.rules.time_entries.project_names import ProjectNames

TODAY = date(2026, 11, 20)
IDS = count(4_100_000)


def project(client: str, code: str, name: str, *, is_active: bool = True) -> Project:
    number = next(IDS)
    return Project(number, number, client, name, code, is_active=is_active, is_billable=True)


ACME, BINDER = project("Acme", "TWIN", "Website"), project("Binder & Co", "TWIN", "Shop")
TWINS = {
    "two clients": [ACME, BINDER],
    "one client": [ACME, project("Acme", "TWIN", "Shop")],
    "one client and name": [ACME, project("Acme", "TWIN", "Website")],
    "nothing differs": [ACME, replace(ACME, id=next(IDS))],
    "a code that is another's longer name": [ACME, BINDER, project("Cobalt", "Acme TWIN", "Press")],
    "clients that read as durations and days": [
        project("2 Guys", "TWIN", "Website"),
        project("Monday", "TWIN", "Website"),
        project("1h", "TWIN", "Website"),
    ],
    "clients with signs": [
        project("#Hash", "TWIN", "Website"),
        project("`tick`", "TWIN", "Website"),
        project("<Tag> & *Star*", "TWIN", "Website"),
        project("Two  blanks", "TWIN", "Website"),
        project("@channel", "TWIN", "Website"),
    ],
    "clients that read as commands": [project("set", "TWIN", "Website"), project("Lock", "TWIN", "Website")],
    "small and large": [ACME, project("Binder", "twin", "Shop")],
    "without a client's name": [project("", "TWIN", "Website"), project("", "TWIN", "Shop")],
}
NAMESAKES = {
    "two clients": [project("Acme", "", "Website"), project("Binder", "", "Website")],
    "a name that is a code": [project("Acme", "", "Website"), project("Binder", "Website", "Shop")],
    "nothing differs": [project("Acme", "", "Website"), project("Acme", "", "Website")],
}


def _logged(line: str, names: ProjectNames) -> str | None:
    typed = log.parse(line, today=TODAY, codes=names.codes(), step=Hours(25), minimum=Hours(25))
    assert isinstance(typed, log.LogEntry)
    assert (typed.hours, typed.note, typed.spent_date) == (Hours(100), "fixed nav", TODAY)
    return typed.target


@pytest.mark.parametrize("same", TWINS.values(), ids=TWINS)
def test_what_is_offered_for_a_twin_means_it_in_every_command(same: list[Project]) -> None:
    names = ProjectNames.of(same)
    for one in same:
        called = names.called(one)
        assert names.find(_logged(f"1h {called} fixed nav", names) or "") == [one]
        started = timer.parse(f"start {called} fixed nav", codes=names.codes(), today=TODAY)
        assert isinstance(started, timer.Start)
        assert (names.find(started.target or ""), started.note) == ([one], "fixed nav")
        for line, kind in (
            (called, budget.Look),
            (f"set {called} 120", budget.SetHours),
            (f"lock {called}", budget.Lock),
        ):
            typed = budget.parse(line, codes=names.codes_and_names(), today=TODAY)
            assert isinstance(typed, kind)
            assert names.find(typed.target) == [one]


@pytest.mark.parametrize("same", NAMESAKES.values(), ids=NAMESAKES)
def test_what_is_offered_for_a_namesake_means_it(same: list[Project]) -> None:
    names = ProjectNames.of(same)
    for one in same:
        looked = budget.parse(names.called(one), codes=names.codes_and_names(), today=TODAY)
        assert isinstance(looked, budget.Look)
        assert names.find(looked.target) == [one]


def test_both_are_found_by_what_they_share() -> None:
    assert ProjectNames.of([ACME, BINDER]).find("twin") == [ACME, BINDER]


def test_a_code_wins_over_a_name_and_an_active_project_over_archived_ones() -> None:
    archived = project("Acme", "OLD", "Website", is_active=False)
    coded = project("Binder", "Website", "Shop")
    assert ProjectNames.of([ACME, archived, coded]).find("website") == [coded]
    assert ProjectNames.of([ACME, archived]).find("Website") == [ACME]
    assert ProjectNames.of([archived]).find("old") == [archived]


def test_a_project_alone_is_called_by_its_code_else_by_its_name() -> None:
    bare = project("Acme", "", "Shop front")
    names = ProjectNames.of([ACME, bare])
    assert (names.called(ACME), names.called(bare)) == ("TWIN", "Shop front")
    assert names.codes() == {"TWIN"}
    assert names.codes_and_names() == {"TWIN", "Website", "Shop front"}
    assert names.find("Shop") == ()


def test_archived_projects_of_a_code_in_use_are_no_twins() -> None:
    archived = project("Binder", "TWIN", "Website", is_active=False)
    names = ProjectNames.of([ACME, archived])
    assert (names.called(ACME), names.called(archived)) == ("TWIN", "Binder TWIN")
    assert names.find("Binder TWIN") == [archived]
