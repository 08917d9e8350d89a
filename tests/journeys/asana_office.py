"""The agency's Asana with Gleaner listening, and what people do there."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal

from bot.cli.demo import DemoStack, link_alike
from bot.process.schedule import run_job
from sandbox.asana.records import Project, Task
from sandbox.asana.records import User as AsanaUser
from sandbox.asana.state import AsanaState
from sandbox.harvest.records import Entry, User
from sandbox.harvest.records import Project as HarvestProject
from sync.ports.engine import Job


@dataclass(frozen=True, repr=False)
class Office:
    """Five projects are linked, as their names say; two are not."""

    here: DemoStack

    @classmethod
    async def opened(cls, here: DemoStack) -> "Office":
        await link_alike(here)
        return cls(here)

    @property
    def state(self) -> AsanaState:
        return self.here.doubles.asana.state

    def project(self, name: str) -> Project:
        return next(one for one in self.state.projects.values() if one.name == name)

    def person(self, name: str) -> AsanaUser:
        return next(one for one in self.state.users.values() if one.name.startswith(name))

    def type(self, task: str, who: str, hours: str) -> Task:
        """Somebody types that figure into Billable Hours; what stood there before is replaced."""
        found = self.state.task_named(task)
        field = next(one for one in self.state.fields.values() if one.name == "Billable Hours")
        self.state.set_field(found, field, Decimal(hours), self.person(who))
        return found

    def add(self, project: str, name: str, *, assignee: str, hours: str) -> Task:
        """A task that has hours from the start, as a copied one has; no story tells of them."""
        field = next(one for one in self.state.fields.values() if one.name == "Billable Hours")
        who = self.person(assignee)
        return self.state.add_task(
            self.project(project), name, assignee=who, by=who, values_given={field: Decimal(hours)}
        )

    def assign(self, project: str, name: str, *, to: str, by: str) -> Task:
        """A new task, made and assigned just now."""
        return self.state.add_task(self.project(project), name, assignee=self.person(to), by=self.person(by))

    def harvest_user(self, name: str) -> User:
        return next(one for one in self.here.doubles.harvest.state.users.values() if one.first_name == name)

    def rename_in_harvest(self, project: HarvestProject, name: str) -> None:
        project.name, project.updated_at = name, self.here.doubles.clock.now()

    async def imported(self) -> None:
        await self.job(Job.IMPORT)

    async def job(self, name: Job) -> None:
        await run_job(self.here.gleaner, name)

    def entries(self, task: str) -> list[Entry]:
        gid = self.state.task_named(task).gid
        every = self.here.doubles.harvest.state.entries.values()
        return [one for one in every if one.reference and one.reference.id == gid]

    async def lands(self, task: str, hours: str, within: float = 12.0) -> Entry:
        """Waits until Harvest holds exactly that of the task."""
        try:
            async with asyncio.timeout(within):
                seen = self.here.doubles.harvest.state.changes.version
                while sum(one.booked for one in self.entries(task)) != Decimal(hours):
                    seen = await self.here.doubles.harvest.state.changes.since(seen)
        except TimeoutError:
            raise AssertionError(f"{task}: {[str(one.booked) for one in self.entries(task)]}, not {hours}") from None
        return self.entries(task)[-1]

    async def looked(self) -> None:
        """One round, as once a minute."""
        await self.job(Job.ASANA)

    def name_of(self, entry: Entry) -> str:
        return self.here.doubles.harvest.state.users[entry.user_id].first_name

    async def is_audited(self, deed: str, subject: str, within: float = 5.0) -> None:
        """Waits until it stands in the audit."""
        async with asyncio.timeout(within):
            while True:
                async with self.here.gleaner.tenant.reading() as tx:
                    if deed in [event.deed for event in await tx.audit.of(f"asana:{subject}")]:
                        return
                await asyncio.sleep(0.05)
