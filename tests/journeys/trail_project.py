"""A project of 100 h of which 74 h are used, and what happens to it in Harvest."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.cli.demo import DemoStack
from bot.process.schedule import run_job
from sandbox.harvest.records import Entry, Project, User
from sandbox.slack.person import Person
from sandbox.slack.state import Message
from store.engine.records import AuditEvent
from sync.ports.engine import Job

CHANNEL = "C0ACME12"
GENERAL = "C0GENERAL"


@dataclass(frozen=True, repr=False)
class Trail:
    """A project of 100 h, managed by Maya, on which Ada and Tom work."""

    here: DemoStack
    project: Project
    ada: User
    tom: User
    task_id: int

    def used(self, hours: str, by: User | None = None, notes: str = "") -> Entry:
        """Hours that somebody logs in Harvest itself."""
        return self.here.doubles.harvest.state.add_entry(
            user_id=(by or self.tom).id,
            project_id=self.project.id,
            task_id=self.task_id,
            spent_date=date(2026, 11, 18),
            booked=Decimal(hours),
            notes=notes,
        )

    async def imported(self) -> None:
        await run_job(self.here.gleaner, Job.IMPORT)

    async def audited(self) -> list[str]:
        async with self.here.gleaner.tenant.reading() as tx:
            events: list[AuditEvent] = list(await tx.audit.of(f"project:{self.project.id}"))
            return [event.deed for event in events]


def person_called(here: DemoStack, name: str) -> Person:
    return here.doubles.slack.person(next(p.slack_id for p in here.doubles.agency.people if p.name.startswith(name)))


def told(person: Person, text: str, channel: str | None = None) -> list[Message]:
    """What the person can read, in that channel or in their direct messages."""
    seen = person.messages(channel) if channel else person.dms()
    return [message for message in seen if text in message.reading]
