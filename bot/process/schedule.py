"""The table of jobs: name, interval, flow. Several processes may fire one; a lease lets one run it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.engine import EmbeddedJobs
from bot.wiring.app import Gleaner
from sync.engine.leases import release_dead
from sync.ports.engine import Job

log = structlog.get_logger()

_BUDGETS_EVERY = timedelta(minutes=5)
"""Changes wake it; this finds what a lost wake-up left, and unlocks whose time is over."""
_REPORT_EVERY, _REPORT_FROM = timedelta(hours=1), 8
"""The weekly report is there from eight o'clock on Mondays."""


Run = Callable[[Gleaner], Awaitable[str]]


@dataclass(frozen=True)
class Scheduled:
    """`run` answers with its summary, one line."""

    name: Job
    what: str
    run: Run


async def _import(gleaner: Gleaner) -> str:
    return await gleaner.flows.rounds.import_harvest()


async def _import_new(gleaner: Gleaner) -> str:
    return await gleaner.flows.rounds.import_harvest(is_whole=False)


async def _sweep(gleaner: Gleaner) -> str:
    return await gleaner.flows.rounds.sweep()


async def _budgets(gleaner: Gleaner) -> str:
    return await gleaner.flows.rounds.budgets()


async def _asana(gleaner: Gleaner) -> str:
    return await gleaner.flows.rounds.read_asana()


async def _asana_new(gleaner: Gleaner) -> str:
    return await gleaner.flows.rounds.read_asana(is_whole=False)


async def _weekly_report(gleaner: Gleaner) -> str:
    return await gleaner.flows.rounds.weekly_report()


async def _deliver(gleaner: Gleaner) -> str:
    await release_dead(gleaner.tenant)
    try:
        return await gleaner.flows.rounds.deliver(gleaner.announcements.post_due)
    finally:
        await gleaner.tenant.store.tidy()


JOBS = {
    job.name: job
    for job in (
        Scheduled(Job.IMPORT, "read what is new in Harvest: the directory, time entries, deletions", _import),
        Scheduled(
            Job.SWEEP, "settle what a crash or an outage left open, and read a share of all entries again", _sweep
        ),
        Scheduled(Job.BUDGETS, "look at every budget that changed: alerts and locks", _budgets),
        Scheduled(Job.ASANA, "read what is new in Asana, and book it", _asana),
        Scheduled(Job.WEEKLY_REPORT, "tell the coordinator of completed tasks without hours", _weekly_report),
        Scheduled(Job.DELIVER, "post news that is due, send entries that are due", _deliver),
    )
}


async def run_job(gleaner: Gleaner, name: Job, run: Run | None = None) -> str | None:
    """The job's summary; None if another process is at it. `run`: a lighter way to do the same."""
    async with gleaner.flows.job_leases.take(name, gleaner.owner) as is_mine:
        return await (run or JOBS[name].run)(gleaner) if is_mine else None


def schedule(gleaner: Gleaner, jobs: EmbeddedJobs, *, whole: bool) -> None:
    """Register wake-ups and ticks. `whole`: with import and sweep; a web process only delivers."""

    async def tick(name: Job) -> None:
        await run_job(gleaner, name)

    async def import_new(_key: str) -> None:
        await run_job(gleaner, Job.IMPORT, _import_new)

    async def sweep(_key: str) -> None:
        await tick(Job.SWEEP)

    async def budgets(_key: str) -> None:
        await tick(Job.BUDGETS)

    async def deliver(_key: str) -> None:
        await _deliver(gleaner)

    jobs.runs.update(
        {
            Job.ENTRY: gleaner.flows.outbox.push,
            Job.INBOX: gleaner.flows.inbox.wake,
            Job.NOTICE: gleaner.announcements.post,
            Job.CARDS: gleaner.announcements.refresh,
            Job.IMPORT: import_new,
            Job.SWEEP: sweep,
            Job.BUDGETS: budgets,
            Job.DELIVER: deliver,
            **_asana_runs(gleaner),
        }
    )
    jobs.every(Job.DELIVER, gleaner.timing.deliver_every)
    if whole:
        jobs.every(Job.IMPORT, gleaner.settings.import_every)
        jobs.every(Job.SWEEP, gleaner.settings.sweep_every)
        jobs.every(Job.BUDGETS, _BUDGETS_EVERY)
        jobs.every(Job.ASANA, gleaner.settings.import_every)
        jobs.every(Job.WEEKLY_REPORT, _REPORT_EVERY)


def _asana_runs(gleaner: Gleaner) -> dict[Job, Callable[[str], Awaitable[None]]]:
    """Wake-ups and ticks of Asana's side."""

    async def asana(_key: str) -> None:
        await run_job(gleaner, Job.ASANA, _asana_new)

    async def asana_tasks(_key: str) -> None:
        await gleaner.flows.asana.tasks.run_due()

    async def weekly_report(_key: str) -> None:
        """Monday morning, in the agency's zone; its news is kept once a week."""
        here = gleaner.tenant.clock.now().astimezone(gleaner.settings.agency_zone)
        if here.weekday() == 0 and here.hour >= _REPORT_FROM and gleaner.flows.asana.is_connected:
            await run_job(gleaner, Job.WEEKLY_REPORT)

    return {Job.ASANA: asana, Job.ASANA_TASKS: asana_tasks, Job.WEEKLY_REPORT: weekly_report}
