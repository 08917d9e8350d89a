"""What Gleaner does by itself, round after round: the content of every job, whoever fires it.

A command, a scheduler and another engine call the same methods. Each answers with its summary, one line.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from sync.asana.flows import AsanaFlows
from sync.budget.review import BudgetReview
from sync.engine.inbox import Inbox
from sync.harvest.import_job import HarvestImport, Imported, ImportProgress
from sync.time_entries.outbox import Outbox

log = structlog.get_logger()

_AHEAD = timedelta(days=1)
"""The sweep looks at what is open even if its next attempt is due later: a look does no harm."""


@dataclass(frozen=True, repr=False)
class Rounds:
    inbox: Inbox
    outbox: Outbox
    imports: HarvestImport
    review: BudgetReview
    asana: AsanaFlows

    async def read_harvest(
        self, *, is_whole: bool = True, progress: ImportProgress | None = None
    ) -> tuple[Imported, int]:
        """What is new in Harvest, and the number of budget lines that it moved."""
        return await self.imports.run(is_whole=is_whole, progress=progress), await self.review.run()

    async def import_harvest(self, *, is_whole: bool = True) -> str:
        imported, moved = await self.read_harvest(is_whole=is_whole)
        return f"{imported}; {moved} budgets moved"

    async def sweep(self) -> str:
        """Settle what a crash or an outage left open, and read a share of all entries again."""
        events = await self.inbox.run_due()
        moved = await self.outbox.push_due(ahead=_AHEAD)
        forgotten = await self.inbox.forget()
        rechecked = await self.imports.sweep()
        return (
            f"handled {events} events, looked after {moved} open entries, forgot {forgotten} old events; "
            f"entries: {rechecked}; {await self.budgets()}"
        )

    async def budgets(self) -> str:
        """Every budget that changed: alerts and locks."""
        return f"{await self.review.run()} budgets moved"

    async def read_asana(self, *, is_whole: bool = True) -> str:
        said = await self.asana.rounds.run(is_whole=is_whole)
        moved = await self.outbox.push_due()
        return f"{said}; pushed {moved} entries"

    async def weekly_report(self) -> str:
        return f"{await self.asana.reports.weekly()} tasks without hours"

    async def deliver(self, post_due: Callable[[], Awaitable[int]]) -> str:
        """Whatever is due: events, tasks, entries, and news by `post_due`.

        Whatever one part raises, the others are done all the same; then the delivery has failed.
        """
        parts: dict[str, Callable[[], Awaitable[int]]] = {
            "events handled": self.inbox.run_due,
            "tasks booked": self.asana.tasks.run_due,
            "entries pushed": self.outbox.push_due,
            "notices posted": post_due,
        }
        done, faults = [], []
        for name, part in parts.items():
            try:
                done.append(f"{await part()} {name}")
            except Exception as fault:
                log.exception("part of a delivery failed", part=name)
                faults.append(fault)
        if faults:
            raise faults[0]
        return ", ".join(done)
