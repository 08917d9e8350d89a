"""The table of jobs: name, interval, flow. Several processes may fire one; a lease lets one run it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from bot.jobs import EmbeddedJobs
from bot.wiring.app import Gleaner

log = structlog.get_logger()

_BUDGETS_EVERY = timedelta(minutes=5)
"""Changes wake it; this finds what a lost wake-up left, and unlocks whose time is over."""
_REPORT_EVERY, _REPORT_FROM = timedelta(hours=1), 8
"""The weekly report is there from eight o'clock on Mondays."""
_AHEAD = timedelta(days=1)
"""The sweep looks at what is open even if its next attempt is due later: a look does no harm."""


Run = Callable[[Gleaner], Awaitable[str]]


@dataclass(frozen=True)
class Job:
    """`run` answers with its summary, one line."""

    name: str
    what: str
    run: Run


async def _import(gleaner: Gleaner, *, is_whole: bool = True) -> str:
    imported = await gleaner.flows.imports.run(is_whole=is_whole)
    return f"{imported}; {await _budgets(gleaner)}"


async def _sweep(gleaner: Gleaner) -> str:
    flows = gleaner.flows
    events = await flows.inbox.run_due()
    moved = await flows.outbox.push_due(ahead=_AHEAD)
    forgotten = await flows.inbox.forget()
    rechecked = await flows.imports.sweep()
    settled = await _budgets(gleaner)
    return (
        f"handled {events} events, looked after {moved} open entries, forgot {forgotten} old events; "
        f"entries: {rechecked}; {settled}"
    )


async def _budgets(gleaner: Gleaner) -> str:
    return f"{await gleaner.flows.settlement.run()} budgets moved"


async def _asana(gleaner: Gleaner, *, is_whole: bool = True) -> str:
    said = await gleaner.flows.asana.rounds.run(is_whole=is_whole)
    moved = await gleaner.flows.outbox.push_due()
    return f"{said}; pushed {moved} entries"


async def _weekly_report(gleaner: Gleaner) -> str:
    return f"{await gleaner.flows.asana.reports.weekly()} tasks without hours"


async def _deliver(gleaner: Gleaner) -> str:
    events = await gleaner.flows.inbox.run_due()
    await gleaner.flows.asana.tasks.run_due()
    moved = await gleaner.flows.outbox.push_due()
    posted = await gleaner.announcements.post_due()
    await gleaner.tenant.store.tidy()
    return f"handled {events} events, pushed {moved} entries, posted {posted} notices"


JOBS = {
    job.name: job
    for job in (
        Job("import", "read what is new in Harvest: the directory, time entries, deletions", _import),
        Job("sweep", "settle whatever a crash or an outage left open, and read a share of all entries again", _sweep),
        Job("budgets", "look at every budget that changed: alerts and locks", _budgets),
        Job("asana", "read what is new in Asana, and book it", _asana),
        Job("weekly-report", "tell the coordinator of completed tasks without hours", _weekly_report),
        Job("deliver", "post news that is due, send entries that are due", _deliver),
    )
}


async def run_job(gleaner: Gleaner, name: str, run: Run | None = None) -> str | None:
    """The job's summary; None if another process is at it. `run`: a lighter way to do the same."""
    async with gleaner.flows.turns.take(name, gleaner.owner) as is_mine:
        return await (run or JOBS[name].run)(gleaner) if is_mine else None


def schedule(gleaner: Gleaner, jobs: EmbeddedJobs, *, whole: bool) -> None:
    """Register wake-ups and ticks. `whole`: with import and sweep; a web process only delivers."""

    async def tick(name: str) -> None:
        await run_job(gleaner, name)

    async def import_new(_key: str) -> None:
        await run_job(gleaner, "import", partial(_import, is_whole=False))

    async def sweep(_key: str) -> None:
        await tick("sweep")

    async def budgets(_key: str) -> None:
        await tick("budgets")

    async def deliver(_key: str) -> None:
        await _deliver(gleaner)

    jobs.runs.update(
        {
            "entry": gleaner.flows.outbox.push,
            "inbox": gleaner.flows.inbox.wake,
            "notice": gleaner.announcements.post,
            "cards": gleaner.announcements.refresh,
            "import": import_new,
            "sweep": sweep,
            "budgets": budgets,
            "deliver": deliver,
            **_asana_runs(gleaner),
        }
    )
    jobs.every("deliver", gleaner.tempo.deliver_every)
    if whole:
        jobs.every("import", gleaner.settings.import_every)
        jobs.every("sweep", gleaner.settings.sweep_every)
        jobs.every("budgets", _BUDGETS_EVERY)
        jobs.every("asana", gleaner.settings.import_every)
        jobs.every("weekly-report", _REPORT_EVERY)


def _asana_runs(gleaner: Gleaner) -> dict[str, Callable[[str], Awaitable[None]]]:
    """Wake-ups and ticks of Asana's side."""

    async def asana(_key: str) -> None:
        await run_job(gleaner, "asana", partial(_asana, is_whole=False))

    async def asana_tasks(_key: str) -> None:
        await gleaner.flows.asana.tasks.run_due()

    async def weekly_report(_key: str) -> None:
        """Monday morning, in the agency's zone; its news is kept once a week."""
        here = gleaner.tenant.clock.now().astimezone(gleaner.settings.agency_zone)
        if here.weekday() == 0 and here.hour >= _REPORT_FROM and gleaner.flows.asana.is_connected:
            await run_job(gleaner, "weekly-report")

    return {"asana": asana, "asana-tasks": asana_tasks, "weekly-report": weekly_report}
