"""Who manages a project, and who may decide about its budget (contract, sections 4 and 5.5)."""

from dataclasses import dataclass

from store.database import Transaction
from store.people.records import Person
from sync.errors import Refused
from sync.rules.text.slack import escape


class NotYourBudget(Refused):
    """Somebody who does not manage the project tried to decide about its budget."""

    def __init__(self, names: str) -> None:
        super().__init__(
            f"Only those who manage the project can decide that: {escape(names)}. Nothing was changed; ask one of them."
        )


@dataclass(frozen=True, slots=True)
class Manager:
    """`address`: a Slack id, or `user:<Harvest id>` of somebody Harvest calls the project's manager."""

    address: str
    name: str


@dataclass(frozen=True)
class Managers:
    """`coordinator`: the Slack id of COORDINATOR, who may decide everywhere."""

    coordinator: str | None

    async def of(self, tx: Transaction, project_id: int) -> list[Manager]:
        """Harvest's project managers, then those named in Slack; nobody twice, and nobody who has left Slack."""
        found = []
        known: set[str] = set()
        for user in await tx.directory.managers(project_id):
            person = await tx.people.by_harvest_user(user.id)
            if person is None or not person.is_deactivated:
                found.append(Manager(f"user:{user.id}", user.name))
            known |= {person.slack_id} if person else set()
        for slack_id in await tx.budgets.named_managers(project_id):
            person = await tx.people.get(slack_id)
            if slack_id not in known and not (person and person.is_deactivated):
                found.append(Manager(slack_id, person.name if person else "somebody named in Slack"))
        return found

    async def administrators(self, tx: Transaction) -> list[Manager]:
        """Harvest's own, by name: who hears of a thing where nobody nearer can be told."""
        users = await tx.directory.users()
        return [Manager(f"user:{user.id}", user.name) for user in users if user.is_active and user.is_administrator]

    async def may_decide(self, tx: Transaction, person: Person, project_id: int) -> bool:
        """Asked when a button is pressed, never when it is drawn."""
        if person.slack_id in await tx.budgets.named_managers(project_id):
            return True
        if await self.decides_everywhere(tx, person):
            return True
        user = await tx.directory.user(person.harvest_user_id) if person.harvest_user_id else None
        return user is not None and user.is_active and await tx.directory.is_manager(user.id, project_id)

    async def decides_everywhere(self, tx: Transaction, person: Person) -> bool:
        """The coordinator and Harvest's administrators."""
        if person.slack_id == self.coordinator:
            return True
        user = await tx.directory.user(person.harvest_user_id) if person.harvest_user_id else None
        return user is not None and user.is_active and user.is_administrator

    async def names(self, tx: Transaction, project_id: int) -> str:
        """For a sentence, as plain text; whom to turn to if there is nobody."""
        named = [manager.name for manager in await self.of(tx, project_id)]
        if named:
            return ", ".join(named)
        return "the coordinator" if self.coordinator else "a Harvest administrator"

    async def managed(self, tx: Transaction, person: Person) -> set[int]:
        """Projects this person manages, by Harvest's word or Slack's."""
        named = await tx.budgets.named_projects(person.slack_id)
        return named | (await tx.directory.managed_by(person.harvest_user_id) if person.harvest_user_id else set())
