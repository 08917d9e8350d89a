"""Two clients' projects of one code, and a project without tasks: each sentence has a way on that works."""

import re
from dataclasses import dataclass

import pytest

from sandbox.harvest.records import Project
from sandbox.slack.person import Person
from tests.journeys.trail_project import GENERAL, Trail


@dataclass(frozen=True)
class Twins:
    """Of the first two clients, both with the code TWIN and without a budget of their own."""

    first: Project
    second: Project


@pytest.fixture
async def twins(trail: Trail) -> Twins:
    state = trail.here.doubles.harvest.state
    users = [user for user in state.users.values() if user.first_name in {"Ada", "Maya"}]
    made = []
    for name, client_id in zip(("Website", "Intranet"), list(state.clients), strict=False):
        project = state.add_project(client_id=client_id, name=name, code="TWIN", budget_by="project", budget=100)
        state.assign_task(project, next(task for task in state.tasks.values() if task.name == "Design"))
        for user in users:
            state.assign_user(project, user, is_project_manager=user.first_name == "Maya")
        made.append(project)
    await trail.imported()
    return Twins(*made)


def _advice(text: str, command: str) -> list[str]:
    """What stands between backticks as that command."""
    return re.findall(rf"`{command} ([^`]+)`", text)


@pytest.mark.parametrize("typed", ["{}", "set {} 120", "mute {}", "lock {} at 110"])
async def test_budget_asks_whose_and_every_suggestion_works(twins: Twins, maya: Person, typed: str) -> None:
    await maya.command("/budget", typed.format("twin"), GENERAL)
    asked = await maya.sees("is 2 projects. Whose do you mean?", GENERAL)
    advice = _advice(asked.reading, "/budget")
    assert len(set(advice)) == 2
    for line, project in zip(dict.fromkeys(advice), sorted((twins.first, twins.second), key=_client), strict=True):
        maya.reload()
        await maya.command("/budget", line, GENERAL)
        await maya.sees(project.name, GENERAL)
    maya.reload()


def _client(project: Project) -> int:
    return project.client_id


async def test_link_asks_whose_and_every_suggestion_works(twins: Twins, ada: Person) -> None:
    await ada.command("/gleaner", "link TWIN", GENERAL)
    asked = await ada.sees("is 2 projects", GENERAL)
    for line, project in zip(_advice(asked.reading, "/gleaner link")[:2], (twins.first, twins.second), strict=True):
        await ada.command("/gleaner", f"link {line}", GENERAL)
        await ada.sees(f"stands for *{project.name}* (TWIN)", GENERAL)


async def test_log_and_timer_ask_whose_and_what_they_name_works(twins: Twins, ada: Person) -> None:
    await ada.command("/log", "1h TWIN fixed nav", GENERAL)
    asked = await ada.sees("is 2 projects", GENERAL)
    names = re.findall(r"`([^`]+)`", asked.reading.partition("Type ")[2].partition(" in its place")[0])
    assert len(names) == 2
    for name, project in zip(names, (twins.first, twins.second), strict=True):
        await ada.command("/log", f"1h {name} fixed nav", GENERAL)
        await ada.sees(f"Logged 1 h on *{project.name}*", GENERAL)
        await ada.command("/timer", f"start {name} fixed nav", GENERAL)
        await ada.sees(f"on *{project.name}*", GENERAL)


async def test_a_project_without_tasks_says_so_and_who_mends_it(trail: Trail, ada: Person) -> None:
    state = trail.here.doubles.harvest.state
    bare = state.add_project(client_id=next(iter(state.clients)), name="Bare ground", code="BARE")
    for user in state.users.values():
        if user.first_name in {"Ada", "Maya"}:
            state.assign_user(bare, user, is_project_manager=user.first_name == "Maya")
    await trail.imported()
    for command, typed in (("/log", "1h BARE x"), ("/log", "1h BARE #design x"), ("/timer", "start BARE x")):
        ada.reload()
        await ada.command(command, typed, GENERAL)
        said = await ada.sees("Bare ground has no tasks in Harvest", GENERAL)
        assert "Ask Maya Okafor" in said.reading
    state.assign_task(bare, next(task for task in state.tasks.values() if task.name == "Design"))
    await ada.command("/gleaner", "import", GENERAL)
    await ada.sees("Read from Harvest", GENERAL, within=20)
    await ada.command("/log", "1h BARE x", GENERAL)
    await ada.sees("Logged 1 h on *Bare ground*", GENERAL)
