"""The agency in the double of Asana."""

import pytest

from sandbox.agency import Agency, agency
from sandbox.asana.panel_lines import HOURS
from sandbox.asana.server import AsanaDouble
from sandbox.asana.state import AsanaState
from sandbox.asana_seed import BOT_TOKEN, fill_asana
from sandbox.clock import SandboxClock
from tests.sandbox.asana_organization import AsanaVisitor


@pytest.fixture
def town(clock: SandboxClock) -> Agency:
    return agency(clock.now())


@pytest.fixture
async def filled(clock: SandboxClock, town: Agency) -> AsanaState:
    double = AsanaDouble(clock)
    fill_asana(double, town)
    return double.state


def test_the_same_ten_people_and_a_service_account(filled: AsanaState, town: Agency) -> None:
    people = [user for user in filled.users.values() if not user.is_service_account]
    assert [user.email for user in people] == [person.email for person in town.people]
    assert filled.tokens[BOT_TOKEN].name == "Gleaner"


def test_all_projects_but_one_are_named_like_one_in_harvest(filled: AsanaState, town: Agency) -> None:
    names = {project.name for project in filled.projects.values()}
    assert len(names) == 7
    alike = {plan.name for plan in town.projects} | {f"{plan.code} {plan.name}" for plan in town.projects}
    assert names - alike == {"New business: Harbour Museum"}


def test_every_project_has_the_hours_one_a_percentage_one_a_billing_type(filled: AsanaState) -> None:
    fields = {project.name: [field.name for field in project.fields] for project in filled.projects.values()}
    assert all(names[0] == HOURS for names in fields.values())
    assert [name for name, names in fields.items() if "Billable Percentage" in names] == ["Booking portal"]
    assert [name for name, names in fields.items() if "Billing type" in names] == ["Annual report"]


def test_the_hours_of_every_task_are_told_by_its_stories(filled: AsanaState) -> None:
    now = filled.clock.now()
    typed = 0
    for task in filled.tasks.values():
        told = [story for story in task.stories if story.resource_subtype == "number_custom_field_changed"]
        (hours,) = [field for project in task.homes for field in project.fields if field.name == HOURS]
        assert task.values.get(hours) == (told[-1].facts["new_number_value"] if told else None)
        assert all(story.created_at < now and story.created_by is task.assignee for story in told)
        typed += len(told)
    assert typed > 15
    assert all(event.created_at < now for event in filled.events)
    assert {entry.billable_status for entry in filled.time_entries.values()} == {"billable"}


async def test_the_bots_token_sees_all_of_it(asana: AsanaVisitor, town: Agency) -> None:
    fill_asana(asana.double, town)
    asana.state.grant(asana.state.tokens[BOT_TOKEN], "token-gleaner-fake")
    assert len(await asana.get("/projects", who="gleaner")) == 7
