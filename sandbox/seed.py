"""Fills the doubles with the agency: in Slack its people and channels, in Harvest a month of its work."""

from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from sandbox.agency import INTERNAL, Agency, Project, agency
from sandbox.harvest.month import log_month, set_budgets
from sandbox.harvest.records import Client, User
from sandbox.harvest.records import Project as HarvestProject
from sandbox.harvest.server import HarvestDouble
from sandbox.harvest.state import HarvestState

__all__ = ["ADMIN_TOKEN", "Agency", "agency", "fill_harvest", "fill_slack"]

ADMIN_TOKEN = "harvest-admin-token-fake"


class SlackPlaces(Protocol):
    """What is needed of the double of Slack."""

    def add_person(self, id: str, name: str, email: str, tz: str, *, is_admin: bool, title: str) -> Any: ...  # noqa: A002 - Slack's word

    def add_channel(self, id: str, name: str, members: list[str]) -> Any: ...  # noqa: A002 - Slack's word


def fill_slack(double: SlackPlaces, agency: Agency) -> None:
    """People and channels; nobody has said anything yet."""
    for person in agency.people:
        is_admin = person.access == "administrator"
        double.add_person(
            person.slack_id, person.name, person.email, person.timezone, is_admin=is_admin, title=person.title
        )
    for channel in agency.channels:
        double.add_channel(channel.id, channel.name, list(channel.members))


def fill_harvest(double: HarvestDouble, agency: Agency) -> None:
    """People, clients, projects and a month of work up to the double's present; none of it in the future."""
    state = double.state
    state.company.name = "Lumen Studio"
    users = _add_users(state, agency)
    clients = {client.name: state.add_client(name=client.name, currency=client.currency) for client in agency.clients}
    for name in sorted({name for project in agency.projects for name in project.tasks}):
        state.add_task(name=name, billable_by_default=name not in INTERNAL)
    added = [
        (_add_project(state, plan, clients[plan.client], users, agency.started_on), plan) for plan in agency.projects
    ]
    state.add_role(name="Delivery", user_ids=[user.id for user in users.values() if not user.is_administrator])
    administrator = next(user for user in users.values() if user.is_administrator)
    state.grant(administrator, ADMIN_TOKEN)
    log_month(state)
    for project, plan in added:
        set_budgets(state, project, plan.used)


def _add_users(state: HarvestState, agency: Agency) -> dict[str, User]:
    """By first name."""
    added = {}
    for person in agency.people:
        if person.access is None:
            continue
        first, last = person.name.split()
        extra = ("project_creator", "time_and_expenses_manager") if person.access == "manager" else ()
        added[first] = state.add_user(
            id=agency.harvest_id_of(person),
            first_name=first,
            last_name=last,
            email=person.email,
            timezone=person.timezone,
            access_roles=(person.access, *extra),
            roles=(person.title,),
        )
        _add_rates(state, added[first], person.hourly_rate, agency.started_on)
    return added


def _add_rates(state: HarvestState, user: User, hourly_rate: int, started_on: date) -> None:
    """Those of Stockholm were billed at less until the projects began."""
    if user.timezone == "Europe/Stockholm":
        state.add_rate(user, "billable", Decimal(hourly_rate - 10))
        state.add_rate(user, "billable", Decimal(hourly_rate), started_on)
    else:
        state.add_rate(user, "billable", Decimal(hourly_rate))
    state.add_rate(user, "cost", Decimal(hourly_rate * 4 // 10))


def _add_project(
    state: HarvestState, plan: Project, client: Client, users: dict[str, User], started_on: date
) -> HarvestProject:
    project = state.add_project(
        client_id=client.id,
        name=plan.name,
        code=plan.code,
        is_billable=plan.is_billable,
        bill_by="Project",
        hourly_rate=Decimal(110),
        budget_by=plan.budget_by,
        budget_is_monthly=plan.is_monthly,
        notify_when_over_budget=plan.budget_by != "none",
        show_budget_to_all=True,
        starts_on=started_on,
    )
    # Administrators keep an eye on everything, and log a little of it.
    for name in (*plan.people, plan.manager, "Astrid", "Owen"):
        state.assign_user(project, users[name], is_project_manager=name == plan.manager)
    for task in [task for task in state.tasks.values() if task.name in plan.tasks]:
        state.assign_task(project, task, hourly_rate=Decimal(110))
    return project
