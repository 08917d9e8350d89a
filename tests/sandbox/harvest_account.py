"""A small Harvest account for the double's tests, and somebody who asks it things."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from sandbox.harvest.records import Client, Project, Task, User
from sandbox.harvest.server import HarvestDouble
from sandbox.harvest.state import HarvestState

TODAY = "2026-11-19"


@dataclass(frozen=True)
class Account:
    """Alma is the administrator, Max manages `website` alone, Milo is a member of it and of nothing else."""

    alma: User
    max: User
    milo: User
    client: Client
    website: Project
    secret: Project
    design: Task
    coding: Task


def fill(state: HarvestState) -> Account:
    alma = _user(state, "Alma", "administrator", "Europe/London")
    manager = _user(state, "Max", "manager", "Europe/Stockholm")
    milo = _user(state, "Milo", "member", "Europe/Stockholm")
    client = state.add_client(name="Acme")
    website = state.add_project(client_id=client.id, name="Website", code="WEB-1", bill_by="Tasks", budget_by="project")
    secret = state.add_project(client_id=client.id, name="Secret")
    design, coding = state.add_task(name="Design"), state.add_task(name="Coding", is_default=True)
    state.assign_task(website, design, hourly_rate=Decimal(100))
    state.assign_task(website, coding)
    state.assign_task(secret, design)
    state.assign_user(website, alma)
    state.assign_user(website, manager, is_project_manager=True)
    state.assign_user(website, milo)
    state.assign_user(secret, alma)
    state.add_role(name="Makers", user_ids=[milo.id])
    return Account(alma, manager, milo, client, website, secret, design, coding)


def _user(state: HarvestState, name: str, role: str, zone: str) -> User:
    email = f"{name.casefold()}@agency.example"
    user = state.add_user(first_name=name, last_name="Test", email=email, timezone=zone, access_roles=(role,))
    state.grant(user, f"token-{name.casefold()}-fake")
    return user


@dataclass(frozen=True)
class Visitor:
    """Asks the double as one of the account's people; Milo unless said otherwise."""

    double: HarvestDouble
    account: Account
    http: httpx.AsyncClient

    async def ask(
        self, method: str, path: str, body: Any = None, *, who: str = "milo", query: dict[str, Any] | None = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer token-{who}-fake", "Harvest-Account-Id": str(self.double.state.account_id)}
        return await self.http.request(method, f"{self.double.api_url}{path}", headers=headers, json=body, params=query)

    async def get(self, path: str, *, who: str = "milo", **query: Any) -> Any:
        answer = await self.ask("GET", path, who=who, query=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def log(self, *, who: str = "milo", **fields: Any) -> dict[str, Any]:
        """A new entry on the website's design task, today unless said otherwise."""
        answer = await self.ask("POST", "/time_entries", self.wish(**fields), who=who)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    def wish(self, **fields: Any) -> dict[str, Any]:
        project, task = self.account.website.id, self.account.design.id
        return {"project_id": project, "task_id": task, "spent_date": TODAY, **fields}
